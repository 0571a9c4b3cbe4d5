//! Reads that a service signs with an identity of its own and hands out (request notes §6.6).

use crate::request::Request;
use crate::text::{CaseRule, NoVariables, Pattern};

/// Buckets of AWS whose objects are read by links that a service signs: the pattern of their ARNs,
/// the service, and the action that hands the link out. Sources: Amazon ECR User Guide, "Amazon ECR
/// interface VPC endpoints (AWS PrivateLink)"; aws-samples/data-perimeter-policy-examples,
/// `service_owned_resources.md`.
const BUCKETS: [(&str, &str, &str); 4] = [
    ("arn:*:s3:::prod-*-starport-layer-bucket/*", "ECR", "ecr:GetDownloadUrlForLayer"),
    ("arn:*:s3:::awslambda-*-tasks/*", "Lambda", "lambda:GetFunction"),
    (
        "arn:*:s3:::patch-baseline-snapshot-*/*",
        "Systems Manager",
        "ssm:GetDeployablePatchSnapshotForInstance",
    ),
    ("arn:*:s3:::assets-*/*", "CodeArtifact", "codeartifact:GetPackageVersionAsset"),
];

/// The remark about a read that a service signs for the caller: conditions on the principal see the
/// service's account. Nothing for any other request.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::call::signer;
/// # use polsim::request::{Request, RequestParts};
/// let read = |resource| {
///     Request::new(RequestParts {
///         principal: "arn:aws:sts::111122223333:assumed-role/TaskExec/t",
///         action: "s3:GetObject",
///         resource,
///         ..RequestParts::default()
///     })
/// };
/// let layer = read("arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/0a1b/layer")?;
/// let remark = signer(&layer).expect("ECR signs it");
/// assert!(remark.starts_with("reads of this bucket are presigned by ECR: the principal is ECR's account"));
/// assert_eq!(signer(&read("arn:aws:s3:::lake/a")?), None);
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
pub fn signer(request: &Request) -> Option<String> {
    let reads = ["s3:GetObject", "s3:GetObjectVersion"];
    // Only IAM principals of a customer's account could be taken for the one who signs.
    request.principal().account()?;
    if !reads.iter().any(|it| request.action().is(it)) {
        return None;
    }
    let resource = request.resource().as_str();
    let is_it =
        |pattern: &str| Pattern::wildcard(pattern).matches(resource, CaseRule::Exact, &NoVariables);
    let (_, service, action) = BUCKETS.iter().find(|(pattern, ..)| is_it(pattern))?;
    Some(format!(
        "reads of this bucket are presigned by {service}: the principal is {service}'s account, not \
         yours, and conditions on the principal see that account; {action} hands the link out"
    ))
}
