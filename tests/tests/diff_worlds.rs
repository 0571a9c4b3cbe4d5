//! Comparisons and redundancy against enumeration: small policies, and every request of a small world.
//! What the prover calls equal differs on none of them, what it calls redundant can be left out, and
//! nothing in them is unknown: each proof passes the checker, whatever was asked before.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may fail in its helpers too"
)]

use std::sync::Arc;

use polsim::case::{CaseReader, NoFiles};
use polsim::eval::{Decision, PolicySet, Scratch};
use polsim::lower::AttachedPolicy;
use polsim::policy::{Policy, PolicyType};
use polsim::prove::{Comparison, Directions, Limits, Redundancy, RedundantKind, Rest};
use polsim::request::Request;
use polsim::text::Source;
use serde_json::{Value as Json, json};

const ACTIONS: [&str; 4] = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "sqs:SendMessage"];
const PATTERNS: [&str; 7] =
    ["s3:*", "s3:Get*", "*", "s3:PutObject", "s3:?etObject", "sqs:*", "s3:*Object"];
const RESOURCES: [&str; 4] = [
    "arn:aws:s3:::a/x",
    "arn:aws:s3:::a/y",
    "arn:aws:s3:::b/x",
    "arn:aws:sqs:eu-west-1:111122223333:x",
];
const RESOURCE_PATTERNS: [&str; 3] = ["*", "arn:aws:s3:::a/*", "arn:aws:s3:::*/x"];
const TAGS: [Option<&str>; 4] = [None, Some("a"), Some("b"), Some("c")];
const OPERATORS: [&str; 6] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIfExists",
    "StringLike",
    "ForAllValues:StringEquals",
    "ForAnyValue:StringNotEquals",
];

/// A small generator: the same numbers on every machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default().checked_rem(end).unwrap_or_default()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        let at = self.below(all.len());
        all[at]
    }

    fn statement(&mut self) -> Json {
        let effect = if self.below(3) == 0 { "Deny" } else { "Allow" };
        let actions: Vec<&str> = (0..=self.below(2)).map(|_| self.of(&PATTERNS)).collect();
        let mut statement = json!({
            "Effect": effect, "Action": actions, "Resource": self.of(&RESOURCE_PATTERNS),
        });
        if self.below(2) == 0 {
            let values: Vec<&str> =
                (0..=self.below(2)).map(|_| self.of(&["a", "b", "*"])).collect();
            statement["Condition"] = json!({self.of(&OPERATORS): {"aws:PrincipalTag/t": values}});
        }
        statement
    }

    fn policy(&mut self) -> Vec<Json> {
        (0..=self.below(3)).map(|_| self.statement()).collect()
    }
}

fn attached(statements: &[Json]) -> Vec<AttachedPolicy> {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let parsed = Policy::parse(&Source::new("policy", text), PolicyType::Identity);
    vec![AttachedPolicy::new(Arc::new(parsed.expect("a valid policy").policy))]
}

/// All requests of the world, within one account: no resource policy has to agree. An action is asked
/// about resources of its own service (request notes §1.5).
fn world() -> Vec<Request> {
    let mut requests = Vec::new();
    for action in ACTIONS {
        for resource in RESOURCES {
            let service = action.split(':').next();
            if resource != "*" && resource.split(':').nth(2) != service {
                continue;
            }
            for tag in TAGS {
                let mut context = json!({});
                if let Some(tag) = tag {
                    context["aws:PrincipalTag/t"] = json!(tag);
                }
                let case = json!({
                    "policies": [{"type": "identity", "document": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}],
                    "request": {
                        "principal": "arn:aws:sts::111122223333:assumed-role/R/s", "action": action,
                        "resource": resource, "resourceAccount": "111122223333", "context": context,
                    },
                });
                let read = CaseReader::new("world", NoFiles).read(&case.to_string(), 1);
                requests.push(read.expect("a case").request.into_known());
            }
        }
    }
    requests
}

fn decisions(policies: &[AttachedPolicy], world: &[Request]) -> Vec<Decision> {
    let set = PolicySet::new(policies.iter().cloned());
    let mut scratch = Scratch::default();
    world.iter().map(|request| set.decide_with(request, &mut scratch)).collect()
}

#[test]
fn what_is_equal_differs_on_no_request() {
    let (mut draw, world) = (Draw(7), world());
    let limits = Limits::default();
    let (mut equal, mut different) = (0, 0);
    for _ in 0..120 {
        let old = draw.policy();
        // Half of the pairs are neighbours: equal ones are rare otherwise.
        let new = match draw.below(4) {
            0 | 1 => [old.clone(), vec![draw.statement()]].concat(),
            2 => old.iter().rev().cloned().collect(),
            _ => draw.policy(),
        };
        let (before, after) = (attached(&old), attached(&new));
        // Where neither allows anything, another policy is taken to, and the decisions are others.
        if ![&old, &new].iter().any(|it| it.iter().any(|it| it["Effect"] == "Allow")) {
            continue;
        }
        let diff = Comparison::new(&before, &after).compare(Directions::Both, limits, 100);
        let pairs: Vec<(Decision, Decision)> =
            decisions(&before, &world).into_iter().zip(decisions(&after, &world)).collect();
        let allowed = Decision::Allowed;
        for (changes, differs) in [
            (diff.new_access, pairs.iter().any(|(old, new)| *old != allowed && *new == allowed)),
            (
                diff.removed_access,
                pairs.iter().any(|(old, new)| *old == allowed && *new != allowed),
            ),
        ] {
            let changes = changes.expect("both were asked for");
            assert!(matches!(changes.rest, Rest::None(_)), "{:?}: {old:?} {new:?}", changes.rest);
            let found = !changes.differences.is_empty();
            assert!(found || !differs, "a difference was missed: {old:?} {new:?}");
            if found { different += 1 } else { equal += 1 }
        }
    }
    assert!(equal >= 20 && different >= 20, "{equal} equal, {different} different");
}

#[test]
fn what_is_redundant_can_be_left_out() {
    let (mut draw, world) = (Draw(11), world());
    let limits = Limits::default();
    let (mut found, mut needed) = (0, 0);
    for _ in 0..60 {
        let statements = draw.policy();
        let policies = attached(&statements);
        let answer = Redundancy::new(&policies).find(limits);
        assert!(answer.unknown.is_empty(), "{:?}: {statements:?}", answer.unknown);
        if !statements.iter().any(|it| it["Effect"] == "Allow") {
            continue;
        }
        let before = decisions(&policies, &world);
        for (index, _) in statements.iter().enumerate() {
            if statements.len() == 1 {
                continue;
            }
            let mut fewer = statements.clone();
            fewer.remove(index);
            let same = decisions(&attached(&fewer), &world) == before;
            let name = format!("[{index}]");
            let vain = answer.found.iter().any(|it| {
                *it.statement.statement == *name
                    && matches!(it.kind, RedundantKind::Statement | RedundantKind::NeverMatches)
            });
            assert!(same || !vain, "statement {index} is needed: {statements:?}");
            if vain { found += 1 } else { needed += 1 }
        }
    }
    assert!(found >= 5 && needed >= 5, "{found} redundant, {needed} needed");
}
