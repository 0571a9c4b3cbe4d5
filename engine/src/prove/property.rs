//! Properties: claims about every request of a shape.
//!
//! A scenario writes them so; `scenario` reads that into [`Property`], which code can also build.
//!
//! ```yaml
//! properties:
//!   - name: nothing off the network gets in
//!     deny: {from: off-network}          # no such request is allowed
//!   - allow: {from: office}              # at least one such request is allowed
//!   - always: {from: office}             # every such request is allowed
//!   - guard: {from: off-network}         # every such request is explicitly denied
//!   - no-more-than: {policies: [old]}    # allows nothing that these policies do not
//! ```
//!
//! `by: holder` asks about the principal that carries the identity policies, boundaries and session
//! policies of the set; `by: anyone` about every principal of every account, services and unsigned
//! callers: those of ours that carry no policy here have none, strangers have whatever they like and
//! none of our service control policies. `principals` in a shape asks about those, holders or not.
//! Without either, policies that are attached to named principals leave everybody to be asked, and
//! policies that name none are about whoever carries them. `expect` names the verdict that is wanted,
//! `proved` by default.

use super::request_shape::RequestShape;
use crate::lower::{AttachedPolicy, Scope};
use crate::network::Ways;
use crate::policy::PolicyType;
use crate::text::{Diagnostic, Span};

/// A claim about every request of a shape, and the policies it is about.
///
/// ```
/// use polsim::lower::AttachedPolicy;
/// use polsim::network::Network;
/// use polsim::policy::{Policy, PolicyType};
/// use polsim::prove::{Claim, Limits, Property, RequestShape, Verifier};
/// use polsim::text::Source;
///
/// let network = Network::parse(&Source::new(
///     "network.yaml",
///     "{region: eu-west-1, account: '111122223333', sites: [{name: office, egress: 203.0.113.0/24}]}",
/// ));
/// let policy = Policy::parse(
///     &Source::new(
///         "policy.json",
///         r#"{"Version": "2012-10-17", "Statement": {
///             "Effect": "Allow", "Action": "s3:*", "Resource": "*",
///             "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}"#,
///     ),
///     PolicyType::Identity,
/// );
/// let (network, policy) = (network.expect("a network"), policy.expect("a policy").policy);
///
/// let shape = RequestShape::default().coming_from(["off-network"]).for_actions(["s3:*"])?;
/// let policies = vec![AttachedPolicy::new(policy)];
/// let properties = [Property::new("closed to the internet", Claim::Deny, shape, policies)];
/// let verifier = Verifier::new(&properties, Some(&network))?;
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// assert_eq!(report.verdict.as_str(), "proved");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Property {
    /// Name of the property in reports.
    pub name: Box<str>,
    /// Claim about the requests.
    pub claim: Claim,
    /// Requests that the claim is about.
    pub shape: RequestShape,
    /// Callers whose requests are meant.
    pub by: Asker,
    /// Policies that decide the requests.
    pub policies: Vec<AttachedPolicy>,
    /// For [`Claim::NoMoreThan`]: the policies that set the bound.
    pub bound: Vec<AttachedPolicy>,
    /// Ways of origins that the property is about, where it pins them: plain clients' only, or every
    /// way of what it leaves out, too. Else the claim says which, and what a property of every way
    /// leaves out is what plain clients do.
    pub ways: Option<Ways>,
    /// Verdict that is wanted.
    pub expected: Expected,
    /// Names of the choices that the verdict is expected to depend on, in their order; none where
    /// any will do.
    pub depends_on: Vec<Box<str>>,
    /// Location in the scenario's text; empty for a property that code builds.
    pub span: Span,
    /// Remarks about the property itself, such as a shape that leaves nothing out.
    pub notes: Vec<Diagnostic>,
}

/// A claim about the requests of a shape.
///
/// ```
/// # use polsim::prove::Claim;
/// assert_eq!(Claim::ExplicitDeny.as_str(), "guard");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// At least one request is allowed.
    Allow,
    /// Every request is allowed.
    Always,
    /// No request is allowed.
    Deny,
    /// Every request is explicitly denied, so that no later grant opens it.
    #[serde(rename = "guard")]
    ExplicitDeny,
    /// Every request that is allowed is allowed by other policies too.
    NoMoreThan,
}

