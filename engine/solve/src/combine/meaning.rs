//! What an atom means to the theories.

use std::sync::{Arc, OnceLock};

use super::field_id::{FieldId, FieldTable};
use crate::theory::action;
use crate::theory::key::Test;
use crate::theory::pattern_set::PatternSet;
use polsim_check::fields::field::Flag;
use polsim_decide::formula::{Atom, ChoiceId, KeyTest, Predicate, PrincipalTest};
use polsim_decide::request::PrincipalKind;
use polsim_decide::text::{CaseRule, KeyName, Pattern};

/// What an atom means.
#[derive(Clone, Debug)]
pub(super) enum Meaning {
    /// The action is in the language.
    Action(Arc<PatternSet>),
    /// A choice is true.
    Choice(ChoiceId),
    /// A flag of the request is off.
    FlagOff(Flag),
    /// Nothing that a theory knows: any value will do.
    Free,
    /// The requester is of this kind.
    Kind(PrincipalKind),
    /// A test with policy variables, of these keys.
    CrossField(Arc<CrossFieldAtom>),
    /// The requester is in the management account.
    ManagementAccount,
    /// A test of a place.
    Test(FieldId, Arc<ValueTest>),
}

/// A test of one place, made ready for the theories.
#[derive(Clone, Debug)]
pub(super) struct ValueTest {
    /// The test.
    pub(super) test: KeyTest,
    /// The same for the theory of keys.
    pub(super) prepared: Test,
    /// The texts that hit, where it is about texts; made when first asked for.
    language: OnceLock<Option<PatternSet>>,
}

/// A test of one place that speaks of the values of others.
#[derive(Clone, Debug)]
pub(super) struct CrossFieldAtom {
    /// The place.
    pub(super) place: FieldId,
    /// The test; it is of the sort that looks for a value.
    pub(super) any_of: Box<[Predicate]>,
    pub(super) hit: bool,
    /// The keys of the variables in it, each once.
    pub(super) keys: Vec<KeyName>,
    /// Their places.
    pub(super) places: Vec<FieldId>,
}

impl Meaning {
    pub(super) fn of(atom: &Atom, places: &mut FieldTable) -> Self {
        match atom {
            Atom::Action(pattern) => Self::Action(Arc::new(
                action::language(pattern).unwrap_or_else(|_| PatternSet::never()),
            )),
            Atom::Key(key, test) => Self::of_key(key, test, places),
            Atom::Choice(choice) => Self::Choice(choice.clone()),
            Atom::ManagementAccount => Self::ManagementAccount,
            Atom::Principal(PrincipalTest::Kind(kind)) => Self::Kind(*kind),
            // Written out over the fields wherever that is possible.
            Atom::Principal(_) | Atom::Resource(_) | Atom::SameAccount | Atom::SamePartition => {
                Self::Free
            }
        }
    }

    fn of_key(key: &KeyName, test: &KeyTest, places: &mut FieldTable) -> Self {
        if let Some(flag) = Flag::of(key) {
            return Self::FlagOff(flag);
        }
        if polsim_check::fields::is_derived(key) {
            return Self::Free;
        }
        let place = places.of_key(key);
        let KeyTest::Some { any_of, hit } = test else {
            return Self::Test(place, Arc::new(ValueTest::new(test.clone())));
        };
        let mut keys: Vec<KeyName> = Vec::new();
        let variables = any_of.iter().flat_map(Predicate::patterns).flat_map(Pattern::variables);
        for variable in variables {
            if !keys.contains(&variable.key) {
                keys.push(variable.key.clone());
            }
        }
        if keys.is_empty() {
            return Self::Test(place, Arc::new(ValueTest::new(test.clone())));
        }
        let places = keys.iter().map(|key| places.of_key(key)).collect();
        let linked = CrossFieldAtom { place, any_of: any_of.clone(), hit: *hit, keys, places };
        Self::CrossField(Arc::new(linked))
    }
}

/// The place that an atom tests, if it tests one and has no policy variable.
pub(super) fn place(atom: &Atom, places: &mut FieldTable) -> Option<FieldId> {
    match atom {
        Atom::Action(_) => Some(FieldId::ACTION),
        Atom::Key(key, test) => {
            let is_free = Flag::of(key).is_some() || polsim_check::fields::is_derived(key);
            (!is_free && !has_variables(test)).then(|| places.of_key(key))
        }
        _ => None,
    }
}

fn has_variables(test: &KeyTest) -> bool {
    let KeyTest::Some { any_of, .. } = test else { return false };
    let mut patterns = any_of.iter().flat_map(Predicate::patterns);
    patterns.any(|pattern| pattern.variables().next().is_some())
}

impl ValueTest {
    /// Reads a test without variables.
    pub(super) fn new(test: KeyTest) -> Self {
        Self { prepared: Test::new(&test), language: OnceLock::new(), test }
    }

    /// The texts that hit, where it is about texts.
    pub(super) fn language(&self) -> Option<&PatternSet> {
        let make = || match &self.test {
            KeyTest::Some { any_of, .. } => language_of(any_of),
            _ => None,
        };
        self.language.get_or_init(make).as_ref()
    }

    /// The texts with which a place that has one value passes, or fails.
    pub(super) fn texts(&self) -> Option<(&PatternSet, bool)> {
        let hit = matches!(self.test, KeyTest::Some { hit: true, .. });
        self.language().map(|language| (language, hit))
    }

    /// The one text that passes, if there is only one; letters compare by `case`.
    pub(super) fn only_text(&self, case: CaseRule) -> Option<&str> {
        let KeyTest::Some { any_of, hit: true } = &self.test else { return None };
        match &**any_of {
            [Predicate::Text(pattern, own)] if *own == case => pattern.as_literal(),
            _ => None,
        }
    }

    /// Whether these values pass.
    pub(super) fn passes(&self, values: &[Box<str>]) -> bool {
        self.test.test(values, &polsim_decide::text::NoVariables)
    }
}

/// The texts that hit, if all predicates are about texts.
fn language_of(any_of: &[Predicate]) -> Option<PatternSet> {
    let languages: Option<Vec<PatternSet>> = any_of
        .iter()
        .map(|predicate| match predicate {
            Predicate::Text(pattern, case) => PatternSet::text(pattern, *case).ok(),
            Predicate::Arn(components) => PatternSet::components(components).ok(),
            Predicate::Never => Some(PatternSet::never()),
            _ => None,
        })
        .collect();
    match languages?.as_slice() {
        [one] => Some(one.clone()),
        several => Some(PatternSet::union(several)),
    }
}
