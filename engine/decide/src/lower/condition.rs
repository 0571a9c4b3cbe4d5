//! Conditions to formulas (policy language §3).

use crate::catalog::readings;
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, Relation};
use crate::policy::{
    BaseOperator, Condition, ConditionOperator, ConditionValue, Operand, SetOperator, Version,
};
use crate::text::{AddressRange, CaseRule, Pattern};

use super::readings::Lowering;
use super::{Readings, variable};

/// The requests for which one condition holds, readings by their defaults: the conditions of a
/// property are read so.
pub fn lower_by_default(formulas: &mut Formulas, condition: &Condition) -> FormulaId {
    let (readings, mut reads) = (Readings::default(), Vec::new());
    let mut to = Lowering { formulas, readings: &readings, reads: &mut reads };
    lower(&mut to, condition, Version::V2012)
}

/// The requests for which one condition of a policy of this version holds.
pub(super) fn lower(to: &mut Lowering<'_>, condition: &Condition, version: Version) -> FormulaId {
    let operator = condition.operator.value;
    if operator.base == BaseOperator::Null {
        return null(to.formulas, condition);
    }
    let test = |to: &mut Lowering<'_>, test| {
        to.formulas.atom(Atom::Key(condition.key.value.clone(), test))
    };
    let (absent, blank, several) =
        (test(to, KeyTest::Absent), test(to, KeyTest::Blank), test(to, KeyTest::Several));
    let values = Values::new(to, condition, version);
    let hits = values.some(to, true);
    let negated = operator.base.is_negated();
    if condition.values.is_empty()
        && let Some(by_presence) = without_values(to, operator, (absent, blank))
    {
        return by_presence;
    }
    let holds = match operator.set {
        // §3.3: no value may fail; a missing or blank key passes.
        Some(SetOperator::ForAllValues) => {
            let failing = values.some(to, negated);
            let none_fails = to.formulas.not(failing);
            let none_fails = values.unresolved_fails(to, none_fails);
            to.formulas.any([blank, none_fails])
        }
        // §3.3: some value passes; a missing or blank key does not. U-17: not even with IfExists.
        Some(SetOperator::ForAnyValue) => {
            let passing = values.some(to, !negated);
            let not_blank = to.formulas.not(blank);
            let holds = to.formulas.all([not_blank, passing]);
            let holds = values.unresolved_fails(to, holds);
            match operator.if_exists.then(|| to.choice(&readings::SET_IF_EXISTS, "exists")) {
                Some(Some(choice)) => to.formulas.add(holds | absent & choice),
                _ => holds,
            }
        }
        // §3.2: a missing key fails a positive operator without IfExists and passes all others.
        None => {
            let one_at_most = one_at_most(to, several);
            if negated {
                let misses = to.formulas.not(hits);
                let holds = to.formulas.all([misses, one_at_most]);
                values.unresolved_fails_if_present(to, holds, absent)
            } else {
                let holds = to.formulas.all([hits, one_at_most]);
                if operator.if_exists { to.formulas.any([absent, holds]) } else { holds }
            }
        }
    };
    // U-22: a plain operator without values fails like one that hits nothing.
    if condition.values.is_empty() { says_nothing(to, holds) } else { holds }
}

/// §3.4, U-16: a plain operator fails on two values or more, or takes them for any value.
fn one_at_most(to: &mut Lowering<'_>, several: FormulaId) -> FormulaId {
    match to.choice(&readings::SEVERAL_VALUES, "any") {
        Some(choice) => to.formulas.add(!several | choice),
        None => to.formulas.not(several),
    }
}

/// U-22: a list without values, where the key's presence decides; the plain operators need no rule
/// of their own: nothing hits.
fn without_values(
    to: &mut Lowering<'_>,
    operator: ConditionOperator,
    (absent, blank): (FormulaId, FormulaId),
) -> Option<FormulaId> {
    let by_presence = match operator.set {
        Some(SetOperator::ForAllValues) => blank,
        Some(SetOperator::ForAnyValue) => to.formulas.truth(false),
        None if operator.if_exists => absent,
        None => return None,
    };
    Some(says_nothing(to, by_presence))
}

/// A condition with an empty list: `holds`, or always where it says nothing (U-22).
fn says_nothing(to: &mut Lowering<'_>, holds: FormulaId) -> FormulaId {
    match to.choice(&readings::EMPTY_LIST, "ignored") {
        Some(choice) => to.formulas.add(holds | choice),
        None => holds,
    }
}

