//! Conditions with what the lowering says of a missing key.

use polsim::catalog::{Catalog, keys};
use polsim::formula::{Evaluator, Formulas};
use polsim::lower::lower_condition;
use polsim::policy::{BaseOperator, Condition, ConditionValue, SetOperator, Spanned};
use polsim::request::{Request, RequestParts};

use crate::key::Key;

/// A condition of a statement, and what is known of its key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Test<'a> {
    pub(crate) condition: &'a Condition,
    pub(crate) key: Key<'a>,
    /// True if the condition holds for a request without the key (policy language §3.2, as lowered).
    pub(crate) missing_true: bool,
}

/// Keys that tell who asks, from where, or for whom.
pub(crate) const PERIMETER: [&str; 16] = [
    keys::SOURCE_IP,
    keys::VPC_SOURCE_IP,
    keys::SOURCE_VPC,
    keys::SOURCE_VPCE,
    keys::SOURCE_VPC_ARN,
    keys::VPCE_ACCOUNT,
    keys::VPCE_ORG_ID,
    keys::VPCE_ORG_PATHS,
    keys::PRINCIPAL_ORG_ID,
    keys::PRINCIPAL_ORG_PATHS,
    keys::MULTI_FACTOR_AUTH_PRESENT,
    keys::MULTI_FACTOR_AUTH_AGE,
    keys::SOURCE_ARN,
    keys::SOURCE_ACCOUNT,
    keys::SOURCE_ORG_ID,
    keys::SOURCE_ORG_PATHS,
];

impl<'a> Test<'a> {
    pub(crate) fn of(condition: &'a Condition, catalog: Option<&'a Catalog>) -> Self {
        let key = Key::of(condition.key.value.as_str(), catalog);
        Self { condition, key, missing_true: holds_without_key(condition) }
    }

    /// The name of the key as it is written.
    pub(crate) fn name(&self) -> &'a str {
        self.condition.key.value.as_str()
    }

    pub(crate) fn is(&self, key: &str) -> bool {
        self.condition.key.value.is(key)
    }

    pub(crate) fn is_one_of(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.is(key))
    }

    pub(crate) fn base(&self) -> BaseOperator {
        self.condition.operator.value.base
    }

    pub(crate) fn set(&self) -> Option<SetOperator> {
        self.condition.operator.value.set
    }

    pub(crate) fn if_exists(&self) -> bool {
        self.condition.operator.value.if_exists
    }

    pub(crate) fn is_null(&self) -> bool {
        self.base() == BaseOperator::Null
    }

    pub(crate) fn is_negated(&self) -> bool {
        self.base().is_negated()
    }

    /// A test of the key's value that is not negated.
    pub(crate) fn is_positive(&self) -> bool {
        !self.is_null() && !self.is_negated()
    }

    pub(crate) fn values(&self) -> &'a [Spanned<ConditionValue>] {
        &self.condition.values
    }

    /// True if one of the values is this text, letter case not counted.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.values().iter().any(|it| it.value.text.eq_ignore_ascii_case(text))
    }

    /// True if the test asks for the key to be absent, or present.
    pub(crate) fn asks_null(&self, absent: bool) -> bool {
        self.is_null()
            && self.values().len() == 1
            && self.has(if absent { "true" } else { "false" })
    }

    pub(crate) fn is_string(&self) -> bool {
        use BaseOperator as B;
        matches!(
            self.base().positive(),
            B::StringEquals | B::StringEqualsIgnoreCase | B::StringLike
        )
    }

    pub(crate) fn is_arn(&self) -> bool {
        matches!(self.base().positive(), BaseOperator::ArnEquals | BaseOperator::ArnLike)
    }

    pub(crate) fn is_address(&self) -> bool {
        self.base().positive() == BaseOperator::IpAddress
    }

    pub(crate) fn is_numeric(&self) -> bool {
        self.base().as_str().starts_with("Numeric")
    }

    pub(crate) fn is_date(&self) -> bool {
        self.base().as_str().starts_with("Date")
    }
}

/// The answer of the lowering to a request that has no keys at all.
fn holds_without_key(condition: &Condition) -> bool {
    let parts = RequestParts {
        principal: "anonymous",
        action: "s3:GetObject",
        resource: "*",
        complete: true,
        ..RequestParts::default()
    };
    let Ok(request) = Request::new(parts) else { return false };
    let mut formulas = Formulas::new();
    let holds = lower_condition(&mut formulas, condition);
    Evaluator::new(&formulas, &request).holds(holds)
}

/// The text of a value outside of policy variables, which are left out.
pub(crate) fn outside_variables(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        out.push_str(before);
        let Some((_, tail)) = after.split_once('}') else { return out };
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// True if the value is written with a wildcard.
pub(crate) fn has_wildcard(value: &ConditionValue) -> bool {
    outside_variables(&value.text).contains(['*', '?'])
}

/// True if the value is written with a policy variable, or what looks like one.
pub(crate) fn has_variable(value: &ConditionValue) -> bool {
    value.text.contains("${")
}
