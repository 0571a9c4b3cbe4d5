//! Meanings of atoms: the requirement that an atom is, and the field that it is about.

use std::sync::{Arc, OnceLock};

use super::field_id::{FieldId, FieldTable};
use crate::theory::action;
use crate::theory::key::Test;
use crate::theory::pattern_set::PatternSet;
use polsim_check::fields::field::Flag;
use polsim_decide::formula::{Atom, ChoiceId, KeyTest, Predicate, PrincipalTest};
use polsim_decide::request::PrincipalKind;
use polsim_decide::text::{CaseRule, KeyName, Pattern};

/// The meaning of an atom to the theories.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// Membership of the action in a set.
    Action(Arc<PatternSet>),
    /// A choice is true.
    Choice(ChoiceId),
    /// Negation of a flag of the request.
    FlagOff(Flag),
    /// No meaning to any theory: both values are possible.
    Free,
    /// The kind of the requester.
    Kind(PrincipalKind),
    /// A test of one field with policy variables, which speak of others.
    CrossField(Arc<CrossFieldAtom>),
    /// Membership of the requester in the management account.
    ManagementAccount,
    /// A test of one field.
    Test(FieldId, Arc<ValueTest>),
}

/// A test of one field, prepared for the theories.
#[derive(Clone, Debug)]
pub(super) struct ValueTest {
    /// The test as the formula has it.
    pub(super) test: KeyTest,
    /// The same test for the theory of context keys.
    pub(super) prepared: Test,
    /// The texts that hit, for a test of texts; built when first asked for.
    patterns: OnceLock<Option<PatternSet>>,
}

/// A cross-field atom: a test of one field that speaks of the values of others.
#[derive(Clone, Debug)]
pub(super) struct CrossFieldAtom {
    /// The field that is tested.
    pub(super) field: FieldId,
    /// The predicates of the test, of which a value satisfies one (`hit`) or none.
    pub(super) any_of: Box<[Predicate]>,
    /// The polarity of the test: a value that satisfies a predicate, or one that satisfies none.
    pub(super) hit: bool,
    /// The keys of the variables in the predicates, each once.
    pub(super) keys: Vec<KeyName>,
    /// The fields of these keys, in the same order.
    pub(super) variables: Vec<FieldId>,
}

impl Meaning {
    /// The meaning of an atom; the fields that it speaks of are added to the table.
    pub(super) fn of(atom: &Atom, table: &mut FieldTable) -> Self {
        match atom {
            Atom::Action(pattern) => Self::Action(Arc::new(
                action::language(pattern).unwrap_or_else(|_| PatternSet::never()),
            )),
            Atom::Choice(choice) => Self::Choice(choice.clone()),
            Atom::Key(key, test) => Self::of_key(key, test, table),
            Atom::ManagementAccount => Self::ManagementAccount,
            Atom::Principal(PrincipalTest::Kind(kind)) => Self::Kind(*kind),
            // Written out over the fields wherever that is possible.
            Atom::Principal(_) | Atom::Resource(_) | Atom::SameAccount | Atom::SamePartition => {
                Self::Free
            }
        }
    }

    fn of_key(key: &KeyName, test: &KeyTest, table: &mut FieldTable) -> Self {
        if let Some(flag) = Flag::of(key) {
            return Self::FlagOff(flag);
        }
        if polsim_check::fields::is_derived(key) {
            return Self::Free;
        }
        let field = table.of_key(key);
        let KeyTest::Some { any_of, hit } = test else {
            return Self::Test(field, Arc::new(ValueTest::new(test.clone())));
        };
        let mut keys: Vec<KeyName> = Vec::new();
        let variables = any_of.iter().flat_map(Predicate::patterns).flat_map(Pattern::variables);
        for variable in variables {
            if !keys.contains(&variable.key) {
                keys.push(variable.key.clone());
            }
        }
        if keys.is_empty() {
            return Self::Test(field, Arc::new(ValueTest::new(test.clone())));
        }
        let variables = keys.iter().map(|key| table.of_key(key)).collect();
        let linked = CrossFieldAtom { field, any_of: any_of.clone(), hit: *hit, keys, variables };
        Self::CrossField(Arc::new(linked))
    }
}

/// The field that an atom without policy variables tests.
pub(super) fn field(atom: &Atom, table: &mut FieldTable) -> Option<FieldId> {
    match atom {
        Atom::Action(_) => Some(FieldId::ACTION),
        Atom::Key(key, test) => {
            let is_free = Flag::of(key).is_some() || polsim_check::fields::is_derived(key);
            (!is_free && !has_variables(test)).then(|| table.of_key(key))
        }
        _ => None,
    }
}

fn has_variables(test: &KeyTest) -> bool {
    let KeyTest::Some { any_of, .. } = test else { return false };
    let mut patterns = any_of.iter().flat_map(Predicate::patterns);
    patterns.any(|pattern| pattern.variables().next().is_some())
}

impl CrossFieldAtom {
    /// The position of a key among the variables.
    pub(super) fn position(&self, key: &KeyName) -> Option<usize> {
        self.keys.iter().position(|it| it == key)
    }
}

impl ValueTest {
    /// Prepares a test without variables.
    pub(super) fn new(test: KeyTest) -> Self {
        Self { prepared: Test::new(&test), patterns: OnceLock::new(), test }
    }

    /// The texts that hit, for a test of texts.
    pub(super) fn patterns(&self) -> Option<&PatternSet> {
        let make = || match &self.test {
            KeyTest::Some { any_of, .. } => patterns_of(any_of),
            _ => None,
        };
        self.patterns.get_or_init(make).as_ref()
    }

    /// The texts with which a field of one value passes (`true`) or fails (`false`).
    pub(super) fn texts(&self) -> Option<(&PatternSet, bool)> {
        let hit = matches!(self.test, KeyTest::Some { hit: true, .. });
        self.patterns().map(|patterns| (patterns, hit))
    }

    /// The only text that passes, where letters compare by `case`.
    pub(super) fn only_text(&self, case: CaseRule) -> Option<&str> {
        let KeyTest::Some { any_of, hit: true } = &self.test else { return None };
        match &**any_of {
            [Predicate::Text(pattern, own)] if *own == case => pattern.as_literal(),
            _ => None,
        }
    }

    /// Tests values of the field.
    pub(super) fn passes(&self, values: &[Box<str>]) -> bool {
        self.test.test(values, &polsim_decide::text::NoVariables)
    }
}

/// The texts that satisfy one of the predicates, if all are about texts.
fn patterns_of(any_of: &[Predicate]) -> Option<PatternSet> {
    let sets: Option<Vec<PatternSet>> = any_of
        .iter()
        .map(|predicate| match predicate {
            Predicate::Text(pattern, case) => PatternSet::text(pattern, *case).ok(),
            Predicate::Arn(components) => PatternSet::components(components).ok(),
            Predicate::Never => Some(PatternSet::never()),
            _ => None,
        })
        .collect();
    match sets?.as_slice() {
        [one] => Some(one.clone()),
        several => Some(PatternSet::union(several)),
    }
}
