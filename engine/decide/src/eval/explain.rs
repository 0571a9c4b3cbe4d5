//! The explanation of a decision: what every layer and every statement said about one request.
//!
//! The explanation holds facts, not prose: a renderer words them, an editor underlines their places.

use serde::Serialize;

use crate::lower::{AttachedPolicy, Layer, LayerFormulas, Lowered, LoweredStatement};
use crate::policy::{Condition, Effect, Element, Polarity, Policy, Statement};
use crate::request::{Note, PartialRequest, Request};
use crate::text::Source;

use super::compiled::{Evaluation, PolicySet, Scratch};
use super::trace::{ConditionTrace, ElementTrace, LayerOutcome, LayerTrace, StatementTrace};
use super::{
    Decision, PartialAnswer, Place, RefusedCall, Remedy, RestsOn, StatementRef, ValueTrace,
    remarks, remedy, wording,
};

/// A decision and everything that led to it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, PolicySet};
/// # use polsim::lower::{AttachedPolicy, Layer};
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17", "Statement":
/// #   {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
/// #    "Condition": {"Bool": {"aws:SecureTransport": "true"}}}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// // One statement: allows `s3:Get*` if `aws:SecureTransport` is true, which the request leaves out.
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let explanation = set.explain(&request);
/// assert_eq!(explanation.decision, Decision::ImplicitDeny);
/// assert_eq!(explanation.absent_keys, ["aws:SecureTransport".into()]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The decision on the request.
    pub decision: Decision,
    /// The statements that decided it: for an explicit deny the Deny statements that match, for an
    /// allowed request the Allow statements that match; none for an implicit deny.
    pub by: Vec<StatementRef>,
    /// The layers in which an Allow is missing for an implicit deny, the headline first.
    pub missing: Vec<Layer>,
    /// The fact because of which AWS refuses the call whatever policies say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<RefusedCall>,
    /// True if the call needs no permission (policy language §5.3).
    pub needs_no_permission: bool,
    /// The layers that have a policy.
    pub layers: Vec<LayerTrace>,
    /// The changes that would let a denied request through.
    pub remedies: Vec<Remedy>,
    /// Context keys that the policies read and the request does not have, first spelling, in order.
    pub absent_keys: Vec<Box<str>>,
    /// The assumptions that had to be made about the request.
    pub notes: Vec<Note>,
    /// The readings that the decision rests on: AWS leaves them open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<RestsOn>,
}

impl PolicySet {
    /// The decision on a request and everything that led to it.
    pub fn explain(&self, request: &Request) -> Explanation {
        self.explain_with(request, &mut Scratch::default())
    }

    /// The explanation of an answer: of a completion that is decided so, where not everything is
    /// known, and of the known part where the decision depends on the rest.
    pub fn explain_partial(&self, request: &PartialRequest, answer: &PartialAnswer) -> Explanation {
        let decided = answer.completion.as_ref().filter(|_| answer.depends.is_none());
        let mut explanation = self.explain(decided.unwrap_or(request.known()));
        explanation.rests_on.clone_from(&answer.rests_on);
        if let Some(depends) = &answer.depends {
            let on: Vec<&str> = depends.on.iter().map(|it| &*it.key).collect();
            let note = format!("without {}, of which nothing is known", on.join(", "));
            explanation.notes.push(Note::new("depends", note));
        }
        explanation
    }

    /// As [`explain`](Self::explain), with room that is used again.
    pub fn explain_with(&self, request: &Request, scratch: &mut Scratch) -> Explanation {
        let lowered = self.lowered();
        let mut evaluation = self.evaluation(request, scratch);
        evaluation.open_guards();
        let decision = evaluation.decide();
        let layers: Vec<LayerTrace> = lowered
            .layers
            .iter()
            .map(|layer| layer_trace(&mut evaluation, self, request, layer))
            .collect();
        let needs_no_permission =
            request.refusal().is_none() && evaluation.holds(lowered.always_allowed);
        let refusal = RefusedCall::of(request, evaluation.decide_by_policies());
        let mut missing = Vec::new();
        if decision == Decision::ImplicitDeny && refusal.is_none() {
            for lack in &lowered.missing {
                if evaluation.holds(lack.when) && !missing.contains(&lack.layer) {
                    missing.push(lack.layer);
                }
            }
        }
        let remedies = remedy::remedies(decision, &missing, &layers, request);
        let absent_keys = absent_keys(lowered, request);
        let by = if needs_no_permission { Vec::new() } else { deciding(decision, &layers) };
        let mut notes = request.notes().to_vec();
        notes.extend(remarks::remarks(&mut evaluation, request, decision));
        let rests_on = self.answer(request, scratch).rests_on();
        Explanation {
            decision,
            by,
            missing,
            refusal,
            needs_no_permission,
            layers,
            remedies,
            absent_keys,
            notes,
            rests_on,
        }
    }
}

