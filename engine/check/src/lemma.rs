//! Theory lemmas: decides that no request gives these atoms these truth values.

use crate::budget::{Exhausted, Steps};
use crate::constraint::has_variable;
use crate::cross_field::{self, CrossFieldAtom};
use crate::field_id::{FieldId, FieldTests, add_test, field_contradicts};
use crate::key_facts::KeyFacts;
use crate::regex::{self, Regex};
use polsim_decide::formula::{Atom, KeyTest};
use polsim_decide::policy::ActionPattern;

/// Tests that surely no request gives all of these atoms these values. An atom that is left out only
/// makes for more requests, so leaving it out is safe.
pub(crate) fn contradict(
    atoms: &[(&Atom, bool)],
    key_facts: &KeyFacts,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let mut actions: Vec<(&ActionPattern, bool)> = Vec::new();
    let mut tested: Vec<FieldTests> = Vec::new();
    let mut linked: Vec<CrossFieldAtom<'_>> = Vec::new();
    for (atom, value) in atoms {
        match atom {
            Atom::Action(pattern) => actions.push((pattern, *value)),
            Atom::Key(key, KeyTest::Some { any_of, hit }) if any_of.iter().any(has_variable) => {
                let (field, any_of) = (FieldId::of(key), &**any_of);
                linked.push(CrossFieldAtom { field, any_of, hit: *hit, value: *value });
            }
            Atom::Key(key, test) => add_test(&mut tested, FieldId::of(key), (test.clone(), *value)),
            Atom::Choice(_)
            | Atom::ManagementAccount
            | Atom::Principal(_)
            | Atom::Resource(_)
            | Atom::SameAccount
            | Atom::SamePartition => (),
        }
    }
    if !actions.is_empty() && actions_contradict(&actions, budget)? {
        return Ok(true);
    }
    for one in &tested {
        if field_contradicts(one, key_facts, budget)? {
            return Ok(true);
        }
    }
    if linked.is_empty() {
        return Ok(false);
    }
    cross_field::contradict(&linked, &tested, key_facts, budget)
}

/// Tests that surely no action matches all the positive patterns and none of the negative ones.
pub fn actions_contradict(
    literals: &[(&ActionPattern, bool)],
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let mut question = vec![(Regex::any_action(), true)];
    for (pattern, sign) in literals {
        match Regex::action(pattern) {
            Some(words) => question.push((words, *sign)),
            None => return Ok(false),
        }
    }
    texts_contradict(&question, budget)
}

/// Tests that no text is in all positive languages and in none of the negative ones.
pub fn texts_contradict(literals: &[(Regex, bool)], budget: &mut Steps) -> Result<bool, Exhausted> {
    let literals: Vec<(&Regex, bool)> = literals.iter().map(|(it, sign)| (it, *sign)).collect();
    regex::find(&literals, budget).map(|found| found.is_none())
}

#[cfg(test)]
mod tests;
