//! Generated tests of a key, for the properties of the theory and of its check.

use proptest::prelude::*;

use polsim_check::key_shape::{KeyShape, ValueType};
use polsim_decide::formula::{KeyTest, Predicate, Relation};
use polsim_decide::text::{CaseRule, Pattern};

fn text(pattern: &str) -> Predicate {
    Predicate::Text(Pattern::wildcard(pattern), CaseRule::Exact)
}

/// The kinds of predicates, to be mixed or not.
const KINDS: [&str; 7] = ["text", "arn", "address", "number", "date", "bool", "binary"];

fn relation() -> impl Strategy<Value = Relation> {
    prop::sample::select(vec![
        Relation::Equal,
        Relation::Greater,
        Relation::GreaterOrEqual,
        Relation::Less,
        Relation::LessOrEqual,
    ])
}

fn predicate(kind: &str) -> BoxedStrategy<Predicate> {
    let from = |texts: &[&'static str]| prop::sample::select(texts.to_vec());
    match kind {
        "text" => {
            from(&["*", "?*", "a*", "*a", "b", "", "1*", "*.*", "10.0.*", "5", "t*", "a:b:*:x"])
                .prop_map(text)
                .boxed()
        }
        "arn" => from(&["a:b:c:d:e:x", "a:*:c:d:?:*", "*:*:*:*:*:*"])
            .prop_map(|arn| {
                let parts = Pattern::wildcard(arn).split_components(6);
                Predicate::Arn(Box::new(parts.try_into().unwrap()))
            })
            .boxed(),
        "address" => from(&["10.0.0.0/8", "10.0.0.5", "0.0.0.0/0", "::/0", "2001:db8::/32"])
            .prop_map(|range| Predicate::Address(range.parse().unwrap()))
            .boxed(),
        "number" => (relation(), from(&["1", "5", "5.5", "-2"]))
            .prop_map(|(it, number)| Predicate::Number(it, number.parse().unwrap()))
            .boxed(),
        "date" => (relation(), from(&["1", "5", "2026-01-01"]))
            .prop_map(|(it, date)| Predicate::Date(it, date.parse().unwrap()))
            .boxed(),
        "bool" => any::<bool>().prop_map(Predicate::Bool).boxed(),
        "binary" => prop::sample::select(vec![&b"a"[..], &b"\xb6\xbb\x9e"[..]])
            .prop_map(|bytes| Predicate::Binary(bytes.into()))
            .boxed(),
        _ => Just(Predicate::Never).boxed(),
    }
}

fn test(kind: Option<&'static str>) -> impl Strategy<Value = KeyTest> {
    let kinds = kind.map_or(KINDS.to_vec(), |kind| vec![kind]);
    let predicate = prop::sample::select(kinds).prop_flat_map(predicate);
    let predicate = prop_oneof![8 => predicate, 1 => Just(Predicate::Never)];
    prop_oneof![
        1 => Just(KeyTest::Absent),
        1 => Just(KeyTest::Blank),
        1 => Just(KeyTest::Several),
        8 => (prop::collection::vec(predicate, 0..3), any::<bool>())
            .prop_map(|(any_of, hit)| KeyTest::Some { any_of: any_of.into(), hit }),
    ]
}

pub(crate) fn tests() -> impl Strategy<Value = (bool, Vec<(KeyTest, bool)>)> {
    let kind = prop::option::of(prop::sample::select(KINDS.to_vec()));
    kind.prop_flat_map(|kind| {
        let tests = prop::collection::vec((test(kind), any::<bool>()), 1..6);
        tests.prop_map(move |tests| (kind.is_none(), tests))
    })
}

pub(crate) fn shape() -> impl Strategy<Value = KeyShape> {
    let values = prop::sample::select(vec![
        ValueType::Text,
        ValueType::Text,
        ValueType::Text,
        ValueType::Address,
        ValueType::Boolean,
        ValueType::Number,
        ValueType::Date,
        ValueType::Epoch,
        ValueType::Arn,
        ValueType::AccountId,
    ]);
    (values, any::<bool>()).prop_map(|(values, single)| KeyShape { values, single })
}
