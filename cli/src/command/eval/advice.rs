//! Remarks about what is asked: names that AWS does not know, wildcards that are letters (request notes
//! §10.5).

use polsim::catalog::Catalog;
use polsim::lower::AttachedPolicy;
use polsim::plausible::{Condition, Shown};
use polsim::policy::{ActionPattern, Policy};
use polsim::request::Request;

use crate::render::Remark;

/// The remarks about a request and the policies that decide it.
pub(super) fn remarks(request: &Request, policies: &[AttachedPolicy]) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for policy in policies {
        letters(policy, &mut remarks);
    }
    // Without its data there is nothing to compare names with.
    if let Ok(catalog) = Catalog::embedded() {
        for policy in policies {
            unknown_actions(&policy.policy, &catalog, &mut remarks);
        }
        remarks.extend(request_in_catalog(request, &catalog));
    }
    remarks
}

/// Wildcards in values of operators that compare letter by letter.
fn letters(policy: &AttachedPolicy, remarks: &mut Vec<Remark>) {
    for condition in policy.policy.statements.iter().flat_map(|it| &it.conditions) {
        let operator = condition.operator.value;
        let Some(like) = operator.base.with_wildcards() else { continue };
        let texts = condition.values.iter().map(|it| &it.value.text);
        // `${*}` is the letter on purpose.
        let plain = |text: &str| text.replace("${*}", "").replace("${?}", "").contains(['*', '?']);
        let Some(text) = texts.into_iter().find(|it| plain(it)) else { continue };
        let place = policy.policy.source.name();
        remarks.push(Remark {
            text: format!(
                "{place}: `{text}` under `{operator}`: a wildcard stands for itself here"
            ),
            help: Some(format!("`{}` compares with wildcards", like.as_str())),
        });
    }
}

/// Actions of a policy that AWS lists nowhere.
fn unknown_actions(policy: &Policy, catalog: &Catalog, remarks: &mut Vec<Remark>) {
    let patterns = policy.statements.iter().flat_map(|it| &it.action.values);
    for pattern in patterns {
        let ActionPattern::Of { service, name } = &pattern.value else { continue };
        let Some(service) = service.as_literal() else { continue };
        let Some(name) = name.as_literal() else {
            if catalog.service(service).is_none() {
                remarks.extend(unknown(service, None, policy.source.name(), catalog));
            }
            continue;
        };
        remarks.extend(unknown(service, Some(name), policy.source.name(), catalog));
    }
}

/// A remark about an action, or a service, that AWS does not list.
fn unknown(service: &str, name: Option<&str>, place: &str, catalog: &Catalog) -> Option<Remark> {
    if catalog.service(service).is_none() {
        let near = catalog.nearest_service(service);
        return Some(Remark {
            text: format!("{place}: no service has the prefix `{service}`"),
            help: near.map(|near| format!("did you mean `{near}`?")),
        });
    }
    let name = name?;
    if catalog.action(service, name).is_some() {
        return None;
    }
    let near = catalog.nearest_action(service, name);
    Some(Remark {
        text: format!("{place}: AWS lists no action `{service}:{name}`"),
        help: near.map(|near| format!("did you mean `{near}`?")),
    })
}

/// A remark about a request whose action does not exist, or is never called on such a resource.
fn request_in_catalog(request: &Request, catalog: &Catalog) -> Option<Remark> {
    let action = request.action();
    let refused = Shown::new(request).check(catalog).err()?;
    match refused.condition {
        Condition::UnknownAction => {
            unknown(action.service(), Some(action.name()), "the request", catalog)
        }
        Condition::ResourceType => {
            let listed = catalog.action(action.service(), action.name())?;
            let types = listed.resource_types();
            let forms: Vec<String> = types
                .iter()
                .take(3)
                .map(|(it, _)| format!("{} ({})", it.name, it.format))
                .collect();
            let asks = if forms.is_empty() { "`*`".to_owned() } else { forms.join(", ") };
            Some(Remark {
                text: format!("{action} is never asked about {}", request.resource()),
                help: Some(format!("AWS asks about {asks}")),
            })
        }
        _ => None,
    }
}
