//! The Condition element: operators, keys and values (policy language §3).

use std::fmt;
use std::str::FromStr;

use super::Spanned;
use crate::text::{
    AddressRange, Decimal, Instant, KeyName, Pattern, Span, UnknownWord, decode_base64,
    parse_address,
};

/// A condition: one operator on one key. A statement applies only if every one of its conditions
/// holds (policy language §3.1).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// # let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*",
/// #     "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}"#;
/// # let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity)?.policy;
/// # let statement = &policy.statements[0];
/// let [condition] = &*statement.conditions else { panic!("one condition") };
/// assert_eq!(condition.operator.value.to_string(), "NotIpAddress");
/// assert!(condition.key.value.is("aws:SourceIp"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
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
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::text::Source;
/// # let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*",
/// #     "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}"#;
/// # let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity)?.policy;
/// # let statement = &policy.statements[0];
/// let value = &statement.conditions[0].values[0].value;
/// assert_eq!(&*value.text, "203.0.113.0/24");
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ConditionValue {
    /// The text: JSON numbers and booleans in their canonical form (policy language §1.1, G-6).
    pub text: Box<str>,
    /// The text as the operator reads it.
    pub operand: Operand,
}

/// The operand of a condition: its value as the operator reads it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Operand, Policy, PolicyType};
/// # use polsim::text::Source;
/// # let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*",
/// #     "Resource": "*", "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}"#;
/// # let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity)?.policy;
/// # let statement = &policy.statements[0];
/// let Operand::Address(range) = &statement.conditions[0].values[0].value.operand else {
///     panic!("the operators on addresses read ranges")
/// };
/// assert!(range.contains_text("203.0.113.7"));
/// # Ok::<(), polsim::text::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Operand {
    /// A range of addresses.
    Address(AddressRange),
    /// An ARN pattern, by component.
    Arn(Box<[Pattern; 6]>),
    /// Bytes, decoded from base64.
    Binary(Box<[u8]>),
    /// The value `true` or `false`.
    Bool(bool),
    /// A point in time.
    Date(Instant),
    /// Text that its operator cannot read: it never hits (policy language §3.10).
    Malformed,
    /// An exact decimal number.
    Numeric(Decimal),
    /// A pattern over text; without wildcards for the `…Equals` operators.
    String(Pattern),
}

/// A condition operator, with its set operator and suffix: `ForAnyValue:StringNotEqualsIfExists`.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{BaseOperator, ConditionOperator, SetOperator};
/// let operator: ConditionOperator = "ForAnyValue:StringLikeIfExists".parse()?;
/// assert_eq!(operator.set, Some(SetOperator::ForAnyValue));
/// assert_eq!((operator.base, operator.if_exists), (BaseOperator::StringLike, true));
/// let refused = "StringLikes".parse::<ConditionOperator>().unwrap_err();
/// assert_eq!(refused.expected(), "did you mean `StringLike`?");
/// # Ok::<(), polsim::text::UnknownWord>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ConditionOperator {
    /// The set operator before it.
    pub set: Option<SetOperator>,
    /// The operator without set operator and suffix.
    pub base: BaseOperator,
    /// True if `IfExists` follows: without set operator, the condition then holds where the key is
    /// absent (policy language §3.2).
    pub if_exists: bool,
}

/// The set operator before an operator: how a multivalued key is read (policy language §3.3).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{ConditionOperator, SetOperator};
/// let operator: ConditionOperator = "ForAllValues:StringEquals".parse()?;
/// assert_eq!(operator.set, Some(SetOperator::ForAllValues));
/// # Ok::<(), polsim::text::UnknownWord>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SetOperator {
    /// `ForAllValues:`: every value of the request satisfies the operator, as do no values at all.
    ForAllValues,
    /// `ForAnyValue:`: at least one value of the request satisfies the operator.
    ForAnyValue,
}

macro_rules! base_operators {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// A condition operator without set operator and suffix (policy language §3.5 to §3.9).
        ///
        /// ```
        /// # use polsim_decide as polsim;
        /// # use polsim::policy::BaseOperator;
        /// let operator: BaseOperator = "StringNotLike".parse()?;
        /// assert!(operator.is_negated());
        /// assert_eq!(operator.positive(), BaseOperator::StringLike);
        /// # Ok::<(), polsim::text::UnknownWord>(())
        /// ```
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum BaseOperator { $($(#[$doc])* $name),* }

        impl BaseOperator {
            /// The operators that exist, in alphabetical order.
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
    /// Negated [`ArnEquals`](Self::ArnEquals): no value matches.
    ArnNotEquals,
    /// Negated [`ArnLike`](Self::ArnLike): no value matches.
    ArnNotLike,
    /// Equal bytes after base64 decoding.
    BinaryEquals,
    /// The truth value `true` or `false`.
    Bool,
    /// The same point in time.
    DateEquals,
    /// A later point in time.
    DateGreaterThan,
    /// Later or the same.
    DateGreaterThanEquals,
    /// An earlier point in time.
    DateLessThan,
    /// Earlier or the same.
    DateLessThanEquals,
    /// Negated [`DateEquals`](Self::DateEquals): no value matches.
    DateNotEquals,
    /// An address in the range.
    IpAddress,
    /// Negated [`IpAddress`](Self::IpAddress): no range has the address.
    NotIpAddress,
    /// The presence of the key: `true` if it is absent.
    Null,
    /// The same number, however it is written.
    NumericEquals,
    /// A number that is greater.
    NumericGreaterThan,
    /// Greater or the same.
    NumericGreaterThanEquals,
    /// A number that is less.
    NumericLessThan,
    /// Less or the same.
    NumericLessThanEquals,
    /// Negated [`NumericEquals`](Self::NumericEquals): no value matches.
    NumericNotEquals,
    /// The same text, letter case included.
    StringEquals,
    /// The same text but for letter case.
    StringEqualsIgnoreCase,
    /// Text in the pattern.
    StringLike,
    /// Negated [`StringEquals`](Self::StringEquals): no value matches.
    StringNotEquals,
    /// Negated [`StringEqualsIgnoreCase`](Self::StringEqualsIgnoreCase): no value matches.
    StringNotEqualsIgnoreCase,
    /// Negated [`StringLike`](Self::StringLike): no value matches.
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

    /// The operator that compares as this one does, but with wildcards.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::policy::BaseOperator;
    /// assert_eq!(BaseOperator::StringEquals.with_wildcards(), Some(BaseOperator::StringLike));
    /// assert_eq!(BaseOperator::ArnEquals.with_wildcards(), None);
    /// ```
    pub fn with_wildcards(self) -> Option<Self> {
        match self {
            Self::StringEquals | Self::StringEqualsIgnoreCase => Some(Self::StringLike),
            Self::StringNotEquals | Self::StringNotEqualsIgnoreCase => Some(Self::StringNotLike),
            _ => None,
        }
    }

    /// The form that the operator reads, if `value`, a value of the request, does not have it: then
    /// no value of a policy is hit (policy language §3.10).
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

    /// True for an operator that holds where its [`positive`](Self::positive) twin does not.
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
