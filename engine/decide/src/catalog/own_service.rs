//! What belongs to a service: the resources that its actions are asked about, and the requests that
//! have its keys (request notes §1.5).

use super::{ContextKey, FilledFrom};

/// Services whose actions are asked about resources of others, with the services in the ARNs of
/// these; `*` stands for any. All other services ask about their own.
#[rustfmt::skip]
const RESOURCES: &[(&str, &[&str])] = &[
    ("aco-automation", &["compute-optimizer"]),
    ("apprunner", &["apprunner", "wafv2"]),
    ("aps", &["aps", "eks"]),
    ("arc-zonal-shift", &["elasticloadbalancing"]),
    ("backup", &["*"]),
    ("bcm-data-exports", &["bcm-data-exports", "billing"]),
    ("ce", &["billing", "ce"]),
    ("cloudfront-keyvaluestore", &["cloudfront"]),
    ("cloudtrail-data", &["cloudtrail"]),
    ("codestar", &["codestar", "iam"]),
    ("cognito-idp", &["cognito-idp", "wafv2"]),
    ("connect", &["app-integrations", "connect", "wisdom"]),
    ("devops-guru", &["sns"]),
    ("ds-data", &["ds"]),
    ("ebs", &["ec2"]),
    ("ec2", &["acm", "ec2", "elastic-inference", "iam", "license-manager", "resource-groups"]),
    ("ec2-instance-connect", &["ec2"]),
    ("eks-auth", &["eks"]),
    ("es", &["es", "iam", "opensearch"]),
    ("events", &["events", "kms"]),
    ("greengrass", &["greengrass", "iot"]),
    ("iotjobsdata", &["iot"]),
    ("iotwireless", &["iot", "iotwireless"]),
    ("iq", &["iq", "iq-permission"]),
    ("kafka-cluster", &["kafka"]),
    ("kinesis", &["kinesis", "kms"]),
    ("payment-cryptography", &["mpa", "payment-cryptography"]),
    ("q", &["codewhisperer", "qdeveloper"]),
    ("qapps", &["qapps", "qbusiness"]),
    ("rds-data", &["rds"]),
    ("redshift-data", &["redshift", "redshift-serverless"]),
    ("route53", &["ec2", "route53"]),
    ("route53-recovery-cluster", &["route53-recovery-control"]),
    ("route53-recovery-control-config", &["route53-recovery-control"]),
    ("s3", &["s3", "s3-object-lambda"]),
    ("sagemaker-mlflow", &["sagemaker"]),
    ("servicecatalog", &["catalog", "servicecatalog"]),
    ("ssm", &["ec2", "ecs", "iam", "s3", "ssm"]),
    ("sso-oauth", &["sso"]),
    ("sts", &["iam", "sts"]),
    ("vpc-lattice-svcs", &["vpc-lattice"]),
    ("vpce", &["ec2"]),
    ("waf-regional", &["elasticloadbalancing", "waf-regional"]),
    ("wafv2", &["amplify", "apigateway", "apprunner", "appsync", "bedrock-agentcore", "cognito-idp", "ec2", "elasticloadbalancing", "wafv2"]),
    ("workspaces-instances", &["ec2", "workspaces-instances"]),
];

/// Prefixes of keys that requests of other services have, too.
const KEYS: &[(&str, &[&str])] = &[
    ("catalog", &["aws-marketplace"]),
    ("cognito-identity-auth", &["cognito-identity"]),
    ("cognito-identity-unauth", &["cognito-identity"]),
    ("connect", &["cases"]),
    ("ec2", &["ec2-instance-connect"]),
    ("elasticloadbalancing", &["arc-zonal-shift"]),
    ("iam", &["codestar", "sts"]),
    ("identitystore", &["q", "qbusiness"]),
    ("iot", &["iotjobsdata"]),
    ("logs", &["xray"]),
    ("saml", &["sts"]),
];

/// The services in the ARNs of resources that actions of this service are asked about; none where
/// they may be any.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::own_service;
/// assert_eq!(own_service::of_resources("sts"), Some(vec!["iam", "sts"]));
/// assert_eq!(own_service::of_resources("sqs"), Some(vec!["sqs"]));
/// ```
pub fn of_resources(service: &str) -> Option<Vec<&str>> {
    match RESOURCES.iter().find(|(own, _)| own.eq_ignore_ascii_case(service)) {
        Some((_, ["*"])) => None,
        Some((_, others)) => Some(others.to_vec()),
        None => Some(vec![service]),
    }
}

/// The services whose requests have a key; none where any may: a global key, one of an identity
/// provider, one that comes with the credentials.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::own_service;
/// assert_eq!(own_service::of_key("ec2:Owner"), Some(vec!["ec2", "ec2-instance-connect"]));
/// assert_eq!(own_service::of_key("aws:SourceIp"), None);
/// assert_eq!(own_service::of_key("ec2:SourceInstanceArn"), None);
/// ```
pub fn of_key(key: &str) -> Option<Vec<&str>> {
    let (prefix, _) = key.split_once(':')?;
    let is_service = prefix.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    if !is_service || prefix.eq_ignore_ascii_case("aws") || is_of_credentials(key) {
        return None;
    }
    let others = KEYS.iter().find(|(own, _)| own.eq_ignore_ascii_case(prefix));
    let others = others.map(|(_, services)| *services).unwrap_or_default();
    Some(std::iter::once(prefix).chain(others.iter().copied()).collect())
}

/// Tells whether a key comes with the credentials of a session.
fn is_of_credentials(key: &str) -> bool {
    ContextKey::find(key).is_some_and(|row| row.from == FilledFrom::Credentials)
}

#[cfg(all(test, feature = "catalog"))]
mod tests {
    use super::{of_key, of_resources};
    use crate::catalog::Catalog;

    #[test]
    fn resources_and_keys_are_those_that_the_reference_lists() {
        let catalog = Catalog::embedded().unwrap();
        let mut odd = std::collections::BTreeSet::new();
        for service in catalog.services() {
            let prefix = &*service.prefix;
            for it in catalog.resource_types(prefix) {
                let own = it.format.split(':').nth(2).unwrap_or_default();
                if of_resources(prefix).is_some_and(|known| !known.contains(&own)) {
                    odd.insert(format!("{prefix} is asked about {own}"));
                }
            }
            for action in catalog.actions(prefix) {
                for key in action.keys() {
                    if of_key(&key.name).is_some_and(|known| !known.contains(&prefix)) {
                        let own = key.name.split(':').next().unwrap_or_default();
                        odd.insert(format!("{prefix} has keys of {own}: {}", key.name));
                    }
                }
            }
        }
        assert!(odd.is_empty(), "{odd:#?}");
    }
}
