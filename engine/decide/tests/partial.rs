//! Laws of answers about requests of which a part is not known, against brute force: every value of the
//! unknown keys is tried, and each request decided.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    reason = "a test may fail in its helpers too"
)]

use std::collections::BTreeSet;

use polsim_decide::case::{Case, CaseReader, NoFiles};
use polsim_decide::eval::{Decision, PartialDecision, PolicySet, Scratch};
use polsim_decide::request::{Request, RequestParts};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_oneof, proptest};
use serde_json::{Value as Json, json};

const KEYS: [&str; 3] = ["aws:PrincipalTag/a", "aws:PrincipalTag/b", "aws:PrincipalTag/c"];

/// Texts that stand for all: patterns have two characters at most, over two letters.
fn values() -> Vec<Option<&'static str>> {
    let texts = ["", "a", "b", "x", "aa", "ab", "ba", "bb", "ax", "xa", "bx", "xb", "xx", "aaa"];
    let longer = ["axb", "bxa", "axa", "bxb", "aba", "abx", "xab", "xxx"];
    // Wildcards are characters of a value, and of a text that has to be equal.
    let signs = ["*", "**", "a*", "b*", "*a", "*b"];
    let texts = texts.into_iter().chain(longer).chain(signs);
    std::iter::once(None).chain(texts.map(Some)).collect()
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
    (operator, 0..KEYS.len(), prop::collection::vec(text, 1..3)).prop_map(
        |(operator, key, texts)| {
            let absent = texts[0].starts_with('a').to_string();
            let values = if operator == "Null" { json!(absent) } else { json!(texts) };
            (operator.to_owned(), key, values)
        },
    )
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

/// The request with these keys.
fn request_with(known: &[Option<&str>]) -> Request {
    let context = KEYS.iter().zip(known);
    let context = context.filter_map(|(key, value)| Some(((*key).into(), (*value)?.into())));
    Request::new(RequestParts {
        principal: "arn:aws:iam::111122223333:user/alice",
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        context: context.collect(),
        complete: true,
        ..RequestParts::default()
    })
    .expect("a request")
}

/// The decisions of all values of the unknown keys.
fn brute(set: &PolicySet, known: &[Option<&str>; 3], unknown: &[usize]) -> BTreeSet<Decision> {
    let Some((key, rest)) = unknown.split_first() else {
        return BTreeSet::from([set.decide(&request_with(known))]);
    };
    let with = |value| {
        let mut known = *known;
        known[*key] = value;
        brute(set, &known, rest)
    };
    values().into_iter().flat_map(with).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Laws 2, 3, 7 and 8: the decisions are those of brute force; the keys that are named tell the
    /// decision and no smaller set does; each case is decided so by whatever is not in it.
    #[test]
    fn an_answer_is_that_of_brute_force(policies in policy(), third in prop_oneof![Just(None), Just(Some("a"))]) {
        let known = [None, None, third];
        let partial = case(&policies, &known, &[0, 1]);
        let set = &partial.set;
        let answer = set.answer_partial(&partial.request, &mut Scratch::default());
        let possible: BTreeSet<Decision> = answer.possible.iter().copied().collect();
        assert_eq!(possible, brute(set, &known, &[0, 1]), "{policies}");
        assert_eq!(answer.depends.is_some(), possible.len() > 1);
        let Some(depends) = answer.depends else { return Ok(()) };
        assert!(depends.complete);
        let number = |name: &str| KEYS.iter().position(|key| *key == name).unwrap();
        for case in &depends.cases {
            let mut fixed = known;
            for (key, value) in &case.keys {
                fixed[number(key.as_str())] = value.first().map(|it| &**it);
            }
            let is_open = |at: &usize| !case.keys.iter().any(|(key, _)| key.is(KEYS[*at]));
            let open: Vec<usize> = (0..2).filter(is_open).collect();
            assert_eq!(brute(set, &fixed, &open), BTreeSet::from([case.decision]), "{policies}");
            assert_eq!(set.decide(&case.request), case.decision);
        }
        // A key that is not named tells nothing; one that is named tells something that no other does.
        let on: Vec<usize> = depends.on.iter().map(|it| number(&it.key)).collect();
        for key in 0..2 {
            let other = usize::from(key == 0);
            let tells = values().into_iter().any(|value| {
                let mut fixed = known;
                fixed[other] = value;
                brute(set, &fixed, &[key]).len() > 1
            });
            assert_eq!(on.contains(&key), tells, "{policies}: {key}");
        }
    }

    /// Law 1: what is settled never turns one decision into another, nor a decision into several.
    #[test]
    fn more_information_takes_decisions_away(policies in policy(), value in 0..29_usize) {
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
        for decision in brute(&partial.set, &[None, None, None], &[0, 2]) {
            assert!(answer.possible.contains(&decision), "{policies}");
        }
    }
}

/// The answer to a request that is not complete.
fn answered(policy: &Json, request: Json) -> (PartialDecision, Vec<String>) {
    let policies =
        json!([{"type": "identity", "document": {"Version": "2012-10-17", "Statement": policy}}]);
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
