//! The Condition element: operators, keys and values (policy language §3).

use std::fmt;
use std::str::FromStr;

use super::Spanned;
use crate::text::{
    AddressRange, Decimal, Instant, KeyName, Pattern, Span, UnknownWord, decode_base64,
    parse_address,
};

/// One operator on one key. All conditions of a statement must hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// From the key's name to the end of its values.
    pub span: Span,
    /// The operator, and where its name stands.
    pub operator: Spanned<ConditionOperator>,
    /// The key, and where its name stands.
    pub key: Spanned<KeyName>,
    /// The values; one must hit (none, for a negated operator).
    pub values: Vec<Spanned<ConditionValue>>,
}

/// A value of a condition, read as its operator reads it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ConditionValue {
    /// The text: JSON numbers and booleans in their canonical form (policy language §1.1, G-6).
    pub text: Box<str>,
    /// What it means.
    pub operand: Operand,
}

/// What a condition's value means to its operator.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Operand {
    /// A range of addresses.
    Address(AddressRange),
    /// An ARN pattern, by component.
    Arn(Box<[Pattern; 6]>),
    /// Decoded bytes.
    Binary(Box<[u8]>),
    /// `true` or `false`.
    Bool(bool),
    /// A point in time.
    Date(Instant),
    /// Text that its operator cannot read: it never hits (policy language §3.10).
    Malformed,
    /// A number.
    Numeric(Decimal),
    /// A string pattern.
    String(Pattern),
}

/// An operator: `ForAnyValue:StringNotEqualsIfExists` and its kin.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ConditionOperator {
    /// The set operator before it.
    pub set: Option<SetOperator>,
    /// The operator itself.
    pub base: BaseOperator,
    /// Whether `IfExists` follows it.
    pub if_exists: bool,
}

/// How a multivalued key is read (policy language §3.3).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SetOperator {
    /// `ForAllValues:`
    ForAllValues,
    /// `ForAnyValue:`
    ForAnyValue,
}