/// Callers whose requests a property is about.
///
/// ```
/// # use polsim::prove::{Asker, Claim, Property, RequestShape};
/// // No policy here is carried by a principal, so everybody is meant.
/// let property = Property::new("closed", Claim::Deny, RequestShape::default(), Vec::new());
/// assert_eq!(property.by, Asker::Anyone);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Asker {
    /// Every principal, service and unsigned caller; strangers have whatever policies they like.
    Anyone,
    /// The principal that carries the identity policies of the set.
    Holder,
    /// The principals that the shape lists, whether they carry policies of the set or not.
    Listed,
}

/// Verdict that a property is expected to get.
///
/// ```
/// # use polsim::prove::Expected;
/// assert_eq!(Expected::Proved.as_str(), "proved");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// The property holds or not depending on what AWS leaves open.
    Depends,
    /// The property holds, which is proved.
    Proved,
    /// The property cannot be decided.
    Unknown,
    /// The property is about no request at all.
    Vacuous,
    /// The property does not hold.
    Violated,
}

impl Property {
    /// The property that `claim` holds for the requests of `shape`, decided by `policies`. The callers
    /// are those that the shape lists; else the holder of the policies if they name no principal that
    /// carries them; else anyone.
    pub fn new(
        name: impl Into<Box<str>>,
        claim: Claim,
        shape: RequestShape,
        policies: Vec<AttachedPolicy>,
    ) -> Self {
        Self {
            name: name.into(),
            claim,
            ways: None,
            by: Asker::default_for(&shape, &policies),
            shape,
            policies,
            bound: Vec::new(),
            expected: Expected::Proved,
            depends_on: Vec::new(),
            span: Span::default(),
            notes: Vec::new(),
        }
    }

    /// The same property about the requests of these callers.
    #[must_use]
    pub fn by(self, by: Asker) -> Self {
        Self { by, ..self }
    }

    /// The same property with these policies as the bound of [`Claim::NoMoreThan`].
    #[must_use]
    pub fn bounded_by(self, bound: Vec<AttachedPolicy>) -> Self {
        Self { bound, ..self }
    }

    /// The same property about the ways of plain clients only, although somebody may choose others.
    #[must_use]
    pub fn of_plain_clients(self) -> Self {
        Self { ways: Some(Ways::Plain), ..self }
    }

    /// The same property with another verdict wanted.
    #[must_use]
    pub fn expecting(self, expected: Expected) -> Self {
        Self { expected, ..self }
    }
}

impl Claim {
    /// The ways of origins that the claim is about: what nobody may do must hold for every way,
    /// what somebody can do is asked of plain clients (perimeter-2 §3).
    pub(crate) fn ways(self) -> Ways {
        match self {
            Self::Allow | Self::Always => Ways::Plain,
            Self::Deny | Self::ExplicitDeny | Self::NoMoreThan => Ways::Every,
        }
    }

    /// The claims in alphabetical order.
    pub const ALL: [Self; 5] =
        [Self::Allow, Self::Always, Self::Deny, Self::ExplicitDeny, Self::NoMoreThan];

    /// The member of a scenario's property that makes the claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Always => "always",
            Self::Deny => "deny",
            Self::ExplicitDeny => "guard",
            Self::NoMoreThan => "no-more-than",
        }
    }
}

impl Asker {
    /// The callers meant where a property does not say: a property that lists principals is about
    /// them; policies whose carriers are named leave everybody else to be asked too; policies that
    /// name no carrier are about whoever carries them.
    pub fn default_for(shape: &RequestShape, policies: &[AttachedPolicy]) -> Self {
        let is_named = |it: &AttachedPolicy| matches!(it.scope, Scope::Principals(_));
        let mut carried = policies.iter().filter(|it| is_carried(it));
        if shape.principals.is_some() {
            Self::Listed
        } else if carried.any(|it| !is_named(it)) {
            Self::Holder
        } else {
            Self::Anyone
        }
    }
}

impl Expected {
    /// The verdicts in alphabetical order.
    pub const ALL: [Self; 5] =
        [Self::Depends, Self::Proved, Self::Unknown, Self::Vacuous, Self::Violated];

    /// The word of the verdict.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Depends => "depends",
            Self::Proved => "proved",
            Self::Unknown => "unknown",
            Self::Vacuous => "vacuous",
            Self::Violated => "violated",
        }
    }
}

/// Tests whether a policy is carried by a principal.
pub(super) fn is_carried(policy: &AttachedPolicy) -> bool {
    matches!(
        policy.policy.policy_type,
        PolicyType::Identity | PolicyType::Boundary | PolicyType::Session
    )
}
