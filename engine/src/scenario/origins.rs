//! Requests that come from origins of the network.

use super::RunArrival;
use super::load::Loader;
use super::request::RequestTemplate;
use crate::catalog::EndpointService;
use crate::network::{Arrival, Caller, ContextSet, Network, Outcome};
use crate::request::{Action, ContextValue, PrincipalKind, Request};
use crate::text::{Diagnostic, KeyName, Node, Source, Span};

const REGION: &str = "aws:RequestedRegion";

/// The service that a test calls.
struct Call {
    action: Action,
    service: &'static EndpointService,
    region: Box<str>,
}

impl Loader<'_> {
    /// The requests of a test: one, or one for each way to arrive from its origins.
    pub(super) fn requests(&mut self, node: &Node) -> Option<Vec<(Option<RunArrival>, Request)>> {
        let chain = self.chain;
        let defaults = chain
            .texts
            .iter()
            .filter_map(|(source, node)| Some((source, &node.member("request")?.value)));
        let own = node.member("request").map(|member| (self.source, &member.value));
        let layers: Vec<(&Source, &Node)> = own.into_iter().chain(defaults).collect();
        let span = node.member("request").map_or(node.span, |member| member.value.span);
        let template = RequestTemplate::new(layers, (self.source, span), &mut self.found);
        let network = self.network.clone();
        let plain = self.build(&template, network.as_deref(), &[])?;
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
        let call = self.call(node, &plain, &network, &template)?;
        let mut requests = Vec::new();
        for item in from.value.items() {
            let Some(name) = item.as_text() else { continue };
            match network.arrivals(name, call.service, &call.region) {
                Err(unknown) => {
                    let message = format!("the network has no origin `{name}`");
                    self.refuse(item.span, message, Some(unknown.help));
                }
                Ok(arrivals) => {
                    let arrivals = arrivals.as_slice();
                    let more =
                        self.arriving(&template, &network, &call, (name, item.span), arrivals);
                    requests.extend(more);
                }
            }
        }
        Some(requests)
    }

    fn refuse(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        let complaint = Diagnostic::error("S0015", self.source, span, message);
        self.found.push(match help {
            Some(help) => complaint.with_help(help),
            None => complaint,
        });
    }

    /// The service and region that a request goes to.
    fn call(
        &mut self,
        node: &Node,
        request: &Request,
        network: &Network,
        template: &RequestTemplate<'_>,
    ) -> Option<Call> {
        let action = request.action().clone();
        let text = |name: &str| node.member(name).and_then(|member| member.value.as_text());
        let given = template.given(&KeyName::new(REGION));
        let given = given.and_then(|(value, ..)| value.as_slice().first().map(|it| &**it));
        let in_arn = request
            .resource()
            .components()
            .map(|[_, _, _, region, ..]| region)
            .filter(|region| !region.is_empty() && !region.contains(['*', '?']));
        let region = text("region")
            .or(given)
            .or(in_arn)
            .or(EndpointService::global_region(&action))
            .unwrap_or(&network.region);
        let service = match text("service") {
            None => EndpointService::of_action(&action).or_else(|| network.unlisted_service())?,
            Some(name) => {
                let Some(service) = EndpointService::find(name, region) else {
                    let span = node.member("service").map_or(node.span, |it| it.value.span);
                    let message = format!("no service of region `{region}` is called `{name}`");
                    let names = EndpointService::all().iter().map(|service| service.name);
                    let near = crate::text::nearest(name, names);
                    self.refuse(span, message, near.map(|near| format!("did you mean `{near}`?")));
                    return None;
                };
                service
            }
        };
        Some(Call { action, service, region: region.into() })
    }

    /// A request for each arrival that fits what the test gives itself.
    fn arriving(
        &mut self,
        template: &RequestTemplate<'_>,
        network: &Network,
        call: &Call,
        (from, span): (&str, Span),
        arrivals: &[Arrival],
    ) -> Vec<(Option<RunArrival>, Request)> {
        let mut requests: Vec<(Option<RunArrival>, Request)> = Vec::new();
        let mut clash = None;
        for arrival in arrivals {
            let Some(set) = &arrival.context else { continue };
            if let Some(reason) = contradiction(set, template, call) {
                clash = clash.or(Some(reason));
                continue;
            }
            let mut keys = set.representative(&call.action);
            keys.push((KeyName::new(REGION), ContextValue::One(call.region.clone())));
            if template.text("principal") == Some("anonymous") {
                keys.retain(|(key, _)| !key.is("aws:PrincipalIsAWSService"));
            }
            let Some(request) = self.build(template, Some(network), &keys) else { continue };
            let service = request.principal().kind() == PrincipalKind::Service;
            if service != (set.caller == Caller::Service) {
                let message = if service {
                    format!("a service principal does not call from `{from}`")
                } else {
                    format!("only a service principal calls from `{from}`")
                };
                let help = "its origins are service-principal and service-principal-for-others";
                self.refuse(span, message, Some(help.to_owned()));
                return requests;
            }
            if requests.iter().any(|(_, known)| *known == request) {
                continue;
            }
            let (service, path) = (call.service.name, arrival.path.clone());
            requests.push((Some(RunArrival { from: from.into(), service, path }), request));
        }
        if requests.is_empty() {
            let lost = arrivals.iter().find(|it| it.path.outcome == Outcome::Unreachable);
            let reason = lost.and_then(|it| it.path.steps.last()).map(|step| step.text.clone());
            let nothing = format!("nothing arrives at `{}` from `{from}`", call.service.name);
            let (message, help) = clash.map_or((nothing, reason), |clash| (clash, None));
            self.refuse(span, message, help);
        }
        requests
    }

    /// The request with the network's keys and what the network knows of the accounts.
    fn build(
        &mut self,
        template: &RequestTemplate<'_>,
        network: Option<&Network>,
        keys: &[(KeyName, ContextValue)],
    ) -> Option<Request> {
        let in_management = |request: &Request| {
            let management = network.and_then(|it| it.organization.as_ref()?.management.as_deref());
            management.is_some() && request.principal().account() == management
        };
        let request = template.build(keys, in_management, &mut self.found)?;
        let Some(network) = network else { return Some(request) };
        if template.is_complete() {
            return Some(request);
        }
        let mut all = keys.to_vec();
        let principal = request.principal().account();
        add_organization(
            network,
            principal,
            "aws:PrincipalOrgID",
            "aws:PrincipalOrgPaths",
            &mut all,
        );
        let owner = request.resource_account();
        add_organization(network, owner, "aws:ResourceOrgID", "aws:ResourceOrgPaths", &mut all);
        template.build(&all, in_management, &mut self.found)
    }
}