fn written<'a>(lowered: &'a Lowered, it: &LoweredStatement) -> Option<(&'a Policy, &'a Statement)> {
    let policy = &lowered.policies.get(it.policy)?.policy;
    Some((policy, policy.statements.get(it.index)?))
}

fn deciding(decision: Decision, layers: &[LayerTrace]) -> Vec<StatementRef> {
    let wanted = match decision {
        Decision::Allowed => Effect::Allow,
        Decision::ExplicitDeny => Effect::Deny,
        Decision::ImplicitDeny => return Vec::new(),
    };
    layers
        .iter()
        .filter(|layer| layer.outcome != LayerOutcome::NotAsked)
        .flat_map(|layer| &layer.statements)
        .filter(|it| it.matches && it.statement.effect == wanted)
        .map(|it| it.statement.clone())
        .collect()
}

fn layer_trace(
    evaluation: &mut Evaluation<'_>,
    set: &PolicySet,
    request: &Request,
    layer: &LayerFormulas,
) -> LayerTrace {
    let outcome = if !evaluation.holds(layer.applies) {
        LayerOutcome::NotAsked
    } else if evaluation.holds(layer.denies) {
        LayerOutcome::Denies
    } else if evaluation.holds(layer.allows) {
        LayerOutcome::Allows
    } else {
        LayerOutcome::Silent
    };
    let statements = set.lowered().statements.iter().zip(set.statement_names());
    let statements = statements
        .filter(|(it, _)| layer.policies.contains(&it.policy))
        .filter_map(|(it, name)| statement_trace(evaluation, (it, name), set.lowered(), request))
        .collect();
    let policies = layer.policies.iter().filter_map(|it| set.lowered().policies.get(*it));
    let policies = policies.map(policy_name).collect();
    let asked = outcome != LayerOutcome::NotAsked;
    let because = if asked { None } else { wording::not_asked(layer.layer, request) };
    LayerTrace { layer: layer.layer, level: layer.level, outcome, because, policies, statements }
}

/// The name of a policy, with its file where that is another.
fn policy_name(policy: &AttachedPolicy) -> Box<str> {
    let file = policy.policy.source.name();
    if *policy.name == *file { file.into() } else { format!("{} ({file})", policy.name).into() }
}

fn statement_trace(
    evaluation: &mut Evaluation<'_>,
    (it, name): (&LoweredStatement, &StatementRef),
    lowered: &Lowered,
    request: &Request,
) -> Option<StatementTrace> {
    let (policy, statement) = written(lowered, it)?;
    let source = &policy.source;
    let mut elements = Vec::new();
    if let Some(element) = &statement.principal {
        let names = ["Principal", "NotPrincipal"];
        let values = ValueTrace::principals(element, source, request);
        let whole = (names, evaluation.holds(it.principal), request.principal().id());
        elements.push(element_trace(element, source, whole, values));
    }
    let values = ValueTrace::actions(&statement.action, source, request);
    let whole = (["Action", "NotAction"], evaluation.holds(it.action), request.action().as_str());
    elements.push(element_trace(&statement.action, source, whole, values));
    if let Some(element) = &statement.resource {
        let names = ["Resource", "NotResource"];
        let values = ValueTrace::resources(element, source, request);
        let whole = (names, evaluation.holds(it.resource), request.resource().as_str());
        elements.push(element_trace(element, source, whole, values));
    }
    let conditions = statement.conditions.iter().zip(&it.conditions);
    let conditions = conditions
        .map(|(condition, formula)| {
            condition_trace(evaluation.holds(*formula), condition, request, source)
        })
        .collect();
    Some(StatementTrace {
        statement: name.clone(),
        policy_index: it.policy,
        matches: evaluation.holds(it.matches),
        elements,
        conditions,
    })
}

fn element_trace<T>(
    element: &Element<T>,
    source: &Source,
    ([listed, all_but], matches, request): ([&'static str; 2], bool, &str),
    values: Vec<ValueTrace>,
) -> ElementTrace {
    let name = match element.polarity {
        Polarity::AllBut => all_but,
        Polarity::Listed => listed,
    };
    let span = Place::of(source, element.span);
    ElementTrace { element: name, matches, request: request.into(), values, span }
}

fn condition_trace(
    matches: bool,
    condition: &Condition,
    request: &Request,
    source: &Source,
) -> ConditionTrace {
    ConditionTrace {
        operator: condition.operator.value.to_string().into(),
        key: condition.key.value.as_str().into(),
        matches,
        request: request.context().values(&condition.key.value).to_vec(),
        values: ValueTrace::condition(condition, source, request),
        span: Place::of(source, condition.span),
    }
}

fn absent_keys(lowered: &Lowered, request: &Request) -> Vec<Box<str>> {
    let mut absent: Vec<Box<str>> = Vec::new();
    for policy in &lowered.policies {
        for key in policy.policy.context_keys() {
            let known = absent.iter().any(|it| it.eq_ignore_ascii_case(key.as_str()));
            if !known && request.context().values(key).is_empty() {
                absent.push(key.as_str().into());
            }
        }
    }
    absent
}
