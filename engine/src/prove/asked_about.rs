//! The requests that a property asks about, in words: callers, actions, resources, origins, and the
//! premises that limit them.

use std::fmt;

use super::caller::OurAccounts;
use super::property::{Asker, Property, is_carried};
use crate::catalog::keys;
use crate::lower::Scope;
use crate::network::{Network, Ways};
use crate::policy::ResourcePattern;
use crate::request::{Request, Resource};
use crate::text::NoVariables;

/// Upper bound on the names in each list.
const MAX_NAMED: usize = 4;

/// The requests that a verdict is about.
///
/// ```
/// # use polsim::prove::{Claim, Limits, Property, RequestShape, Verifier};
/// let shape = RequestShape::default().for_actions(["s3:GetObject"])?.of_principals(["anonymous"])?;
/// let properties = [Property::new("closed", Claim::Deny, shape, Vec::new())];
/// let verifier = Verifier::new(&properties, None)?;
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// let asked = report.asked_about.to_string();
/// assert_eq!(asked, "anonymous calling s3:GetObject on any resource");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AskedAbout {
    /// Callers whose requests are meant, such as `everybody`.
    pub callers: String,
    /// Actions that are called.
    pub actions: String,
    /// Resources that are called on.
    pub resources: String,
    /// Account that owns the resources which policies are attached to, where the input has one only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Box<str>>,
    /// Origins that the requests come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Flag that the property asks what nobody may do of plain clients only: ways that a caller may
    /// choose are left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub plain_ways_only: bool,
    /// Way that plain clients do not take, and where the answer is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
    /// Flag that the shape has further conditions or exceptions.
    pub narrowed: bool,
    /// Names of the premises that a proof about these requests rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub premises: Vec<&'static str>,
    /// Caller that is not asked about, and whom the policy of a resource grants such a request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_asked: Option<String>,
}

/// The premise that principals of ours to which no policy here is attached have none.
const IDENTITY_POLICIES_COMPLETE: &str = "identity-policies-complete";
/// The premise that resources which policies here are attached to belong to the input's account.
const OWNERS: &str = "owners";
/// The premise that only the carriers of the policies matter.
const HOLDERS_ONLY: &str = "holders-only";
/// The premise that only the listed principals matter.
const LISTED_ONLY: &str = "listed-only";

impl AskedAbout {
    /// The requests that a property asks about.
    pub(super) fn new(property: &Property, network: Option<&Network>) -> Self {
        let ours = OurAccounts::of(network, &property.policies);
        let shape = &property.shape;
        let resources = shape.resources.as_ref().map(|all| list(all.iter().map(text)));
        let owner = ours.owner_of_attached(&property.policies);
        let owner = owner.filter(|_| is_of_attached(property)).map(Box::from);
        let narrowed = !shape.when.is_empty()
            || shape.not.is_some()
            || !shape.all.is_empty()
            || shape.any.is_some();
        Self {
            callers: callers(property),
            actions: shape.action_texts().map_or("any action".to_owned(), list),
            resources: resources.unwrap_or_else(|| "any resource".to_owned()),
            owner,
            from: shape.from.as_ref().map(|all| list(all.iter().map(ToString::to_string))),
            plain_ways_only: property.ways == Some(Ways::Plain)
                && property.claim.ways() == Ways::Every,
            otherwise: None,
            narrowed,
            premises: Vec::new(),
            not_asked: None,
        }
    }

    /// The same where a request by a way that plain clients do not take is decided otherwise.
    pub(super) fn otherwise(mut self, request: &Request, network: &Network) -> Self {
        let one = |key| request.context().one(key);
        let way = match (one(keys::SOURCE_VPCE), one(keys::SOURCE_IP)) {
            (Some(id), _) => {
                let name = network.endpoint(id).map_or(id, |(_, endpoint)| endpoint.display());
                format!("through the endpoint `{name}`")
            }
            (None, Some(address)) => format!("from {address}"),
            (None, None) => "without network keys".to_owned(),
        };
        self.otherwise = Some(way);
        self
    }

