//! The global condition keys (policy language §6.1; state of September 2026).

use crate::text::KeyName;

/// The keys that carry a tag's name after a slash.
pub const TAGGED: &[&str] = &["aws:PrincipalTag", "aws:RequestTag", "aws:ResourceTag"];

/// All others.
pub const NAMES: &[&str] = &[
    "aws:AssumedRoot",
    "aws:CalledVia",
    "aws:CalledViaAWSMCP",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:ChatbotSourceArn",
    "aws:CurrentTime",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:Ec2InstanceSourceVpc",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:IsMcpServiceAction",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    // Not in the documented list, and read by policies that AWS manages.
    "aws:PrincipalOrgMasterAccountId",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalType",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:SecureTransport",
    "aws:SignInSessionArn",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:ViaAWSMCPService",
    "aws:ViaAWSService",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:referer",
    "aws:userid",
    "aws:username",
];

/// Whether AWS documents a global condition key of this name.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::global_keys;
/// # use polsim::text::KeyName;
/// assert!(global_keys::is_known(&KeyName::new("AWS:sourcevpce")));
/// assert!(global_keys::is_known(&KeyName::new("aws:PrincipalTag/team")));
/// assert!(!global_keys::is_known(&KeyName::new("aws:SourceVpcEndpoint")));
/// ```
pub fn is_known(key: &KeyName) -> bool {
    match key.as_str().split_once('/') {
        Some((start, tag)) => {
            !tag.is_empty() && TAGGED.iter().any(|name| name.eq_ignore_ascii_case(start))
        }
        None => NAMES.iter().any(|name| key.is(name)),
    }
}
