//! Self-reference: a value tested against a pattern that its own key's variable is in, `${k}/*` of `k`.
//!
//! The variable stands for the key's value where the key has exactly one, and for nothing where it has
//! several; the value is put in literally (policy language §4, V-4 and V-8). So the text that is
//! tested is as long as the text in the variable's place, letters folded or not, and the rest of the
//! pattern gets nothing: a `*` is content with that, fixed text and `?` are not, and another variable
//! only if its value is empty. Two times the value is the value only if it is empty. Of an ARN, a
//! component is shorter than the whole: it never holds the whole.

use super::field::Field;
use super::{atoms, some, variables};
use polsim_decide::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece};

/// The test of `key` by these predicates, if some of them have the key's own variable and can be
/// written out.
pub(super) fn written(
    formulas: &mut Formulas,
    key: &KeyName,
    any_of: &[Predicate],
    hit: bool,
) -> Option<FormulaId> {
    let is_own = |it: &Predicate| it.patterns().iter().any(|it| has(it, key));
    if !any_of.iter().any(is_own) {
        return None;
    }
    let (own, others): (Vec<Predicate>, Vec<Predicate>) = any_of.iter().cloned().partition(is_own);
    let absent = test(formulas, key, KeyTest::Absent);
    let several = test(formulas, key, KeyTest::Several);
    let not_one = formulas.any([absent, several]);
    let one = formulas.not(not_one);
    let mut hits = Vec::new();
    for predicate in &own {
        let same = equals_itself(formulas, key, predicate)?;
        hits.push(formulas.all([one, same]));
    }
    if hit {
        if !others.is_empty() {
            hits.push(test(formulas, key, KeyTest::Some { any_of: others.into(), hit }));
        }
        return Some(formulas.any(hits));
    }
    // Of several values none hits a test with the variable.
    let misses = if others.is_empty() {
        formulas.not(absent)
    } else {
        test(formulas, key, KeyTest::Some { any_of: others.into(), hit })
    };
    let hits = formulas.any(hits);
    let not_hits = formulas.not(hits);
    Some(formulas.all([misses, not_hits]))
}

/// The formula that the field matches a pattern that its own variable is in.
pub(super) fn field_matches(
    formulas: &mut Formulas,
    field: Field,
    pattern: &Pattern,
) -> Option<FormulaId> {
    let key = field.key();
    has(pattern, &key).then(|| {
        let rest = rest_is_empty(formulas, &without(pattern, &key));
        let twice = times(pattern, &key) > 1;
        let empty = if twice { atoms::literal(formulas, field, "") } else { formulas.truth(true) };
        formulas.all([rest, empty])
    })
}

/// The formula that the one value of `key` satisfies a predicate that the key's own variable is in;
/// `None` where the other variables have too many cases.
fn equals_itself(
    formulas: &mut Formulas,
    key: &KeyName,
    predicate: &Predicate,
) -> Option<FormulaId> {
    let Predicate::Text(pattern, _) = predicate else { return Some(formulas.truth(false)) };
    let rest = Predicate::Text(without(pattern, key), CaseRule::Exact);
    let mut ways = Vec::new();
    for (guard, written) in variables::cases(formulas, &[rest])? {
        for predicate in &written {
            if let [rest] = predicate.patterns() {
                let empty = rest_is_empty(formulas, rest);
                ways.push(formulas.all([guard, empty]));
            }
        }
    }
    let rest = formulas.any(ways);
    if times(pattern, key) < 2 {
        return Some(rest);
    }
    let any_of = [Predicate::Text(Pattern::literal(""), CaseRule::Exact)].into();
    let empty = test(formulas, key, KeyTest::Some { any_of, hit: true });
    Some(formulas.all([rest, empty]))
}

/// The formula that the pattern, whose variables have one value each, matches the empty text.
fn rest_is_empty(formulas: &mut Formulas, rest: &Pattern) -> FormulaId {
    let mut parts = Vec::new();
    for piece in rest.pieces() {
        parts.push(match piece {
            Piece::AnyRun => formulas.truth(true),
            Piece::AnyOne | Piece::Text(_) => formulas.truth(false),
            Piece::Variable(variable) => {
                let empty = Predicate::Text(Pattern::literal(""), CaseRule::Exact);
                match Field::of(&variable.key) {
                    Some(field) => atoms::literal(formulas, field, ""),
                    None => some(formulas, variable.key.clone(), empty),
                }
            }
        });
    }
    formulas.all(parts)
}

/// A test of the key, written out.
fn test(formulas: &mut Formulas, key: &KeyName, test: KeyTest) -> FormulaId {
    let atom = Atom::Key(key.clone(), test);
    let id = formulas.atom(atom.clone());
    atoms::expand(formulas, id, &atom)
}

fn has(pattern: &Pattern, key: &KeyName) -> bool {
    times(pattern, key) > 0
}

/// The number of times that the key's variable is in the pattern.
fn times(pattern: &Pattern, key: &KeyName) -> usize {
    pattern.variables().filter(|variable| variable.key == *key).count()
}

/// The pattern without the key's variable.
fn without(pattern: &Pattern, key: &KeyName) -> Pattern {
    let is_own = |piece: &Piece| matches!(piece, Piece::Variable(it) if it.key == *key);
    Pattern::from_pieces(pattern.pieces().iter().filter(|piece| !is_own(piece)).cloned())
}
