//! Lengths of values: patterns around variables that contain each other's fields in a circle.
//!
//! A value that matches a pattern is at least as long as the values of the pattern's variables and
//! its fixed characters together. These bounds are raised until they hold; with a circle that adds a
//! character they never do. Letters folded or not, a text has as many characters.

use super::atom::CrossFieldAtom;
use crate::field_id::FieldId;
use polsim_decide::formula::Predicate;
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece, Variable};

/// A lower bound on a length: some value of the field is longer than the variable's by so much.
pub(super) struct LengthBound {
    field: FieldId,
    variable: FieldId,
    characters: usize,
}

/// Tests that surely some value would have to be longer than itself; `are_equal` knows the fields of
/// one value.
pub(super) fn contradicts(
    atoms: &[CrossFieldAtom<'_>],
    are_equal: impl Fn(&FieldId, &FieldId) -> bool,
) -> bool {
    let bounds = bounds(atoms);
    // One class of equal fields has one length.
    let mut lengths: Vec<(FieldId, usize)> = Vec::new();
    let find = |lengths: &[(FieldId, usize)], field: &FieldId| {
        lengths.iter().position(|(it, _)| are_equal(it, field))
    };
    for field in bounds.iter().flat_map(|it| [&it.field, &it.variable]) {
        if find(&lengths, field).is_none() {
            lengths.push((field.clone(), 0));
        }
    }
    // A path without a circle has fewer bounds than there are fields.
    for _ in 0..=lengths.len() {
        let mut is_raised = false;
        for bound in &bounds {
            let Some(variable) = find(&lengths, &bound.variable) else { continue };
            let Some(field) = find(&lengths, &bound.field) else { continue };
            let least = lengths.get(variable).map_or(0, |(_, length)| *length);
            let least = least.saturating_add(bound.characters);
            if let Some((_, length)) = lengths.get_mut(field)
                && *length < least
            {
                *length = least;
                is_raised = true;
            }
        }
        if !is_raised {
            return false;
        }
    }
    true
}

/// The pairs of fields that surely have one value, as each contains the other's, letter for letter
/// and perhaps by way of others.
pub(super) fn equal_fields(
    atoms: &[CrossFieldAtom<'_>],
    are_equal: impl Fn(&FieldId, &FieldId) -> bool,
) -> Vec<(FieldId, FieldId)> {
    let bounds = bounds(atoms);
    let contains = |field: &FieldId, within: &FieldId| {
        let mut reached: Vec<&FieldId> = vec![field];
        let mut at = 0;
        while let Some(here) = reached.get(at).copied() {
            if are_equal(here, within) {
                return true;
            }
            let next = bounds.iter().filter(|it| are_equal(&it.field, here));
            for bound in next {
                if !reached.contains(&&bound.variable) {
                    reached.push(&bound.variable);
                }
            }
            at = at.saturating_add(1);
        }
        false
    };
    let exact = atoms.iter().filter(|atom| atom.value && atom.one_pattern().is_some());
    let pairs = exact.flat_map(|atom| {
        let variables = atom.any_of.iter().flat_map(Predicate::patterns);
        let variables = variables.flat_map(Pattern::variables);
        variables.map(|it| (atom.field.clone(), it)).collect::<Vec<_>>()
    });
    pairs
        .filter(|(_, variable)| variable.default.is_none())
        .map(|(field, variable)| (field, FieldId::of(&variable.key)))
        .filter(|(field, variable)| contains(variable, field))
        .collect()
}

/// The bounds of the tests that pass.
fn bounds(atoms: &[CrossFieldAtom<'_>]) -> Vec<LengthBound> {
    let mut bounds = Vec::new();
    for atom in atoms.iter().filter(|atom| atom.value && atom.hit) {
        let Some(patterns) = atom.any_of.iter().map(pattern).collect::<Option<Vec<_>>>() else {
            continue;
        };
        for variable in patterns.iter().flat_map(|it| it.variables()) {
            let beside = patterns.iter().map(|it| characters_beside(it, &variable.key));
            let least = beside.collect::<Option<Vec<usize>>>().and_then(|it| it.into_iter().min());
            let variable = FieldId::of(&variable.key);
            bounds.extend(least.map(|characters| LengthBound {
                field: atom.field.clone(),
                variable,
                characters,
            }));
        }
    }
    bounds
}

fn pattern(predicate: &Predicate) -> Option<&Pattern> {
    match predicate {
        Predicate::Text(pattern, CaseRule::Exact | CaseRule::Folded) => Some(pattern),
        _ => None,
    }
}

/// The fixed characters of a pattern that has the key's value in it.
fn characters_beside(pattern: &Pattern, key: &KeyName) -> Option<usize> {
    let mut has_key = false;
    let mut characters = 0_usize;
    for piece in pattern.pieces() {
        match piece {
            Piece::AnyOne => characters = characters.saturating_add(1),
            Piece::Text(text) => characters = characters.saturating_add(text.chars().count()),
            Piece::Variable(Variable { key: own, default: None }) if own == key => has_key = true,
            Piece::AnyRun | Piece::Variable(_) => (),
        }
    }
    has_key.then_some(characters)
}
