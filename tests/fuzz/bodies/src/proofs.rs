//! The prover beside the evaluator.

use std::collections::BTreeSet;

use arbitrary::{Result, Unstructured};
use polsim::eval::{Decision, PolicySet, Scratch};
use polsim::lower::AttachedPolicy;
use polsim::policy::{Policy, PolicyType};
use polsim::prove::{Budget, Limits, Outcome, UnknownReason, Verdict, Verifier};
use polsim::request::{ContextValue, PrincipalKind, Request, RequestParts};
use polsim::scenario::parse_property;
use polsim::text::{KeyName, Pattern, Source};
use serde_json::{Value, json};

use crate::worlds::{self, ACTION_PATTERNS, BASES, RESOURCE_PATTERNS};

/// Enough for what a fuzzer writes; more would only be slow.
const BUDGET: Budget = Budget { steps: 3_000_000, memory: 50_000_000 };
/// How many requests a proof is held against.
const REQUESTS: usize = 12;

/// A policy of this type; `None` where AWS would refuse it.
fn policy(policy_type: PolicyType, level: u32, document: &Value) -> Option<AttachedPolicy> {
    let source = Source::new(policy_type.to_string(), document.to_string());
    let parsed = Policy::parse(&source, policy_type).ok()?;
    Some(AttachedPolicy { level, ..AttachedPolicy::new(parsed.policy) })
}

/// The verdict on a property; `None` where it is refused.
fn verdict(property: &Value, policies: &[AttachedPolicy]) -> Option<Verdict> {
    let source = Source::new("property", property.to_string());
    let properties = [parse_property(&source, None, policies.to_vec(), Vec::new()).ok()?];
    let verifier = Verifier::new(&properties, None).ok()?.assuming(Vec::new());
    let limits = Limits { budget: BUDGET, ..Limits::default() };
    let verdict = verifier.decide(0, limits)?.verdict;
    if let Verdict::Unknown(reason) = &verdict {
        assert!(
            *reason != UnknownReason::Disagreement,
            "prover and evaluator disagree: {property}"
        );
    }
    Some(verdict)
}

