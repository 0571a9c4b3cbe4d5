//! Laws of answers about what a record leaves open (scale notes §2.2).

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail, in its helpers too")]

use polsim_decide::eval::{Decision, PolicySet};
use polsim_decide::lower::AttachedPolicy;
use polsim_decide::policy::{Policy, PolicyType};
use polsim_decide::request::{ContextValue, PrincipalKind, Request, RequestParts};
use polsim_decide::text::{KeyName, Source};
use polsim_replay::{
    About, Answer, Class, Knowledge, Memory, Observation, Observed, Options, Question, Replay,
    Seen, SeenAction, Verdict,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// The keys that policies of this world read, each with two values.
const KEYS: [(&str, [&str; 2]); 4] = [
    ("aws:SourceIp", ["203.0.113.9", "192.0.2.77"]),
    ("aws:SourceVpce", ["vpce-1", "vpce-2"]),
    ("aws:PrincipalTag/team", ["ml", "ops"]),
    ("aws:SecureTransport", ["true", "false"]),
];

const CALLER: &str = "arn:aws:iam::111122223333:user/bob";
const OBJECT: &str = "arn:aws:s3:::lake/data/a.csv";

fn condition() -> impl Strategy<Value = Value> {
    select(vec![
        json!({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
        json!({"NotIpAddressIfExists": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8"]}}),
        json!({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        json!({"StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}),
        json!({"StringEquals": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}}),
        json!({"Null": {"aws:SourceVpce": "true"}}),
        json!({"Null": {"aws:PrincipalTag/team": "false"}}),
        json!({"StringNotEquals": {"aws:PrincipalTag/team": "ml"}}),
        json!({"StringLike": {"aws:PrincipalTag/team": "m*"}}),
        json!({"Bool": {"aws:SecureTransport": "false"}}),
        json!({"BoolIfExists": {"aws:SecureTransport": "true"}}),
    ])
}

fn deny() -> impl Strategy<Value = Value> {
    (select(vec!["s3:*", "s3:Get*", "kms:*"]), prop::collection::vec(condition(), 0..3)).prop_map(
        |(action, conditions)| {
            let mut all = serde_json::Map::new();
            for (operator, keys) in conditions.iter().flat_map(|it| it.as_object().unwrap()) {
                all.insert(operator.clone(), keys.clone());
            }
            json!({"Effect": "Deny", "Action": action, "Resource": "*", "Condition": all})
        },
    )
}

fn policy(statements: &[Value]) -> Policy {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    match Policy::parse(&Source::new("scp.json", text), PolicyType::Scp) {
        Ok(parsed) => parsed.policy,
        Err(refused) => panic!("{refused}"),
    }
}

/// The state of a key: absent, one of its values, or unknown between these.
fn knowledge(values: [&'static str; 2]) -> impl Strategy<Value = Knowledge> {
    let unknown = move |may_be_absent| Knowledge::Unknown {
        may_be_absent,
        other_than: None,
        among: Some(values.map(Into::into).into()),
    };
    select(vec![
        Knowledge::Absent,
        Knowledge::text(values[0]),
        Knowledge::text(values[1]),
        unknown(true),
        unknown(true),
        unknown(false),
    ])
}

fn knowledges() -> impl Strategy<Value = Vec<Knowledge>> {
    (knowledge(KEYS[0].1), knowledge(KEYS[1].1), knowledge(KEYS[2].1), knowledge(KEYS[3].1))
        .prop_map(|(a, b, c, d)| vec![a, b, c, d])
}

fn verdict(statements: &[Value], keys: &[Knowledge]) -> Verdict {
    let replay =
        Replay::new(Options::default(), vec![Question::new(policy(statements), None)]).unwrap();
    let names = KEYS.iter().map(|(name, _)| KeyName::new(name));
    let request = Observed {
        principal: Seen::Known(CALLER.into()),
        action: SeenAction::Known("s3:GetObject".into()),
        resource: Seen::Known(OBJECT.into()),
        resource_account: Some("111122223333".into()),
        keys: names.zip(keys.iter().cloned()).collect(),
        derived: false,
        management_account: false,
        caller_account: Some("111122223333".into()),
        kind: Some(PrincipalKind::User),
        issuer: None,
        endpoint: Knowledge::Absent,
        own_keys: Vec::new(),
    };
    let observation = Observation {
        event_id: "1".into(),
        class: Class::Replayed,
        reason: None,
        requests: vec![request],
        about: About::default(),
    };
    replay.verdict(&observation, &mut Memory::default())
}

/// The values that a key may have: none is its absence.
fn completions(knowledge: &Knowledge) -> Vec<Option<Box<str>>> {
    match knowledge {
        Knowledge::Absent => vec![None],
        Knowledge::Known(value) => vec![value.as_slice().first().cloned()],
        Knowledge::Unknown { may_be_absent, among, .. } => {
            let values = among.iter().flatten().cloned().map(Some);
            may_be_absent.then_some(None).into_iter().chain(values).collect()
        }
    }
}

/// The decision of every completion: the values of the keys, and whether it is denied.
fn brute(statements: &[Value], keys: &[Knowledge]) -> Vec<(Vec<Option<Box<str>>>, bool)> {
    let set = PolicySet::new([AttachedPolicy::new(policy(statements))]);
    let mut all: Vec<Vec<Option<Box<str>>>> = vec![Vec::new()];
    for key in keys {
        let values = completions(key);
        all = all
            .into_iter()
            .flat_map(|before| {
                values.iter().map(move |it| [before.clone(), vec![it.clone()]].concat())
            })
            .collect();
    }
    let decide = |values: Vec<Option<Box<str>>>| {
        let given = KEYS.iter().zip(&values).filter_map(|((name, _), value)| {
            Some((KeyName::new(name), ContextValue::from(&**value.as_ref()?)))
        });
        let request = Request::new(RequestParts {
            principal: CALLER,
            action: "s3:GetObject",
            resource: OBJECT,
            resource_account: Some("111122223333"),
            context: given.collect(),
            complete: true,
            ..RequestParts::default()
        });
        let is_denied = set.decide(&request.unwrap()) == Decision::ExplicitDeny;
        (values, is_denied)
    };
    all.into_iter().map(decide).collect()
}

/// The smallest set of keys whose values tell every completion apart, and the first by name.
fn determining(decided: &[(Vec<Option<Box<str>>>, bool)]) -> Vec<Box<str>> {
    let tells = |set: &[usize]| {
        decided.iter().all(|(one, denied)| {
            decided.iter().all(|(other, it)| {
                denied == it || set.iter().any(|key| one.get(*key) != other.get(*key))
            })
        })
    };
    let mut best: Option<Vec<Box<str>>> = None;
    for bits in 0..1_usize << KEYS.len() {
        let set: Vec<usize> = (0..KEYS.len()).filter(|key| bits >> key & 1 == 1).collect();
        let mut names: Vec<Box<str>> =
            set.iter().filter_map(|key| Some(KEYS.get(*key)?.0.into())).collect();
        names.sort_unstable();
        let better = best.as_ref().is_none_or(|it| (names.len(), &names) < (it.len(), it));
        if better && tells(&set) {
            best = Some(names);
        }
    }
    best.unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// The answer is that of deciding every completion, and the keys are the fewest that tell.
    #[test]
    fn the_answer_is_that_of_every_completion(statements in prop::collection::vec(deny(), 1..4), keys in knowledges()) {
        let decided = brute(&statements, &keys);
        let found = verdict(&statements, &keys);
        let denied = decided.iter().filter(|it| it.1).count();
        let wanted = match denied {
            0 => Answer::Allowed,
            all if all == decided.len() => Answer::Denied,
            _ => Answer::Unknown,
        };
        prop_assert_eq!(found.answer, wanted);
        if wanted == Answer::Unknown {
            prop_assert_eq!(found.keys, determining(&decided));
        }
    }

    /// Settling a key that was unknown never takes an answer back.
    #[test]
    fn knowing_more_takes_no_answer_back(
        statements in prop::collection::vec(deny(), 1..4),
        keys in knowledges(),
        which in 0..KEYS.len(),
        value in 0..3_usize,
    ) {
        let before = verdict(&statements, &keys);
        let mut settled = keys.clone();
        let values = completions(&keys[which]);
        let value = values[value.checked_rem(values.len()).unwrap()].clone();
        settled[which] = value.map_or(Knowledge::Absent, |it| Knowledge::text(&it));
        let after = verdict(&statements, &settled);
        if before.answer != Answer::Unknown {
            prop_assert_eq!(after.answer, before.answer);
        }
    }

    /// One more statement that denies never lets a denied request through.
    #[test]
    fn one_more_deny_lets_nothing_through(
        statements in prop::collection::vec(deny(), 1..3),
        more in deny(),
        keys in knowledges(),
    ) {
        let before = verdict(&statements, &keys);
        let all = [statements, vec![more]].concat();
        let after = verdict(&all, &keys);
        prop_assert!(before.answer != Answer::Denied || after.answer == Answer::Denied);
        prop_assert!(before.answer != Answer::Unknown || after.answer != Answer::Allowed);
    }
}
