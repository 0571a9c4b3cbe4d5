//! Scaling: families of questions that grow, each with a bound on the steps it may take.
//!
//! Steps do not depend on the machine, so the bounds are tests and not measurements; a step is some
//! hundred nanoseconds in release mode. The sizes of a thousand run in release mode only.

use super::find_text;
use crate::theory::Answer;
use crate::theory::pattern_set::{Class, Part, PatternSet};
use polsim_check::budget::Steps;
use polsim_decide::text::{CaseRule, Pattern};

fn language(pattern: &str) -> PatternSet {
    PatternSet::text(&Pattern::wildcard(pattern), CaseRule::Exact).unwrap()
}

fn arn(pattern: &str) -> PatternSet {
    let parts = Pattern::wildcard(pattern).split_components(6);
    PatternSet::components(&parts.try_into().unwrap()).unwrap()
}

/// The sizes of a family; the greatest only in release mode, where it takes no time.
fn sizes() -> &'static [usize] {
    if cfg!(debug_assertions) { &[10, 100] } else { &[10, 100, 1000] }
}

/// The pattern sets of a pattern for each number below `count`.
fn each(count: usize, pattern: impl Fn(usize) -> String) -> Vec<PatternSet> {
    (0..count).map(|number| language(&pattern(number))).collect()
}

/// Asks a question, and checks verdict and steps.
fn ask(name: &str, positive: &[PatternSet], negative: &[PatternSet], sat: bool, most: u64) {
    let literals: Vec<_> =
        positive.iter().map(|it| (it, true)).chain(negative.iter().map(|it| (it, false))).collect();
    let mut budget = Steps::new(1_000_000_000);
    let before = budget.left();
    let answer = find_text(&literals, &[], &mut budget);
    let steps = before.saturating_sub(budget.left());
    let shown = match &answer {
        Answer::Sat(text) => format!("`{}`", text.chars().take(60).collect::<String>()),
        Answer::Unsat(core) => format!("{} of {}", core.len(), literals.len()),
        Answer::Unknown(reason) => format!("{reason:?}"),
    };
    println!("{name:<28}{:>6} {steps:>12} steps  {shown}", literals.len());
    match answer {
        Answer::Sat(text) => {
            assert!(sat, "{name}");
            assert!(literals.iter().all(|(it, sign)| it.contains(&text) == *sign), "{name}");
        }
        Answer::Unsat(_) => assert!(!sat, "{name}"),
        Answer::Unknown(reason) => panic!("{name}: {reason:?}"),
    }
    assert!(steps <= most, "{name}: {steps} steps");
}

#[test]
fn prefixes() {
    for &n in sizes() {
        let buckets = each(n, |i| format!("arn:aws:s3:::bucket-{i}/*"));
        let steps = u64::try_from(n).unwrap() * 2_000;
        ask("prefix", &[language("arn:aws:s3:::bucket-*/*")], &buckets, true, steps);
        ask("prefix, one left", &buckets[n - 1..], &buckets[..n - 1], true, steps);
        ask("prefix, none left", &buckets[n - 1..], &buckets, false, steps);
        let any = PatternSet::union(&buckets);
        ask("prefix, any of", std::slice::from_ref(&any), &buckets[..n - 1], true, steps * 10);
        ask("prefix, all of", std::slice::from_ref(&any), &buckets, false, steps * 200);
        let others = PatternSet::union(&each(n, |i| format!("arn:aws:s3:::other-{i}/*")));
        ask("prefix, two lists", &[any, others], &[], false, steps * 20);
    }
}

#[test]
fn infixes() {
    for &n in sizes() {
        let (wide, narrow) =
            (each(n, |i| format!("*x{i}y*")), each(n, |i| format!("*-x{i}y-*z{i}*")));
        let steps = u64::try_from(n).unwrap() * 2_000;
        ask("infix", &[language("?*")], &wide, true, steps);
        ask("infix, one left", &narrow[n - 1..], &wide[..n - 1], true, steps);
        ask("infix, none left", &narrow[n - 1..], &wide, false, steps);
        let any = PatternSet::union(&narrow);
        ask("infix, any of", std::slice::from_ref(&any), &wide[..n - 1], true, steps * 10);
        ask("infix, all of", std::slice::from_ref(&any), &wide, false, steps * 200);
        ask("infix, any but those", &[PatternSet::union(&wide)], &narrow, true, steps * 10);
    }
}

#[test]
fn several_stars() {
    for &n in sizes() {
        let (wide, narrow) =
            (each(n, |i| format!("*a{i}*b{i}*")), each(n, |i| format!("*a{i}*c*b{i}*")));
        let steps = u64::try_from(n).unwrap() * 4_000;
        ask("a*b, one covered", &narrow[n - 1..], &wide, false, steps);
        ask("a*b, all covered", &[PatternSet::union(&narrow)], &wide, false, steps * 200);
        ask("a*b, the reverse", &[PatternSet::union(&wide)], &narrow, true, steps * 10);
        let few: Vec<PatternSet> = wide.iter().take(20).cloned().collect();
        let others = each(n, |i| format!("*d{i}*e{i}*"));
        ask("a*b, twenty at once", &few, &others, true, steps * 100);
        let last = [others, vec![language("*a9*")]].concat();
        ask("a*b, twenty but one", &few, &last, false, steps * 100);
    }
}

#[test]
fn fixed_forms() {
    for &n in sizes() {
        let digit = || Part::One(Class::Range('0', '9'));
        let account = PatternSet::of_parts(&vec![digit(); 12]).unwrap();
        let steps = u64::try_from(n).unwrap() * 2_000;
        let known = each(n, |i| format!("{:012}", 111_111_111_111_usize + i));
        ask("accounts", std::slice::from_ref(&account), &known, true, steps);
        let ends = each(10, |i| format!("*{i}"));
        ask("accounts by last digit", std::slice::from_ref(&account), &ends, false, steps * 10);
        ask("accounts by digit", &[account], &each(9, |i| format!("*{i}*")), true, steps * 10);
        let arns: Vec<PatternSet> =
            (0..n).map(|i| arn(&format!("arn:aws:sqs:*:*:queue-{i}-*"))).collect();
        let any = vec![arn("arn:aws:sqs:eu-*-1:*:queue-*-x")];
        ask("by component", &any, &arns, true, steps);
        let last = format!("arn:aws:sqs:*:1*:queue-{}-x*", n - 1);
        ask("by component, covered", &[arn(&last)], &arns, false, steps);
    }
}

#[test]
fn lengths_and_positions() {
    for n in [5_usize, 10, 20] {
        // Every length but one is excluded.
        let lengths: Vec<PatternSet> = (0..n)
            .map(|i| language(&"?".repeat(i)))
            .chain([language(&format!("{}*", "?".repeat(n + 1)))])
            .collect();
        ask("every length but one", &[language("*")], &lengths, true, 1_000_000);
        let all = [lengths, vec![language(&"?".repeat(n))]].concat();
        ask("every length", &[language("*")], &all, false, 1_000_000);
        // A letter n places before the end: the classic blow-up of determinisation.
        let place = |letter| language(&format!("*{letter}{}", "?".repeat(n)));
        ask("two places", &[place('a'), language("*b")], &[place('b')], true, 1_000_000);
        ask("the same place", &[place('a'), place('b')], &[], false, 20_000_000);
    }
}
