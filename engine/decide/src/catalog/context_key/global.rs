//! The global condition keys that AWS does not derive (policy language §6.1, perimeter §1.3).

use super::context_keys;
use crate::catalog::Actions::Unlisted;
use crate::catalog::FilledFrom::{
    Address, Call, Credentials, Endpoint, EndpointOf, Forwarding, OnBehalf, Parameters, Principal,
    Resource,
};
use crate::catalog::network_keys;

#[rustfmt::skip]
context_keys! {
    source "policy language §6.1; perimeter §1.3";
    ASSUMED_ROOT = "aws:AssumedRoot", one Boolean, ByCaller, Credentials, "credentials from AssumeRoot: true";
    CALLED_VIA = "aws:CalledVia", many Text, ByCaller, Forwarding, "forwarded calls: the services that forwarded it, in order";
    CALLED_VIA_AWS_MCP = "aws:CalledViaAWSMCP", one Text, Open, Forwarding, "calls that an AWS MCP service makes with its caller's credentials";
    CALLED_VIA_FIRST = "aws:CalledViaFirst", one Text, ByCaller, Forwarding, "forwarded calls: the first service of aws:CalledVia";
    CALLED_VIA_LAST = "aws:CalledViaLast", one Text, ByCaller, Forwarding, "forwarded calls: the last service of aws:CalledVia";
    CHATBOT_SOURCE_ARN = "aws:ChatbotSourceArn", one Arn, Open, Credentials, "sessions of chat applications";
    CURRENT_TIME = "aws:CurrentTime", one Date, Always, Call, "every request; the same instant as aws:EpochTime";
    EC2_INSTANCE_SOURCE_PRIVATE_IPV4 = "aws:Ec2InstanceSourcePrivateIPv4", one Address, Open, Credentials, "credentials delivered to an EC2 instance: its primary private address";
    EC2_INSTANCE_SOURCE_VPC = "aws:Ec2InstanceSourceVpc", one Text, Open, Credentials, "credentials delivered to an EC2 instance: its VPC";
    EPOCH_TIME = "aws:EpochTime", one Epoch, Always, Call, "every request; the same instant as aws:CurrentTime";
    FEDERATED_PROVIDER = "aws:FederatedProvider", one Text, Open, Credentials, "roles assumed with a web identity, and the call that assumes them";
    IS_MCP_SERVICE_ACTION = "aws:IsMcpServiceAction", one Boolean, Open, Forwarding, "actions of MCP services themselves";
    MULTI_FACTOR_AUTH_AGE = "aws:MultiFactorAuthAge", one Number, Open, Credentials, "temporary credentials got with MFA: seconds since";
    MULTI_FACTOR_AUTH_PRESENT = "aws:MultiFactorAuthPresent", one Boolean, Open, Credentials, "temporary credentials; absent with long-term keys and for federated identities";
    ORIGIN_IDENTITY = "aws:OriginIdentity/", one Text, Open, Credentials, "sessions with trusted identity propagation by SAML, OIDC or IAM Roles Anywhere (perimeter-2 §7)";
    PRINCIPAL_ORG_ID = "aws:PrincipalOrgID", one Text, Open, Principal, "principals whose account is in an organization";
    PRINCIPAL_ORG_MASTER_ACCOUNT_ID = "aws:PrincipalOrgMasterAccountId", one Text, Open, Principal, "not on AWS's list, but read by policies that AWS manages";
    PRINCIPAL_ORG_PATHS = "aws:PrincipalOrgPaths", many Text, Open, Principal, "principals whose account is in an organization";
    PRINCIPAL_TAG = "aws:PrincipalTag/", one Text, Open, Principal, "principals with this tag: the user's, the role's or the session's";
    REQUEST_TAG = "aws:RequestTag/", one Text, ByAction, Parameters(Unlisted), "requests that pass this tag";
    REQUESTED_REGION = "aws:RequestedRegion", one Text, Always, Call, "every request: the region that is called";
    RESOURCE_ORG_ID = "aws:ResourceOrgID", one Text, Open, Resource, "resources whose owner is in an organization";
    RESOURCE_ORG_PATHS = "aws:ResourceOrgPaths", many Text, Open, Resource, "resources whose owner is in an organization";
    RESOURCE_TAG = "aws:ResourceTag/", one Text, Open, Resource, "resources with this tag, or created with it, if the service reads tags in authorization";
    SECURE_TRANSPORT = "aws:SecureTransport", one Boolean, Always, Call, "every request of a principal; perhaps not between services";
    SIGN_IN_SESSION_ARN = "aws:SignInSessionArn", one Arn, Open, Credentials, "sessions of `aws login`";
    SOURCE_ACCOUNT = "aws:SourceAccount", one AccountId, Open, OnBehalf, "direct calls of a service principal for a resource: its account";
    SOURCE_ARN = "aws:SourceArn", one Arn, Open, OnBehalf, "direct calls of a service principal for a resource";
    SOURCE_IDENTITY = "aws:SourceIdentity", one Text, Open, Credentials, "role sessions with a source identity, chained ones included";
    SOURCE_IP = "aws:SourceIp", one Address, Open, Address, "requests that cross no VPC endpoint: a public address";
    SOURCE_ORG_ID = "aws:SourceOrgID", one Text, Open, OnBehalf, "direct calls of a service principal for a resource of an organization's account";
    SOURCE_ORG_PATHS = "aws:SourceOrgPaths", many Text, Open, OnBehalf, "direct calls of a service principal for a resource of an organization's account";
    SOURCE_VPC = "aws:SourceVpc", one Text, Open, Endpoint, "requests that cross a VPC endpoint: its VPC";
    SOURCE_VPC_ARN = "aws:SourceVpcArn", one Arn, Open, EndpointOf(&[network_keys::SOURCE_VPC_ARN]), "requests that cross a VPC endpoint, with the services that fill it in (iam:PassRole excepted)";
    SOURCE_VPCE = "aws:SourceVpce", one Text, Open, Endpoint, "requests that cross a VPC endpoint: its id";
    TAG_KEYS = "aws:TagKeys", many Text, ByAction, Parameters(Unlisted), "requests that pass tags: their names";
    TOKEN_ISSUE_TIME = "aws:TokenIssueTime", one Date, ByCaller, Credentials, "temporary credentials";
    USER_AGENT = "aws:UserAgent", one Text, Always, Call, "every request; the client writes it";
    VIA_AWS_MCP_SERVICE = "aws:ViaAWSMCPService", one Boolean, Open, Forwarding, "calls that an AWS MCP service makes with its caller's credentials";
    VPC_SOURCE_IP = "aws:VpcSourceIp", one Address, Open, Endpoint, "requests that cross a VPC endpoint: the caller's private address";
    VPCE_ACCOUNT = "aws:VpceAccount", one AccountId, Open, EndpointOf(&[network_keys::SOURCE_VPC_ARN, network_keys::VPCE_ACCOUNT_ALSO]), "requests that cross a VPC endpoint, with the services that fill it in: its owner";
    VPCE_ORG_ID = "aws:VpceOrgID", one Text, Open, EndpointOf(&[network_keys::SOURCE_VPC_ARN, network_keys::VPCE_ACCOUNT_ALSO, network_keys::VPCE_ORG_ID_ALSO]), "requests that cross the VPC endpoint of an organization's account, with the services that fill it in";
    VPCE_ORG_PATHS = "aws:VpceOrgPaths", many Text, Open, EndpointOf(&[network_keys::SOURCE_VPC_ARN, network_keys::VPCE_ACCOUNT_ALSO]), "requests that cross the VPC endpoint of an organization's account, with the services that fill it in";
    REFERER = "aws:referer", one Text, Open, Call, "requests of browsers that follow a link; the client writes it";
}
