//! Case splits over fields that have a finite domain and that policy variables speak of.
//!
//! Trying values of such a field proves nothing, so the search makes the choice: a lemma says that a
//! test that passes with one of several texts passes with the first, or with the second, and so on.
//! With its text the field is fixed, and the atoms that speak of it are decided for certain: three
//! tags that differ pairwise and have two possible texts, say, are unsatisfiable.

use super::classes::EqualityClasses;
use super::groups::AtomGroups;
use super::lemmas::GivenLemmas;
use polsim_decide::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate};
use polsim_decide::text::CaseRule;

/// The number of texts up to which a test is split.
const MAX_TEXTS: usize = 64;

/// The case splits of the fields that cross-field atoms speak of, each given once.
pub(super) fn lemmas(
    groups: &AtomGroups,
    classes: &EqualityClasses,
    given: &mut GivenLemmas,
    formulas: &mut Formulas,
) -> Vec<FormulaId> {
    let mut lemmas = Vec::new();
    let variables = groups.cross_field.iter().flat_map(|(_, linked)| &linked.variables);
    let spoken_of: Vec<_> = variables.map(|field| classes.representative(*field)).collect();
    for field in &groups.constrained {
        if !spoken_of.contains(&classes.representative(*field)) {
            continue;
        }
        for (test, (atom, value)) in groups.tests(*field) {
            if !value || !is_finite(&test.test) || !given.insert(atom, atom) {
                continue;
            }
            let list = formulas.atom_of(atom).cloned();
            lemmas.extend(list.and_then(|list| case_split(formulas, &list)));
        }
    }
    lemmas
}

/// Tests for a test of several texts, letters folded or not.
fn is_finite(test: &KeyTest) -> bool {
    let is_text = |it: &Predicate| match it {
        Predicate::Text(text, CaseRule::Exact | CaseRule::Folded) => text.as_literal().is_some(),
        _ => false,
    };
    matches!(test, KeyTest::Some { any_of, hit: true }
        if (2..=MAX_TEXTS).contains(&any_of.len()) && any_of.iter().all(is_text))
}

/// The lemma that a test of several texts is a test of the first, or of the second, and so on.
fn case_split(formulas: &mut Formulas, list: &Atom) -> Option<FormulaId> {
    let Atom::Key(key, KeyTest::Some { any_of, hit: true }) = list else { return None };
    let mut cases = Vec::new();
    for text in any_of {
        let test = KeyTest::Some { any_of: [text.clone()].into(), hit: true };
        cases.push(formulas.atom(Atom::Key(key.clone(), test)));
    }
    let list = formulas.atom(list.clone());
    cases.push(formulas.not(list));
    Some(formulas.any(cases))
}
