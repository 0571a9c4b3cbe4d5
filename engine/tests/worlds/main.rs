//! The prover against brute force: worlds so small that every request in them can be decided.
//!
//! A world is a handful of actions, resources, requesters and values. A property pins its requests
//! to the world, so that every request that the prover may choose is decided like one of those that
//! are listed here, and the policies speak of nothing else. Then a `deny` is proved exactly if the
//! evaluator allows none of them, and likewise for every other claim: both directions are checked,
//! and a proof of something false is found as surely as a missing one.
//!
//! What AWS leaves open is tried on every side: for each world of readings the set is lowered pinned,
//! without a choice in it, and decides every request. A property is violated if some request breaks
//! it in each world, and depends if in some.
//!
//! `PROPTEST_CASES` says how many worlds are tried, a dozen for each case.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail, in its helpers too"
)]

mod draw;
mod keys;
mod policies;
mod requests;

use std::cell::RefCell;
use std::collections::BTreeMap;

use draw::Draw;
use policies::{Document, documents};
use polsim::eval::{Decision, PolicySet, Scratch};
use polsim::formula::{ChoiceId, World as Side, WorldTable};
use polsim::lower::{AttachedPolicy, Readings, is_possible};
use polsim::network::Assumption;
use polsim::policy::{Policy, PolicyType};
use polsim::prove::{Claim, Limits, Verdict, Verifier};
use polsim::request::Request;
use polsim::scenario::parse_property;
use polsim::text::Source;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use requests::World;
use serde_json::{Value, json};

const WORLDS: u32 = 12;
/// Number of readings that are tried on every side.
const MAX_OPEN: usize = 4;
const CLAIMS: [&str; 5] = ["deny", "allow", "always", "guard", "no-more-than"];

fn attached(documents: &[Document]) -> Vec<AttachedPolicy> {
    let attach = |document: &Document| {
        let source = Source::new(document.policy_type.to_string(), document.text.to_string());
        let parsed = Policy::parse(&source, document.policy_type)
            .unwrap_or_else(|refused| panic!("{}: {}", refused[0], document.text));
        AttachedPolicy { level: document.level, ..AttachedPolicy::new(parsed.policy) }
    };
    documents.iter().map(attach).collect()
}

