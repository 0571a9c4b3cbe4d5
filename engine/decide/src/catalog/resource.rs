//! Forms of resource ARNs.

/// The kinds of IAM resources (policy language §1.10). `root` is what the managed policies for
/// central root access name.
pub const IAM_PATHS: &[&str] = &[
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

/// The kinds of S3 resources whose ARNs have a region and an account, unlike buckets and objects.
pub const REGIONAL_S3_PATHS: &[&str] =
    &["accesspoint", "access-grants/", "async-request/", "job/", "storage-lens"];

/// The partitions that exist; those of isolated regions have more after their last name.
const PARTITIONS: [&str; 4] = ["aws", "aws-cn", "aws-us-gov", "aws-eusc"];

/// True if AWS has a partition of this name.
///
/// ```
/// # use polsim_decide as polsim;
/// assert!(polsim::catalog::is_partition("aws-cn"));
/// assert!(!polsim::catalog::is_partition("amazon"));
/// ```
pub fn is_partition(text: &str) -> bool {
    PARTITIONS.contains(&text) || text.starts_with("aws-iso")
}
