//! The owner of a request's resource (request notes §5).

use super::{Context, ContextValue, Principal, Resource, is_account_id};
use crate::catalog::{AwsOwned, keys};
use crate::text::KeyName;

/// The account that owns a resource, and what tells it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{OwnerBasis, Request, RequestParts};
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::bucket/key",
///     ..RequestParts::default()
/// })?;
/// let owner = request.owner();
/// assert_eq!((owner.account, owner.basis), (Some("111122223333"), OwnerBasis::Assumed));
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Owner<'a> {
    /// The account, where it is known.
    pub account: Option<&'a str>,
    /// The source of the knowledge.
    pub basis: OwnerBasis,
}

/// The source of the knowledge whose a resource is.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::OwnerBasis;
/// assert_eq!(OwnerBasis::Scenario.as_str(), "scenario");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OwnerBasis {
    /// The account is in the ARN.
    Arn,
    /// Nobody said, and the caller's account is taken.
    Assumed,
    /// The resource is one of AWS's own.
    Aws,
    /// The request says so.
    Given,
    /// A policy that is attached to the resource is of an account.
    Policy,
    /// The input says whose its resources are.
    Scenario,
}

impl OwnerBasis {
    /// The word of results.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arn => "arn",
            Self::Assumed => "assumed",
            Self::Aws => "aws",
            Self::Given => "given",
            Self::Policy => "policy",
            Self::Scenario => "scenario",
        }
    }
}

/// Facts about the resource of a request that neither its ARN nor the context tells.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::request::{OwnerBasis, Request, RequestParts, ResourceFacts};
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:GetObject",
///     resource: "arn:aws:s3:::vendor-data/key",
///     about_resource: ResourceFacts { account: Some("444455556666"), ..ResourceFacts::default() },
///     ..RequestParts::default()
/// })?;
/// assert_eq!(request.owner().basis, OwnerBasis::Scenario);
/// # Ok::<(), polsim::request::RequestError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct ResourceFacts<'a> {
    /// The account that owns it.
    pub account: Option<&'a str>,
    /// The account of the policy that is attached to it, where nothing else tells the owner.
    pub policy_account: Option<&'a str>,
    /// The region that it is in.
    pub region: Option<&'a str>,
    /// Its tags.
    pub tags: Vec<(&'a str, &'a str)>,
    /// The bucket uses tags in authorization, or not; none: not said.
    pub abac: Option<bool>,
    /// The key is one that AWS manages.
    pub aws_managed: bool,
}

impl ResourceFacts<'_> {
    /// Puts the region and the tags into a context where it does not have their keys. An ARN that has
    /// a region tells it; the tags of a bucket count where attribute-based access control is on
    /// (Amazon S3 User Guide, "Enabling ABAC in general purpose buckets").
    pub(super) fn apply(&self, resource: &str, context: &mut Vec<(KeyName, ContextValue)>) {
        let mut given: Vec<(String, &str)> = Vec::new();
        let mut parts = resource.splitn(6, ':').skip(2);
        let (service, region) = (parts.next(), parts.next());
        if let (Some(own), Some("")) = (self.region, region) {
            given.push((keys::REQUESTED_REGION.to_owned(), own));
        }
        let is_bucket = service == Some("s3") && region == Some("");
        if !is_bucket || self.abac == Some(true) {
            for (name, value) in &self.tags {
                given.push((format!("{}{name}", keys::RESOURCE_TAG), value));
                if is_bucket {
                    given.push((format!("{BUCKET_TAG}{name}"), value));
                }
            }
        }
        for (key, value) in given {
            if !context.iter().any(|(known, _)| known.is(&key)) {
                context.push((KeyName::new(&key), ContextValue::from(value)));
            }
        }
    }
}

/// The family of keys with the tags of a bucket.
const BUCKET_TAG: &str = "s3:BucketTag/";

/// The owner of the resource as the request keeps it: the account that decides like an owner, and the
/// basis.
pub(super) fn owner(
    given: Option<&str>,
    facts: &ResourceFacts<'_>,
    (principal, resource, context): (&Principal, &Resource, &Context),
    complete: bool,
) -> (Option<Box<str>>, OwnerBasis) {
    let some = |account: &str, basis| (Some(account.into()), basis);
    if let Some(account) = given.or_else(|| context.one(keys::RESOURCE_ACCOUNT)) {
        return some(account, OwnerBasis::Given);
    }
    let of_aws = if complete { None } else { AwsOwned::find(resource.as_str()) };
    match resource.account() {
        // A complete request says all there is.
        Some(account) if complete || is_account_id(account) => {
            return some(account, OwnerBasis::Arn);
        }
        Some(account) if of_aws.is_none() => return some(account, OwnerBasis::Arn),
        _ => (),
    }
    if let Some(account) = facts.account {
        return some(account, OwnerBasis::Scenario);
    }
    if let Some(account) = facts.policy_account {
        return some(account, OwnerBasis::Policy);
    }
    let own = principal.account().map(Box::from);
    match of_aws {
        // What AWS opens to every account is decided by the caller's own policies.
        Some(AwsOwned { open: true, .. }) => (own, OwnerBasis::Aws),
        Some(AwsOwned { open: false, .. }) => (None, OwnerBasis::Aws),
        None => (own, OwnerBasis::Assumed),
    }
}
