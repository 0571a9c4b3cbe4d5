//! The services that fill in the newer network keys (perimeter §1.3, policy language §6.1; state of
//! September 2026).
//!
//! `aws:SourceVpc`, `aws:SourceVpce` and `aws:VpcSourceIp` come with every request through an
//! endpoint; the keys below only with requests to these services, by action prefix. SageMaker, STS,
//! CloudWatch Logs and Secrets Manager are in none of the lists.

use super::{ContextKey, FilledFrom, keys};
use crate::text::Action;

/// The services that fill in `aws:SourceVpcArn` (list L1). `iam:PassRole` is excepted on all lists.
pub const SOURCE_VPC_ARN: &[&str] = &[
    "acm-pca",
    "applicationinsights",
    "apprunner",
    "athena",
    "cloudformation",
    "comprehendmedical",
    "compute-optimizer",
    "datasync",
    "discovery",
    "ebs",
    "ecr",
    "ecs",
    "firehose",
    "healthlake",
    "iam",
    "iotfleetwise",
    "iotwireless",
    "kinesisanalytics",
    "kms",
    "lambda",
    "medical-imaging",
    "omics",
    "payment-cryptography",
    "polly",
    "rbin",
    "rekognition",
    "route53",
    "s3",
    "scheduler",
    "servicediscovery",
    "servicequotas",
    "ssm-contacts",
    "storagegateway",
    "textract",
    "transcribe",
    "transfer",
];

/// The services that fill in `aws:VpceAccount` and `aws:VpceOrgPaths` besides those of
/// [`SOURCE_VPC_ARN`] (list L2).
pub const VPCE_ACCOUNT_ALSO: &[&str] = &["dynamodb", "gamelift", "shield"];

/// The services that fill in `aws:VpceOrgID` besides those of `aws:VpceAccount` (list L3).
/// The two notes differ on `aws:VpceOrgPaths`; it goes with `aws:VpceAccount`, the shorter list.
pub const VPCE_ORG_ID_ALSO: &[&str] = &[
    "b2bi",
    "cassandra",
    "cognito-identity",
    "dms",
    "ds-data",
    "identitystore",
    "iottwinmaker",
    "network-firewall",
    "pricing",
    "ses",
    "sms-voice",
    "sqs",
    "workmail",
];

/// The keys of a request that crosses a VPC endpoint (perimeter §1.5, AX1, AX2).
pub const ENDPOINT_KEYS: [&str; 7] = [
    keys::SOURCE_VPCE,
    keys::SOURCE_VPC,
    keys::VPC_SOURCE_IP,
    keys::SOURCE_VPC_ARN,
    keys::VPCE_ACCOUNT,
    keys::VPCE_ORG_ID,
    keys::VPCE_ORG_PATHS,
];

/// The keys of a request that services have forwarded: none comes without the first
/// (perimeter §1.5, AX4, AX5).
pub const FORWARDED_KEYS: [&str; 4] =
    [keys::VIA_AWS_SERVICE, keys::CALLED_VIA, keys::CALLED_VIA_FIRST, keys::CALLED_VIA_LAST];

/// A network key that only some services fill in.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::network_keys::ServiceKey;
/// assert!(ServiceKey::VpceAccount.comes_with(&"dynamodb:GetItem".parse().unwrap()));
/// assert!(!ServiceKey::VpceAccount.comes_with(&"sagemaker:CreateModel".parse().unwrap()));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServiceKey {
    /// The key `aws:SourceVpcArn`.
    SourceVpcArn,
    /// The key `aws:VpceAccount`.
    VpceAccount,
    /// The key `aws:VpceOrgID`.
    VpceOrgId,
    /// The key `aws:VpceOrgPaths`.
    VpceOrgPaths,
}

impl ServiceKey {
    /// The four keys in alphabetical order.
    pub const ALL: [Self; 4] =
        [Self::SourceVpcArn, Self::VpceAccount, Self::VpceOrgId, Self::VpceOrgPaths];

    /// The name of the key.
    pub fn name(self) -> &'static str {
        match self {
            Self::SourceVpcArn => keys::SOURCE_VPC_ARN,
            Self::VpceAccount => keys::VPCE_ACCOUNT,
            Self::VpceOrgId => keys::VPCE_ORG_ID,
            Self::VpceOrgPaths => keys::VPCE_ORG_PATHS,
        }
    }

    /// The action prefixes of the services that fill it in.
    pub fn services(self) -> impl Iterator<Item = &'static str> {
        let lists: &[&[&str]] = match ContextKey::find(self.name()).map(|row| row.from) {
            Some(FilledFrom::EndpointOf(lists)) => lists,
            _ => &[],
        };
        lists.iter().copied().flatten().copied()
    }

    /// True if requests for this action carry the key, where they cross an endpoint.
    pub fn comes_with(self, action: &Action) -> bool {
        // Passing a role is no call to IAM (perimeter-2 §1, AX9; §5.1).
        !action.is("iam:PassRole")
            && self.services().any(|service| action.service().eq_ignore_ascii_case(service))
    }
}

#[cfg(test)]
mod tests {
    use super::ServiceKey;

    fn keys(action: &str) -> Vec<&'static str> {
        let action = action.parse().unwrap();
        let has = |key: &ServiceKey| key.comes_with(&action);
        ServiceKey::ALL.into_iter().filter(has).map(ServiceKey::name).collect()
    }

    #[test]
    fn the_services_named_in_the_notes() {
        assert_eq!(keys("sagemaker:CreateModel"), [""; 0]);
        assert_eq!(keys("sts:AssumeRole"), [""; 0]);
        assert_eq!(keys("s3:GetObject").len(), 4);
        assert_eq!(keys("iam:PassRole"), [""; 0]);
        assert_eq!(keys("iam:GetRole").len(), 4);
        assert_eq!(keys("dynamodb:GetItem").len(), 3);
        assert_eq!(keys("sqs:SendMessage"), ["aws:VpceOrgID"]);
    }
}
