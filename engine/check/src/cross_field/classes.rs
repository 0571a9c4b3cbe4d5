//! Classes of fields that have one and the same value.

use super::atom::CrossFieldAtom;
use super::length;
use crate::field_id::{FieldId, FieldTests};
use crate::key_facts::KeyFacts;
use crate::key_shape;
use polsim_decide::formula::{KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece};

/// The classes of equal fields of a lemma, and what is known of single fields.
pub(super) struct EqualityClasses<'a> {
    tested: &'a [FieldTests],
    pub(super) key_facts: &'a KeyFacts,
    /// Classes of two members and more.
    classes: Vec<EqualityClass>,
    /// The fields of all variables in the lemma.
    pub(super) variables: Vec<FieldId>,
}

/// Fields that have one and the same value.
#[derive(Debug)]
pub(super) struct EqualityClass {
    members: Vec<FieldId>,
    fixed: Option<FixedText>,
}

/// The text that a value has to be, and how letters compare with it.
type FixedText = (Box<str>, CaseRule);

impl<'a> EqualityClasses<'a> {
    /// The classes that follow from the atoms that hold.
    pub(super) fn new(
        atoms: &[CrossFieldAtom<'_>],
        tested: &'a [FieldTests],
        key_facts: &'a KeyFacts,
    ) -> Self {
        let patterns = atoms.iter().flat_map(|atom| atom.any_of).flat_map(Predicate::patterns);
        let variables =
            patterns.flat_map(Pattern::variables).map(|it| FieldId::of(&it.key)).collect();
        let mut new = Self { tested, key_facts, classes: Vec::new(), variables };
        new.unite_whole_values(atoms);
        new.unite_equal_slots(atoms);
        new.unite_circles(atoms);
        new.fix_texts();
        new
    }

    /// Unites a field with the key whose whole value it has. A variable with a value is the one value of
    /// its key; the tested field must have one only, too.
    fn unite_whole_values(&mut self, atoms: &[CrossFieldAtom<'_>]) {
        for atom in atoms.iter().filter(|atom| atom.value) {
            if let Some(key) = atom.whole_value()
                && self.is_single(&atom.field)
            {
                self.unite(atom.field.clone(), FieldId::of(key));
            }
        }
    }

    /// Unites the variables of equal slots: one value between the same fixed texts is one value.
    fn unite_equal_slots(&mut self, atoms: &[CrossFieldAtom<'_>]) {
        let slots = || atoms.iter().filter_map(|atom| Some((atom, atom.slot_key()?)));
        for (one, key) in slots() {
            for (other, its_key) in slots() {
                if one.field == other.field
                    && key < its_key
                    && self.is_single(&one.field)
                    && one.around(key) == other.around(its_key)
                {
                    self.unite(FieldId::of(key), FieldId::of(its_key));
                }
            }
        }
    }

    /// Unites fields that contain each other: the values are of one length, so they are the same. A
    /// field on a circle is a variable and has one value.
    fn unite_circles(&mut self, atoms: &[CrossFieldAtom<'_>]) {
        for (one, other) in length::equal_fields(atoms, |one, other| self.are_equal(one, other)) {
            self.unite(one, other);
        }
    }

    /// Gives each class the fixed text of a member, the case-sensitive one if there is one.
    fn fix_texts(&mut self) {
        let fixed: Vec<Option<FixedText>> = self
            .classes
            .iter()
            .map(|class| {
                let texts = class.members.iter().filter_map(|it| self.own_fixed_text(it));
                texts.min_by_key(|(_, case)| *case != CaseRule::Exact)
            })
            .collect();
        for (class, fixed) in self.classes.iter_mut().zip(fixed) {
            class.fixed = fixed;
        }
    }

    /// The classes of two members and more.
    pub(super) fn all(&self) -> &[EqualityClass] {
        &self.classes
    }

    /// Tests that the field has at most one value.
    pub(super) fn is_single(&self, field: &FieldId) -> bool {
        match field {
            FieldId::Field(_) => true,
            FieldId::Key(key) => {
                key_shape::shape(key, self.key_facts).single
                    || self.has_test(field, &KeyTest::Several, false)
            }
        }
    }

    /// Tests that the field surely has a value.
    fn is_present(&self, field: &FieldId) -> bool {
        matches!(field, FieldId::Field(_))
            || self.class(field).is_some()
            || self.has_test(field, &KeyTest::Absent, false)
    }

    fn has_test(&self, field: &FieldId, test: &KeyTest, value: bool) -> bool {
        let tested = self.tested.iter().filter(|it| it.field == *field);
        tested.flat_map(|it| &it.tests).any(|(own, sign)| own == test && *sign == value)
    }

    fn unite(&mut self, one: FieldId, other: FieldId) {
        let mut members = vec![one, other];
        self.classes.retain_mut(|class| {
            let meets = class.members.iter().any(|it| members.contains(it));
            if meets {
                members.append(&mut class.members);
            }
            !meets
        });
        let mut once: Vec<FieldId> = Vec::new();
        for member in members {
            if !once.contains(&member) {
                once.push(member);
            }
        }
        self.classes.push(EqualityClass { members: once, fixed: None });
    }

    /// The class of a field, if it has other members.
    pub(super) fn class(&self, field: &FieldId) -> Option<&EqualityClass> {
        self.classes.iter().find(|class| class.members.contains(field))
    }

    /// Tests that two fields surely have the same value.
    pub(super) fn are_equal(&self, one: &FieldId, other: &FieldId) -> bool {
        one == other || self.class(one).is_some_and(|class| class.members.contains(other))
    }

    /// The text that a test of the field itself fixes: case-sensitively if one does.
    fn own_fixed_text(&self, field: &FieldId) -> Option<FixedText> {
        let tests = || self.tested.iter().filter(|it| it.field == *field).flat_map(|it| &it.tests);
        let text = |case: CaseRule| {
            tests().filter(|(_, sign)| *sign).find_map(|(test, _)| match test {
                KeyTest::Some { any_of, hit: true } => match &**any_of {
                    [Predicate::Text(pattern, own)] if *own == case => pattern.as_literal(),
                    _ => None,
                },
                _ => None,
            })
        };
        let fixed = [CaseRule::Exact, CaseRule::Folded]
            .into_iter()
            .find_map(|case| Some((Box::from(text(case)?), case)));
        // A member of a class has one value.
        fixed.filter(|_| self.class(field).is_some() || self.is_single(field))
    }

    /// The fixed text of the key's value, as far as a comparison by `case` tells texts apart.
    fn fixed_text(&self, key: &KeyName, case: CaseRule) -> Option<Box<str>> {
        let field = FieldId::of(key);
        let fixed = match self.class(&field) {
            Some(class) => class.fixed.clone(),
            None => self.own_fixed_text(&field),
        };
        let (text, own) = fixed?;
        (own == CaseRule::Exact || case == CaseRule::Folded).then_some(text)
    }

    /// The pattern with fixed texts in the place of their variables.
    pub(super) fn substitute(&self, pattern: &Pattern, case: CaseRule) -> Pattern {
        Pattern::from_pieces(pattern.pieces().iter().map(|piece| match piece {
            Piece::Variable(variable) => {
                self.fixed_text(&variable.key, case).map_or_else(|| piece.clone(), Piece::Text)
            }
            other => other.clone(),
        }))
    }

    /// Tests that the atom asks a field to differ from a field that it equals.
    pub(super) fn differs_from_itself(&self, atom: &CrossFieldAtom<'_>) -> bool {
        !atom.value
            && atom.value_like().is_some_and(|key| {
                let other = FieldId::of(key);
                self.are_equal(&atom.field, &other)
                    && self.is_present(&other)
                    && (self.class(&other).is_some() || self.is_single(&other))
            })
    }
}

impl EqualityClass {
    /// A class of one field.
    pub(super) fn of_one(field: FieldId) -> Self {
        Self { members: vec![field], fixed: None }
    }

    /// The fields of the class.
    pub(super) fn members(&self) -> &[FieldId] {
        &self.members
    }

    /// The tests of all members.
    pub(super) fn tests(&self, tested: &[FieldTests]) -> Vec<(KeyTest, bool)> {
        let own = tested.iter().filter(|it| self.members.contains(&it.field));
        own.flat_map(|it| it.tests.iter().cloned()).collect()
    }
}
