//! Patterns that cover others whatever their variables are.
//!
//! Each class of equal variables becomes one character that no text has, and inclusion of the
//! resulting languages is decided. Substituting a text for that character keeps the inclusion.

use super::atom::CrossFieldAtom;
use super::classes::EqualityClasses;
use crate::budget::{Exhausted, Steps};
use crate::field_id::FieldId;
use crate::regex::{self, CharacterClass, Letter, Regex};
use polsim_decide::formula::Predicate;
use polsim_decide::text::{CaseRule, Pattern, Piece, Variable};

/// Tests that an atom which fails covers an atom which passes.
pub(super) fn contradicts(
    atoms: &[CrossFieldAtom<'_>],
    classes: &EqualityClasses<'_>,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    for wide in atoms.iter().filter(|atom| !atom.value) {
        for narrow in atoms.iter().filter(|atom| atom.value) {
            if is_covered(wide, narrow, classes, budget)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn is_covered(
    wide: &CrossFieldAtom<'_>,
    narrow: &CrossFieldAtom<'_>,
    classes: &EqualityClasses<'_>,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    if !wide.hit || !classes.are_equal(&wide.field, &narrow.field) {
        return Ok(false);
    }
    let narrow = narrow.one_pattern().and_then(|it| with_marks(it, is_plain, classes));
    let Some(narrow) = narrow else { return Ok(false) };
    for predicate in wide.any_of {
        let Predicate::Text(pattern, CaseRule::Exact) = predicate else { continue };
        let Some(wide) = with_marks(pattern, regex::any, classes) else { continue };
        if regex::find(&[(&narrow, true), (&wide, false)], budget)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The pattern with a private character for the variables of each class, and with runs of the
/// characters in `run`.
fn with_marks(
    pattern: &Pattern,
    run: CharacterClass,
    classes: &EqualityClasses<'_>,
) -> Option<Regex> {
    let mut sequence = Vec::new();
    for piece in classes.substitute(pattern, CaseRule::Exact).pieces() {
        sequence.push(match piece {
            Piece::AnyOne => Regex::One(Letter::Of(is_plain)),
            Piece::AnyRun => Regex::Run(run),
            Piece::Text(text) if text.chars().all(is_plain) => Regex::text(text, CaseRule::Exact),
            Piece::Text(_) | Piece::Variable(Variable { default: Some(_), .. }) => return None,
            Piece::Variable(Variable { key, default: None }) => {
                Regex::One(Letter::Named(mark(&FieldId::of(key), classes)?, CaseRule::Exact))
            }
        });
    }
    Some(Regex::Sequence(sequence))
}

/// The private character of the variables that are equal to this field.
fn mark(field: &FieldId, classes: &EqualityClasses<'_>) -> Option<char> {
    let at = classes.variables.iter().position(|it| classes.are_equal(it, field))?;
    char::from_u32(FIRST_MARK.checked_add(u32::try_from(at).ok()?)?)
}

/// Characters for private use stand for variables; a pattern with one of them is not looked at.
const FIRST_MARK: u32 = 0x10_0000;

fn is_plain(c: char) -> bool {
    u32::from(c) < FIRST_MARK
}
