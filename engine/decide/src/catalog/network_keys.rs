//! Which services fill in the newer network keys (perimeter §1.3, policy language §6.1; state of
//! September 2026).
//!
//! `aws:SourceVpc`, `aws:SourceVpce` and `aws:VpcSourceIp` come with every request through an
//! endpoint; the keys below only with requests to these services, by action prefix. SageMaker, STS,
//! CloudWatch Logs and Secrets Manager are in none of the lists.

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

/// What the services that fill in `aws:VpceAccount` and `aws:VpceOrgPaths` have over
/// [`SOURCE_VPC_ARN`] (list L2).
pub const VPCE_ACCOUNT_ALSO: &[&str] = &["dynamodb", "gamelift", "shield"];

/// What the services that fill in `aws:VpceOrgID` have over those of `aws:VpceAccount` (list L3).
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

/// A network key that only some services fill in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServiceKey {
    /// `aws:SourceVpcArn`.
    SourceVpcArn,
    /// `aws:VpceAccount`.
    VpceAccount,
    /// `aws:VpceOrgID`.
    VpceOrgId,
    /// `aws:VpceOrgPaths`.
    VpceOrgPaths,
}

impl ServiceKey {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::SourceVpcArn, Self::VpceAccount, Self::VpceOrgId, Self::VpceOrgPaths];

    /// The key's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SourceVpcArn => "aws:SourceVpcArn",
            Self::VpceAccount => "aws:VpceAccount",
            Self::VpceOrgId => "aws:VpceOrgID",
            Self::VpceOrgPaths => "aws:VpceOrgPaths",
        }
    }

    /// The action prefixes of the services that fill it in.
    pub fn services(self) -> impl Iterator<Item = &'static str> {
        let account = matches!(self, Self::VpceAccount | Self::VpceOrgId | Self::VpceOrgPaths);
        let organization = self == Self::VpceOrgId;
        let also = |list: &'static [&'static str], wanted: bool| {
            list.iter().copied().filter(move |_| wanted)
        };
        SOURCE_VPC_ARN
            .iter()
            .copied()
            .chain(also(VPCE_ACCOUNT_ALSO, account))
            .chain(also(VPCE_ORG_ID_ALSO, organization))
    }

    /// Whether requests for this action carry it, if they cross an endpoint.
    pub fn comes_with(self, action: &crate::request::Action) -> bool {
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
