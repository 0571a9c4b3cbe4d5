use proptest::prelude::*;

use super::{Count, implied};
use crate::formula::{Atom, KeyTest, Predicate};
use crate::policy::ActionPattern;
use crate::text::{CaseRule, KeyName, NoVariables, Pattern};

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
    assert_eq!(implied(&folder, true, &bucket, Count::Any), Some(true));
    assert_eq!(implied(&folder, true, &other, Count::Any), None);
    assert_eq!(implied(&folder, true, &other, Count::AtMostOne), Some(false));
    assert_eq!(implied(&bucket, false, &folder, Count::Any), Some(false));
    assert_eq!(implied(&bucket, false, &other, Count::One), None);
    let absent = Atom::Key(KeyName::new("k"), KeyTest::Absent);
    assert_eq!(implied(&absent, true, &bucket, Count::Any), Some(false));
    assert_eq!(implied(&bucket, true, &absent, Count::Any), Some(false));
}

#[test]
fn actions_are_laid_beside_each_other_part_by_part() {
    let action = |service: &str, name: &str| {
        let (service, name) = (Pattern::wildcard(service), Pattern::wildcard(name));
        Atom::Action(ActionPattern::Of { service, name })
    };
    let read = action("s3", "get*");
    assert_eq!(implied(&read, true, &action("S3", "*"), Count::One), Some(true));
    assert_eq!(implied(&read, true, &action("s3", "Put*"), Count::One), Some(false));
    assert_eq!(implied(&read, true, &action("sts", "*"), Count::One), Some(false));
    assert_eq!(implied(&read, false, &action("s3", "GetObject"), Count::One), Some(false));
    assert_eq!(implied(&read, true, &Atom::Action(ActionPattern::Any), Count::One), Some(true));
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever the values are: where the cause has its value, so has what it implies.
    #[test]
    fn what_is_implied_holds(
        cause in test(), value in any::<bool>(), other in test(),
        count in prop::sample::select(vec![Count::Any, Count::AtMostOne, Count::One]),
        pairs in prop::collection::vec((0_usize..100, 0_usize..100), 40),
    ) {
        let name = KeyName::new("k");
        let atoms = [Atom::Key(name.clone(), cause.clone()), Atom::Key(name, other.clone())];
        let Some(implied) = implied(&atoms[0], value, &atoms[1], count) else { return Ok(()) };
        let words = words();
        let mut worlds: Vec<Vec<Box<str>>> = words.iter().map(|word| vec![word.clone()]).collect();
        if count != Count::One {
            worlds.push(Vec::new());
        }
        if count == Count::Any {
            let word = |at: usize| words.iter().cycle().nth(at).unwrap().clone();
            worlds.extend(pairs.iter().map(|(one, two)| vec![word(*one), word(*two)]));
        }
        for world in worlds {
            if cause.test(&world, &NoVariables) == value {
                prop_assert_eq!(other.test(&world, &NoVariables), implied, "{:?}", world);
            }
        }
    }
}