/// The values of a condition, as predicates on the values of its key.
struct Values<'c> {
    condition: &'c Condition,
    by_default: Box<[Predicate]>,
    /// Predicates that a value hits besides where a choice is true.
    besides: Vec<(FormulaId, Predicate)>,
    /// Texts that are no ARN to an operator on ARNs: they match nothing, and their variables are
    /// variables all the same.
    no_arns: Vec<Pattern>,
}

impl<'c> Values<'c> {
    fn new(to: &mut Lowering<'_>, condition: &'c Condition, version: Version) -> Self {
        let base = condition.operator.value.base;
        let values = || condition.values.iter().map(|value| &value.value);
        let by_default = values().map(|value| predicate(base, value)).collect();
        let besides = values().filter_map(|it| besides(to, base, it, version)).collect();
        let no_arns = values().filter_map(|it| no_arn(base, it, version)).collect();
        Self { condition, by_default, besides, no_arns }
    }

    /// The key has a value that hits one of the predicates, or one that hits none of them.
    fn some(&self, to: &mut Lowering<'_>, hit: bool) -> FormulaId {
        let test = |to: &mut Lowering<'_>, any_of: Box<[Predicate]>| {
            let test = KeyTest::Some { any_of, hit };
            to.formulas.atom(Atom::Key(self.condition.key.value.clone(), test))
        };
        let mut whole = test(to, self.by_default.clone());
        // A predicate in a choice is a list of its own: with hit, a value of it besides; without, a
        // value that hits neither list, wherever the choice is true.
        let mut list = self.by_default.to_vec();
        for (choice, predicate) in &self.besides {
            if hit {
                let besides = test(to, [predicate.clone()].into());
                whole = to.formulas.add(whole | besides & *choice);
            } else {
                // Each choice is one reading, and one condition has one operator: every predicate
                // here stands under the same choice.
                list.push(predicate.clone());
                let neither = test(to, list.clone().into());
                whole = to.formulas.add(whole & (neither | !*choice));
            }
        }
        whole
    }

    /// U-14 for a negated operator: `holds`, but not with a variable that has no value.
    fn unresolved_fails(&self, to: &mut Lowering<'_>, holds: FormulaId) -> FormulaId {
        if !self.condition.operator.value.base.is_negated() {
            return holds;
        }
        let patterns = self.by_default.iter().flat_map(Predicate::patterns);
        variable::unresolved_fails(to, holds, patterns.chain(&self.no_arns))
    }

    /// The same for a plain operator, which holds for a missing key before any value is looked at.
    fn unresolved_fails_if_present(
        &self,
        to: &mut Lowering<'_>,
        holds: FormulaId,
        absent: FormulaId,
    ) -> FormulaId {
        let present = self.unresolved_fails(to, holds);
        if present == holds { holds } else { to.formulas.add(present | holds & absent) }
    }
}

/// The pattern of a text that an operator on ARNs takes for none.
fn no_arn(base: BaseOperator, value: &ConditionValue, version: Version) -> Option<Pattern> {
    let on_arns = matches!(base.positive(), BaseOperator::ArnEquals | BaseOperator::ArnLike);
    let is_none = value.operand == Operand::Malformed && version == Version::V2012;
    (on_arns && is_none).then(|| Pattern::with_variables(&value.text, true).ok()).flatten()
}

/// The predicate that a value makes besides under another reading of it: U-19, a variable of a Bool
/// operator is filled in; U-20, a bare IPv6 address is a range of 32 bits.
fn besides(
    to: &mut Lowering<'_>,
    base: BaseOperator,
    value: &ConditionValue,
    version: Version,
) -> Option<(FormulaId, Predicate)> {
    match value.operand {
        Operand::Malformed if base == BaseOperator::Bool && version == Version::V2012 => {
            let pattern = Pattern::with_variables(&value.text, false).ok()?;
            pattern.variables().next()?;
            let choice = to.choice(&readings::BOOL_VARIABLE, "substituted")?;
            Some((choice, Predicate::Text(pattern, CaseRule::AsciiFolded)))
        }
        Operand::Address(_) if value.text.contains(':') && !value.text.contains('/') => {
            let range: AddressRange = format!("{}/32", value.text).parse().ok()?;
            let choice = to.choice(&readings::BARE_IPV6, "prefix-32")?;
            Some((choice, Predicate::Address(range)))
        }
        _ => None,
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
