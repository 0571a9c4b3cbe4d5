//! Requests that come from origins of the network.

use std::sync::Arc;

use super::Loader;
use crate::case::{KnownResources, SessionRoles};
use crate::lower::{AttachedPolicy, Scope};
use crate::network::{Call, CallError, Network};
use crate::policy::ResourcePattern;
use crate::request::{Constraint, PartialRequest, Request, RequestParts, Slot};
use crate::scenario::model::RunArrival;
use crate::scenario::policies::PolicyEntry;
use crate::scenario::request::RequestTemplate;
use crate::text::{Diagnostic, Node, Source, Span};

impl Loader<'_> {
    /// The requests of a test: one, or one for each way to arrive from its origins.
    pub(super) fn requests(
        &mut self,
        node: &Node,
        policies: &[Arc<PolicyEntry>],
    ) -> Option<Vec<(Option<RunArrival>, PartialRequest)>> {
        let chain = self.chain;
        let defaults = chain
            .texts
            .iter()
            .filter_map(|(source, node)| Some((source, &node.member("request")?.value)));
        let own = node.member("request").map(|member| (self.source, &member.value));
        let layers: Vec<(&Source, &Node)> = own.into_iter().chain(defaults).collect();
        let span = node.member("request").map_or(node.span, |member| member.value.span);
        let template = RequestTemplate::new(layers, (self.source, span), &mut self.found);
        let mut parts = template.parts(&mut self.found)?;
        let known = self.known_resources(node, policies);
        parts.about_resource = known.facts(parts.resource);
        let attached: Vec<AttachedPolicy> = policies.iter().map(|it| it.attached()).collect();
        parts.known_role = SessionRoles::of(&attached).of_session(parts.principal);
        let unknown = template.unknown(&mut self.found);
        let network = self.network.clone();
        let plain = match network.as_deref() {
            Some(network) => network.request(&parts),
            None => Request::as_sent(parts.clone()),
        };
        let plain = plain.and_then(|it| PartialRequest::around(it, &parts, unknown.clone()));
        let plain = match plain {
            Ok(request) => request,
            Err(error) => {
                self.found.push(template.about(&error));
                return None;
            }
        };
        let Some(from) = node.member("from") else {
            for name in ["service", "region"] {
                if let Some(member) = node.member(name) {
                    let message = format!("`{name}` says how a request comes `from` an origin");
                    self.refuse(member.key_span, message, None);
                }
            }
            return Some(vec![(None, plain)]);
        };
        let Some(network) = network else {
            let message =
                "`from` names an origin of the network, and the scenario has no `network`";
            self.refuse(from.key_span, message, None);
            return None;
        };
        let mut requests = Vec::new();
        for item in from.value.items() {
            let Some(name) = item.as_text() else { continue };
            requests.extend(self.arriving(node, (name, item.span), &network, (&parts, &unknown)));
        }
        Some(requests)
    }

    /// The resources that the scenario describes, and those that its policies are attached to.
    fn known_resources(&mut self, node: &Node, policies: &[Arc<PolicyEntry>]) -> KnownResources {
        let mut known = self.resources.clone();
        let own = self.network.as_deref().and_then(Network::only_account);
        for policy in policies {
            let Scope::Resources(patterns) = &policy.scope else { continue };
            let Some(account) = policy.account.as_deref().or(own) else { continue };
            for pattern in patterns {
                let ResourcePattern::Arn { components, .. } = pattern else { continue };
                if !components.get(4).is_some_and(|it| it.as_literal() == Some("")) {
                    continue;
                }
                let parts: Vec<String> = components.iter().map(ToString::to_string).collect();
                let (arn, place) = (parts.join(":"), format!("policy {}", policy.name));
                if policy.account.is_none() && known.facts(&arn).account.is_some() {
                    continue;
                }
                let at = (self.source, node.span);
                let added = known.add_policy((&arn, account), place, at);
                self.found.extend(added.err().into_iter().flatten());
            }
        }
        known
    }

    fn refuse(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        let complaint = Diagnostic::error("S0015", self.source, span, message);
        self.found.push(match help {
            Some(help) => complaint.with_help(help),
            None => complaint,
        });
    }

    /// A request for each way to arrive from one origin.
    fn arriving(
        &mut self,
        node: &Node,
        (from, span): (&str, Span),
        network: &Network,
        (parts, unknown): (&RequestParts<'_>, &[(Slot, Constraint)]),
    ) -> Vec<(Option<RunArrival>, PartialRequest)> {
        let member = |name: &str| node.member(name).map(|member| &member.value);
        let text = |name: &str| member(name).and_then(Node::as_text);
        let call = Call { from, service: text("service"), region: text("region") };
        match network.requests(&call, parts) {
            Ok(requests) => requests
                .into_iter()
                .filter_map(|it| {
                    let (service, path) = (it.service.name, it.path);
                    let arrival = RunArrival { from: from.into(), service, path };
                    // What may be unknown was looked at with the plain request.
                    let request = PartialRequest::around(it.request, parts, unknown.to_vec());
                    Some((Some(arrival), request.ok()?))
                })
                .collect(),
            Err(error) => {
                let at_service = matches!(error, CallError::Service { .. });
                let span =
                    member("service").filter(|_| at_service).map_or(span, |service| service.span);
                self.refuse(span, error.to_string(), error.help());
                Vec::new()
            }
        }
    }
}
