//! Policy variables written out over the fields, by the values of their keys.
//!
//! A variable of a derived key stands for fields, and which ones depends on the kind of requester; a
//! variable of any other key has a value where the key has exactly one (policy language §4, V-4),
//! else its default counts, else the pattern matches nothing (V-5, V-6). After this, the variables
//! in a pattern are fields, or keys that have exactly one value wherever the pattern is asked about.

use super::field::is_reserved;
use super::template::Inexpressible;
use super::{any_kind, principal, some};
use polsim_decide::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, NoVariables, Pattern, Piece, Variable};

/// The value of a variable in some requests.
#[derive(Clone, Debug)]
enum Value {
    /// The key is absent: the default counts.
    Absent,
    /// The key has several values: it is no variable.
    Several,
    /// The value is made of these pieces.
    Pieces(Vec<Piece>),
}

/// A case: the formula of the requests in it, and the values of the variables there.
type Case = (FormulaId, Vec<(KeyName, Value)>);

/// Upper bound on the cases of one atom; with more, the atom is left as it is.
const MAX_CASES: usize = 64;

/// Tests for a variable in one of the predicates.
pub(super) fn any_in(predicates: &[Predicate]) -> bool {
    predicates.iter().flat_map(Predicate::patterns).any(has_variable)
}

fn has_variable(pattern: &Pattern) -> bool {
    pattern.variables().next().is_some()
}

/// The cases of the variables in these predicates, and the predicates in each; `None` where there
/// are too many.
pub(super) fn cases(
    formulas: &mut Formulas,
    predicates: &[Predicate],
) -> Option<Vec<(FormulaId, Vec<Predicate>)>> {
    let mut keys: Vec<KeyName> = Vec::new();
    for variable in predicates.iter().flat_map(Predicate::patterns).flat_map(Pattern::variables) {
        if !keys.contains(&variable.key) {
            keys.push(variable.key.clone());
        }
    }
    let always = formulas.truth(true);
    if keys.is_empty() {
        return Some(vec![(always, predicates.to_vec())]);
    }
    let mut cases: Vec<Case> = vec![(always, Vec::new())];
    for key in keys {
        let ways = ways(formulas, &key);
        let mut next = Vec::new();
        for (guard, values) in &cases {
            for (way, value) in &ways {
                let guard = formulas.all([*guard, *way]);
                if guard != formulas.truth(false) {
                    let mut values = values.clone();
                    values.push((key.clone(), value.clone()));
                    next.push((guard, values));
                }
            }
        }
        cases = next;
        if cases.len() > MAX_CASES {
            return None;
        }
    }
    let put_in = |(guard, values): Case| {
        let predicates = predicates.iter().map(|it| in_predicate(it, &values)).collect();
        (guard, predicates)
    };
    Some(cases.into_iter().map(put_in).collect())
}

/// The cases of a variable of this key.
fn ways(formulas: &mut Formulas, key: &KeyName) -> Vec<(FormulaId, Value)> {
    if is_reserved(key) {
        return vec![(formulas.truth(true), Value::Absent)];
    }
    if let Some(by_kind) = principal::derived(key) {
        return by_kind
            .into_iter()
            .map(|(kinds, value)| {
                let pieces = value.map(|template| Value::Pieces(template.pieces()));
                (any_kind(formulas, &kinds), pieces.unwrap_or(Value::Absent))
            })
            .collect();
    }
    let absent = formulas.atom(Atom::Key(key.clone(), KeyTest::Absent));
    let several = formulas.atom(Atom::Key(key.clone(), KeyTest::Several));
    let not_one = formulas.any([absent, several]);
    let one = formulas.not(not_one);
    let itself = Piece::Variable(Variable { key: key.clone(), default: None });
    vec![(one, Value::Pieces(vec![itself])), (absent, Value::Absent), (several, Value::Several)]
}

fn in_predicate(predicate: &Predicate, values: &[(KeyName, Value)]) -> Predicate {
    match predicate {
        Predicate::Text(pattern, case) => match in_pattern(pattern, values) {
            Some(pattern) => Predicate::Text(pattern, *case),
            None => Predicate::Never,
        },
        Predicate::Arn(components) => {
            let written: Option<Vec<Pattern>> =
                components.iter().map(|pattern| in_pattern(pattern, values)).collect();
            match written.map(<[Pattern; 6]>::try_from) {
                Some(Ok(six)) => Predicate::Arn(six.into()),
                _ => Predicate::Never,
            }
        }
        other => other.clone(),
    }
}

/// The pattern with its variables put in; `None` where one has neither value nor default.
fn in_pattern(pattern: &Pattern, values: &[(KeyName, Value)]) -> Option<Pattern> {
    let mut pieces = Vec::new();
    for piece in pattern.pieces() {
        let Piece::Variable(variable) = piece else {
            pieces.push(piece.clone());
            continue;
        };
        let (_, value) = values.iter().find(|(key, _)| *key == variable.key)?;
        match value {
            Value::Absent => pieces.push(Piece::Text(variable.default.clone()?)),
            Value::Pieces(value) => pieces.extend(value.iter().cloned()),
            Value::Several => return None,
        }
    }
    Some(Pattern::from_pieces(pieces))
}

/// The formula that a fixed text matches a pattern with one variable: the variable's value is one of
/// the pieces of the text that can stand in its place.
pub(super) fn on_text(
    formulas: &mut Formulas,
    pattern: &Pattern,
    case: CaseRule,
    text: &str,
) -> Result<FormulaId, Inexpressible> {
    let mut parts = pattern.pieces().split(|piece| matches!(piece, Piece::Variable(_)));
    let mut variables = pattern.variables();
    let (Some(before), Some(after), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err(Inexpressible);
    };
    let Some(variable) = variables.next() else { return Err(Inexpressible) };
    let before = Pattern::from_pieces(before.iter().cloned());
    let after = Pattern::from_pieces(after.iter().cloned());
    let fits = |pattern: &Pattern, text: Option<&str>| {
        text.is_some_and(|text| pattern.matches(text, case, &NoVariables))
    };
    let mut pieces: Vec<&str> = Vec::new();
    for start in (0..=text.len()).filter(|at| fits(&before, text.get(..*at))) {
        for end in (start..=text.len()).filter(|at| fits(&after, text.get(*at..))) {
            pieces.extend(text.get(start..end).filter(|piece| !pieces.contains(piece)));
        }
    }
    let mut ways = Vec::new();
    for piece in pieces {
        let same = Predicate::Text(Pattern::literal(piece), case);
        ways.push(some(formulas, variable.key.clone(), same));
    }
    Ok(formulas.any(ways))
}
