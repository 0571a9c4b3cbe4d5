//! The elements Action and NotAction.

use super::super::{ActionPattern, Element, Polarity, Spanned, code};
use super::reader::DocumentReader;
use super::rules::ActionRule;
use super::statement::{Found, is_full_access};
use crate::catalog::Service;
use crate::text::{
    CaseRule, Diagnostic, Member, NoVariables, Node, Pattern, Span, Value, nearest, quoted,
};

/// The treatment of null in a list of strings.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Nulls {
    /// Null is refused, as any other value that is no string.
    Refused,
    /// Null is skipped, as AWS does in a list of resources (policy language §1.2).
    Skipped,
}

impl DocumentReader<'_> {
    pub(super) fn action_element(
        &mut self,
        statement: &Node,
        found: Found<'_>,
    ) -> Option<Element<ActionPattern>> {
        let (polarity, member) = match found {
            Found::Element(polarity, member) => (polarity, member),
            Found::Refused => return None,
            Found::Missing => {
                let message =
                    "the policy statement must contain actions: expected `Action` or `NotAction`";
                self.error(code::NO_ACTION, statement.span, message);
                return None;
            }
        };
        if polarity == Polarity::AllBut {
            self.not_action(member);
        }
        let whole = is_full_access(statement);
        let items = self.strings(member, Nulls::Refused)?;
        if items.is_empty() {
            let message = format!(
                "the policy statement must contain actions: `{}` is an empty list",
                member.key
            );
            self.error(code::NO_ACTION, member.value.span, message);
            return None;
        }
        let count = items.len();
        let values: Vec<_> = items
            .into_iter()
            .filter_map(|(span, text)| {
                let value = self.action(text, span)?;
                self.allowed_action(&value, text, span, polarity, whole)?;
                Some(Spanned { span, value })
            })
            .collect();
        let span = member.key_span.to(member.value.span);
        (values.len() == count).then_some(Element { polarity, span, values })
    }

    fn not_action(&mut self, member: &Member) {
        match self.rules.action {
            ActionRule::Any => (),
            ActionRule::Rcp => {
                let message = "an rcp cannot have `NotAction`: expected `Action`";
                self.error(code::FORBIDDEN_ELEMENT, member.key_span, message);
            }
            ActionRule::Trust => {
                let message = "`NotAction` in a trust policy covers whatever AWS adds";
                let help = "list the `sts:` actions with `Action`";
                self.warn_with_help(code::TRUST_NOT_ACTION, member.key_span, message, help);
            }
        }
    }

    /// The texts of an element that is a string or a list of strings.
    pub(super) fn strings<'n>(
        &mut self,
        member: &'n Member,
        nulls: Nulls,
    ) -> Option<Vec<(Span, &'n str)>> {
        let items = member.value.items();
        let mut texts = Vec::with_capacity(items.len());
        let mut refused = false;
        for item in items {
            match &item.value {
                Value::String(text) => texts.push((item.span, &**text)),
                Value::Null if nulls == Nulls::Skipped && item.span != member.value.span => (),
                _ => {
                    self.wrong_type(&member.key, item, "a string or a list of strings");
                    refused = true;
                }
            }
        }
        (!refused).then_some(texts)
    }

    fn action(&mut self, text: &str, span: Span) -> Option<ActionPattern> {
        if text == "*" {
            return Some(ActionPattern::Any);
        }
        let Some((service, name)) = text.split_once(':') else {
            self.error_with_help(
                code::ACTION_WITHOUT_SERVICE,
                span,
                format!(
                    "action {} must be prefaced by a vendor, such as `iam`, `sdb` or `ec2`",
                    quoted(text)
                ),
                "an action is written `service:Name`, such as `s3:GetObject`",
            );
            return None;
        };
        if name.contains(':') {
            let message = format!("action {} can contain only one colon", quoted(text));
            self.error(code::ACTION_COLONS, span, message);
            return None;
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let pattern = |c: char| !self.rules.iam_grammar && matches!(c, '*' | '?');
        if service.is_empty() || !service.chars().all(|c| plain(c) || pattern(c)) {
            let message =
                format!("vendor {} is not valid in action {}", quoted(service), quoted(text));
            let help = if service.contains(['*', '?']) {
                "the part before the colon cannot have wildcards"
            } else {
                "the part before the colon has letters, digits, `.` and `-` only"
            };
            self.error_with_help(code::ACTION_SERVICE, span, message, help);
            return None;
        }
        if name.is_empty() {
            let message = format!("action {} names no action of the service", quoted(text));
            self.warn(code::UNUSUAL_NAME, span, message);
        }
        if name.contains("${") {
            self.literal_variable(span, "an action");
        }
        Some(ActionPattern::Of {
            service: Pattern::wildcard(service),
            name: Pattern::wildcard(name),
        })
    }

    /// Checks the action against the policy type; `None` where the type refuses it.
    fn allowed_action(
        &mut self,
        value: &ActionPattern,
        text: &str,
        span: Span,
        polarity: Polarity,
        whole: bool,
    ) -> Option<()> {
        match self.rules.action {
            ActionRule::Trust if polarity == Polarity::Listed => self.trust_action(text, span),
            ActionRule::Rcp if !whole => self.rcp_action(value, text, span),
            _ => Some(()),
        }
    }

    fn trust_action(&mut self, text: &str, span: Span) -> Option<()> {
        if Service::trust_actions().any(|known| known.eq_ignore_ascii_case(text)) {
            return Some(());
        }
        let message = format!(
            "trust policy statement actions can only be sts:AssumeRole, \
             sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity and the like, not {}",
            quoted(text)
        );
        let diagnostic = Diagnostic::error(code::FORBIDDEN_ACTION, self.source, span, message);
        let meant = nearest(text, Service::trust_actions().filter(|known| *known != "sts:*"));
        self.report(super::reader::with_meant(diagnostic, meant));
        None
    }

    fn rcp_action(&mut self, value: &ActionPattern, text: &str, span: Span) -> Option<()> {
        let ActionPattern::Of { service, .. } = value else {
            return self.every_service(span);
        };
        if service.is_any() {
            return self.every_service(span);
        }
        let applies = Service::with_rcps()
            .any(|known| service.matches(known, CaseRule::AsciiFolded, &NoVariables));
        if !applies {
            let message =
                format!("{} has no effect: RCPs do not apply to its service", quoted(text));
            self.warn(code::RCP_SERVICE, span, message);
        }
        Some(())
    }

    fn every_service(&mut self, span: Span) -> Option<()> {
        self.error_with_help(
            code::FORBIDDEN_ACTION,
            span,
            "an rcp cannot have the action `*`: expected actions of named services",
            "name the services, such as `s3:*`",
        );
        None
    }
}
