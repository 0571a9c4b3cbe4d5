//! Classes of values of an unknown key: all values of one class answer every test of a policy alike,
//! so one of each stands for all.
//!
//! Texts are told apart by running all patterns at once over all texts (`automaton`), addresses,
//! numbers and dates by the ends of the ranges (`points`). Where a key has tests of both kinds, or
//! its values are tied to those of another unknown key, there are samples, which may miss a class:
//! then the classes say so.

mod automaton;
mod points;

use crate::catalog::{ContextKey, ValueType, keys};
use crate::formula::{Atom, KeyTest, Predicate, PrincipalTest, Relation};
use crate::policy::ResourcePattern;
use crate::request::{Constraint, PartialRequest, Possible, Presence};
use crate::text::{CaseRule, Instant, KeyName, Pattern, Piece, Variables};

/// Tests on one value of a key: a value passes if it satisfies one of the predicates.
pub(super) type Test = Vec<Predicate>;

/// The most values of which all sets are tried.
const MAX_SET: usize = 6;

/// The longest text whose parts are tried as the value of a variable.
const MAX_SUBJECT: usize = 256;

/// The name of the fact that the requester lives in the management account.
pub(super) const MANAGEMENT_ACCOUNT: &str = "managementAccount";

/// The classes of values of one fact that is not known: a context key with those that repeat it, or
/// the requester's being in the management account.
#[derive(Clone, Debug)]
pub(super) struct Classes {
    /// The name of the fact: that of its key.
    pub(super) name: KeyName,
    /// The keys that have it.
    pub(super) group: Vec<KeyName>,
    /// A set of values for each class; none for the absent key.
    pub(super) values: Vec<Vec<Box<str>>>,
    /// True if every feasible value is in one of the classes.
    pub(super) exact: bool,
}

/// The tests on a key that decide, and whether the key is tied to another unknown one.
#[derive(Clone, Debug, Default)]
pub(super) struct Tests {
    tests: Vec<Test>,
    tied: bool,
}

impl Classes {
    /// The fact that the requester lives in the management account.
    pub(super) fn of_management_account() -> Self {
        let values = ["false", "true"].map(|it| vec![it.into()]).into();
        let name = KeyName::from_static(MANAGEMENT_ACCOUNT);
        Self { name, group: Vec::new(), values, exact: true }
    }

    /// The keys with their values in a class.
    pub(super) fn keys(&self, class: usize) -> Vec<(KeyName, Vec<Box<str>>)> {
        let values = self.values.get(class).cloned().unwrap_or_default();
        let clock = is(&self.group, keys::EPOCH_TIME);
        let of = |key: &KeyName| {
            let values = match &values[..] {
                [seconds] if clock && key.is(keys::CURRENT_TIME) => vec![date(seconds)],
                _ => values.clone(),
            };
            (key.clone(), values)
        };
        self.group.iter().map(of).collect()
    }

    /// The values of the fact itself in a class.
    pub(super) fn shown(&self, class: usize) -> Vec<Box<str>> {
        let own = self.keys(class).into_iter().find(|(key, _)| *key == self.name);
        own.map_or_else(|| self.values.get(class).cloned().unwrap_or_default(), |(_, it)| it)
    }
}

/// The date of some seconds since 1970.
fn date(seconds: &str) -> Box<str> {
    seconds.parse::<Instant>().map_or_else(|_| seconds.into(), |it| it.to_string().into())
}

impl Tests {
    /// True if nothing tests the key's values.
    pub(super) fn is_empty(&self) -> bool {
        self.tests.is_empty()
    }

    /// Tells values apart by the dates of other tests too.
    pub(super) fn add_dates(&mut self, others: &Self) {
        let is_date = |it: &&Test| it.iter().any(|it| matches!(it, Predicate::Date(..)));
        let dates: Vec<Test> = others.tests.iter().filter(is_date).cloned().collect();
        self.tests.extend(dates);
    }

    /// Tells instants up to this one from later ones.
    pub(super) fn split_after(&mut self, instant: Instant) {
        self.tests.push(vec![Predicate::Date(Relation::LessOrEqual, instant)]);
    }

    /// True if the key's values go together with those of another unknown key.
    pub(super) fn is_tied(&self) -> bool {
        self.tied
    }

