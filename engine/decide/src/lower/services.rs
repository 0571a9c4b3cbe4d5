//! What AWS's services support: data that grows, kept apart from the rules.

use crate::formula::{Atom, FormulaId, Formulas};
use crate::policy::ActionPattern;
use crate::text::Pattern;

/// The services whose resources RCPs protect, by action prefix (policy language §1.12, perimeter
/// §1.6; state of September 2026).
pub const RCP_SERVICES: &[&str] = &[
    "aoss",
    "appconfig",
    "appstream",
    "autoscaling",
    "autoscaling-plans",
    "budgets",
    "clouddirectory",
    "cloudfront",
    "cloudsearch",
    "cloudtrail-data",
    "codeartifact",
    "codebuild",
    "codecommit",
    "codepipeline",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "cost-optimization-hub",
    "dax",
    "dsql",
    "dynamodb",
    "ecr",
    "ecr-public",
    "events",
    "firehose",
    "fis",
    "fms",
    "gamelift",
    "health",
    "inspector-scan",
    "kendra",
    "kinesisvideo",
    "kms",
    "logs",
    "memorydb",
    "networkmonitor",
    "notifications",
    "opensearch",
    "pca-connector-ad",
    "personalize",
    "polly",
    "pricing",
    "resource-groups",
    "rolesanywhere",
    "s3",
    "secretsmanager",
    "servicediscovery",
    "signin",
    "sqs",
    "sts",
    "support",
    "swf",
    "textract",
    "timestream-influxdb",
    "transcribe",
    "transfer",
    "translate",
    "wafv2",
    "workspaces",
    "xray",
];

/// Services whose VPC endpoints take no policy, so that every request passes
/// (policy language §5.8).
pub const SERVICES_WITHOUT_ENDPOINT_POLICIES: &[&str] =
    &["acm", "appsync", "artifact", "cloudfront-keyvaluestore", "glacier", "route53"];

/// The action belongs to one of the services.
pub(super) fn action_of(formulas: &mut Formulas, services: &[&str]) -> FormulaId {
    let parts: Vec<FormulaId> =
        services.iter().map(|service| action(formulas, service, "*")).collect();
    formulas.any(parts)
}

/// The action is one of this service with a name in the pattern.
pub(super) fn action(formulas: &mut Formulas, service: &str, name: &str) -> FormulaId {
    let pattern =
        ActionPattern::Of { service: Pattern::literal(service), name: Pattern::wildcard(name) };
    formulas.atom(Atom::Action(pattern))
}
