//! Shapes from the spanned tree.

use super::principal::PrincipalPattern;
use super::{CODES, RequestShape};
use crate::policy::{ActionPattern, ResourcePattern, condition_block};
use crate::text::{Diagnostic, Node, Pattern, Source, Span, Value};

const ACTION: &str = "V0005";
const RESOURCE: &str = "V0006";
const PRINCIPAL: &str = "V0007";
const WHEN: &str = "V0008";

/// The shape of `node`, complaints about what cannot be read.
pub(super) fn shape(source: &Source, node: &Node, found: &mut Vec<Diagnostic>) -> RequestShape {
    let mut reader = Reader { source, found };
    RequestShape {
        source: source.clone(),
        span: node.span,
        from: node.member("from").map(|member| {
            let texts = member.value.items().iter();
            texts.filter_map(|item| Some((item.as_text()?.into(), item.span))).collect()
        }),
        actions: reader.each(node, "actions", Reader::action),
        resources: reader.each(node, "resources", Reader::resource),
        principals: reader.each(node, "principals", Reader::principal),
        when: reader.when(node),
        not: node.member("not").map(|member| Box::new(shape(source, &member.value, reader.found))),
        all: reader.shapes(node, "all").unwrap_or_default(),
        any: reader.shapes(node, "any"),
    }
}

struct Reader<'a, 'f> {
    source: &'a Source,
    found: &'f mut Vec<Diagnostic>,
}

impl Reader<'_, '_> {
    fn refuse(&mut self, code: &'static str, span: Span, message: String, help: &str) {
        let refused = Diagnostic::error(code, self.source, span, message);
        self.found.push(refused.with_help(help));
    }

    fn each<T>(
        &mut self,
        node: &Node,
        name: &str,
        read: impl Fn(&mut Self, &str, Span) -> Option<T>,
    ) -> Option<Vec<T>> {
        let member = node.member(name)?;
        let mut values = Vec::new();
        for item in member.value.items() {
            if let Some(text) = item.as_text() {
                values.extend(read(self, text, item.span));
            }
        }
        Some(values)
    }

    fn action(&mut self, text: &str, span: Span) -> Option<ActionPattern> {
        if text == "*" {
            return Some(ActionPattern::Any);
        }
        match text.split_once(':') {
            Some((service, name))
                if !service.is_empty() && !name.is_empty() && !name.contains(':') =>
            {
                Some(ActionPattern::Of {
                    service: Pattern::wildcard(service),
                    name: Pattern::wildcard(name),
                })
            }
            _ => {
                let message = format!("`{text}` is no action");
                let help = "an action is written `service:Name`, with wildcards if need be";
                self.refuse(ACTION, span, message, help);
                None
            }
        }
    }

    fn resource(&mut self, text: &str, span: Span) -> Option<ResourcePattern> {
        if text == "*" {
            return Some(ResourcePattern::Any);
        }
        let read = Pattern::with_variables(text, true);
        let six = read
            .ok()
            .and_then(|pattern| <[Pattern; 6]>::try_from(pattern.split_components(6)).ok());
        let fits = |six: &[Pattern; 6]| {
            let [arn, head @ .., _] = six;
            let plain = head.iter().all(|pattern| pattern.variables().next().is_none());
            arn.as_literal() == Some("arn") && plain
        };
        let Some(components) = six.filter(fits) else {
            let message = format!("`{text}` is no resource");
            let help = "a resource is `*` or an ARN of six components, with wildcards if need be; \
                        policy variables stand in the last";
            self.refuse(RESOURCE, span, message, help);
            return None;
        };
        Some(ResourcePattern::Arn { components: components.into(), crosses_colons: None })
    }

    fn principal(&mut self, text: &str, span: Span) -> Option<PrincipalPattern> {
        let read = PrincipalPattern::read(text);
        if read.is_none() {
            let message = format!("`{text}` names no principal");
            let help = "a principal is the ARN of a user, role, session, federated user or root, \
                        an account id, a service such as `sagemaker.amazonaws.com`, \
                        `federated:<provider>`, `anonymous` or `*`";
            self.refuse(PRINCIPAL, span, message, help);
        }
        read
    }

    fn when(&mut self, node: &Node) -> Vec<crate::policy::Condition> {
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
                self.found.extend(refused);
                Vec::new()
            }
        }
    }

    fn shapes(&mut self, node: &Node, name: &str) -> Option<Vec<RequestShape>> {
        let member = node.member(name)?;
        let items = member.value.items().iter();
        Some(items.map(|item| shape(self.source, item, self.found)).collect())
    }
}
