//! Fields and keys of a request with the tests that a lemma puts on them.

use crate::budget::{Exhausted, Steps};
use crate::constraint::Constraint;
use crate::fields::field::Field;
use crate::key_facts::KeyFacts;
use crate::key_shape::{self, KeyShape, ValueType};
use crate::predicate_language;
use crate::regex::Regex;
use crate::value;
use crate::value_format;
use polsim_decide::formula::{KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName};

/// The format of a value: its shape, and languages that it is in.
pub(crate) type Format = (ValueType, Vec<Regex>);

/// A field or key of a request: what a test is about.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum FieldId {
    /// A field of the request, with exactly one value.
    Field(Field),
    /// A context key, with any number of values.
    Key(KeyName),
}

/// The tests of one field or key in a lemma.
#[derive(Clone, Debug)]
pub(crate) struct FieldTests {
    /// The field or key.
    pub field: FieldId,
    /// Tests, and true for those that pass.
    pub tests: Vec<(KeyTest, bool)>,
}

/// Adds a test to those of its field.
pub(crate) fn add_test(tested: &mut Vec<FieldTests>, field: FieldId, test: (KeyTest, bool)) {
    match tested.iter_mut().find(|it| it.field == field) {
        Some(known) => known.tests.push(test),
        None => tested.push(FieldTests { field, tests: vec![test] }),
    }
}

impl FieldId {
    /// The field that a reserved key stands for, or the key itself.
    pub(crate) fn of(key: &KeyName) -> Self {
        Field::of(key).map_or_else(|| Self::Key(key.clone()), Self::Field)
    }

    /// The format of the values.
    pub(crate) fn format(&self, key_facts: &KeyFacts) -> Format {
        match self {
            Self::Field(field) => (ValueType::Text, vec![value_format::of(*field, key_facts)]),
            Self::Key(key) => (key_shape::shape(key, key_facts).values, Vec::new()),
        }
    }
}

/// Tests that surely no values of the field have these test results.
pub(crate) fn field_contradicts(
    tested: &FieldTests,
    key_facts: &KeyFacts,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    let tests: Vec<(&KeyTest, bool)> =
        tested.tests.iter().map(|(test, value)| (test, *value)).collect();
    match &tested.field {
        FieldId::Field(_) => {
            one_value_contradicts(&tests, &[tested.field.format(key_facts)], budget)
        }
        FieldId::Key(key) => values_contradict(&tests, key_shape::shape(key, key_facts), budget),
    }
}

/// Tests that no text has both shapes. An account is a number, and a number of seconds is a date.
fn are_apart(one: ValueType, other: ValueType) -> bool {
    use ValueType::{Address, Arn, Boolean, Text};
    let is_alone = |shape: ValueType| matches!(shape, Address | Arn | Boolean);
    one != Text && other != Text && one != other && (is_alone(one) || is_alone(other))
}

/// Tests that surely no single value of all these formats passes the positive tests and fails the
/// negative ones.
pub(crate) fn one_value_contradicts(
    tests: &[(&KeyTest, bool)],
    formats: &[Format],
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    if formats.iter().any(|(one, _)| formats.iter().any(|(other, _)| are_apart(*one, *other))) {
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
    let within: Vec<Regex> = formats.iter().flat_map(|(_, words)| words.clone()).collect();
    let mut shapes: Vec<ValueType> = formats.iter().map(|(shape, _)| *shape).collect();
    shapes.dedup();
    for shape in shapes {
        if value::is_impossible(&constraints, empty, (shape, &within), budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Tests that surely no values of a key of this shape pass the positive tests and fail the negative
/// ones.
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
    // Some value must satisfy each of these; every value must satisfy each of those.
    let some: Vec<Constraint<'_>> = any_value(true).collect();
    let every: Vec<Constraint<'_>> = any_value(false).collect();
    // The case of no value.
    let none_is_excluded = !some.is_empty()
        || says(&KeyTest::Absent, false)
        || says(&KeyTest::Several, true)
        || says(&KeyTest::Blank, false);
    if !none_is_excluded {
        return Ok(false);
    }
    // The case of one value.
    let format = (shape.values, &[][..]);
    let one_is_excluded = says(&KeyTest::Absent, true) || says(&KeyTest::Several, true);
    if !one_is_excluded {
        let empty = match (says(&KeyTest::Blank, true), says(&KeyTest::Blank, false)) {
            (true, true) => return Ok(true),
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        };
        let all: Vec<Constraint<'_>> = some.iter().chain(&every).copied().collect();
        if !value::is_impossible(&all, empty, format, budget)? {
            return Ok(false);
        }
    }
    // The case of two values and more: one for each test that some value must pass.
    let several_are_excluded = shape.single
        || says(&KeyTest::Absent, true)
        || says(&KeyTest::Several, false)
        || says(&KeyTest::Blank, true);
    if several_are_excluded {
        return Ok(true);
    }
    for one in &some {
        let all: Vec<Constraint<'_>> = std::iter::once(one).chain(&every).copied().collect();
        if value::is_impossible(&all, None, format, budget)? {
            return Ok(true);
        }
    }
    value::is_impossible(&every, None, format, budget)
}

/// The tests and formats of one value as languages that it is in, or is not in. Together they admit
/// every value that has these test results; they may admit more.
pub(crate) fn languages(
    tests: &[(KeyTest, bool)],
    formats: &[Format],
    single: bool,
) -> Vec<(Regex, bool)> {
    let mut all: Vec<(Regex, bool)> = Vec::new();
    for (shape, within) in formats {
        all.extend(predicate_language::of_shape(*shape).map(|words| (words, true)));
        all.extend(within.iter().map(|words| (words.clone(), true)));
    }
    for (test, sign) in tests {
        match test {
            // What one value of several passes says nothing about the others.
            KeyTest::Some { any_of, hit } if single || !*sign => {
                let read = |it: &Predicate| predicate_language::of(it, false);
                if *hit == *sign {
                    if let Some(words) = any_of.iter().map(read).collect::<Option<Vec<_>>>() {
                        all.push((Regex::OneOf(words), true));
                    }
                } else {
                    all.extend(any_of.iter().filter_map(read).map(|words| (words, false)));
                }
            }
            KeyTest::Blank if single => all.push((Regex::text("", CaseRule::Exact), *sign)),
            _ => (),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_has_two_shapes_that_are_apart() {
        use ValueType::{AccountId, Address, Arn, Boolean, Date, Epoch, Number};
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
