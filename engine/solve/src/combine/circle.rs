//! Circles: cross-field atoms whose fields contain each other's values.
//!
//! A value that matches a pattern around a variable is at least as long as the variable's value and
//! the fixed characters beside it. Around a circle that is a contradiction as soon as one character
//! is fixed; without any, the fields of the circle have one and the same value. A field on a circle
//! is a variable itself, so it has exactly one value.

use super::field_id::FieldId;
use super::groups::AtomGroups;
use crate::search::AtomValue;
use polsim_decide::formula::Predicate;
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece, Variable};

/// The containment of a variable's value in the value of a field.
#[derive(Debug)]
struct Containment {
    field: FieldId,
    variable: FieldId,
    /// The least number of characters beside the variable's value.
    beside: usize,
    /// Containment letter for letter: without anything beside it, the value is the same.
    is_exact: bool,
    because: Vec<AtomValue>,
}

/// The containments that the true cross-field atoms of a final check say.
#[derive(Debug)]
pub(super) struct Containments {
    all: Vec<Containment>,
}

impl Containments {
    /// The containments of `groups`, with the reverse of each of these equalities.
    pub(super) fn new(groups: &AtomGroups, equalities: &[([FieldId; 2], Vec<AtomValue>)]) -> Self {
        let of_atoms = groups.true_cross_field().flat_map(|(atom, linked)| {
            linked.keys.iter().zip(&linked.variables).filter_map(move |(key, variable)| {
                let beside = |pattern: &Pattern| characters_beside(pattern, key);
                let of_all: Option<Vec<usize>> =
                    linked.any_of.iter().map(|it| beside(only_pattern(linked.hit, it)?)).collect();
                Some(Containment {
                    field: linked.field,
                    variable: *variable,
                    beside: of_all?.into_iter().min()?,
                    is_exact: linked.one_pattern().is_some(),
                    because: vec![(atom, true)],
                })
            })
        });
        let reverse = equalities.iter().map(|([field, variable], because)| Containment {
            field: *variable,
            variable: *field,
            beside: 0,
            is_exact: true,
            because: because.clone(),
        });
        Self { all: of_atoms.chain(reverse).collect() }
    }

    /// The atoms of a circle in which a value would be longer than itself.
    pub(super) fn conflict(&self) -> Option<Vec<AtomValue>> {
        self.circles(|containment| containment.beside > 0).next().map(|(_, because)| because)
    }

    /// The equalities of fields on circles without a fixed character.
    pub(super) fn equalities(&self) -> Vec<([FieldId; 2], Vec<AtomValue>)> {
        self.circles(|containment| containment.is_exact && containment.beside == 0)
            .map(|(containment, because)| ([containment.field, containment.variable], because))
            .collect()
    }

    /// The wanted containments that lie on a circle, each with the atoms of a shortest one.
    fn circles(
        &self,
        is_wanted: impl Fn(&Containment) -> bool,
    ) -> impl Iterator<Item = (&Containment, Vec<AtomValue>)> {
        let wanted = self.all.iter().filter(move |it| is_wanted(it) && it.field != it.variable);
        wanted.filter_map(|first| {
            let back = self.path(first.variable, first.field)?;
            Some((first, [first.because.clone(), back].concat()))
        })
    }

    /// The atoms of a shortest path along containments.
    fn path(&self, from: FieldId, to: FieldId) -> Option<Vec<AtomValue>> {
        let mut reached: Vec<(FieldId, Vec<AtomValue>)> = vec![(from, Vec::new())];
        let mut at = 0;
        while let Some((here, because)) = reached.get(at).cloned() {
            if here == to {
                return Some(because);
            }
            for next in self.all.iter().filter(|it| it.field == here) {
                if reached.iter().all(|(field, _)| *field != next.variable) {
                    let because = [because.clone(), next.because.clone()].concat();
                    reached.push((next.variable, because));
                }
            }
            at = at.saturating_add(1);
        }
        None
    }
}

/// The pattern of a predicate of a test for a value that satisfies one.
fn only_pattern(hit: bool, predicate: &Predicate) -> Option<&Pattern> {
    match predicate {
        Predicate::Text(pattern, CaseRule::Exact | CaseRule::Folded) if hit => Some(pattern),
        _ => None,
    }
}

/// The least number of characters beside one occurrence of a variable; `None` without one.
fn characters_beside(pattern: &Pattern, key: &KeyName) -> Option<usize> {
    let is_variable = |piece: &Piece| matches!(piece, Piece::Variable(Variable { key: own, default: None }) if own == key);
    if !pattern.pieces().iter().any(is_variable) {
        return None;
    }
    let characters = |piece: &Piece| match piece {
        Piece::AnyOne => 1,
        Piece::Text(text) => text.chars().count(),
        Piece::AnyRun | Piece::Variable(_) => 0,
    };
    Some(pattern.pieces().iter().map(characters).sum())
}
