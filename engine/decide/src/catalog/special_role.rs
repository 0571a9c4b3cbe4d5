//! Roles whose name tells their path: service-linked roles, and those of permission sets (request
//! notes §4.1, §6.4).

/// Service-linked roles with the service in their path, which no name tells by itself.
const LINKED: &[(&str, &str)] = &[
    ("AWSServiceRoleForAWSCloud9", "cloud9.amazonaws.com"),
    ("AWSServiceRoleForAmazonEKS", "eks.amazonaws.com"),
    ("AWSServiceRoleForAmazonElasticFileSystem", "elasticfilesystem.amazonaws.com"),
    ("AWSServiceRoleForAmazonSageMakerNotebooks", "sagemaker.amazonaws.com"),
    ("AWSServiceRoleForAutoScaling", "autoscaling.amazonaws.com"),
    ("AWSServiceRoleForEC2Spot", "spot.amazonaws.com"),
    ("AWSServiceRoleForECS", "ecs.amazonaws.com"),
    ("AWSServiceRoleForElasticLoadBalancing", "elasticloadbalancing.amazonaws.com"),
    ("AWSServiceRoleForKeyManagementServiceMultiRegionKeys", "mrk.kms.amazonaws.com"),
    ("AWSServiceRoleForRDS", "rds.amazonaws.com"),
    ("AWSServiceRoleForSageMakerHyperPod", "sagemaker.amazonaws.com"),
];

/// The path of service-linked roles.
pub const LINKED_PATH: &str = "role/aws-service-role/";

/// The path of the roles of permission sets, before the region that it may have.
pub const RESERVED_PATH: &str = "role/aws-reserved/sso.amazonaws.com/";

/// Tells whether a role of this name is taken to be service-linked.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::special_role;
/// assert!(special_role::is_linked("AWSServiceRoleForAutoScaling"));
/// ```
pub fn is_linked(name: &str) -> bool {
    name.starts_with("AWSServiceRoleFor")
}

/// The ARN behind the fifth colon of the service-linked role of this name, where its service is known.
pub fn linked_role(name: &str) -> Option<String> {
    let (_, service) = LINKED.iter().find(|(own, _)| *own == name)?;
    Some(format!("{LINKED_PATH}{service}/{name}"))
}

/// Tells whether a name is that of a permission set's role: `AWSReservedSSO_`, the set, and sixteen
/// digits (IAM Identity Center User Guide, "Referencing permission sets in resource policies").
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::special_role;
/// assert!(special_role::is_reserved("AWSReservedSSO_KeyAdmin_0123456789abcdef"));
/// assert!(!special_role::is_reserved("AWSReservedSSO_KeyAdmin"));
/// ```
pub fn is_reserved(name: &str) -> bool {
    let set = name.strip_prefix("AWSReservedSSO_").and_then(|rest| rest.rsplit_once('_'));
    set.is_some_and(|(set, digits)| {
        !set.is_empty() && digits.len() == 16 && digits.bytes().all(|it| it.is_ascii_hexdigit())
    })
}
