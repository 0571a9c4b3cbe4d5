//! Resources that belong to AWS, whose account nobody here knows (request notes §5.1).

/// A form of resources that belong to AWS.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::AwsOwned;
/// let layers = "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/x";
/// assert!(AwsOwned::find(layers).is_some_and(|it| !it.open));
/// assert!(AwsOwned::find("arn:aws:s3:::amzn-s3-demo-bucket/x").is_none());
/// ```
#[derive(Debug)]
pub struct AwsOwned {
    /// The service in the ARN.
    pub service: &'static str,
    /// The account in the ARN.
    pub account: &'static str,
    /// The beginning of what stands behind the fifth colon.
    pub start: &'static str,
    /// The end of the name, up to the first slash.
    pub end: &'static str,
    /// Tells whether every account may use it, as far as its own policies let it.
    pub open: bool,
}

impl AwsOwned {
    /// The row of the resource with this ARN.
    pub fn find(arn: &str) -> Option<&'static Self> {
        let mut parts = arn.splitn(6, ':');
        let (_, _, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (_, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let name = resource.split('/').next().unwrap_or(resource);
        ALL.iter().find(|it| {
            it.service == service
                && it.account == account
                && resource.starts_with(it.start)
                && (it.end.is_empty() || name.ends_with(it.end))
        })
    }
}

const fn open(service: &'static str, account: &'static str, start: &'static str) -> AwsOwned {
    AwsOwned { service, account, start, end: "", open: true }
}

const fn bucket(start: &'static str, end: &'static str) -> AwsOwned {
    AwsOwned { service: "s3", account: "", start, end, open: false }
}

/// Buckets of AWS (Amazon ECR User Guide, "Amazon ECR interface VPC endpoints"; AWS Systems Manager
/// User Guide, "SSM Agent communications with AWS managed S3 buckets"; others as they are seen in
/// pages of their services), and what AWS opens to all.
const ALL: &[AwsOwned] = &[
    bucket("prod-", "-starport-layer-bucket"),
    bucket("awslambda-", "-tasks"),
    bucket("assets-", "-v2"),
    bucket("patch-baseline-snapshot-", ""),
    bucket("amazonlinux", ""),
    bucket("aws-ssm-", ""),
    bucket("aws-windows-downloads-", ""),
    bucket("amazon-ssm-", ""),
    bucket("amazon-ssm-packages-", ""),
    bucket("jumpstart-cache-prod-", ""),
    bucket("packages.", ".amazonaws.com"),
    bucket("repo.", ".amazonaws.com"),
    bucket("sagemaker-", "-prod"),
    open("iam", "aws", ""),
    open("ssm", "", "parameter/aws/"),
    open("bedrock", "", "foundation-model/"),
];