    /// Adds what an atom asks of a key that is not known, where it is this one.
    pub(super) fn add(
        &mut self,
        atom: &Atom,
        group: &[KeyName],
        request: &PartialRequest,
        is_unknown: &impl Fn(&KeyName) -> bool,
    ) {
        let known = request.known();
        // Without a path, account and name tell the role.
        let by_path = is(group, keys::PRINCIPAL_ARN) && known.principal().is_path_known();
        let text = |it: &str| Predicate::Text(Pattern::literal(it), CaseRule::Exact);
        match atom {
            Atom::Key(key, test) if group.contains(key) => match test {
                KeyTest::Blank => self.tests.push(vec![text("")]),
                KeyTest::Some { any_of, .. } => {
                    if any_of.iter().any(|it| has_variable(it.patterns(), is_unknown)) {
                        self.tied = true;
                    } else {
                        self.tests.push(any_of.iter().map(|it| filled_in(it, known)).collect());
                    }
                }
                KeyTest::Absent | KeyTest::Several => (),
            },
            Atom::Key(key, KeyTest::Some { any_of, .. }) => {
                for value in known.context().values(key) {
                    for predicate in any_of {
                        self.add_variable(predicate, value, (group, request, is_unknown));
                    }
                }
                // Both keys are unknown: which values go together is not told by tests on one.
                self.tied |= is_unknown(key)
                    && any_of
                        .iter()
                        .any(|it| has_variable(it.patterns(), &|it| group.contains(it)));
            }
            Atom::Principal(PrincipalTest::SessionOf(role)) if by_path => {
                self.tests.push(vec![text(role.as_str())]);
            }
            Atom::Principal(PrincipalTest::ServiceLinked) if by_path => {
                let linked = Pattern::wildcard("arn:*:iam::*:role/aws-service-role/*");
                self.tests.push(vec![Predicate::Text(linked, CaseRule::Exact)]);
            }
            Atom::Resource(pattern @ ResourcePattern::Arn { components, .. })
                if has_variable(components.as_slice(), &|it| group.contains(it)) =>
            {
                let others = |it: &KeyName| !group.contains(it) && is_unknown(it);
                self.tied |= has_variable(components.as_slice(), &others);
                let matches = |value: &str| {
                    pattern.matches(known.resource(), &With::new(request, group, value))
                };
                self.add_parts(known.resource().as_str(), CaseRule::Exact, matches);
            }
            Atom::SameAccount if is(group, keys::RESOURCE_ACCOUNT) => {
                self.tests.extend(known.principal().account().map(|it| vec![text(it)]));
            }
            _ => (),
        }
    }

    /// The test that a predicate makes on the key by a variable of it, for one value of another key.
    fn add_variable(
        &mut self,
        predicate: &Predicate,
        subject: &str,
        (group, request, is_unknown): (&[KeyName], &PartialRequest, &impl Fn(&KeyName) -> bool),
    ) {
        if !has_variable(predicate.patterns(), &|it| group.contains(it)) {
            return;
        }
        let others = |it: &KeyName| !group.contains(it) && is_unknown(it);
        self.tied |= has_variable(predicate.patterns(), &others);
        let case = match predicate {
            Predicate::Text(_, case) => *case,
            _ => CaseRule::Exact,
        };
        let hits = |value: &str| predicate.test(subject, &With::new(request, group, value));
        self.add_parts(subject, case, hits);
    }

    /// A test for the parts of a text that, put in the place of the variable, match it: nothing else
    /// can, as a value is put in literally (policy language §4, V-8).
    fn add_parts(&mut self, subject: &str, case: CaseRule, hits: impl Fn(&str) -> bool) {
        if subject.len() > MAX_SUBJECT {
            self.tied = true;
            return;
        }
        let ends = || subject.char_indices().map(|(at, _)| at).chain([subject.len()]);
        let mut parts: Vec<&str> = Vec::new();
        for from in ends() {
            for to in ends().filter(|to| *to >= from) {
                let part = subject.get(from..to).unwrap_or_default();
                if !parts.contains(&part) && hits(part) {
                    parts.push(part);
                }
            }
        }
        let text = |it: &str| Predicate::Text(Pattern::literal(it), case);
        self.tests.push(parts.into_iter().map(text).collect());
    }

