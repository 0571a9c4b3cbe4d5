//! Request shapes of properties, read from the spanned tree.

use crate::network::Network;
use crate::policy::{Condition, condition_block};
use crate::prove::{OriginError, PatternError, RequestShape, action_pattern, resource_pattern};
use crate::text::shape::{Field, Kind, Shape, ShapeCodes};
use crate::text::{Diagnostic, Node, Source, Span, Value};

const ORIGIN: &str = "V0004";
const WHEN: &str = "V0008";

/// The codes of diagnostics about properties.
pub(super) const CODES: ShapeCodes =
    ShapeCodes { unknown: "V0001", missing: "V0002", kind: "V0003" };

/// The words of `by`.
pub(super) const ASKERS: &[&str] = &["holder", "anyone"];

/// The members of a request shape.
pub(super) static REQUEST_SHAPE: Shape = Shape {
    name: "requestShape",
    doc: "Which requests: all members must hold, of a list one value.",
    members: &[
        Field::optional("from", Kind::Texts, "Origins of the network that the request comes from."),
        Field::optional("actions", Kind::Texts, "Actions, as in a policy's Action."),
        Field::optional("resources", Kind::Texts, "Resources, as in a policy's Resource."),
        Field::optional(
            "principals",
            Kind::Texts,
            "Who asks: ARNs of users, roles and sessions, accounts, services, `anonymous`, `strangers`, `organization`, `*`; ARNs with wildcards.",
        ),
        Field::optional("when", Kind::Any, "A condition block, as in a policy's Condition."),
        Field::optional("not", Kind::Object(&REQUEST_SHAPE), "Requests that are not meant."),
        Field::optional("all", Kind::List(&REQUEST_SHAPE), "Shapes that must all hold."),
        Field::optional("any", Kind::List(&REQUEST_SHAPE), "Shapes of which one must hold."),
        Field::optional(
            "by",
            Kind::Choice(ASKERS),
            "Whose requests: `holder`, only those of principals that carry policies here; `anyone`, everybody's.",
        ),
    ],
};

/// The shape that `node` of `source` writes, whose structure has been checked; mistakes go to
/// `refused`.
pub(super) fn read(
    source: &Source,
    node: &Node,
    network: Option<&Network>,
    refused: &mut Vec<Diagnostic>,
) -> RequestShape {
    ShapeReader { source, network, refused }.shape(node)
}

/// The diagnostic about an origin that the network does not have.
pub(super) fn origin_refused(source: &Source, span: Span, error: &OriginError) -> Diagnostic {
    let refused = Diagnostic::error(ORIGIN, source, span, error.to_string());
    match error {
        OriginError::Unknown { help, .. } => refused.with_help(&**help),
        OriginError::NoNetwork => refused,
    }
}

struct ShapeReader<'a, 'r> {
    source: &'a Source,
    network: Option<&'a Network>,
    refused: &'r mut Vec<Diagnostic>,
}

impl ShapeReader<'_, '_> {
    fn shape(&mut self, node: &Node) -> RequestShape {
        RequestShape {
            from: self.origins(node),
            actions: self.each(node, "actions", action_pattern),
            resources: self.each(node, "resources", resource_pattern),
            principals: self.each(node, "principals", str::parse),
            when: self.when(node),
            not: node.member("not").map(|member| Box::new(self.shape(&member.value))),
            all: self.shapes(node, "all").unwrap_or_default(),
            any: self.shapes(node, "any"),
        }
    }

    fn refuse(&mut self, code: &'static str, span: Span, message: String, help: &str) {
        let refused = Diagnostic::error(code, self.source, span, message);
        self.refused.push(refused.with_help(help));
    }

    /// The origins in `from`, which the network has.
    fn origins(&mut self, node: &Node) -> Option<Vec<Box<str>>> {
        let items = node.member("from")?.value.items();
        let Some(network) = self.network else {
            let span = items.first().map_or(node.span, |item| item.span);
            self.refused.push(origin_refused(self.source, span, &OriginError::NoNetwork));
            return None;
        };
        let mut origins = Vec::new();
        for item in items {
            let Some(name) = item.as_text() else { continue };
            match OriginError::check(network, name) {
                Ok(()) => origins.push(name.into()),
                Err(error) => self.refused.push(origin_refused(self.source, item.span, &error)),
            }
        }
        Some(origins)
    }

    /// The patterns in the list `name`.
    fn each<T>(
        &mut self,
        node: &Node,
        name: &str,
        parse: impl Fn(&str) -> Result<T, PatternError>,
    ) -> Option<Vec<T>> {
        let member = node.member(name)?;
        let mut values = Vec::new();
        for item in member.value.items() {
            let Some(text) = item.as_text() else { continue };
            match parse(text) {
                Ok(value) => values.push(value),
                Err(error) => {
                    self.refuse(error.code(), item.span, error.to_string(), error.help());
                }
            }
        }
        Some(values)
    }

    fn when(&mut self, node: &Node) -> Vec<Condition> {
        let Some(member) = node.member("when") else { return Vec::new() };
        let Value::Object(operators) = &member.value.value else {
            let message = format!("`when` is a condition block, found {}", member.value.kind());
            let help =
                "write operators with keys and values: `{StringEquals: {\"aws:SourceVpc\": …}}`";
            self.refuse(CODES.kind, member.value.span, message, help);
            return Vec::new();
        };
        let empty = operators.iter().find(
            |operator| matches!(&operator.value.value, Value::Object(keys) if keys.is_empty()),
        );
        if operators.is_empty() || empty.is_some() {
            let span = empty.map_or(member.value.span, |operator| operator.value.span);
            let message = "`when` names no condition key, so it says nothing".to_owned();
            let help = "write the key and its values, or leave `when` out";
            self.refuse(WHEN, span, message, help);
            return Vec::new();
        }
        match condition_block(self.source, &member.value) {
            Ok(conditions) => conditions,
            Err(refused) => {
                self.refused.extend(refused);
                Vec::new()
            }
        }
    }

    fn shapes(&mut self, node: &Node, name: &str) -> Option<Vec<RequestShape>> {
        let member = node.member(name)?;
        Some(member.value.items().iter().map(|item| self.shape(item)).collect())
    }
}
