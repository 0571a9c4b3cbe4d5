//! Properties: what must hold for every request of a shape.
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
//! policies of the set; `by: anyone` about every principal of every account, services and nobody,
//! with whatever identity policies a stranger may write for himself. `expect` says which verdict is
//! wanted, `proved` if it is left out.

use super::shape::{BY, CODES, REQUEST_SHAPE, RequestShape};
use crate::network::Ways;
use crate::text::shape::{Field, Kind, Shape};
use crate::text::{Diagnostic, Member, Node, Source, Span};

/// What a property says of the requests of its shape.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// At least one is allowed.
    Allow,
    /// Every one is allowed.
    Always,
    /// None is allowed.
    Deny,
    /// Every one is explicitly denied.
    Guard,
    /// Every one that is allowed is allowed by other policies too.
    NoMoreThan,
}

/// Whose requests a property is about.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Asker {
    /// Every principal, service and nobody; strangers have whatever policies they like.
    Anyone,
    /// The principal that carries the identity policies of the set.
    Holder,
}

/// The verdict that a property is expected to get.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Expected {
    /// It holds.
    Proved,
    /// It cannot be decided.
    Unknown,
    /// It is about no request at all.
    Vacuous,
    /// It does not hold.
    Violated,
}

/// A property that has been read.
#[derive(Clone, Debug)]
pub(crate) struct Property {
    pub(crate) claim: Claim,
    pub(crate) shape: RequestShape,
    pub(crate) by: Option<Asker>,
    pub(crate) expected: Expected,
}

const CLAIMS: [Claim; 5] =
    [Claim::Allow, Claim::Always, Claim::Deny, Claim::Guard, Claim::NoMoreThan];

static THAN: Shape = Shape {
    name: "noMoreThan",
    doc: "The policies that set the bound, and which requests are compared.",
    members: &[
        Field::required("policies", Kind::Any, "The policies that set the bound."),
        Field::optional("of", Kind::Object(&REQUEST_SHAPE), "The requests that are compared."),
    ],
};

static PROPERTY: Shape = Shape {
    name: "property",
    doc: "What must hold for every request.",
    members: &[
        Field::optional("name", Kind::Text, "How results call it."),
        Field::optional("why", Kind::Text, "Why it must hold, for readers."),
        Field::optional("policies", Kind::Any, "The policies it is about."),
        Field::optional("deny", Kind::Object(&REQUEST_SHAPE), "No such request is allowed."),
        Field::optional("allow", Kind::Object(&REQUEST_SHAPE), "Some such request is allowed."),
        Field::optional("always", Kind::Object(&REQUEST_SHAPE), "Every such request is allowed."),
        Field::optional(
            "guard",
            Kind::Object(&REQUEST_SHAPE),
            "Every such request is explicitly denied, so that no later grant opens it.",
        ),
        Field::optional(
            "no-more-than",
            Kind::Object(&THAN),
            "Nothing is allowed that other policies do not allow.",
        ),
        Field::optional("by", Kind::Choice(BY), "Whose requests: `holder` or `anyone`."),
        Field::optional(
            "expect",
            Kind::Choice(&["proved", "violated", "unknown", "vacuous"]),
            "The verdict that is wanted; `proved` if it is left out.",
        ),
    ],
};

impl Property {
    /// Reads the property of `node`; complaints and notes go to `found`.
    pub(crate) fn read(source: &Source, node: &Node, found: &mut Vec<Diagnostic>) -> Option<Self> {
        let before = found.len();
        PROPERTY.check(node, source, CODES, found);
        if found.len() > before {
            return None;
        }
        let (claim, member) = the_claim(source, node, found)?;
        let empty = Node { span: member.value.span, value: crate::text::Value::Object(Vec::new()) };
        let shape = match claim {
            Claim::NoMoreThan => member.value.member("of").map_or(&empty, |of| &of.value),
            _ => &member.value,
        };
        let shape = RequestShape::read(source, shape, found);
        if shape.is_empty() && claim != Claim::NoMoreThan {
            let message = format!("`{}` is about every request there is", claim.as_str());
            let note = Diagnostic::warning("V0101", source, member.key_span, message);
            found.push(
                note.with_help("name actions, resources, principals or an origin to narrow it"),
            );
        }
        let inner = member.value.member("by").filter(|_| claim != Claim::NoMoreThan);
        let by = node.member("by").or(inner).and_then(|by| Asker::read(by.value.as_str()?));
        let expected = node.member("expect").and_then(|it| Expected::read(it.value.as_str()?));
        Some(Self { claim, shape, by, expected: expected.unwrap_or(Expected::Proved) })
    }
}

/// The one member that says what is claimed.
fn the_claim<'n>(
    source: &Source,
    node: &'n Node,
    found: &mut Vec<Diagnostic>,
) -> Option<(Claim, &'n Member)> {
    let claims: Vec<(Claim, &Member)> = CLAIMS
        .into_iter()
        .filter_map(|claim| Some((claim, node.member(claim.as_str())?)))
        .collect();
    let complain = |span: Span, message: &str| {
        Diagnostic::error(CODES.missing, source, span, message.to_owned())
            .with_help("one of: deny, allow, always, guard, no-more-than")
    };
    match claims[..] {
        [one] => Some(one),
        [] => {
            found.push(complain(node.span, "the property claims nothing"));
            None
        }
        [(_, first), (_, second), ..] => {
            let later = first.key_span.max(second.key_span);
            found.push(complain(later, "the property claims two things"));
            None
        }
    }
}

impl Claim {
    /// The ways of origins that the claim is about: what nobody may do must hold for every way,
    /// what somebody can do is asked of plain clients (perimeter-2 §3).
    pub(crate) fn ways(self) -> Ways {
        match self {
            Self::Allow | Self::Always => Ways::Plain,
            Self::Deny | Self::Guard | Self::NoMoreThan => Ways::Every,
        }
    }

    /// The member that makes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Always => "always",
            Self::Deny => "deny",
            Self::Guard => "guard",
            Self::NoMoreThan => "no-more-than",
        }
    }
}

impl Asker {
    fn read(text: &str) -> Option<Self> {
        match text {
            "anyone" => Some(Self::Anyone),
            "holder" => Some(Self::Holder),
            _ => None,
        }
    }
}

impl Expected {
    fn read(text: &str) -> Option<Self> {
        [Self::Proved, Self::Unknown, Self::Vacuous, Self::Violated]
            .into_iter()
            .find(|it| it.as_str() == text)
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Unknown => "unknown",
            Self::Vacuous => "vacuous",
            Self::Violated => "violated",
        }
    }
}
