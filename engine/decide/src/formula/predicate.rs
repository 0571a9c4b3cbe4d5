//! Predicates on one value of a context key.

use std::cmp::Ordering;

use crate::text::{
    AddressRange, CaseRule, Decimal, Instant, Pattern, Variables, decode_base64, parse_address,
};

/// A test of one value of the request against one value of a condition (policy language §3.5 to
/// §3.9).
///
/// Predicates are positive; negation is in the formula. A context value that the operator cannot
/// read satisfies none (policy language §3.10).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::Predicate;
/// # use polsim::text::NoVariables;
/// assert!(Predicate::Bool(true).test("TRUE", &NoVariables));
/// assert!(!Predicate::Bool(true).test("yes", &NoVariables));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Predicate {
    /// An address in the range.
    Address(AddressRange),
    /// An ARN that matches component by component; wildcards do not cross the first five colons.
    Arn(Box<[Pattern; 6]>),
    /// The base64 text of these bytes.
    Binary(Box<[u8]>),
    /// `true` or `false`, letters of any case.
    Bool(bool),
    /// A point in time that stands in this relation to the given one.
    Date(Relation, Instant),
    /// No value satisfies the predicate.
    Never,
    /// A number that stands in this relation to the given one.
    Number(Relation, Decimal),
    /// A text in the pattern.
    Text(Pattern, CaseRule),
}

/// The order in which a value of the request stands to a value of the policy.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::Relation;
/// assert!(Relation::LessOrEqual.holds(3.cmp(&3)));
/// assert!(!Relation::Less.holds(3.cmp(&3)));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Relation {
    /// Both are the same.
    Equal,
    /// The request's is greater, or later.
    Greater,
    /// The request's is greater or the same.
    GreaterOrEqual,
    /// The request's is less, or earlier.
    Less,
    /// The request's is less or the same.
    LessOrEqual,
}

impl Relation {
    /// Tells whether a value that compares so stands in the relation.
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        }
    }
}

impl Predicate {
    /// Tells whether `value` satisfies the predicate; `variables` gives the policy variables their
    /// values.
    pub fn test(&self, value: &str, variables: &impl Variables) -> bool {
        match self {
            Self::Address(range) => range.contains_text(value),
            Self::Arn(components) => arn_matches(components, value, variables),
            Self::Binary(bytes) => decode_base64(value).is_some_and(|decoded| *decoded == **bytes),
            Self::Bool(wanted) => {
                value.eq_ignore_ascii_case(if *wanted { "true" } else { "false" })
            }
            Self::Date(relation, instant) => {
                value.parse::<Instant>().is_ok_and(|value| relation.holds(value.cmp(instant)))
            }
            Self::Never => false,
            Self::Number(relation, number) => {
                number.compare_text(value).is_some_and(|order| relation.holds(order))
            }
            Self::Text(pattern, case) => pattern.matches(value, *case, variables),
        }
    }

    /// Tells whether `value` satisfies one of the predicates. Addresses are read once for all ranges.
    pub fn any(any_of: &[Self], value: &str, variables: &impl Variables) -> bool {
        let mut address = None;
        any_of.iter().any(|predicate| match predicate {
            Self::Address(range) => address
                .get_or_insert_with(|| parse_address(value))
                .is_some_and(|address| range.contains(address)),
            other => other.test(value, variables),
        })
    }

    /// The patterns in the predicate, for whoever asks for its variables.
    pub fn patterns(&self) -> &[Pattern] {
        match self {
            Self::Arn(components) => components.as_slice(),
            Self::Text(pattern, _) => std::slice::from_ref(pattern),
            _ => &[],
        }
    }
}

/// Tells whether the six components of `value`, the last of which may hold colons, are in the
/// patterns. No pattern but the last has a colon in its text.
pub(super) fn arn_matches(
    components: &[Pattern; 6],
    value: &str,
    variables: &impl Variables,
) -> bool {
    let [first @ .., last] = components;
    let mut rest = value;
    for pattern in first {
        let after = if let Some(literal) = pattern.as_literal() {
            rest.strip_prefix(literal)
        } else {
            // Components are short: a plain walk finds the colon sooner than a search does.
            let colon = rest.bytes().position(|byte| byte == b':');
            colon
                .and_then(|colon| rest.split_at_checked(colon))
                .filter(|(part, _)| pattern.matches(part, CaseRule::Exact, variables))
                .map(|(_, after)| after)
        };
        let Some(after) = after.and_then(|after| after.strip_prefix(':')) else { return false };
        rest = after;
    }
    last.matches(rest, CaseRule::Exact, variables)
}