/// The organization keys of an account, if it is known to be a member.
fn add_organization(
    network: &Network,
    account: Option<&str>,
    id: &str,
    paths: &str,
    keys: &mut Vec<(KeyName, ContextValue)>,
) {
    let Some(organization) = &network.organization else { return };
    let Some(account) = account.and_then(|account| network.account(account)) else { return };
    if !account.member {
        return;
    }
    keys.push((KeyName::new(id), ContextValue::One(organization.id.clone())));
    if let Some(path) = &account.path {
        keys.push((KeyName::new(paths), ContextValue::Many(vec![path.clone()])));
    }
}

/// How a key that the test gives itself contradicts what arrives.
fn contradiction(set: &ContextSet, template: &RequestTemplate<'_>, call: &Call) -> Option<String> {
    let own = set.keys.iter().map(|(key, slot)| (*key, slot));
    let more = set
        .service_keys
        .iter()
        .filter_map(|(key, _)| Some((key.name(), set.slot_for(*key, &call.action)?)));
    for (key, slot) in own.chain(more) {
        let Some((value, ..)) = template.given(&KeyName::new(key)) else { continue };
        if !slot.admits(value.as_slice()) {
            let given = value.as_slice().join(", ");
            return Some(format!("`{key}` cannot be `{given}` in a request from there"));
        }
    }
    None
}