    /// The classes of the key's values that these tests tell apart.
    pub(super) fn classes(
        &self,
        name: KeyName,
        group: Vec<KeyName>,
        constraint: &Constraint,
    ) -> Classes {
        let row = ContextKey::find(name.as_str());
        let value_type = match row {
            _ if is(&group, keys::EPOCH_TIME) => ValueType::Epoch,
            Some(row) => row.value,
            None => ValueType::Text,
        };
        let (mut single, exact) = self.singles(value_type, constraint);
        single.retain(|value| constraint.admits(value));
        let several = row.is_none_or(|row| row.multivalued);
        let mut values: Vec<Vec<Box<str>>> = Vec::new();
        if constraint.presence == Presence::Either {
            values.push(Vec::new());
        }
        values.extend(single.iter().map(|it| vec![it.clone()]));
        let all_sets = single.len() <= MAX_SET;
        if several && all_sets {
            values.extend(sets(&single));
        }
        let exact = exact && !self.tied && (all_sets || !several) && !values.is_empty();
        Classes { name, group, values, exact }
    }

    /// A value for each class, and whether no class is missed.
    fn singles(&self, value_type: ValueType, constraint: &Constraint) -> (Vec<Box<str>>, bool) {
        if let Possible::Among(values) = &constraint.values {
            return (points::told_apart(values.to_vec(), &self.tests), true);
        }
        let patterns: &[Pattern] = match &constraint.values {
            Possible::Like(patterns) => patterns,
            _ => &[],
        };
        let is_text = matches!(value_type, ValueType::Text | ValueType::Arn | ValueType::AccountId);
        let found = match (is_text, automaton::Language::new(&self.tests)) {
            (true, Some(language)) => {
                language.witnesses(patterns, value_type).map(|found| (found, true))
            }
            _ => None,
        };
        found.unwrap_or_else(|| points::values(&self.tests, value_type, patterns))
    }
}

/// The sets of two values or more, a value twice among them.
fn sets(single: &[Box<str>]) -> Vec<Vec<Box<str>>> {
    let mut sets: Vec<Vec<Box<str>>> =
        single.iter().map(|it| vec![it.clone(), it.clone()]).collect();
    for mask in 0..1_usize << single.len().min(MAX_SET) {
        if mask.count_ones() >= 2 {
            let members = single.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
            sets.push(members.map(|(_, it)| it.clone()).collect());
        }
    }
    sets
}

fn is(group: &[KeyName], name: &str) -> bool {
    group.iter().any(|it| it.is(name))
}

fn has_variable(patterns: &[Pattern], of: &impl Fn(&KeyName) -> bool) -> bool {
    patterns.iter().flat_map(Pattern::variables).any(|it| of(&it.key))
}

/// The predicate with the values of its variables in place; one without value satisfies nothing.
fn filled_in(predicate: &Predicate, variables: &impl Variables) -> Predicate {
    let fill = |pattern: &Pattern| -> Option<Pattern> {
        let pieces = pattern.pieces().iter().map(|piece| match piece {
            Piece::Variable(it) => it.resolve(variables).map(|text| Piece::Text(text.into())),
            other => Some(other.clone()),
        });
        Some(Pattern::from_pieces(pieces.collect::<Option<Vec<_>>>()?))
    };
    match predicate {
        Predicate::Text(pattern, case) => {
            fill(pattern).map_or(Predicate::Never, |it| Predicate::Text(it, *case))
        }
        Predicate::Arn(components) => {
            // A value with a colon is in no component but the last (policy language §4, V-8).
            let crosses = |(at, it): (usize, &Pattern)| {
                let mut values = it.variables().filter_map(|it| it.resolve(variables));
                at < 5 && values.any(|it| it.contains(':'))
            };
            if components.iter().enumerate().any(crosses) {
                return Predicate::Never;
            }
            let filled: Option<Vec<Pattern>> = components.iter().map(fill).collect();
            let components = filled.and_then(|it| it.try_into().ok());
            components.map_or(Predicate::Never, |it| Predicate::Arn(Box::new(it)))
        }
        other => other.clone(),
    }
}

/// The variables of a request in which the keys of a group have one more value.
struct With<'a> {
    request: &'a PartialRequest,
    group: &'a [KeyName],
    value: Box<str>,
}

impl<'a> With<'a> {
    fn new(request: &'a PartialRequest, group: &'a [KeyName], value: &str) -> Self {
        Self { request, group, value: value.into() }
    }
}

impl Variables for With<'_> {
    fn values(&self, key: &KeyName) -> &[Box<str>] {
        if self.group.contains(key) {
            return std::slice::from_ref(&self.value);
        }
        self.request.known().values(key)
    }
}

#[cfg(test)]
mod tests;