/// The set that decides, for `anyone` with whatever policies a stranger writes for himself.
fn as_asked(documents: &[Document], anyone: bool) -> PolicySet {
    let mut documents = documents.to_vec();
    if anyone {
        documents.retain(|it| !it.is_carried());
        let everything = json!({"Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
        for policy_type in [PolicyType::Identity, PolicyType::Session] {
            documents.push(Document { policy_type, level: 0, text: everything.clone() });
        }
    }
    PolicySet::new(attached(&documents))
}

/// The verdict by looking at every request.
fn by_hand(claim: &str, decisions: &[(Decision, Decision)]) -> &'static str {
    if decisions.is_empty() {
        return "vacuous";
    }
    let some = |test: &dyn Fn(&(Decision, Decision)) -> bool| decisions.iter().any(test);
    let breaks = match claim {
        "deny" => some(&|it| it.0 == Decision::Allowed),
        "allow" => !some(&|it| it.0 == Decision::Allowed),
        "always" => some(&|it| it.0 != Decision::Allowed),
        "guard" => some(&|it| it.0 != Decision::ExplicitDeny),
        "no-more-than" => some(&|it| it.0 == Decision::Allowed && it.1 != Decision::Allowed),
        _ => panic!("no claim `{claim}`"),
    };
    if breaks { "violated" } else { "proved" }
}

/// The verdict of the prover on a property.
fn by_proof(
    property: &Value,
    policies: &[Document],
    than: &[Document],
    readings: Readings,
) -> Verdict {
    let source = Source::new("property", property.to_string());
    let properties = [parse_property(&source, None, attached(policies), attached(than))
        .unwrap_or_else(|refused| panic!("{}: {property}", refused[0]))];
    let assumptions = vec![Assumption::find("principal-keys").expect("an assumption")];
    let verifier = Verifier::new(&properties, None).expect("no origins").assuming(assumptions);
    let verifier = verifier.reading(readings);
    verifier.decide(0, Limits::default()).expect("one property").verdict
}

/// The choices that the sets may touch.
fn choices_of(set: &PolicySet, other: &PolicySet) -> Vec<ChoiceId> {
    let mut choices: Vec<ChoiceId> =
        [set, other].iter().flat_map(|it| it.lowered().open().reads).collect();
    choices.sort_unstable();
    choices.dedup();
    choices
}

/// The world of this number over these choices.
fn world_of(choices: &[ChoiceId], number: usize) -> Side {
    choices.iter().enumerate().map(|(at, it)| (it.clone(), number >> at & 1 == 1)).collect()
}

fn decide_one(set: &PolicySet, other: &PolicySet, request: &Request) -> (Decision, Decision) {
    (set.decide(request), other.decide(request))
}

/// Tries a world; the claim and its verdict.
#[expect(clippy::too_many_lines, reason = "one world, from its drawing to its comparison")]
fn try_world(draw: &mut Draw) -> (&'static str, &'static str) {
    let world = World::new(draw);
    let (policies, with_variables) = documents(draw, &world);
    let claim = *draw.pick(&CLAIMS);
    let (than, with_more) = match claim {
        "no-more-than" => documents(draw, &world),
        _ => (Vec::new(), false),
    };
    let carried = policies.iter().any(Document::is_carried);
    let anyone = !carried || draw.chance(2);
    let by = if anyone { "anyone" } else { "holder" };
    let property = match claim {
        "no-more-than" => json!({claim: {"policies": [], "of": world.shape()}, "by": by}),
        _ => json!({claim: world.shape(), "by": by}),
    };
    let sessions_only = policies.iter().any(|it| it.policy_type == PolicyType::Session);
    let requests: Vec<Request> =
        world.requests().filter(|it| anyone || carries(it, sessions_only)).collect();
    let (set, other) = (as_asked(&policies, anyone), as_asked(&than, anyone));
    let decide = |set: &PolicySet, other: &PolicySet| -> Vec<(Decision, Decision)> {
        let mut scratch = [Scratch::default(), Scratch::default()];
        let mut decide = |request: &Request| {
            (set.decide_with(request, &mut scratch[0]), other.decide_with(request, &mut scratch[1]))
        };
        requests.iter().map(&mut decide).collect()
    };
    let decisions = decide(&set, &other);
    let choices = choices_of(&set, &other);
    let readings = if choices.len() > MAX_OPEN { Readings::default() } else { Readings::open() };
    let choices = if choices.len() > MAX_OPEN { Vec::new() } else { choices };
    let table = WorldTable::new(choices.clone(), |number| {
        is_possible(&choices, number).then(|| {
            let world = world_of(&choices, number);
            by_hand(claim, &decide(&set.in_world(world.clone()), &other.in_world(world)))
        })
    });
    let on = table.depends_on();
    let expected = if on.is_empty() { *table.label(0).expect("a world") } else { "depends" };
    let verdict = by_proof(&property, &policies, &than, readings);
    let told = || {
        let shown = |documents: &[Document]| -> Vec<Value> {
            let each = documents.iter();
            each.map(|it| json!({"type": it.policy_type.to_string(), "level": it.level, "document": it.text}))
                .collect()
        };
        let deciding = requests.iter().zip(&decisions).find(|(_, it)| match claim {
            "guard" => it.0 != Decision::ExplicitDeny,
            "always" => it.0 != Decision::Allowed,
            "no-more-than" => it.0 == Decision::Allowed && it.1 != Decision::Allowed,
            _ => it.0 == Decision::Allowed,
        });
        format!(
            "by hand {expected}, the prover says {verdict:?}\nproperty {property}\npolicies {}\nthan {}\n\
             of {} requests the first that matters: {deciding:?}",
            Value::from(shown(&policies)),
            Value::from(shown(&than)),
            requests.len(),
        )
    };
    if let Verdict::Unknown(reason) = &verdict {
        // Variables are decided in part only, and said to be where they are not.
        assert!(with_variables || with_more, "{}: {}", reason, told());
        return (claim, "unknown");
    }
    assert_eq!(verdict.as_str(), expected, "{}", told());
    if expected == "depends" {
        let named: Vec<&ChoiceId> = verdict.depends_on().iter().collect();
        assert_eq!(named, on, "{}", told());
    }
    for case in verdict.cases() {
        for number in 0..1_usize << choices.len() {
            let world = world_of(&choices, number);
            let within = case.when.values().iter().all(|(it, value)| world.is_true(it) == *value);
            let Some(label) = table.label(number).filter(|_| within) else { continue };
            let typed = Claim::ALL.iter().find(|it| it.as_str() == claim).expect("a claim");
            assert_eq!(case.as_str(*typed), *label, "{}", told());
            let Some(example) = case.witness() else { continue };
            let again =
                decide_one(&set.in_world(world.clone()), &other.in_world(world), example.request());
            assert_eq!(by_hand(claim, &[again]), *label, "{}", told());
        }
    }
    if let Some(example) = verdict.witness().filter(|_| verdict.cases().is_empty()) {
        let shows = match claim {
            "always" => example.decision() != Decision::Allowed,
            "guard" => example.decision() != Decision::ExplicitDeny,
            _ => example.decision() == Decision::Allowed,
        };
        assert!(shows, "the example shows nothing: {}", told());
        let again = set.decide(example.request());
        assert_eq!(again, example.decision(), "the example is decided otherwise: {}", told());
    }
    (claim, expected)
}

/// True if the requester can carry the policies of a holder.
fn carries(request: &Request, sessions_only: bool) -> bool {
    use polsim::request::PrincipalKind as Kind;
    match request.principal().kind() {
        Kind::User => !sessions_only,
        Kind::RoleSession | Kind::FederatedUser => !request.principal().is_service_linked(),
        _ => false,
    }
}

#[test]
fn the_prover_agrees_with_every_request_of_a_small_world() {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let cases = config.cases;
    let reached: RefCell<BTreeMap<(&str, &str), u32>> = RefCell::default();
    let tried = TestRunner::new(config).run(&any::<u64>(), |seed| {
        let mut draw = Draw::new(seed);
        for _ in 0..WORLDS {
            let ended = try_world(&mut draw);
            *reached.borrow_mut().entry(ended).or_default() += 1;
        }
        Ok(())
    });
    tried.unwrap_or_else(|failed| panic!("{failed}"));
    if cases < 200 {
        return;
    }
    let reached = reached.into_inner();
    let count = |claim, verdict| reached.get(&(claim, verdict)).copied().unwrap_or(0);
    for claim in CLAIMS {
        for verdict in ["proved", "violated"] {
            assert!(count(claim, verdict) > 0, "no `{claim}` was {verdict}: {reached:?}");
        }
        assert!(count(claim, "unknown") < cases / 8, "too much is unknown: {reached:?}");
    }
}
