//! Lemmas of the theories: can no request have all of these atoms with these values?

use super::nfa::{self, Nfa};
use super::value::{self, Constraint};
use super::{linked, value_format};
use crate::budget::{Exhausted, Steps};
use crate::fields::field::Field;
use crate::key_facts::KeyFacts;
use crate::key_shape;
use crate::key_shape::{KeyShape, ValueShape};
use polsim_decide::formula::{Atom, KeyTest, Predicate};
use polsim_decide::policy::ActionPattern;
use polsim_decide::text::{CaseRule, KeyName};

/// A place of a request that has a value, or values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// A field: exactly one value.
    Field(Field),
    /// A context key.
    Key(KeyName),
}

/// What is asked of one place.
#[derive(Clone, Debug)]
pub struct Asked {
    pub place: Place,
    /// Tests, and whether they are to pass.
    pub tests: Vec<(KeyTest, bool)>,
}

/// Whether surely no request has all of these atoms with these values. What the atoms say that is
/// not looked at only makes for fewer requests, so leaving it out is safe.
pub fn contradict(
    atoms: &[(&Atom, bool)],
    key_facts: &KeyFacts,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let mut actions: Vec<(&ActionPattern, bool)> = Vec::new();
    let mut places: Vec<Asked> = Vec::new();
    let mut links: Vec<linked::Link<'_>> = Vec::new();
    for (atom, value) in atoms {
        match atom {
            Atom::Action(pattern) => actions.push((pattern, *value)),
            Atom::Key(key, KeyTest::Some { any_of, hit })
                if any_of.iter().any(value::has_variable) =>
            {
                let (place, any_of) = (Place::of(key), &**any_of);
                links.push(linked::Link { place, any_of, hit: *hit, value: *value });
            }
            Atom::Key(key, test) => ask(&mut places, Place::of(key), (test.clone(), *value)),
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
    for asked in &places {
        if place_contradicts(asked, key_facts, budget)? {
            return Ok(true);
        }
    }
    if links.is_empty() {
        return Ok(false);
    }
    linked::contradict(&links, &places, key_facts, budget)
}

/// Adds a test to what is asked of a place.
pub fn ask(places: &mut Vec<Asked>, place: Place, test: (KeyTest, bool)) {
    match places.iter_mut().find(|it| it.place == place) {
        Some(asked) => asked.tests.push(test),
        None => places.push(Asked { place, tests: vec![test] }),
    }
}

impl Place {
    /// The place of a key, which may stand for a field.
    pub fn of(key: &KeyName) -> Self {
        Field::of(key).map_or_else(|| Self::Key(key.clone()), Self::Field)
    }

    /// What the place's values look like: of which type, and among which words.
    pub fn look(&self, key_facts: &KeyFacts) -> (ValueShape, Vec<Nfa>) {
        match self {
            Self::Field(field) => (ValueShape::Text, vec![value_format::of(*field, key_facts)]),
            Self::Key(key) => (key_shape::shape(key, key_facts).values, Vec::new()),
        }
    }
}

/// Whether surely nothing in the place passes and fails the tests as it should.
pub fn place_contradicts(
    asked: &Asked,
    key_facts: &KeyFacts,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let tests: Vec<(&KeyTest, bool)> =
        asked.tests.iter().map(|(test, value)| (test, *value)).collect();
    match &asked.place {
        Place::Field(_) => one_value_contradicts(&tests, &[asked.place.look(key_facts)], budget),
        Place::Key(key) => values_contradict(&tests, key_shape::shape(key, key_facts), budget),
    }
}

/// Whether no text looks in both ways. An account is a number, and a number of seconds is a date.
fn are_apart(one: ValueShape, other: ValueShape) -> bool {
    use ValueShape::{Address, Arn, Boolean, Text};
    let is_alone = |shape: ValueShape| matches!(shape, Address | Arn | Boolean);
    one != Text && other != Text && one != other && (is_alone(one) || is_alone(other))
}

/// Whether surely no single value that looks in all of these ways passes all the positive tests and
/// fails all the negative ones.
pub fn one_value_contradicts(
    tests: &[(&KeyTest, bool)],
    looks: &[(ValueShape, Vec<Nfa>)],
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    if looks.iter().any(|(one, _)| looks.iter().any(|(other, _)| are_apart(*one, *other))) {
        return Ok(true);
    }
    let mut constraints: Vec<Constraint<'_>> = Vec::new();
    let mut empty = None;
    for (test, sign) in tests {
        match test {
            KeyTest::Absent | KeyTest::Several if *sign => return Ok(true),
            KeyTest::Absent | KeyTest::Several => (),
            KeyTest::Blank if empty == Some(!*sign) => return Ok(true),
            KeyTest::Blank => empty = Some(*sign),
            KeyTest::Some { any_of, hit } => constraints.push((any_of, *hit == *sign)),
        }
    }
    let within: Vec<Nfa> = looks.iter().flat_map(|(_, words)| words.clone()).collect();
    let mut shapes: Vec<ValueShape> = looks.iter().map(|(shape, _)| *shape).collect();
    shapes.dedup();
    for shape in shapes {
        if value::is_impossible(&constraints, empty, (shape, &within), budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether surely no values of a key of this shape pass all the positive tests and fail all the
/// negative ones.
pub fn values_contradict(
    literals: &[(&KeyTest, bool)],
    shape: KeyShape,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let any_value = |wanted: bool| {
        literals.iter().filter_map(move |(test, sign)| match test {
            KeyTest::Some { any_of, hit } if *sign == wanted => Some((&**any_of, *hit == *sign)),
            _ => None,
        })
    };
    let says = |wanted: &KeyTest, sign: bool| literals.contains(&(wanted, sign));
    // What is asked for, and what is asked of each value.
    let some: Vec<Constraint<'_>> = any_value(true).collect();
    let every: Vec<Constraint<'_>> = any_value(false).collect();
    // No value.
    let none_is_excluded = !some.is_empty()
        || says(&KeyTest::Absent, false)
        || says(&KeyTest::Several, true)
        || says(&KeyTest::Blank, false);
    if !none_is_excluded {
        return Ok(false);
    }
    // One value for all.
    let look = (shape.values, &[][..]);
    let one_is_excluded = says(&KeyTest::Absent, true) || says(&KeyTest::Several, true);
    if !one_is_excluded {
        let empty = match (says(&KeyTest::Blank, true), says(&KeyTest::Blank, false)) {
            (true, true) => return Ok(true),
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        };
        let all: Vec<Constraint<'_>> = some.iter().chain(&every).copied().collect();
        if !value::is_impossible(&all, empty, look, budget)? {
            return Ok(false);
        }
    }
    // A value for each, and two at least.
    let several_are_excluded = shape.single
        || says(&KeyTest::Absent, true)
        || says(&KeyTest::Several, false)
        || says(&KeyTest::Blank, true);
    if several_are_excluded {
        return Ok(true);
    }
    for one in &some {
        let all: Vec<Constraint<'_>> = std::iter::once(one).chain(&every).copied().collect();
        if value::is_impossible(&all, None, look, budget)? {
            return Ok(true);
        }
    }
    value::is_impossible(&every, None, look, budget)
}

/// Whether surely no action matches all the positive patterns and none of the negative ones.
pub fn actions_contradict(
    literals: &[(&ActionPattern, bool)],
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let mut question = vec![(Nfa::any_action(), true)];
    for (pattern, sign) in literals {
        match Nfa::action(pattern) {
            Some(words) => question.push((words, *sign)),
            None => return Ok(false),
        }
    }
    texts_contradict(&question, budget)
}

/// Whether no text is among all the positive words and none of the negative ones.
pub fn texts_contradict(literals: &[(Nfa, bool)], budget: &mut Steps) -> Result<bool, Exhausted> {
    let literals: Vec<(&Nfa, bool)> = literals.iter().map(|(it, sign)| (it, *sign)).collect();
    nfa::find(&literals, budget).map(|found| found.is_none())
}

/// The texts that one predicate on a text is about, and those of a look, as words; `None` where they
/// cannot be said so. They may be said too widely, never too narrowly.
pub fn as_words(
    tests: &[(KeyTest, bool)],
    looks: &[(ValueShape, Vec<Nfa>)],
    single: bool,
) -> Vec<(Nfa, bool)> {
    let mut all: Vec<(Nfa, bool)> = Vec::new();
    for (shape, within) in looks {
        all.extend(value::shape_words(*shape).map(|words| (words, true)));
        all.extend(within.iter().map(|words| (words.clone(), true)));
    }
    for (test, sign) in tests {
        match test {
            // What one value of several passes says nothing about the others.
            KeyTest::Some { any_of, hit } if single || !*sign => {
                let read = |it: &Predicate| value::as_words(it, false);
                if *hit == *sign {
                    if let Some(words) = any_of.iter().map(read).collect::<Option<Vec<_>>>() {
                        all.push((Nfa::OneOf(words), true));
                    }
                } else {
                    all.extend(any_of.iter().filter_map(read).map(|words| (words, false)));
                }
            }
            KeyTest::Blank if single => all.push((Nfa::text("", CaseRule::Exact), *sign)),
            _ => (),
        }
    }
    all
}

impl Nfa {
    /// The actions that a pattern matches; none where it has a variable.
    fn action(pattern: &ActionPattern) -> Option<Self> {
        match pattern {
            ActionPattern::Any => Some(Self::anything()),
            ActionPattern::Of { service, name } => {
                let part = |it| Self::pattern(it, CaseRule::AsciiFolded, nfa::no_colon);
                Some(Self::joined([part(service)?, part(name)?]))
            }
        }
    }

    /// The texts that are actions of a request.
    fn any_action() -> Self {
        let part = || Self::some_of(nfa::in_action);
        Self::joined([part(), part()])
    }

    /// The texts that are ARNs.
    pub fn any_arn() -> Self {
        let field = || Self::some_of(nfa::no_colon);
        let maybe = || Self::Run(nfa::no_colon);
        let arn = Self::text("arn", CaseRule::Exact);
        Self::joined([arn, field(), field(), maybe(), maybe(), Self::some_of(nfa::any)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_looks_in_two_ways_that_are_apart() {
        use ValueShape::{AccountId, Address, Arn, Boolean, Date, Epoch, Number};
        let shapes = [AccountId, Address, Arn, Boolean, Date, Epoch, Number];
        let texts = [
            "true",
            "false",
            "0",
            "-1.5",
            "1e3",
            "111122223333",
            "192.0.2.1",
            "2001:db8::1",
            "::",
            "1::2",
            "arn:aws:s3:::b",
            "arn:aws:iam::111122223333:root",
            "2026-01-01",
            "2026-01-01T00:00:00Z",
            "2026",
            "",
            "x",
        ];
        for one in shapes {
            for other in shapes {
                let both = texts.iter().find(|it| one.admits(it) && other.admits(it));
                assert!(both.is_none() || !are_apart(one, other), "{one:?} {other:?} {both:?}");
            }
        }
        let alike = [(AccountId, Number), (Epoch, Date), (Number, Date)];
        assert!(alike.iter().all(|(one, other)| !are_apart(*one, *other)));
    }
}
