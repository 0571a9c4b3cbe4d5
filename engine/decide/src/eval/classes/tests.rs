use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use super::{Test, Tests};
use crate::catalog::ValueType;
use crate::formula::{Predicate, Relation};
use crate::request::{Constraint, Possible};
use crate::text::{CaseRule, KeyName, NoVariables, Pattern};

/// Patterns over few letters, so that they meet.
fn pattern() -> impl Strategy<Value = Predicate> {
    let case = prop_oneof![Just(CaseRule::Exact), Just(CaseRule::Folded)];
    ("[abA:*?]{0,4}", case).prop_map(|(text, case)| Predicate::Text(Pattern::wildcard(&text), case))
}

fn number() -> impl Strategy<Value = Predicate> {
    let relation =
        prop_oneof![Just(Relation::Equal), Just(Relation::Less), Just(Relation::GreaterOrEqual)];
    ("-?[0-3](\\.[05])?", relation)
        .prop_map(|(text, relation)| Predicate::Number(relation, text.parse().unwrap()))
}

fn passed(tests: &[Test], value: &str) -> Vec<bool> {
    tests.iter().map(|test| Predicate::any(test, value, &NoVariables)).collect()
}

/// The classes have a value that passes what `value` passes, and each is there once.
fn covers(tests: &[Test], value_type: ValueType, value: &str) {
    let own = Tests { tests: tests.to_vec(), tied: false };
    let (single, exact) = own.singles(value_type, &Constraint::default());
    assert!(exact, "{tests:?}");
    let classes: Vec<Vec<bool>> = single.iter().map(|it| passed(tests, it)).collect();
    assert!(classes.contains(&passed(tests, value)), "{tests:?} {value} not among {single:?}");
    for (at, class) in classes.iter().enumerate() {
        assert!(!classes[..at].contains(class), "{single:?}");
    }
}

proptest! {
    #[test]
    fn no_text_is_in_a_class_of_its_own(
        tests in prop::collection::vec(prop::collection::vec(pattern(), 1..3), 1..4),
        value in "[abABx:]{0,5}",
    ) {
        covers(&tests, ValueType::Text, &value);
    }

    #[test]
    fn no_number_is_in_a_class_of_its_own(
        tests in prop::collection::vec(prop::collection::vec(number(), 1..3), 1..4),
        value in prop_oneof!["-?[0-4](\\.[0-9]{1,2})?", "[a-c]{0,2}"],
    ) {
        covers(&tests, ValueType::Text, &value);
    }

    #[test]
    fn no_address_is_in_a_class_of_its_own(
        nets in prop::collection::vec((any::<u8>(), 24_u8..=32), 1..4),
        last in any::<u8>(),
    ) {
        let net = |(host, bits): &(u8, u8)| {
            vec![Predicate::Address(format!("10.0.0.{host}/{bits}").parse().unwrap())]
        };
        let tests: Vec<Test> = nets.iter().map(net).collect();
        covers(&tests, ValueType::Address, &format!("10.0.0.{last}"));
        covers(&tests, ValueType::Address, "2001:db8::1");
    }
}

#[test]
fn values_have_the_type_of_their_key() {
    let like = |text: &str| vec![Predicate::Text(Pattern::wildcard(text), CaseRule::Exact)];
    let singles = |tests: Vec<Test>, value_type: ValueType| {
        let tests = Tests { tests, tied: false };
        tests.singles(value_type, &Constraint::default()).0
    };
    assert_eq!(singles(vec![like("1*")], ValueType::AccountId).len(), 2);
    for value in singles(vec![like("1*")], ValueType::AccountId) {
        assert!(ValueType::AccountId.admits(&value), "{value}");
    }
    for value in singles(vec![like("arn:aws:iam::*:role/*")], ValueType::Arn) {
        assert!(ValueType::Arn.admits(&value), "{value}");
    }
    assert_eq!(singles(vec![like("true")], ValueType::Boolean).len(), 2);
}

#[test]
fn a_key_of_few_values_has_no_others() {
    let values = ["eu-west-1", "eu-central-1", "us-east-1"].map(Box::from);
    let constraint = Constraint { values: Possible::Among(values.into()), ..Constraint::present() };
    let like = vec![Predicate::Text(Pattern::wildcard("eu-*"), CaseRule::Exact)];
    let tests = Tests { tests: vec![like], tied: false };
    let name = KeyName::new("aws:RequestedRegion");
    let classes = tests.classes(name.clone(), vec![name], &constraint);
    assert!(classes.exact);
    assert_eq!(classes.values, [vec!["eu-west-1".into()], vec!["us-east-1".into()]]);
}

#[test]
fn a_key_of_several_values_has_sets() {
    let like = |text: &str| vec![Predicate::Text(Pattern::wildcard(text), CaseRule::Exact)];
    let tests = Tests { tests: vec![like("a*")], tied: false };
    let name = KeyName::new("aws:TagKeys");
    let classes = tests.classes(name.clone(), vec![name], &Constraint::default());
    // Absent, either alone, either twice, both.
    assert_eq!((classes.values.len(), classes.exact), (6, true));
}