/// An operator, a value of a policy and a value of a request, parted by line breaks: the prover finds
/// the value in the language of the condition exactly if the evaluator lets it pass.
///
/// # Panics
/// Where polsim is wrong.
pub fn languages(data: &[u8]) {
    let Some((which, rest)) = data.split_first() else { return };
    let Some(text) = crate::text_of(rest) else { return };
    let Some((operand, value)) = text.split_once('\n') else { return };
    if operand.len() > 80 || value.len() > 80 {
        return;
    }
    // Another key stands for a variable, and may have the value that makes the condition hold.
    if Pattern::with_variables(operand, true).is_ok_and(|it| it.variables().next().is_some()) {
        return;
    }
    let which = usize::from(*which);
    let base = BASES[which.checked_rem(BASES.len()).unwrap_or_default()];
    let condition = json!({base: {"k:v": operand}});
    let document = json!({"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}});
    let Some(allow) = policy(PolicyType::Identity, 0, &document) else { return };
    let context = vec![(KeyName::new("k:v"), ContextValue::from(value))];
    let Some(request) = request_with("arn:aws:iam::111122223333:user/alice", context) else {
        return;
    };
    let set = PolicySet::new([allow.clone()]);
    let Some(passes) = set.lowered().statements.first().map(|it| it.matches) else { return };
    let passes = set.holds(passes, &request, &mut Scratch::default());
    // The value as a text that stands for itself.
    let pinned = value.replace('$', "${$}");
    let property = json!({"deny": {"actions": ["s3:GetObject"],
        "when": {"StringEquals": {"k:v": pinned}}}});
    match verdict(&property, &[allow]) {
        Some(Verdict::Proved(_)) => assert!(!passes, "{base} {operand:?} lets {value:?} pass"),
        Some(Verdict::Violated(_)) => assert!(passes, "{base} {operand:?} stops {value:?}"),
        Some(Verdict::Vacuous(_)) => panic!("some request has the value {value:?}"),
        // The evaluator decides in the default world, whose case is the first.
        Some(Verdict::Depends(depends)) => match depends.cases.first().map(|it| &it.outcome) {
            Some(Outcome::Proof(_)) => assert!(!passes, "{base} {operand:?} lets {value:?} pass"),
            Some(Outcome::Witness(_)) => assert!(passes, "{base} {operand:?} stops {value:?}"),
            _ => (),
        },
        Some(Verdict::Unknown(_)) | None => (),
    }
}

fn request_with(principal: &str, context: Vec<(KeyName, ContextValue)>) -> Option<Request> {
    Request::new(RequestParts {
        principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::b/k",
        context,
        complete: true,
        ..RequestParts::default()
    })
    .ok()
}

/// A property and the requests that it is about.
struct Asked {
    claim: &'static str,
    property: Value,
    /// A set of one statement that matches the requests of the shape.
    shape: PolicySet,
    anyone: bool,
}

fn asked(data: &mut Unstructured<'_>) -> Result<Option<Asked>> {
    let claim = *data.choose(&["deny", "allow", "always", "guard"])?;
    let mut actions = worlds::some(data, ACTION_PATTERNS, 2)?;
    // A shape has no use for a lone asterisk with others beside it.
    actions.dedup();
    let resources = worlds::some(data, RESOURCE_PATTERNS, 2)?;
    let when = worlds::conditions(data)?;
    let mut written = json!({"actions": actions, "resources": resources});
    if when.as_object().is_some_and(|it| !it.is_empty()) {
        written["when"] = when.clone();
    }
    let anyone = data.arbitrary()?;
    let by = if anyone { "anyone" } else { "holder" };
    let document = json!({"Version": "2012-10-17", "Statement":
        {"Effect": "Allow", "Action": actions, "Resource": resources, "Condition": when}});
    let Some(shape) = policy(PolicyType::Identity, 0, &document) else { return Ok(None) };
    let shape = PolicySet::new([shape]);
    Ok(Some(Asked { claim, property: json!({claim: written, "by": by}), shape, anyone }))
}

fn attached(policies: &[Value]) -> Option<Vec<AttachedPolicy>> {
    let attach = |it: &Value| {
        let policy_type = PolicyType::ALL
            .into_iter()
            .find(|one| Some(one.to_string().as_str()) == it["type"].as_str())?;
        let level = it["level"].as_u64().and_then(|level| u32::try_from(level).ok()).unwrap_or(0);
        policy(policy_type, level, &it["document"])
    };
    policies.iter().map(attach).collect()
}

fn is_carried(it: &AttachedPolicy) -> bool {
    let carried = [PolicyType::Identity, PolicyType::Boundary, PolicyType::Session];
    carried.contains(&it.policy.policy_type)
}

/// Random policies and a property of them: an example is decided as it is claimed to be, and what is
/// proved holds for random requests made of the same constants.
///
/// # Panics
/// Where polsim is wrong.
pub fn prover(data: &[u8]) {
    let mut data = Unstructured::new(data);
    let _ = prove(&mut data);
}

fn prove(data: &mut Unstructured<'_>) -> Result<()> {
    let policies = worlds::policies(data)?;
    let Some(asked) = asked(data)? else { return Ok(()) };
    let Some(mut policies) = attached(&policies) else { return Ok(()) };
    let Some(verdict) = verdict(&asked.property, &policies) else { return Ok(()) };
    let wanted = |decision: Decision| match asked.claim {
        "always" => decision != Decision::Allowed,
        "guard" => decision != Decision::ExplicitDeny,
        _ => decision == Decision::Allowed,
    };
    if let Some(example) = verdict.witness() {
        let decision = example.set().decide(example.request());
        assert_eq!(decision, example.decision(), "an example is decided otherwise");
        assert!(wanted(decision), "an example shows nothing: {}", asked.property);
        assert!(asked.has(example.request()), "an example is not of the shape: {}", asked.property);
    }
    if verdict.proof().is_none() {
        return Ok(());
    }
    // There is no request of the shape, or none that shows the opposite of what is claimed.
    let vacuous = matches!(verdict, Verdict::Vacuous(_));
    let kinds: BTreeSet<PolicyType> = policies.iter().map(|it| it.policy.policy_type).collect();
    let held = policies.iter().any(is_carried) && !asked.anyone;
    if asked.anyone {
        policies.retain(|it| !is_carried(it));
        let everything = json!({"Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
        for policy_type in [PolicyType::Identity, PolicyType::Session] {
            policies.extend(policy(policy_type, 0, &everything));
        }
    }
    let set = PolicySet::new(policies);
    for _ in 0..REQUESTS {
        let Some(request) = random_request(data)? else { continue };
        let carries = match request.principal().kind() {
            PrincipalKind::User => !kinds.contains(&PolicyType::Session),
            PrincipalKind::RoleSession | PrincipalKind::FederatedUser => true,
            _ => false,
        };
        if !asked.has(&request) || (held && !carries) {
            continue;
        }
        assert!(!vacuous, "there is a request: {request:?} {}", asked.property);
        let decision = set.decide(&request);
        assert!(!wanted(decision), "disproved by {request:?}: {}", asked.property);
    }
    Ok(())
}

impl Asked {
    fn has(&self, request: &Request) -> bool {
        let statement = self.shape.lowered().statements.first();
        statement.is_some_and(|it| self.shape.holds(it.matches, request, &mut Scratch::default()))
    }
}

fn random_request(data: &mut Unstructured<'_>) -> Result<Option<Request>> {
    let drawn = worlds::request(data)?;
    let context = drawn["context"].as_object().into_iter().flatten().map(|(key, value)| {
        let text = |value: &Value| value.as_str().unwrap_or_default().into();
        let value = match value {
            Value::Array(items) => ContextValue::Many(items.iter().map(text).collect()),
            one => ContextValue::One(text(one)),
        };
        (KeyName::new(key), value)
    });
    let request = Request::new(RequestParts {
        principal: drawn["principal"].as_str().unwrap_or_default(),
        action: drawn["action"].as_str().unwrap_or_default(),
        resource: drawn["resource"].as_str().unwrap_or_default(),
        context: context.collect(),
        complete: drawn["complete"].as_bool().unwrap_or_default(),
        management_account: data.arbitrary()?,
        ..RequestParts::default()
    });
    Ok(request.ok())
}
