//! The element Condition: its operators, keys and values.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::super::{
    BaseOperator, Condition, ConditionOperator, ConditionValue, Operand, Spanned, Version, code,
};
use super::reader::{DocumentReader, with_meant};
use crate::text::{
    AddressRange, Decimal, Diagnostic, Instant, KeyName, Member, Node, Pattern, Span, Value,
    decode_base64, nearest, quoted,
};

impl DocumentReader<'_> {
    pub(super) fn conditions(&mut self, statement: &Node) -> Option<Vec<Condition>> {
        let Some(member) = statement.member("Condition") else { return Some(Vec::new()) };
        let Value::Object(operators) = &member.value.value else {
            self.wrong_type("Condition", &member.value, "an object of operators");
            return None;
        };
        let mut conditions = Vec::new();
        let mut refused = false;
        for member in operators {
            match self.operator_block(member) {
                Some(read) => conditions.extend(read),
                None => refused = true,
            }
        }
        (!refused).then_some(conditions)
    }

    /// The conditions under one operator.
    fn operator_block(&mut self, member: &Member) -> Option<Vec<Condition>> {
        let Value::Object(keys) = &member.value.value else {
            self.wrong_type(&member.key, &member.value, "an object of condition keys");
            return None;
        };
        let Ok(operator) = member.key.parse::<ConditionOperator>() else {
            return self.unknown_operator(member, keys.is_empty());
        };
        if operator.base == BaseOperator::Null && operator.if_exists {
            let message = "`NullIfExists` does not exist: `Null` itself asks whether the key does";
            self.error(code::NULL_IF_EXISTS, member.key_span, message);
            return None;
        }
        let operator = Spanned { span: member.key_span, value: operator };
        let mut seen: FxHashMap<KeyName, Span> = FxHashMap::default();
        let mut read = Vec::with_capacity(keys.len());
        for key in keys {
            let name = KeyName::new(&key.key);
            if let Some(first) = seen.insert(name.clone(), key.key_span) {
                let message = format!(
                    "duplicate condition key {}: letter case makes no other key",
                    quoted(&key.key)
                );
                let diagnostic =
                    Diagnostic::error(code::KEY_CASE, self.source, key.key_span, message);
                self.report(diagnostic.with_label(first, "first given here"));
            }
            read.extend(self.condition(operator, name, key));
        }
        (read.len() == keys.len()).then_some(read)
    }

    /// An operator that does not exist is refused, unless nothing is under it
    /// (policy language §1.2).
    fn unknown_operator(&mut self, member: &Member, empty: bool) -> Option<Vec<Condition>> {
        let message = format!("invalid condition operator {}", quoted(&member.key));
        if empty {
            let message = format!("{message}: ignored, because it has no keys");
            self.warn(code::IGNORED, member.key_span, message);
            return Some(Vec::new());
        }
        let names: Vec<String> = ConditionOperator::all().map(|known| known.to_string()).collect();
        let meant = nearest(&member.key, names.iter().map(String::as_str));
        let diagnostic = Diagnostic::error(code::OPERATOR, self.source, member.key_span, message);
        self.report(match meant {
            Some(_) => with_meant(diagnostic, meant),
            None => diagnostic.with_help(
                "an operator is `StringEquals`, `IpAddress` and the like, perhaps with \
                 `ForAnyValue:` or `ForAllValues:` before and `IfExists` after it",
            ),
        });
        None
    }

    fn condition(
        &mut self,
        operator: Spanned<ConditionOperator>,
        name: KeyName,
        key: &Member,
    ) -> Option<Condition> {
        if !key.key.contains(':') {
            let message = format!(
                "condition key {} must be prefaced by a vendor, such as `aws:`",
                quoted(&key.key)
            );
            self.warn(code::CONDITION_KEY, key.key_span, message);
        }
        let items = key.value.items();
        let values: Vec<_> = items
            .iter()
            .filter_map(|item| self.value(operator.value.base, &key.key, item))
            .collect();
        (values.len() == items.len()).then_some(Condition {
            span: key.key_span.to(key.value.span),
            operator,
            key: Spanned { span: key.key_span, value: name },
            values,
        })
    }

    fn value(
        &mut self,
        operator: BaseOperator,
        key: &str,
        item: &Node,
    ) -> Option<Spanned<ConditionValue>> {
        let span = item.span;
        let text: Cow<'_, str> = match &item.value {
            Value::String(text) => Cow::Borrowed(text),
            Value::Bool(true) => Cow::Borrowed("true"),
            Value::Bool(false) => Cow::Borrowed("false"),
            Value::Number(number) => match Decimal::from_json(number) {
                Some(decimal) => Cow::Owned(decimal.to_string()),
                None => Cow::Borrowed(number),
            },
            Value::Null | Value::Array(_) | Value::Object(_) => {
                self.wrong_type(key, item, "a string, number, boolean or a list of them");
                return None;
            }
        };
        let operand = self.operand(operator, &text, span)?;
        Some(Spanned { span, value: ConditionValue { text: text.into(), operand } })
    }

    /// The text as the operator reads it; `None` where AWS refuses it.
    fn operand(&mut self, operator: BaseOperator, text: &str, span: Span) -> Option<Operand> {
        use BaseOperator as Op;
        match operator {
            Op::StringLike | Op::StringNotLike => {
                Some(Operand::String(self.pattern(text, true, span)?))
            }
            Op::StringEquals
            | Op::StringEqualsIgnoreCase
            | Op::StringNotEquals
            | Op::StringNotEqualsIgnoreCase => {
                Some(Operand::String(self.pattern(text, false, span)?))
            }
            Op::ArnEquals | Op::ArnLike | Op::ArnNotEquals | Op::ArnNotLike => {
                let components = self.pattern(text, true, span)?.split_components(6);
                Some(match components.try_into() {
                    Ok(components) => Operand::Arn(Box::new(components)),
                    Err(_) => self.malformed(operator, text, span, "an ARN with six components"),
                })
            }
            _ => {
                if text.contains("${") {
                    let place = format!("a value of `{}`", operator.as_str());
                    self.literal_variable(span, &place);
                }
                self.plain_operand(operator, text, span)
            }
        }
    }

    /// The operand of an operator that takes neither wildcards nor variables.
    fn plain_operand(&mut self, operator: BaseOperator, text: &str, span: Span) -> Option<Operand> {
        use BaseOperator as Op;
        match operator {
            Op::BinaryEquals => Some(match decode_base64(text) {
                Some(bytes) => Operand::Binary(bytes),
                None => self.malformed(operator, text, span, "base64"),
            }),
            Op::Bool | Op::Null => Some(match text {
                _ if text.eq_ignore_ascii_case("true") => Operand::Bool(true),
                _ if text.eq_ignore_ascii_case("false") => Operand::Bool(false),
                _ => self.malformed(operator, text, span, "`true` or `false`"),
            }),
            Op::IpAddress | Op::NotIpAddress => match text.parse::<AddressRange>() {
                Ok(range) => Some(Operand::Address(range)),
                Err(refused) => {
                    let message =
                        format!("{} is no address or CIDR range: {refused}", quoted(text));
                    let help = "a range is written `203.0.113.0/24` or `2001:db8::/32`";
                    self.error_with_help(code::ADDRESS, span, message, help);
                    None
                }
            },
            Op::DateEquals
            | Op::DateGreaterThan
            | Op::DateGreaterThanEquals
            | Op::DateLessThan
            | Op::DateLessThanEquals
            | Op::DateNotEquals => match text.parse::<Instant>() {
                Ok(instant) => Some(Operand::Date(instant)),
                Err(_) if Instant::is_stored(text) => {
                    Some(self.malformed(operator, text, span, "a date of the calendar"))
                }
                Err(refused) => {
                    let message = format!(
                        "the policy failed legacy parsing: {} is no date: {refused}",
                        quoted(text)
                    );
                    self.error(code::DATE, span, message);
                    None
                }
            },
            _ => Some(match text.parse::<Decimal>() {
                Ok(number) => Operand::Numeric(number),
                Err(_) => self.malformed(operator, text, span, "a decimal number"),
            }),
        }
    }

    fn pattern(&mut self, text: &str, wildcards: bool, span: Span) -> Option<Pattern> {
        if self.version == Version::V2012 {
            return match Pattern::with_variables(text, wildcards) {
                Ok(pattern) => Some(pattern),
                Err(refused) => {
                    self.malformed_variable(text, span, refused);
                    None
                }
            };
        }
        if text.contains("${") {
            self.literal_variable(span, "this place");
        }
        Some(if wildcards { Pattern::wildcard(text) } else { Pattern::literal(text) })
    }

    fn malformed(
        &mut self,
        operator: BaseOperator,
        text: &str,
        span: Span,
        expected: &str,
    ) -> Operand {
        let message = format!(
            "{} never matches: the values of `{}` are {expected}",
            quoted(text),
            operator.as_str()
        );
        self.warn(code::CONDITION_VALUE, span, message);
        Operand::Malformed
    }
}
