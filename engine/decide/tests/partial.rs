//! Laws of answers about requests of which a part is not known, against brute force: every value of the
//! unknown keys is tried, and each request decided.
#![expect(clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]

use std::collections::BTreeSet;

use polsim_decide::case::{Case, CaseReader, NoFiles};
use polsim_decide::eval::{Decision, PartialDecision, Scratch};
use proptest::prelude::{Just, Strategy, prop, prop_oneof, proptest};
use serde_json::{Value as Json, json};

const KEYS: [&str; 3] = ["aws:PrincipalTag/a", "aws:PrincipalTag/b", "aws:PrincipalTag/c"];

/// Texts that stand for all: patterns have two characters at most, over two letters.
fn values() -> Vec<Option<&'static str>> {
    let texts = ["", "a", "b", "x", "aa", "ab", "ba", "bb", "ax", "xa", "bx", "xb", "xx", "aaa"];
    let longer = ["axb", "bxa", "axa", "bxb", "aba", "abx", "xab", "xxx"];
    std::iter::once(None).chain(texts.into_iter().chain(longer).map(Some)).collect()
}

fn condition() -> impl Strategy<Value = (String, usize, Json)> {
    let operator = prop_oneof![
        Just("StringEquals"),
        Just("StringNotEquals"),
        Just("StringLike"),
        Just("StringNotLike"),
        Just("StringLikeIfExists"),
        Just("StringNotLikeIfExists"),
        Just("Null"),
    ];
    let text = prop_oneof![4 => "[ab*]{1,2}", 1 => Just("${aws:PrincipalTag/c}".to_owned())];
    (operator, 0..KEYS.len(), prop::collection::vec(text, 1..3)).prop_map(|(operator, key, texts)| {
        let null = texts[0].starts_with('a').to_string();
        let values = if operator == "Null" { json!(null) } else { json!(texts) };
        (operator.to_owned(), key, values)
    })
}

fn statement() -> impl Strategy<Value = Json> {
    let effect = prop_oneof![2 => Just("Allow"), 1 => Just("Deny")];
    (effect, prop::collection::vec(condition(), 0..3)).prop_map(|(effect, conditions)| {
        let mut block = serde_json::Map::new();
        for (operator, key, values) in conditions {
            block.insert(operator, json!({ KEYS[key]: values }));
        }
        json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": block})
    })
}

fn policy() -> impl Strategy<Value = Json> {
    prop::collection::vec(statement(), 1..4).prop_map(|statements| {
        json!([{"type": "identity", "document": {"Version": "2012-10-17", "Statement": statements}}])
    })
}

/// The case with these keys known; `unknown` are not.
fn case(policies: &Json, known: &[Option<&str>], unknown: &[usize]) -> Case {
    let mut context = serde_json::Map::new();
    for (key, value) in KEYS.iter().zip(known) {
        context.extend(value.map(|it| ((*key).to_owned(), json!(it))));
    }
    let unknown: Vec<&str> = unknown.iter().map(|it| KEYS[*it]).collect();
    let mut request = json!({"principal": "arn:aws:iam::111122223333:user/alice", "complete": true,
        "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k", "context": context});
    if !unknown.is_empty() {
        request["unknown"] = json!(unknown);
    }
    let text = json!({"policies": policies, "request": request}).to_string();
    CaseReader::new("case", NoFiles).read(&text, 1).expect("a case")
}

/// The decisions of all values of the unknown keys.
fn brute(policies: &Json, known: &[Option<&str>], unknown: &[usize]) -> BTreeSet<Decision> {
    let set = case(policies, known, &[]).set;
    let mut found = BTreeSet::new();
    let mut open = vec![known.to_vec()];
    for key in unknown {
        let with = |it: &Vec<Option<&'static str>>, value| {
            let mut it = it.clone();
            it[*key] = value;
            it
        };
        let known: Vec<Vec<Option<&'static str>>> =
            open.iter().map(|it| it.iter().map(|it| values().into_iter().flatten().find(|v| Some(*v) == *it)).collect()).collect();
        open = known.iter().flat_map(|it| values().into_iter().map(|value| with(it, value))).collect();
    }
    for known in open {
        found.insert(set.decide(&case(policies, &known, &[]).request));
    }
    found
}

proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// Laws 2, 3, 7 and 8: the decisions are those of brute force; the keys that are named tell the
    /// decision and no smaller set does; each case is decided so by whatever is not in it.
    #[test]
    fn an_answer_is_that_of_brute_force(policies in policy(), third in prop_oneof![Just(None), Just(Some("a"))]) {
        let known = [None, None, third];
        let partial = case(&policies, &known, &[0, 1]);
        let answer = partial.set.answer_partial(&partial.request, &mut Scratch::default());
        let possible: BTreeSet<Decision> = answer.possible.iter().copied().collect();
        assert_eq!(possible, brute(&policies, &known, &[0, 1]), "{policies}");
        assert_eq!(answer.depends.is_some(), possible.len() > 1);
        let Some(depends) = answer.depends else { return Ok(()) };
        assert!(depends.complete);
        let on: Vec<usize> = depends.on.iter().map(|it| KEYS.iter().position(|key| **key == *it.key).unwrap()).collect();
        let others: Vec<usize> = (0..2).filter(|it| !on.contains(it)).collect();
        for case in &depends.cases {
            let mut fixed = known;
            for (key, value) in &case.keys {
                let at = KEYS.iter().position(|it| key.is(it)).unwrap();
                fixed[at] = value.first().map(|it| &**it).and_then(|it| values().into_iter().flatten().find(|v| *v == it));
                assert!(on.contains(&at));
            }
            let open: Vec<usize> = (0..2).filter(|at| !case.keys.iter().any(|(key, _)| key.is(KEYS[*at]))).collect();
            // Values outside of the table are those that no pattern has.
            let readable = case.keys.iter().all(|(_, value)| value.first().is_none_or(|it| values().contains(&Some(&**it))));
            if readable {
                assert_eq!(brute(&policies, &fixed, &open), BTreeSet::from([case.decision]), "{policies}");
            }
            // Settled, the request has the decision of its case.
            assert_eq!(partial.set.decide(&case.request), case.decision);
        }
        // Leaving any key of the set out leaves two decisions for some values of the others.
        for left_out in &on {
            let rest: Vec<usize> = on.iter().copied().filter(|it| it != left_out).collect();
            let decided_by_rest = values().into_iter().all(|one| values().into_iter().all(|other| {
                let mut fixed = known;
                for (at, value) in rest.iter().zip([one, other]) {
                    fixed[*at] = value;
                }
                let mut open = others.clone();
                open.push(*left_out);
                rest.len() > 1 || brute(&policies, &fixed, &open).len() == 1
            }));
            assert!(rest.len() > 1 || !decided_by_rest, "{policies}: {left_out} tells nothing");
        }
    }

    /// Law 1: what is settled never turns one decision into another, nor a decision into several.
    #[test]
    fn more_information_takes_decisions_away(policies in policy(), value in 0..23_usize) {
        let answer = |known: &[Option<&str>], unknown: &[usize]| {
            let case = case(&policies, known, unknown);
            case.set.answer_partial(&case.request, &mut Scratch::default())
        };
        let before = answer(&[None, None, None], &[0, 1, 2]);
        let after = answer(&[None, values()[value], None], &[0, 2]);
        assert!(after.possible.iter().all(|it| before.possible.contains(it)), "{policies}");
    }

    /// Law 4: a key whose values are tied to another's leaves no decision out.
    #[test]
    fn tied_keys_leave_nothing_out(policies in policy()) {
        let partial = case(&policies, &[None, None, None], &[0, 2]);
        let answer = partial.set.answer_partial(&partial.request, &mut Scratch::default());
        for decision in brute(&policies, &[None, None, None], &[0, 2]) {
            assert!(answer.possible.contains(&decision), "{policies}");
        }
    }
}

/// The answer to a request that is not complete.
fn answered(policy: &Json, request: Json) -> (PartialDecision, Vec<String>) {
    let policies = json!([{"type": "identity", "document": {"Version": "2012-10-17", "Statement": policy}}]);
    let text = json!({"policies": policies, "request": request}).to_string();
    let case = CaseReader::new("case", NoFiles).read(&text, 1).expect("a case");
    let answer = case.set.answer_partial(&case.request, &mut Scratch::default());
    let on = answer.depends.iter().flat_map(|it| &it.on);
    (answer.decision(), on.map(|it| it.key.to_string()).collect())
}

fn request() -> Json {
    json!({"principal": "arn:aws:iam::111122223333:user/alice", "action": "s3:ListAllMyBuckets", "resource": "*"})
}

fn allow(condition: Json) -> Json {
    json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition})
}

#[test]
fn the_two_keys_of_the_clock_are_one_instant() {
    let after = json!({"DateGreaterThanEquals": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}});
    let before = json!({"NumericLessThan": {"aws:EpochTime": "1767225600"}});
    let (both, _) = answered(&json!([allow(after.clone()), allow(before.clone())]), request());
    assert_eq!(both, Decision::Allowed);
    let mut never = after;
    never["NumericLessThan"] = before["NumericLessThan"].clone();
    let (never, _) = answered(&json!([allow(never)]), request());
    assert_eq!(never, Decision::ImplicitDeny);
}

#[test]
fn a_list_of_values_may_have_any_of_them() {
    let mut tagged = request();
    tagged["unknown"] = json!([{"key": "aws:TagKeys", "present": true}]);
    let only = json!({"ForAllValues:StringEquals": {"aws:TagKeys": ["team", "stage"]}});
    let (decision, on) = answered(&json!([allow(only)]), tagged.clone());
    assert_eq!((decision, on), (PartialDecision::Depends, vec!["aws:TagKeys".to_owned()]));
    // One value is enough, or none of them is there: one of both holds for every list.
    let some = json!({"ForAnyValue:StringEquals": {"aws:TagKeys": "team"}});
    let none = json!({"ForAllValues:StringNotEquals": {"aws:TagKeys": "team"}});
    let (decision, _) = answered(&json!([allow(some), allow(none)]), tagged);
    assert_eq!(decision, Decision::Allowed);
}

#[test]
fn what_is_known_of_a_value_counts() {
    let endpoint = |like: &str| {
        let mut request = request();
        request["unknown"] = json!([{"key": "aws:SourceVpce", "like": like, "present": true}]);
        request
    };
    let ours = json!([allow(json!({"StringLike": {"aws:SourceVpce": "vpce-0a*"}}))]);
    assert_eq!(answered(&ours, endpoint("vpce-0a1*")).0, Decision::Allowed);
    assert_eq!(answered(&ours, endpoint("vpce-0b*")).0, Decision::ImplicitDeny);
    assert_eq!(answered(&ours, endpoint("vpce-*")).0, PartialDecision::Depends);
}

#[test]
fn a_denial_of_either_kind_is_a_denial() {
    let deny = json!({"Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": {"DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}});
    let (decision, on) = answered(&json!([deny]), request());
    assert_eq!((decision, on), (PartialDecision::Denied, vec!["aws:CurrentTime".to_owned()]));
}
