//! Remarks about a decision: whose the resource is taken to be, and policies that are not asked
//! (request notes §5.2, §7).

use super::Decision;
use super::compiled::Evaluation;
use crate::formula::FormulaId;
use crate::lower::{AttachedPolicy, Layer, Lowered, Scope};
use crate::policy::{Polarity, PolicyType, PrincipalValue, ResourcePattern};
use crate::request::{Note, OwnerBasis, Request};
use crate::text::Arn;

/// The remarks about the decision on a request.
pub(super) fn remarks(
    evaluation: &mut Evaluation<'_>,
    request: &Request,
    decision: Decision,
) -> Vec<Note> {
    let lowered = evaluation.lowered();
    let mut notes: Vec<Note> = owner_assumed(lowered, request, decision).into_iter().collect();
    notes.extend(lowered.policies.iter().filter_map(|it| no_such_role(it, request)));
    let mut others = Vec::new();
    let mut has_own = false;
    for (index, policy) in lowered.policies.iter().enumerate() {
        if policy.policy.policy_type != PolicyType::Resource {
            continue;
        }
        let resources: Vec<FormulaId> = lowered
            .statements
            .iter()
            .filter(|it| it.layer == Layer::Resource && it.policy == index)
            .map(|it| it.resource)
            .collect();
        let names = resources.into_iter().any(|it| evaluation.holds(it));
        if let Some(about) = about(policy, request, names) {
            let text =
                format!("{} has no effect on this request: it is about {about}", policy.name);
            others.push(Note::new("policy-of-another-resource", text));
        } else {
            has_own = true;
        }
    }
    // Beside the policy of the request's own resource those of others are no surprise.
    if !has_own {
        notes.extend(others);
    }
    notes
}

/// A remark where the owner that nobody told decides.
fn owner_assumed(lowered: &Lowered, request: &Request, decision: Decision) -> Option<Note> {
    let owner = request.owner();
    let of_resource = |it: &AttachedPolicy| it.policy.policy_type == PolicyType::Resource;
    let [_, _, service, _, account, _] = request.resource().components()?;
    let is_open = service == "s3" && account.is_empty();
    if owner.basis != OwnerBasis::Assumed
        || !is_open
        || decision != Decision::Allowed
        || lowered.policies.iter().any(of_resource)
    {
        return None;
    }
    let text = format!(
        "the bucket is taken to be of account {}, the caller's; if it is another's, its owner has \
         to allow it too: --resource-account",
        owner.account?
    );
    Some(Note::new("owner-assumed", text))
}

/// A remark where a policy names a role of the session's name by another path: role names are unique
/// in an account (request notes §4.2).
fn no_such_role(policy: &AttachedPolicy, request: &Request) -> Option<Note> {
    let principal = request.principal();
    let role = principal.role_arn().filter(|_| principal.is_path_known())?;
    let name = |arn: &Arn| arn.resource().rsplit('/').next().map(str::to_owned);
    let values = policy.policy.statements.iter().filter_map(|it| it.principal.as_ref());
    let named = values.flat_map(|it| &it.values).find_map(|value| match &value.value {
        PrincipalValue::Role(arn) if arn.account() == role.account() => {
            (name(arn) == name(role) && arn != role).then_some(arn)
        }
        _ => None,
    })?;
    let text = format!(
        "{} names {named}, which is no role of the account: this session's is {role}, and role names \
         are unique",
        policy.name
    );
    Some(Note::new("no-such-role", text))
}

/// The resource that a policy is about, if it is another one than the request's; `names` tells
/// whether one of its statements names the request's.
fn about(policy: &AttachedPolicy, request: &Request, names: bool) -> Option<String> {
    if let Scope::Resources(patterns) = &policy.scope {
        let own = patterns.iter().any(|it| it.matches(request.resource(), request));
        return if own { None } else { patterns.first().map(text) };
    }
    if names {
        return None;
    }
    let mut elements = policy.policy.statements.iter().map(|it| it.resource.as_ref());
    let mut first = None;
    // One bucket's policy may leave out some of its objects, and is about them all the same.
    let is_about_others = elements.all(|element| {
        element.is_some_and(|element| {
            first = first.take().or_else(|| element.values.first().map(|it| text(&it.value)));
            element.polarity == Polarity::Listed
                && element.values.iter().all(|it| is_other(&it.value, request))
        })
    });
    if is_about_others { first } else { None }
}

/// Tells whether a pattern names another bucket, queue or the like than the request does.
fn is_other(pattern: &ResourcePattern, request: &Request) -> bool {
    let ResourcePattern::Arn { components, .. } = pattern else { return false };
    let Some([_, _, service, region, account, resource]) = request.resource().components() else {
        return false;
    };
    let [_, _, own_service, own_region, own_account, own] = &**components;
    let differs = |own: &crate::text::Pattern, part: &str| {
        own.as_literal().is_some_and(|it| !it.is_empty() && it != part)
    };
    if differs(own_service, service) || differs(own_region, region) || differs(own_account, account)
    {
        return true;
    }
    let text = own.to_string();
    let name = |text: &str| text.split('/').next().unwrap_or(text).to_owned();
    let (own, name) = (name(&text), name(resource));
    service == "s3" && !own.contains(['*', '?', '$']) && own != name
}

/// The text of a pattern.
fn text(pattern: &ResourcePattern) -> String {
    match pattern {
        ResourcePattern::Arn { components, .. } => {
            let parts: Vec<String> = components.iter().map(ToString::to_string).collect();
            parts.join(":")
        }
        ResourcePattern::Any | ResourcePattern::Never => "*".to_owned(),
    }
}
