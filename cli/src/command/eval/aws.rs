//! `polsim eval --format aws`: the answer in the shape of AWS's simulator API
//! (policy language §7.2).
//!
//! Policies that AWS does not simulate (endpoint, session and resource control policies) are in the
//! member `Polsim`, with everything that decided.

use std::collections::BTreeMap;

use polsim::eval::{Decision, Depends, LayerOutcome, LayerTrace, StatementRef, StatementTrace};
use polsim::lower::Layer;
use polsim::policy::{Effect, PolicyType};
use polsim::request::Resource;
use polsim::text::KeyName;
use serde::Serialize;

use super::json::RequestJson;
use super::one::Answer;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Response<'a> {
    evaluation_results: [EvaluationResult<'a>; 1],
    is_truncated: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EvaluationResult<'a> {
    eval_action_name: &'a str,
    eval_resource_name: &'static str,
    eval_decision: Decision,
    matched_statements: Vec<Statement>,
    missing_context_values: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organizations_decision_detail: Option<OrganizationsDecisionDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eval_decision_details: Option<BTreeMap<&'static str, Decision>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resource_specific_results: Vec<ResourceSpecificResult<'a>>,
    polsim: Vendor<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceSpecificResult<'a> {
    eval_resource_name: &'a str,
    eval_resource_decision: Decision,
    matched_statements: Vec<Statement>,
    missing_context_values: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary_decision_detail: Option<PermissionsBoundaryDecisionDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    eval_decision_details: Option<BTreeMap<&'static str, Decision>>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    source_policy_id: String,
    source_policy_type: &'static str,
    start_position: Position,
    end_position: Position,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Position {
    line: u32,
    column: u32,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OrganizationsDecisionDetail {
    allowed_by_organizations: bool,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PermissionsBoundaryDecisionDetail {
    allowed_by_permissions_boundary: bool,
}

/// Facts that the API has no member for.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Vendor<'a> {
    by: &'a [StatementRef],
    missing: &'a [Layer],
    layers: Vec<LayerResult>,
    request: RequestJson<'a>,
    /// Keys that the decision depends on; AWS has no word for that, so it is `implicitDeny` then.
    #[serde(skip_serializing_if = "Option::is_none")]
    depends: Option<&'a Depends>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct LayerResult {
    layer: Layer,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u32>,
    outcome: LayerOutcome,
}

/// The answer as `SimulateCustomPolicy` gives it.
pub(super) fn response(answer: &Answer) -> impl Serialize {
    let Answer { request, explanation, .. } = answer;
    let matched_statements = matched_statements(answer);
    let missing_context_values = missing_keys(answer);
    let boundary = passes(&explanation.layers, Layer::Boundary).map(|allowed| {
        PermissionsBoundaryDecisionDetail { allowed_by_permissions_boundary: allowed }
    });
    let organizations = passes(&explanation.layers, Layer::Scp)
        .map(|allowed| OrganizationsDecisionDetail { allowed_by_organizations: allowed });
    let refused_by_scp = organizations.is_some_and(|it| !it.allowed_by_organizations);
    let details = match request.resource() {
        Resource::Arn(_) if !refused_by_scp => Some(decision_details(answer)),
        _ => None,
    };
    let specific = match request.resource() {
        Resource::Any => Vec::new(),
        Resource::Arn(arn) => vec![ResourceSpecificResult {
            eval_resource_name: arn.as_str(),
            eval_resource_decision: decision(answer),
            matched_statements: matched_statements.clone(),
            missing_context_values: missing_context_values.clone(),
            permissions_boundary_decision_detail: boundary,
            eval_decision_details: details.clone(),
        }],
    };
    let layers = explanation.layers.iter().map(|it| LayerResult {
        layer: it.layer,
        level: it.level,
        outcome: it.outcome,
    });
    Response {
        evaluation_results: [EvaluationResult {
            eval_action_name: request.action().as_str(),
            // The newer API names the resource type here; the resource is in the specific results.
            eval_resource_name: "*",
            eval_decision: decision(answer),
            matched_statements,
            missing_context_values,
            organizations_decision_detail: organizations,
            permissions_boundary_decision_detail: boundary,
            eval_decision_details: details,
            resource_specific_results: specific,
            polsim: Vendor {
                by: &explanation.by,
                missing: &explanation.missing,
                layers: layers.collect(),
                request: RequestJson::of(request),
                depends: answer.partial.depends.as_ref(),
            },
        }],
        is_truncated: false,
    }
}

/// The decision in AWS's three words: one that is not known to be a grant is none.
fn decision(answer: &Answer) -> Decision {
    let several = answer.partial.depends.is_some();
    if several { Decision::ImplicitDeny } else { answer.explanation.decision }
}

/// The deciding statements of the policies that the API takes; those of SCPs are not listed.
fn matched_statements(answer: &Answer) -> Vec<Statement> {
    let Answer { set, explanation, partial, .. } = answer;
    if partial.depends.is_some() {
        return Vec::new();
    }
    let wanted = match explanation.decision {
        Decision::Allowed if explanation.needs_no_permission => return Vec::new(),
        Decision::Allowed => Effect::Allow,
        Decision::ExplicitDeny => Effect::Deny,
        Decision::ImplicitDeny => return Vec::new(),
    };
    let number = |index: usize, policy_type: PolicyType| {
        let before = set.lowered().policies.iter().take(index);
        before.filter(|it| it.policy.policy_type == policy_type).count().saturating_add(1)
    };
    let statement = |it: &StatementTrace| {
        let policy_type = set.lowered().policies.get(it.policy_index)?.policy.policy_type;
        let (source_policy_id, source_policy_type) = match policy_type {
            PolicyType::Identity => {
                (format!("PolicyInputList.{}", number(it.policy_index, policy_type)), "none")
            }
            PolicyType::Boundary => {
                let number = number(it.policy_index, policy_type);
                (format!("PermissionsBoundaryPolicyInputList.{number}"), "none")
            }
            PolicyType::Resource | PolicyType::Key | PolicyType::Trust => {
                ("ResourcePolicy".to_owned(), "resource")
            }
            PolicyType::Endpoint | PolicyType::Rcp | PolicyType::Scp | PolicyType::Session => {
                return None;
            }
        };
        let span = &it.statement.span;
        Some(Statement {
            source_policy_id,
            source_policy_type,
            start_position: Position { line: span.line, column: span.column },
            end_position: Position { line: span.end_line, column: span.end_column },
        })
    };
    explanation
        .layers
        .iter()
        .filter(|layer| layer.outcome != LayerOutcome::NotAsked)
        .flat_map(|layer| &layer.statements)
        .filter(|it| it.matches && it.statement.effect == wanted)
        .filter_map(statement)
        .collect()
}

/// The keys that the request lacks, without those that only SCPs read.
fn missing_keys(answer: &Answer) -> Vec<&str> {
    let policies = &answer.set.lowered().policies;
    let read: Vec<&KeyName> = policies
        .iter()
        .filter(|it| it.policy.policy_type != PolicyType::Scp)
        .flat_map(|it| it.policy.context_keys())
        .collect();
    let on = answer.partial.depends.iter().flat_map(|it| &it.on).map(|it| &*it.key);
    let absent = answer.explanation.absent_keys.iter().map(|it| &**it);
    let absent: Vec<&str> = match answer.partial.depends {
        Some(_) => on.collect(),
        None => absent.collect(),
    };
    absent.into_iter().filter(|name| read.iter().any(|key| key.is(name))).collect()
}

/// True if every part of a layer lets the request pass; none if there is no such layer.
fn passes(layers: &[LayerTrace], layer: Layer) -> Option<bool> {
    let mut parts = layers.iter().filter(|it| it.layer == layer).peekable();
    parts.peek()?;
    Some(parts.all(|it| matches!(it.outcome, LayerOutcome::Allows | LayerOutcome::NotAsked)))
}

/// The decision of each side about a request that crosses accounts; empty within one account.
fn decision_details(answer: &Answer) -> BTreeMap<&'static str, Decision> {
    let Answer { request, explanation, .. } = answer;
    let account = request.principal().account();
    if account.is_none() || account == request.resource_account() {
        return BTreeMap::new();
    }
    [("IAM Policy", Layer::Identity), ("Resource Policy", Layer::Resource)]
        .into_iter()
        .map(|(name, layer)| {
            let outcome = explanation.layers.iter().find(|it| it.layer == layer);
            let decision = match outcome.map(|it| it.outcome) {
                Some(LayerOutcome::Allows) => Decision::Allowed,
                Some(LayerOutcome::Denies) => Decision::ExplicitDeny,
                Some(LayerOutcome::NotAsked | LayerOutcome::Silent) | None => {
                    Decision::ImplicitDeny
                }
            };
            (name, decision)
        })
        .collect()
}
