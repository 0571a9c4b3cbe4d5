//! Caveats: what a verdict on a property does not say (perimeter-2 §2, §5.4, §9).

use crate::catalog::{Host, Reach};
use crate::network::{Network, Ways};
use crate::policy::ActionPattern;
use crate::prove::RequestShape;
use crate::text::{Action, Diagnostic, Source, Span};

/// Warnings about what a verdict on such requests leaves out.
pub(super) fn caveats(
    shape: &RequestShape,
    ways: Ways,
    network: Option<&Network>,
    source: &Source,
    span: Span,
) -> Vec<Diagnostic> {
    let note = |code, message: String| Diagnostic::warning(code, source, span, message);
    let mut found = Vec::new();
    if ways == Ways::Every && names_origin(shape, "off-network-direct") {
        let message = "`off-network-direct` leaves out calls that services forward or make for anybody, and outside machines behind our endpoints";
        let help = "`off-network` is everything that is off the network";
        found.push(note("V0102", message.to_owned()).with_help(help));
    }
    // CreatePresignedDomainUrl "can only be called when the authentication mode equals IAM".
    let domains = network.map(|network| &*network.studio_domains).unwrap_or_default();
    if names_action(shape, "sagemaker:CreatePresignedDomainUrl") {
        for domain in domains.iter().filter(|domain| domain.sso) {
            let id = &domain.id;
            let message = format!(
                "policies do not decide who opens the domain `{id}`: its users come through the portal of IAM Identity Center, from any network"
            );
            found.push(note("V0103", message));
        }
    }
    for prefix in logins_by_iam(shape) {
        let message = format!(
            "a verdict about `{prefix}` is one about logins by IAM: who reaches the interface inside the VPC may need none"
        );
        found.push(note("V0104", message));
    }
    found
}

/// Test for an origin that the shape names, or a part of it does.
fn names_origin(shape: &RequestShape, origin: &str) -> bool {
    let mut parts = shape.all.iter().chain(shape.any.iter().flatten());
    shape.from.iter().flatten().any(|name| &**name == origin)
        || parts.any(|part| names_origin(part, origin))
}

/// Test for an action that the shape lists.
fn names_action(shape: &RequestShape, action: &str) -> bool {
    shape.actions.iter().flatten().any(|pattern| matches(pattern, action))
}

/// The action prefixes in the shape whose calls are decided at logins by IAM only.
fn logins_by_iam(shape: &RequestShape) -> Vec<&'static str> {
    let asked = |host: &&Host| {
        let prefix = host.service.actions.first().and_then(|it| it.split(':').next());
        shape.actions.iter().flatten().any(|pattern| match pattern {
            ActionPattern::Any => false,
            ActionPattern::Of { service, .. } => {
                service.as_literal() == prefix
                    && host.service.actions.iter().any(|it| matches(pattern, it))
            }
        })
    };
    let hosts = Host::all().iter().filter(|host| host.reach == Reach::Vpc).filter(asked);
    hosts.filter_map(|host| host.service.actions.first()?.split(':').next()).collect()
}

fn matches(pattern: &ActionPattern, action: &str) -> bool {
    let action = action.replace('*', "Any");
    action.parse::<Action>().is_ok_and(|action| pattern.matches(&action))
}