    /// The same with the premises of a proof. `identities` says whether principals of ours that carry
    /// no policy here are among the callers.
    pub(super) fn with_premises(mut self, identities: bool) -> Self {
        self.premises.extend(identities.then_some(IDENTITY_POLICIES_COMPLETE));
        self.premises.extend(self.owner.is_some().then_some(OWNERS));
        self
    }

    /// The same where somebody else, who is not asked, is allowed such a request.
    pub(super) fn but_not(mut self, by: Asker, caller: String) -> Self {
        self.premises.push(if by == Asker::Holder { HOLDERS_ONLY } else { LISTED_ONLY });
        self.not_asked = Some(caller);
        self
    }
}

/// Tests whether the property asks about resources that policies are attached to.
fn is_of_attached(property: &Property) -> bool {
    let Some(asked) = &property.shape.resources else { return true };
    let attached = property.policies.iter().flat_map(|it| match &it.scope {
        Scope::Resources(patterns) => &patterns[..],
        _ => &[],
    });
    attached.into_iter().any(|pattern| {
        let covers = |it: &ResourcePattern| covers(pattern, it);
        asked.iter().any(covers)
    })
}

/// Tests whether a pattern matches the text of another one.
fn covers(pattern: &ResourcePattern, other: &ResourcePattern) -> bool {
    text(other).parse().is_ok_and(|it: Resource| pattern.matches(&it, &NoVariables))
}

/// The text of a resource pattern.
fn text(pattern: &ResourcePattern) -> String {
    match pattern {
        ResourcePattern::Arn { components, .. } => {
            let parts: Vec<String> = components.iter().map(ToString::to_string).collect();
            parts.join(":")
        }
        ResourcePattern::Any | ResourcePattern::Never => "*".to_owned(),
    }
}

/// The callers of a property, in words.
fn callers(property: &Property) -> String {
    match (property.by, &property.shape.principals) {
        (Asker::Holder, _) => holders(property),
        (_, Some(listed)) => list(listed.iter().map(ToString::to_string)),
        _ => "everybody".to_owned(),
    }
}

/// The principals that carry the policies of a property, in words.
fn holders(property: &Property) -> String {
    let carried = || property.policies.iter().filter(|it| is_carried(it));
    let mut names: Vec<String> = Vec::new();
    let mut unnamed: Vec<String> = Vec::new();
    for policy in carried() {
        match &policy.scope {
            Scope::Principals(arns) => names.extend(arns.iter().map(ToString::to_string)),
            _ => unnamed.push(format!("`{}`", policy.name)),
        }
    }
    names.sort();
    names.dedup();
    if !unnamed.is_empty() {
        return format!("only the principal that carries {}", list(unnamed));
    }
    match names.len() {
        0 => "everybody".to_owned(),
        1 => format!("only the 1 principal that carries policies ({})", list(names)),
        count => format!("only the {count} principals that carry policies ({})", list(names)),
    }
}

/// The items with commas, cut off after a few.
fn list(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<String> = items.into_iter().collect();
    let shown = items.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(MAX_NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

impl fmt::Display for AskedAbout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calling {} on {}", self.callers, self.actions, self.resources)?;
        if let Some(owner) = &self.owner {
            write!(f, " (owner {owner})")?;
        }
        if let Some(from) = &self.from {
            write!(f, " from {from}")?;
        }
        if self.plain_ways_only {
            f.write_str(", by plain clients only: ways that a caller may choose are not asked")?;
        }
        if self.narrowed {
            f.write_str(", as the shape narrows it")?;
        }
        if let Some(way) = &self.otherwise {
            write!(f, "; the answer is another for who chooses the way {way}")?;
        }
        if !self.premises.is_empty() {
            write!(f, "; premises: {}", self.premises.join(", "))?;
        }
        if let Some(caller) = &self.not_asked {
            write!(f, "; others are not asked: a resource policy grants it to {caller}")?;
        }
        Ok(())
    }
}
