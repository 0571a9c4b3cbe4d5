use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::{Cardinality, implied};
use polsim_decide::formula::{Atom, KeyTest, Predicate};
use polsim_decide::policy::ActionPattern;
use polsim_decide::text::{CaseRule, KeyName, NoVariables, Pattern};

fn key(any_of: &[Predicate], hit: bool) -> Atom {
    Atom::Key(KeyName::new("k"), KeyTest::Some { any_of: any_of.into(), hit })
}

fn text(pattern: &str) -> Predicate {
    Predicate::Text(Pattern::wildcard(pattern), CaseRule::Exact)
}

#[test]
fn prefixes_exclude_and_covers_imply() {
    let folder = key(&[text("bucket-1/folder-2/*")], true);
    let bucket = key(&[text("bucket-1/*")], true);
    let other = key(&[text("bucket-2/*")], true);
    assert_eq!(implied(&folder, true, &bucket, Cardinality::Any), Some(true));
    assert_eq!(implied(&folder, true, &other, Cardinality::Any), None);
    assert_eq!(implied(&folder, true, &other, Cardinality::AtMostOne), Some(false));
    assert_eq!(implied(&bucket, false, &folder, Cardinality::Any), Some(false));
    assert_eq!(implied(&bucket, false, &other, Cardinality::One), None);
    let absent = Atom::Key(KeyName::new("k"), KeyTest::Absent);
    assert_eq!(implied(&absent, true, &bucket, Cardinality::Any), Some(false));
    assert_eq!(implied(&bucket, true, &absent, Cardinality::Any), Some(false));
}

#[test]
fn actions_are_laid_beside_each_other_part_by_part() {
    let action = |service: &str, name: &str| {
        let (service, name) = (Pattern::wildcard(service), Pattern::wildcard(name));
        Atom::Action(ActionPattern::Of { service, name })
    };
    let read = action("s3", "get*");
    assert_eq!(implied(&read, true, &action("S3", "*"), Cardinality::One), Some(true));
    assert_eq!(implied(&read, true, &action("s3", "Put*"), Cardinality::One), Some(false));
    assert_eq!(implied(&read, true, &action("sts", "*"), Cardinality::One), Some(false));
    assert_eq!(implied(&read, false, &action("s3", "GetObject"), Cardinality::One), Some(false));
    assert_eq!(
        implied(&read, true, &Atom::Action(ActionPattern::Any), Cardinality::One),
        Some(true)
    );
}

fn predicate() -> impl Strategy<Value = Predicate> {
    let piece = prop::sample::select(vec!["*", "?", "a", "a", "b", "A", "\u{212a}", "k"]);
    let case = prop::sample::select(vec![CaseRule::Exact, CaseRule::AsciiFolded, CaseRule::Folded]);
    prop_oneof![
        6 => (prop::collection::vec(piece, 0..4), case)
            .prop_map(|(pieces, case)| Predicate::Text(Pattern::wildcard(&pieces.concat()), case)),
        1 => any::<bool>().prop_map(Predicate::Bool),
        1 => Just(Predicate::Never),
    ]
}

fn test() -> impl Strategy<Value = KeyTest> {
    let some = (prop::collection::vec(predicate(), 1..3), any::<bool>())
        .prop_map(|(any_of, hit)| KeyTest::Some { any_of: any_of.into(), hit });
    prop_oneof![8 => some, 1 => Just(KeyTest::Absent)]
}

/// Every text of up to three of these letters.
fn words() -> Vec<Box<str>> {
    let letters = ["a", "b", "A", "\u{212a}", "k", "K"];
    let mut words = vec![String::new(), "true".to_owned(), "false".to_owned()];
    let mut from = vec![String::new()];
    for _ in 0..3 {
        from = from.iter().flat_map(|word| letters.map(|c| format!("{word}{c}"))).collect();
        words.extend(from.iter().cloned());
    }
    words.into_iter().map(Box::from).collect()
}

/// Two tests of a key with so many values, the value of the first, and some pairs of words.
fn questions() -> impl Strategy<Value = (KeyTest, bool, KeyTest, Cardinality, Vec<(usize, usize)>)>
{
    let count =
        prop::sample::select(vec![Cardinality::Any, Cardinality::AtMostOne, Cardinality::One]);
    let pairs = prop::collection::vec((0_usize..100, 0_usize..100), 40);
    (test(), any::<bool>(), test(), count, pairs)
}

/// The least numbers of answers yes and no among the questions: half of the usual ones.
const LEAST: (u32, u32) = (60, 160);

/// Whatever the values are: where the cause has its value, so has what it implies. And something is
/// implied often enough for that to say something.
#[test]
fn what_is_implied_holds() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) };
    let words = words();
    let [yes, no] = [const { Cell::new(0_u32) }; 2];
    let tried = TestRunner::new(config).run(&questions(), |(cause, value, other, count, pairs)| {
        let name = KeyName::new("k");
        let atoms = [Atom::Key(name.clone(), cause.clone()), Atom::Key(name, other.clone())];
        let Some(implied) = implied(&atoms[0], value, &atoms[1], count) else { return Ok(()) };
        let mut worlds: Vec<Vec<Box<str>>> = words.iter().map(|word| vec![word.clone()]).collect();
        if count != Cardinality::One {
            worlds.push(Vec::new());
        }
        if count == Cardinality::Any {
            let word = |at: usize| words.iter().cycle().nth(at).unwrap().clone();
            worlds.extend(pairs.iter().map(|(one, two)| vec![word(*one), word(*two)]));
        }
        worlds.retain(|world| cause.test(world, &NoVariables) == value);
        for world in &worlds {
            prop_assert_eq!(other.test(world, &NoVariables), implied, "{:?}", world);
        }
        // An answer about nothing has not been tested.
        let counter = if implied { &yes } else { &no };
        counter.set(counter.get() + u32::from(!worlds.is_empty()));
        Ok(())
    });
    tried.unwrap_or_else(|failed| panic!("{failed}"));
    let (yes, no) = (yes.get(), no.get());
    assert!(yes >= LEAST.0 && no >= LEAST.1, "only {yes} times yes and {no} times no");
}
