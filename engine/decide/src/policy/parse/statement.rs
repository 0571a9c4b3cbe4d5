//! The elements of one statement.

use super::super::{Effect, Polarity, PolicyType, Spanned, Statement, code};
use super::reader::{DocumentReader, with_meant};
use super::rules::SidRule;
use crate::text::{Diagnostic, Member, Node, Value, nearest, quoted};

/// The elements of a statement.
pub(super) const ELEMENTS: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// The finding for one element of a statement, which has two forms.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'n> {
    /// The element stands there, in one of its two forms.
    Element(Polarity, &'n Member),
    /// The element is not usable, and a complaint has said so.
    Refused,
    /// The element does not stand in the statement.
    Missing,
}

/// An element is not usable, and that has been said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused;

impl DocumentReader<'_> {
    pub(super) fn statement(&mut self, node: &Node) -> Option<Statement> {
        let Value::Object(members) = &node.value else {
            self.wrong_type("Statement", node, "a statement, which is an object");
            return None;
        };
        let suggested = self.unknown_elements(members.iter(), ELEMENTS);
        let sid = self.sid(node);
        let effect = self.effect(node, &suggested);
        let principal = self.pair(node, "Principal", "NotPrincipal", &suggested);
        let principal = self.principal_element(node, principal, effect);
        let action = self.pair(node, "Action", "NotAction", &suggested);
        let action = self.action_element(node, action);
        let resource = self.pair(node, "Resource", "NotResource", &suggested);
        let resource = self.resource_element(node, resource, action.as_ref());
        let conditions = self.conditions(node);
        Some(Statement {
            span: node.span,
            sid: sid.ok()?,
            effect: effect?,
            principal: principal.ok()?,
            action: action?,
            resource: resource.ok()?,
            conditions: conditions?,
        })
    }

    /// The one of two forms that stands in the statement.
    fn pair<'n>(
        &mut self,
        node: &'n Node,
        listed: &'static str,
        all_but: &'static str,
        suggested: &[&str],
    ) -> Found<'n> {
        match (node.member(listed), node.member(all_but)) {
            (Some(member), None) => Found::Element(Polarity::Listed, member),
            (None, Some(member)) => Found::Element(Polarity::AllBut, member),
            (Some(first), Some(second)) => {
                let message = format!("a statement has `{listed}` or `{all_but}`, not both");
                let (first, second) = (first.key_span, second.key_span);
                let (first, second) = (first.min(second), first.max(second));
                let diagnostic = Diagnostic::error(code::BOTH_FORMS, self.source, second, message)
                    .with_label(first, "the other form stands here");
                self.report(diagnostic);
                Found::Refused
            }
            (None, None) if suggested.iter().any(|name| [listed, all_but].contains(name)) => {
                Found::Refused
            }
            (None, None) => Found::Missing,
        }
    }

    fn sid(&mut self, node: &Node) -> Result<Option<Spanned<Box<str>>>, Refused> {
        let Some(member) = node.member("Sid") else { return Ok(None) };
        let span = member.value.span;
        let Some(text) = member.value.as_str() else {
            self.wrong_type("Sid", &member.value, "a string");
            return Err(Refused);
        };
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let rule = "statement IDs (SID) must be alpha-numeric";
            let message = format!("{rule}: {} has other characters", quoted(text));
            match self.rules.sid {
                SidRule::Any => (),
                SidRule::Strict => self.error(code::SID, span, message),
                SidRule::Unusual => self.warn(code::UNUSUAL_SID, span, message),
            }
        }
        Ok(Some(Spanned { span, value: text.into() }))
    }

    fn effect(&mut self, node: &Node, suggested: &[&str]) -> Option<Spanned<Effect>> {
        let Some(member) = node.member("Effect") else {
            if !suggested.contains(&"Effect") {
                let message = "element `Effect` is missing: expected `Allow` or `Deny`";
                self.error(code::NO_EFFECT, node.span, message);
            }
            return None;
        };
        let span = member.value.span;
        let value = match member.value.as_str() {
            Some("Allow") => Effect::Allow,
            Some("Deny") => Effect::Deny,
            Some(other) => {
                let word = ["Allow", "Deny"].into_iter().find(|w| w.eq_ignore_ascii_case(other));
                let message = match word {
                    Some(word) => format!(
                        "the policy failed legacy parsing: Effect is written `{word}`, not {}",
                        quoted(other)
                    ),
                    None => format!("Effect {}: expected `Allow` or `Deny`", quoted(other)),
                };
                let diagnostic = Diagnostic::error(code::EFFECT, self.source, span, message);
                self.report(with_meant(diagnostic, nearest(other, ["Allow", "Deny"])));
                return None;
            }
            None => {
                self.wrong_type("Effect", &member.value, "`Allow` or `Deny`");
                return None;
            }
        };
        if self.policy_type == PolicyType::Rcp && value == Effect::Allow && !is_full_access(node) {
            self.error_with_help(
                code::FORBIDDEN_EFFECT,
                span,
                "Effect `Allow` in an rcp: expected `Deny`, it can only deny",
                "AWS attaches RCPFullAWSAccess, which allows everything, by itself",
            );
        }
        Some(Spanned { span, value })
    }
}

/// True for the statement of AWS's own RCPFullAWSAccess, the only RCP that allows (policy language
/// §1.12).
pub(super) fn is_full_access(statement: &Node) -> bool {
    let says = |key: &str, text: &str| {
        statement.member(key).is_some_and(
            |member| matches!(member.value.items(), [item] if item.as_str() == Some(text)),
        )
    };
    says("Effect", "Allow")
        && ["Principal", "Action", "Resource"].into_iter().all(|key| says(key, "*"))
        && statement.member("Condition").is_none()
}
