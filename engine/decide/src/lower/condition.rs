//! Conditions to formulas (policy language §3).

use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, Relation};
use crate::policy::{BaseOperator, Condition, ConditionValue, Operand, SetOperator};
use crate::text::CaseRule;

/// The requests for which one condition holds.
pub fn lower(formulas: &mut Formulas, condition: &Condition) -> FormulaId {
    let operator = condition.operator.value;
    let values = || condition.values.iter().map(|value| &value.value);
    if operator.base == BaseOperator::Null {
        return null(formulas, condition);
    }
    let any_of: Box<[Predicate]> = values().map(|value| predicate(operator.base, value)).collect();
    let mut test = |test| formulas.atom(Atom::Key(condition.key.value.clone(), test));
    let (absent, blank, several) =
        (test(KeyTest::Absent), test(KeyTest::Blank), test(KeyTest::Several));
    let hits = test(KeyTest::Some { any_of: any_of.clone(), hit: true });
    let negated = operator.base.is_negated();
    // A list without values, where the key's presence decides (U-22); the plain operators need no
    // rule of their own: nothing hits.
    if condition.values.is_empty() {
        match operator.set {
            Some(SetOperator::ForAllValues) => return blank,
            Some(SetOperator::ForAnyValue) => return formulas.truth(false),
            None if operator.if_exists => return absent,
            None => (),
        }
    }
    match operator.set {
        // §3.3: no value may fail; a missing or blank key passes.
        Some(SetOperator::ForAllValues) => {
            let failing =
                Atom::Key(condition.key.value.clone(), KeyTest::Some { any_of, hit: negated });
            let failing = formulas.atom(failing);
            let none_fails = formulas.not(failing);
            formulas.any([blank, none_fails])
        }
        // §3.3: some value passes; a missing or blank key does not.
        Some(SetOperator::ForAnyValue) => {
            let passing =
                Atom::Key(condition.key.value.clone(), KeyTest::Some { any_of, hit: !negated });
            let passing = formulas.atom(passing);
            let not_blank = formulas.not(blank);
            formulas.all([not_blank, passing])
        }
        // §3.2: a missing key fails a positive operator without IfExists and passes all others;
        // §3.4: two values or more fail both.
        None => {
            let one_at_most = formulas.not(several);
            if negated {
                let misses = formulas.not(hits);
                return formulas.all([misses, one_at_most]);
            }
            let holds = formulas.all([hits, one_at_most]);
            if operator.if_exists { formulas.any([absent, holds]) } else { holds }
        }
    }
}

/// The `Null` operator: the key is absent; with a set operator it is constant (policy language
/// §3.7).
fn null(formulas: &mut Formulas, condition: &Condition) -> FormulaId {
    match condition.operator.value.set {
        Some(SetOperator::ForAllValues) => return formulas.truth(true),
        Some(SetOperator::ForAnyValue) => return formulas.truth(false),
        None => (),
    }
    let absent = formulas.atom(Atom::Key(condition.key.value.clone(), KeyTest::Absent));
    let parts: Vec<FormulaId> = condition
        .values
        .iter()
        .map(|value| match value.value.operand {
            Operand::Bool(true) => absent,
            Operand::Bool(false) => formulas.not(absent),
            _ => formulas.truth(false),
        })
        .collect();
    formulas.any(parts)
}

/// The test that a value of a condition makes on one value of the request, negation left out.
pub fn predicate(base: BaseOperator, value: &ConditionValue) -> Predicate {
    use BaseOperator as Op;
    let relation = match base {
        Op::NumericLessThan | Op::DateLessThan => Relation::Less,
        Op::NumericLessThanEquals | Op::DateLessThanEquals => Relation::LessOrEqual,
        Op::NumericGreaterThan | Op::DateGreaterThan => Relation::Greater,
        Op::NumericGreaterThanEquals | Op::DateGreaterThanEquals => Relation::GreaterOrEqual,
        _ => Relation::Equal,
    };
    let case = match base.positive() {
        Op::StringEqualsIgnoreCase => CaseRule::Folded,
        _ => CaseRule::Exact,
    };
    match &value.operand {
        Operand::Address(range) => Predicate::Address(*range),
        Operand::Arn(components) => Predicate::Arn(components.clone()),
        Operand::Binary(bytes) => Predicate::Binary(bytes.clone()),
        Operand::Bool(value) => Predicate::Bool(*value),
        Operand::Date(instant) => Predicate::Date(relation, *instant),
        Operand::Malformed => Predicate::Never,
        Operand::Numeric(number) => Predicate::Number(relation, number.clone()),
        Operand::String(pattern) => Predicate::Text(pattern.clone(), case),
    }
}
