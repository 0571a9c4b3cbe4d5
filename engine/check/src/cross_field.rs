//! Lemmas over several fields: tests with policy variables in them.
//!
//! An atom that asks for the whole value of a key makes the two fields one class, with one value
//! that answers for all of them ([`classes`]). Every other test is weakened until it speaks of one
//! class: a variable whose class has a fixed text is replaced by it, any other by `*` or by nothing.
//! Fields that contain each other's values in a circle are equal, or a value would be longer than itself
//! ([`length`]). Two things are seen beyond that: a pattern that covers another whatever the variables are
//! ([`cover`]), and what a pattern around a variable says of the variable ([`slot`]).

mod atom;
mod classes;
mod cover;
mod length;
mod slot;
mod weaken;

pub(crate) use self::atom::CrossFieldAtom;
use self::classes::EqualityClasses;
use crate::budget::{Exhausted, Steps};
use crate::field_id::{FieldTests, add_test, field_contradicts, one_value_contradicts};
use crate::key_facts::KeyFacts;
use polsim_decide::formula::KeyTest;

/// Tests that surely no request passes all of the cross-field atoms and the tests of single fields.
pub(crate) fn contradict(
    atoms: &[CrossFieldAtom<'_>],
    tested: &[FieldTests],
    key_facts: &KeyFacts,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let classes = EqualityClasses::new(atoms, tested, key_facts);
    if atoms.iter().any(|atom| classes.differs_from_itself(atom)) {
        return Ok(true);
    }
    if length::contradicts(atoms, |one, other| classes.are_equal(one, other)) {
        return Ok(true);
    }
    if cover::contradicts(atoms, &classes, budget)? {
        return Ok(true);
    }
    let mut tested = tested.to_vec();
    for atom in atoms {
        add_test(&mut tested, atom.field.clone(), (weaken::test(atom, &classes), atom.value));
    }
    if classes_contradict(&classes, &tested, key_facts, budget)? {
        return Ok(true);
    }
    for atom in atoms.iter().filter(|atom| atom.value) {
        if slot::contradicts(atom, &classes, &tested, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Tests that surely some class of equal fields, or some field outside all classes, has no value.
fn classes_contradict(
    classes: &EqualityClasses<'_>,
    tested: &[FieldTests],
    key_facts: &KeyFacts,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    for class in classes.all() {
        let tests = class.tests(tested);
        let tests: Vec<(&KeyTest, bool)> = tests.iter().map(|(it, sign)| (it, *sign)).collect();
        let formats: Vec<_> = class.members().iter().map(|it| it.format(key_facts)).collect();
        if one_value_contradicts(&tests, &formats, budget)? {
            return Ok(true);
        }
    }
    for one in tested.iter().filter(|one| classes.class(&one.field).is_none()) {
        if field_contradicts(one, key_facts, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}
