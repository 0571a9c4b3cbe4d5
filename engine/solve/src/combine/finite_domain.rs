//! Keys with few possible texts, of which policy variables speak.
//!
//! A theory that chooses a value for such a key tries some and proves nothing by it. So the search
//! chooses: a test that passes with one of these texts passes with the first, or the second, and so
//! on. With its text the key is fixed, and what speaks of it is decided for certain. Three tags that
//! differ pairwise and have two possible texts, say, cannot be.

use super::cross_field::CrossField;
use super::field_query::Requirement;
use super::{AtomGroups, Theories};
use polsim_decide::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate};
use polsim_decide::text::CaseRule;

/// Longer lists are not taken apart.
const MAX_TEXTS: usize = 64;

/// What lists of texts of the keys that linked atoms speak of say, each list once.
pub(super) fn lemmas(
    theories: &mut Theories,
    links: &CrossField,
    groups: &AtomGroups,
    formulas: &mut Formulas,
) -> Vec<FormulaId> {
    let mut lemmas = Vec::new();
    let spoken_of = groups.cross_field.iter().flat_map(|(_, linked)| &linked.places);
    let representatives: Vec<_> =
        spoken_of.map(|place| links.classes().representative(*place)).collect();
    for place in &groups.places {
        if !representatives.contains(&links.classes().representative(*place)) {
            continue;
        }
        for constraint in groups.constraints.get(place.index()).into_iter().flatten() {
            let (Requirement::Passes(reading), [(atom, true)]) =
                (&constraint.requirement, &*constraint.because)
            else {
                continue;
            };
            if !is_list(&reading.test) || theories.lemmas.contains(&(*atom, *atom)) {
                continue;
            }
            theories.lemmas.push((*atom, *atom));
            let list = formulas.atom_of(*atom).cloned();
            lemmas.extend(list.and_then(|list| apart(formulas, &list)));
        }
    }
    lemmas
}

/// Whether the test is for several texts, any of them, letter for letter: a certificate names no
/// others.
fn is_list(test: &KeyTest) -> bool {
    let is_text = |it: &Predicate| matches!(it, Predicate::Text(text, CaseRule::Exact) if text.as_literal().is_some());
    matches!(test, KeyTest::Some { any_of, hit: true }
        if (2..=MAX_TEXTS).contains(&any_of.len()) && any_of.iter().all(is_text))
}

/// That the test of several texts is a test of the first, or of the second, and so on.
fn apart(formulas: &mut Formulas, list: &Atom) -> Option<FormulaId> {
    let Atom::Key(key, KeyTest::Some { any_of, hit: true }) = list else { return None };
    let mut ways = Vec::new();
    for text in any_of {
        let test = KeyTest::Some { any_of: [text.clone()].into(), hit: true };
        ways.push(formulas.atom(Atom::Key(key.clone(), test)));
    }
    let list = formulas.atom(list.clone());
    ways.push(formulas.not(list));
    Some(formulas.any(ways))
}
