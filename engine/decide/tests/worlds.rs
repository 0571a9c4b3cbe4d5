//! Laws of readings: the default world is today's lowering, a pinned world and the open formula in
//! that world decide alike, and the decisions of all worlds at once are those of each.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail, in its helpers too"
)]

use polsim_decide::case::{Case, CaseReader, NoFiles};
use polsim_decide::catalog::readings;
use polsim_decide::eval::{Decision, PolicySet, Scratch};
use polsim_decide::formula::{ChoiceId, Evaluator, Formulas, World};
use polsim_decide::lower::{Lowered, Readings};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Documents with a construct of a reading, and their type.
const CONSTRUCTS: &[(&str, &str)] = &[
    (
        "resource",
        r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "444455556666"}, "Action": "*", "Resource": "*"}"#,
    ),
    (
        "resource",
        r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "*"}"#,
    ),
    (
        "resource",
        r#"{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:Get*", "Resource": "*"}"#,
    ),
    (
        "resource",
        r#"{"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/R"}, "Action": "*", "Resource": "*"}"#,
    ),
    (
        "resource",
        r#"{"Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:user/alice", "444455556666"]}, "Action": "*", "Resource": "*"}"#,
    ),
    (
        "resource",
        r#"{"Effect": "Deny", "NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:user/alice", "111122223333"]}, "Action": "*", "Resource": "*"}"#,
    ),
    (
        "resource",
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"}"#,
    ),
    (
        "resource",
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/R/s"}, "Action": "*", "Resource": "*"}"#,
    ),
    ("resource", r#"{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}"#),
    ("trust", r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}"#),
    (
        "endpoint",
        r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"}"#,
    ),
    ("scp", r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#),
    ("scp", r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#),
    ("session", r#"{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}"#),
    ("identity", r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:sqs:*:queue"}"#),
    (
        "identity",
        r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:sqs:e?-west-1:111122223333:a:queue"}"#,
    ),
    ("identity", r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#),
    (
        "identity",
        r#"{"Effect": "Deny", "Action": "*", "NotResource": ["arn:aws:s3:::b/${aws:PrincipalTag/t}", "arn:aws:sqs:*:*:*"]}"#,
    ),
];

/// Conditions with a construct of a reading.
const CONDITIONS: &[&str] = &[
    r#"{"StringEquals": {"aws:TagKeys": ["a", "b"]}}"#,
    r#"{"StringNotEquals": {"aws:TagKeys": "a"}}"#,
    r#"{"ForAnyValue:StringEqualsIfExists": {"aws:TagKeys": "a"}}"#,
    r#"{"StringNotLike": {"aws:SourceVpce": "${aws:PrincipalTag/t}*"}}"#,
    r#"{"ForAllValues:StringNotEquals": {"aws:TagKeys": "${aws:PrincipalTag/t, 'a'}"}}"#,
    r#"{"ForAnyValue:StringNotEquals": {"aws:TagKeys": "${aws:PrincipalTag/t}"}}"#,
    r#"{"Bool": {"aws:SecureTransport": "${aws:PrincipalTag/t}"}}"#,
    r#"{"IpAddress": {"aws:SourceIp": "2001:db8::1"}}"#,
    r#"{"NotIpAddress": {"aws:SourceIp": ["2001:db8::1", "203.0.113.0/24"]}}"#,
    r#"{"StringEquals": {"aws:SourceVpce": []}}"#,
    r#"{"ForAnyValue:StringEquals": {"aws:TagKeys": []}}"#,
    r#"{"ForAllValues:StringEquals": {"aws:TagKeys": []}}"#,
    r#"{"StringEqualsIfExists": {"aws:SourceVpce": []}}"#,
    "{}",
];

const PRINCIPALS: &[&str] = &[
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sts::111122223333:assumed-role/R/s",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::444455556666:user/bob",
    "arn:aws:sts::111122223333:federated-user/fed",
    "lambda.amazonaws.com",
    "anonymous",
];

const TARGETS: &[(&str, &str)] = &[
    ("s3:GetObject", "arn:aws:s3:::b/k"),
    ("s3:PutObject", "arn:aws:s3:::b/true"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:a:queue"),
    ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:queue"),
    ("sts:AssumeRole", "arn:aws:iam::111122223333:role/R"),
    ("sts:GetCallerIdentity", "*"),
];

fn policy() -> impl Strategy<Value = Value> {
    (select(CONSTRUCTS), select(CONDITIONS)).prop_map(|((policy_type, statement), condition)| {
        let mut statement: Value = serde_json::from_str(statement).unwrap();
        statement["Condition"] = serde_json::from_str(condition).unwrap();
        json!({"type": policy_type,
               "document": {"Version": "2012-10-17", "Statement": [statement]}})
    })
}

fn request() -> impl Strategy<Value = Value> {
    let tags = select(vec![json!(["a", "b"]), json!(["a"]), json!([]), json!(["c", "d"])]);
    let tag = select(vec![json!([]), json!("a"), json!("true")]);
    let ip = select(vec![json!("2001:db8::2"), json!("2001:db8::1"), json!("203.0.113.9")]);
    let vpce = select(vec![json!([]), json!("vpce-1"), json!("abc")]);
    (select(PRINCIPALS), select(TARGETS), tags, tag, ip, vpce).prop_map(
        |(principal, (action, resource), tags, tag, ip, vpce)| {
            json!({"principal": principal, "action": action, "resource": resource,
                   "resourceAccount": "111122223333",
                   "context": {"aws:TagKeys": tags, "aws:PrincipalTag/t": tag, "aws:SourceIp": ip,
                               "aws:SourceVpce": vpce, "aws:SecureTransport": "true"}})
        },
    )
}

fn case(policies: &[Value], request: &Value) -> Case {
    let text = json!({"policies": policies, "request": request}).to_string();
    match CaseReader::new("law", NoFiles).read(&text, 1) {
        Ok(case) => case,
        Err(refused) => panic!("a case that is refused: {refused:?}\n{text}"),
    }
}

fn decision(lowered: &Lowered, case: &Case, world: World) -> Decision {
    let mut evaluator = Evaluator::in_world(&lowered.formulas, &case.request, world);
    if case.request.refusal().is_some() {
        // AWS refuses the call before any policy.
        Decision::ImplicitDeny
    } else if evaluator.holds(lowered.always_allowed) {
        Decision::Allowed
    } else if evaluator.holds(lowered.explicit_deny) {
        Decision::ExplicitDeny
    } else if evaluator.holds(lowered.allowed) {
        Decision::Allowed
    } else {
        Decision::ImplicitDeny
    }
}

/// Every alternative of every reading by itself, and all first ones together.
fn worlds() -> Vec<World> {
    let mut worlds = vec![World::default()];
    let mut together = World::default();
    for reading in readings::all() {
        for side in reading.alternatives {
            let choice = ChoiceId::world(reading.choice(side.word));
            worlds.push(World::default().with(choice, true));
        }
        together.set(ChoiceId::world(reading.choice(reading.alternatives[0].word)), true);
    }
    worlds.push(together);
    worlds
}

/// Whether policies with a construct of each reading were met, and changed a decision.
fn run(policies: &[Value], request: &Value) -> Vec<Box<str>> {
    let case = case(policies, request);
    let lowered = case.set.lowered();
    let mut scratch = Scratch::default();

    // By default: the formulas without readings, and no trace of a choice.
    assert!(lowered.formulas.atoms().all(|it| !format!("{it:?}").starts_with("Choice")));
    let decided = case.set.decide_with(&case.request, &mut scratch);

    let open = lowered.open();
    // The other side of one reading may bring out another, but not where none is read.
    assert!(lowered.reads.iter().all(|it| open.reads.contains(it)));
    assert_eq!(open.reads.is_empty(), lowered.reads.is_empty());
    let answer = case.set.answer(&case.request, &mut scratch);
    assert_eq!(answer.decision(), decided);
    for world in worlds() {
        let pinned = lowered.in_world(world.clone());
        let by_pins = decision(&pinned, &case, World::default());
        assert_eq!(by_pins, decision(&open, &case, world.clone()), "{world:?}");
        let set = PolicySet::of(pinned);
        assert_eq!(by_pins, set.decide_with(&case.request, &mut scratch), "{world:?}");
        if world == World::default() {
            assert_eq!(by_pins, decided);
        }
        let in_table = answer.worlds().map_or(decided, |table| {
            let number = table.choices().iter().enumerate();
            let number = number.filter(|(_, it)| world.is_true(it)).map(|(at, _)| 1 << at).sum();
            *table.label(number).unwrap()
        });
        assert_eq!(in_table, by_pins, "{world:?} {policies:?} {request:?}");
    }
    for it in answer.rests_on() {
        assert_ne!(it.otherwise, decided, "{it:?}");
    }
    answer.rests_on().into_iter().map(|it| it.choice).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_pinned_world_decides_like_the_open_formula_in_it(
        policies in prop::collection::vec(policy(), 1..4),
        request in request(),
    ) {
        run(&policies, &request);
    }
}

#[test]
fn pinning_a_side_is_its_world() {
    let reading = readings::find("wildcard-colons").unwrap();
    let never = ChoiceId::world(reading.choice("never"));
    let any = ChoiceId::world(reading.choice("any"));
    let pinned = Readings::open().pinning(reading, "never");
    assert_eq!((pinned.value(&never), pinned.value(&any)), (Some(true), Some(false)));
    let default = Readings::open().pinning(reading, "trailing");
    assert_eq!((default.value(&never), default.value(&any)), (Some(false), Some(false)));
    let other = readings::find("several-values").unwrap();
    assert_eq!(pinned.value(&ChoiceId::world(other.choice("any"))), None, "the others stay open");
}

#[test]
fn a_store_is_the_same_with_a_construct_that_is_read_by_default() {
    // The formulas of the default are those that the construct had before it was a reading: no atom
    // of the alternative is in the store.
    let policy = json!({"type": "identity", "document": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "arn:aws:sqs:*:queue"}]}});
    let request = json!({"principal": PRINCIPALS[0], "action": "s3:GetObject", "resource": "*"});
    let case = case(&[policy], &request);
    let resources = |formulas: &Formulas| {
        formulas.atoms().filter(|it| format!("{it:?}").contains("queue")).count()
    };
    assert_eq!(resources(&case.set.lowered().formulas), 1);
    assert_eq!(resources(&case.set.lowered().open().formulas), 2);
}
