//! The keys of IAM and STS, and those that tell where a role session comes from (policy language §6.1,
//! §6.2).

use super::context_keys;
use crate::catalog::Actions::Unlisted;
use crate::catalog::FilledFrom::{Credentials, Forwarding, Parameters};

#[rustfmt::skip]
context_keys! {
    source "policy language §6.1, §6.2";
    CODEBUILD_BUILD_ARN = "codebuild:BuildArn", one Arn, Open, Credentials, "role sessions made by CodeBuild";
    CODEBUILD_PROJECT_ARN = "codebuild:ProjectArn", one Arn, Open, Credentials, "role sessions made by CodeBuild";
    EC2_ROLE_DELIVERY = "ec2:RoleDelivery", one Number, Open, Credentials, "credentials delivered to an EC2 instance: the version of its metadata service";
    EC2_SOURCE_INSTANCE_ARN = "ec2:SourceInstanceArn", one Arn, Open, Credentials, "credentials delivered to an EC2 instance";
    GLUE_CREDENTIAL_ISSUING_SERVICE = "glue:CredentialIssuingService", one Text, Open, Credentials, "credentials of a Glue job or development endpoint";
    GLUE_ROLE_ASSUMED_BY = "glue:RoleAssumedBy", one Text, Open, Credentials, "Glue itself, with a service role";
    IAM_AWS_SERVICE_NAME = "iam:AWSServiceName", one Text, ByAction, Parameters(Unlisted), "iam:CreateServiceLinkedRole";
    IAM_ASSOCIATED_RESOURCE_ARN = "iam:AssociatedResourceArn", one Arn, ByAction, Parameters(Unlisted), "iam:PassRole";
    IAM_PASSED_TO_SERVICE = "iam:PassedToService", one Text, ByAction, Parameters(Unlisted), "iam:PassRole";
    IAM_PERMISSIONS_BOUNDARY = "iam:PermissionsBoundary", one Arn, ByAction, Parameters(Unlisted), "operations on users and roles that have or get a boundary";
    IAM_POLICY_ARN = "iam:PolicyARN", one Arn, ByAction, Parameters(Unlisted), "operations that attach or detach a managed policy";
    IDENTITYSTORE_USER_ID = "identitystore:UserId", one Text, Open, Credentials, "users of IAM Identity Center";
    KMS_GRANT_IS_FOR_AWS_RESOURCE = "kms:GrantIsForAWSResource", one Boolean, ByAction, Forwarding, "operations on grants: true where a service forwards the call";
    KMS_VIA_SERVICE = "kms:ViaService", one Text, ByAction, Forwarding, "forwarded calls on a key: the service that forwards, in the region that is called";
    LAMBDA_SOURCE_FUNCTION_ARN = "lambda:SourceFunctionArn", one Arn, Open, Credentials, "calls from the execution environment of a Lambda function";
    SSM_SOURCE_INSTANCE_ARN = "ssm:SourceInstanceArn", one Arn, Open, Credentials, "credentials delivered by Systems Manager";
    STS_DURATION_SECONDS = "sts:DurationSeconds", one Number, ByAction, Parameters(Unlisted), "calls that make a session";
    STS_EXTERNAL_ID = "sts:ExternalId", one Text, ByAction, Parameters(Unlisted), "sts:AssumeRole, where it is passed";
    STS_ROLE_SESSION_NAME = "sts:RoleSessionName", one Text, ByAction, Parameters(Unlisted), "calls that assume a role";
    STS_SOURCE_IDENTITY = "sts:SourceIdentity", one Text, ByAction, Parameters(Unlisted), "calls that assume a role and set it";
    STS_TASK_POLICY_ARN = "sts:TaskPolicyArn", one Arn, ByAction, Parameters(Unlisted), "sts:AssumeRoot";
}
