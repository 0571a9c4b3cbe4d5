//! Properties of a scenario, read from the spanned tree.

use super::caveats::caveats;
use super::request_shape::{self, CODES};
use super::shape::PROPERTY;
use crate::lower::AttachedPolicy;
use crate::network::{Network, Ways};
use crate::prove::{Asker, Claim, Expected, Property, RequestShape};
use crate::text::{Diagnostic, Diagnostics, Member, Node, Severity, Source, Span, read};

/// The property in the text of `source` (YAML or JSON, as a scenario lists properties) about these
/// policies; `bound` are those of `no-more-than`.
///
/// ```
/// # use polsim::prove::{Claim, Limits, Verifier};
/// # use polsim::scenario::parse_property;
/// # use polsim::text::Source;
/// let text = r#"{name: closed, deny: {actions: ["s3:Put*"], principals: [anonymous]}}"#;
/// let property = parse_property(&Source::new("property.yaml", text), None, Vec::new(), Vec::new());
/// let properties = [property.expect("a property without mistakes")];
/// assert_eq!(properties[0].claim, Claim::Deny);
/// let verifier = Verifier::new(&properties, None)?;
/// let report = verifier.decide(0, Limits::default()).expect("the first property");
/// assert_eq!(report.verdict.as_str(), "proved");
/// # Ok::<(), polsim::prove::OriginError>(())
/// ```
///
/// # Errors
/// All mistakes in it (codes `V0…`).
pub fn parse_property(
    source: &Source,
    network: Option<&Network>,
    policies: Vec<AttachedPolicy>,
    bound: Vec<AttachedPolicy>,
) -> Result<Property, Diagnostics> {
    let node = read(source)?;
    let name = node.member("name").and_then(|it| it.value.as_text());
    let name = name.unwrap_or("property").into();
    let mut refused = Vec::new();
    let written = WrittenProperty { source, node: &node, name, policies, bound };
    let property = written.read(network, &mut refused);
    refused.sort_by_key(|it| it.span);
    match property {
        Some(property) if refused.is_empty() => Ok(property),
        _ => Err(refused.into()),
    }
}

/// A property in a scenario's text, with its policies resolved.
pub(super) struct WrittenProperty<'a> {
    pub(super) source: &'a Source,
    pub(super) node: &'a Node,
    pub(super) name: Box<str>,
    pub(super) policies: Vec<AttachedPolicy>,
    pub(super) bound: Vec<AttachedPolicy>,
}

impl WrittenProperty<'_> {
    /// Reads the property; mistakes go to `refused`.
    pub(super) fn read(
        self,
        network: Option<&Network>,
        refused: &mut Vec<Diagnostic>,
    ) -> Option<Property> {
        let Self { source, node, name, policies, bound } = self;
        let mut found = Vec::new();
        PROPERTY.check(node, source, CODES, &mut found);
        if !found.is_empty() {
            refused.extend(found);
            return None;
        }
        let (claim, member) = the_claim(source, node).map_err(|it| refused.push(it)).ok()?;
        let shape = match claim {
            Claim::NoMoreThan => member.value.member("of").map(|of| &of.value),
            _ => Some(&member.value),
        };
        let shape = match shape {
            Some(shape) => request_shape::read(source, shape, network, &mut found),
            None => RequestShape::default(),
        };
        let inner = member.value.member("by").filter(|_| claim != Claim::NoMoreThan);
        let by = node.member("by").or(inner).and_then(|by| asker(by.value.as_str()?));
        let by = by.unwrap_or_else(|| Asker::default_for(&shape, &policies));
        let expected = node.member("expect").and_then(|it| expected(it.value.as_str()?));
        if shape.is_everything() && claim != Claim::NoMoreThan {
            let message = format!("`{}` is about every request there is", claim.as_str());
            let note = Diagnostic::warning("V0101", source, member.key_span, message);
            found.push(
                note.with_help("name actions, resources, principals or an origin to narrow it"),
            );
        }
        let ways = node.member("ways").and_then(|it| ways(it.value.as_str()?));
        if ways == Some(Ways::Every) && claim.ways() == Ways::Plain {
            let message = format!("`{}` is about plain clients", claim.as_str());
            let note = Diagnostic::error("V0105", source, span_of_ways(node), message);
            found.push(note.with_help("name the endpoints that an origin uses: `endpoints`"));
        }
        let asked = ways.unwrap_or_else(|| claim.ways());
        found.extend(caveats(&shape, asked, network, source, member.value.span));
        let (errors, notes): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|it| it.severity == Severity::Error);
        refused.extend(errors);
        let mut property = Property::new(name, claim, shape, policies)
            .by(by)
            .bounded_by(bound)
            .expecting(expected.unwrap_or(Expected::Proved));
        let on = node.member("depends-on").map(|it| it.value.items()).unwrap_or_default();
        property.depends_on = on.iter().filter_map(|it| it.as_str().map(Box::from)).collect();
        property.depends_on.sort_unstable();
        property.ways = ways;
        property.span = node.span;
        property.notes = notes;
        Some(property)
    }
}

/// The single claim of a property.
fn the_claim<'n>(source: &Source, node: &'n Node) -> Result<(Claim, &'n Member), Diagnostic> {
    let claims: Vec<(Claim, &Member)> = Claim::ALL
        .into_iter()
        .filter_map(|claim| Some((claim, node.member(claim.as_str())?)))
        .collect();
    let refused = |span: Span, message: &str| {
        Err(Diagnostic::error(CODES.missing, source, span, message.to_owned())
            .with_help("one of: deny, allow, always, guard, no-more-than"))
    };
    match claims[..] {
        [one] => Ok(one),
        [] => refused(node.span, "the property claims nothing"),
        [(_, first), (_, second), ..] => {
            refused(first.key_span.max(second.key_span), "the property claims two things")
        }
    }
}

fn asker(text: &str) -> Option<Asker> {
    match text {
        "anyone" => Some(Asker::Anyone),
        "holder" => Some(Asker::Holder),
        _ => None,
    }
}

fn ways(text: &str) -> Option<Ways> {
    match text {
        "plain" => Some(Ways::Plain),
        "every" => Some(Ways::Every),
        _ => None,
    }
}

fn span_of_ways(node: &Node) -> Span {
    node.member("ways").map_or(node.span, |member| member.value.span)
}

fn expected(text: &str) -> Option<Expected> {
    Expected::ALL.into_iter().find(|it| it.as_str() == text)
}