macro_rules! base_operators {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// A condition operator without set operator and suffix (policy language §3.5 to §3.9).
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum BaseOperator { $($(#[$doc])* $name),* }

        impl BaseOperator {
            /// All operators.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name as AWS writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }
        }
    };
}

base_operators! {
    /// The same as [`ArnLike`](Self::ArnLike).
    ArnEquals,
    /// Component by component, wildcards inside each.
    ArnLike,
    /// Negated `ArnEquals`.
    ArnNotEquals,
    /// Negated `ArnLike`.
    ArnNotLike,
    /// Equal bytes after base64 decoding.
    BinaryEquals,
    /// `true` or `false`.
    Bool,
    /// The same point in time.
    DateEquals,
    /// Later.
    DateGreaterThan,
    /// Later or the same.
    DateGreaterThanEquals,
    /// Earlier.
    DateLessThan,
    /// Earlier or the same.
    DateLessThanEquals,
    /// Negated `DateEquals`.
    DateNotEquals,
    /// In the range.
    IpAddress,
    /// Negated `IpAddress`.
    NotIpAddress,
    /// Whether the key is absent.
    Null,
    /// The same number.
    NumericEquals,
    /// Greater.
    NumericGreaterThan,
    /// Greater or the same.
    NumericGreaterThanEquals,
    /// Less.
    NumericLessThan,
    /// Less or the same.
    NumericLessThanEquals,
    /// Negated `NumericEquals`.
    NumericNotEquals,
    /// The same text.
    StringEquals,
    /// The same text but for letter case.
    StringEqualsIgnoreCase,
    /// Text in the pattern.
    StringLike,
    /// Negated `StringEquals`.
    StringNotEquals,
    /// Negated `StringEqualsIgnoreCase`.
    StringNotEqualsIgnoreCase,
    /// Negated `StringLike`.
    StringNotLike,
}

impl BaseOperator {
    /// The operator that this one is the negation of, or itself.
    #[must_use]
    pub fn positive(self) -> Self {
        match self {
            Self::ArnNotEquals => Self::ArnEquals,
            Self::ArnNotLike => Self::ArnLike,
            Self::DateNotEquals => Self::DateEquals,
            Self::NotIpAddress => Self::IpAddress,
            Self::NumericNotEquals => Self::NumericEquals,
            Self::StringNotEquals => Self::StringEquals,
            Self::StringNotEqualsIgnoreCase => Self::StringEqualsIgnoreCase,
            Self::StringNotLike => Self::StringLike,
            other => other,
        }
    }

    /// What a value of the request has to be for the operator to read it, if `value` is not: then no
    /// value of a policy is hit (policy language §3.10).
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::policy::BaseOperator;
    /// assert_eq!(BaseOperator::IpAddress.unreadable("203.0.113.7"), None);
    /// assert_eq!(BaseOperator::IpAddress.unreadable("office"), Some("an address"));
    /// assert_eq!(BaseOperator::StringLike.unreadable("office"), None);
    /// ```
    pub fn unreadable(self, value: &str) -> Option<&'static str> {
        let (expected, reads) = match self.positive() {
            Self::IpAddress => ("an address", parse_address(value).is_some()),
            Self::ArnEquals | Self::ArnLike => {
                ("an ARN", value.bytes().filter(|byte| *byte == b':').count() >= 5)
            }
            Self::BinaryEquals => ("base64", decode_base64(value).is_some()),
            Self::Bool => (
                "`true` or `false`",
                ["true", "false"].iter().any(|it| value.eq_ignore_ascii_case(it)),
            ),
            Self::DateEquals
            | Self::DateGreaterThan
            | Self::DateGreaterThanEquals
            | Self::DateLessThan
            | Self::DateLessThanEquals => (
                "a date such as `2026-01-02T03:04:05Z`, or seconds since 1970",
                value.parse::<Instant>().is_ok(),
            ),
            Self::NumericEquals
            | Self::NumericGreaterThan
            | Self::NumericGreaterThanEquals
            | Self::NumericLessThan
            | Self::NumericLessThanEquals => ("a number", value.parse::<Decimal>().is_ok()),
            _ => return None,
        };
        (!reads).then_some(expected)
    }

    /// Whether it is true where its positive twin is false.
    pub fn is_negated(self) -> bool {
        self.positive() != self
    }
}

impl FromStr for BaseOperator {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|base| base.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.iter().map(|base| base.as_str());
            UnknownWord::new("condition operator", text, names, OPERATOR_FORM)
        })
    }
}

/// The form of an operator, for messages.
const OPERATOR_FORM: &str = "`StringEquals`, `IpAddress` and the like, perhaps with \
                             `ForAnyValue:` or `ForAllValues:` before and `IfExists` after it";

impl ConditionOperator {
    /// Every operator that AWS takes: `NullIfExists` is none (policy language §1.8).
    pub fn all() -> impl Iterator<Item = Self> {
        let sets = [None, Some(SetOperator::ForAllValues), Some(SetOperator::ForAnyValue)];
        sets.into_iter().flat_map(|set| {
            BaseOperator::ALL.iter().flat_map(move |&base| {
                let suffixes: &[bool] =
                    if base == BaseOperator::Null { &[false] } else { &[false, true] };
                suffixes.iter().map(move |&if_exists| Self { set, base, if_exists })
            })
        })
    }
}

/// Reads the exact spelling: letter case counts (U-03).
impl FromStr for ConditionOperator {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let (set, rest) = match text.split_once(':') {
            Some(("ForAllValues", rest)) => (Some(SetOperator::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(SetOperator::ForAnyValue), rest),
            _ => (None, text),
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let known = BaseOperator::ALL.iter().copied().find(|known| known.as_str() == base);
        known.map(|base| Self { set, base, if_exists }).ok_or_else(|| {
            let names: Vec<String> = Self::all().map(|known| known.to_string()).collect();
            let names = names.iter().map(String::as_str);
            UnknownWord::new("condition operator", text, names, OPERATOR_FORM)
        })
    }
}

impl fmt::Display for ConditionOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.set {
            Some(SetOperator::ForAllValues) => "ForAllValues:",
            Some(SetOperator::ForAnyValue) => "ForAnyValue:",
            None => "",
        })?;
        f.write_str(self.base.as_str())?;
        f.write_str(if self.if_exists { "IfExists" } else { "" })
    }
}
