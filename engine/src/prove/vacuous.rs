//! The reason why no request is of a property's shape, found by leaving out one part at a time
//! (request notes §8).

use super::limits::Limits;
use super::lowered_property::LoweredProperty;
use super::property::Property;
use super::request_shape::RequestShape;
use super::verify::Verifier;
use crate::network::Assumption;
use crate::request::{Request, RequestParts};
use polsim_solve::result::SolveResult;

impl Verifier<'_> {
    /// What is missing for a request to be of the property's shape.
    pub(super) fn missing(&self, property: &Property, limits: Limits<'_>) -> Option<String> {
        if let Some(request) = self.without("callers", property, limits) {
            let refusal = refusal(&request)?;
            return Some(format!("only requests that cannot be sent are of this shape: {refusal}"));
        }
        if let Some(request) = self.without("catalogue", property, limits) {
            let action = request.action();
            return Some(match property.shape.resources {
                Some(_) => format!("{action} takes no resource of this form{}", forms(&request)),
                None => format!("no request of {action} has such keys"),
            });
        }
        let shape = &property.shape;
        let parts: [(&str, bool, RequestShape); 4] = [
            (
                "no request comes from there to such a service",
                shape.from.is_some(),
                RequestShape { from: None, ..shape.clone() },
            ),
            (
                "no caller of the property is such a principal",
                shape.principals.is_some(),
                RequestShape { principals: None, ..shape.clone() },
            ),
            (
                "no request on such a resource is of the shape",
                shape.resources.is_some(),
                RequestShape { resources: None, ..shape.clone() },
            ),
            (
                "no request has such keys",
                !shape.when.is_empty(),
                RequestShape { when: Vec::new(), ..shape.clone() },
            ),
        ];
        parts.into_iter().filter(|(_, is_given, _)| *is_given).find_map(|(what, _, shape)| {
            let wider = Property { shape, ..property.clone() };
            self.request_of(&wider, &self.assumptions, limits).map(|_| what.to_owned())
        })
    }

    /// A request of the shape that this fact rules out.
    fn without(&self, name: &str, property: &Property, limits: Limits<'_>) -> Option<Request> {
        let others = self.assumptions.iter().copied().filter(|it| it.name != name);
        self.request_of(property, &others.collect::<Vec<_>>(), limits)
    }

    /// A request of the property's shape under these facts.
    fn request_of(
        &self,
        property: &Property,
        assumptions: &[&'static Assumption],
        limits: Limits<'_>,
    ) -> Option<Request> {
        let mut lowered = LoweredProperty::new(property, assumptions, self.network, &self.readings);
        let shape = lowered.formulas.of_shape(&mut lowered.queries.formulas);
        match lowered.queries.ask(shape, limits) {
            SolveResult::Sat(found) => Some(found.request),
            _ => None,
        }
    }
}

/// The reason why AWS refuses the request whatever policies say, with the name of the fact.
fn refusal(request: &Request) -> Option<String> {
    let sent = Request::as_sent(RequestParts {
        principal: &caller(request),
        action: request.action().as_str(),
        resource: request.resource().as_str(),
        resource_account: request.resource_account(),
        context: request.context().entries().to_vec(),
        ..RequestParts::default()
    });
    let fact = sent.ok()?.refusal()?;
    Some(format!("{} ({})", fact.says(request.action().service()), fact.fact))
}

/// The caller as a request writes it.
fn caller(request: &Request) -> String {
    match request.principal().kind() {
        crate::request::PrincipalKind::Provider => format!("federated:{}", request.principal()),
        _ => request.principal().to_string(),
    }
}

/// The forms of the resources that AWS asks about, as the end of a sentence.
fn forms(request: &Request) -> String {
    let action = request.action();
    let listed = super::witness::reference()
        .and_then(|catalog| catalog.action(action.service(), action.name()));
    let types = listed.map(|it| it.resource_types()).unwrap_or_default();
    let forms: Vec<&str> = types.iter().take(2).map(|(it, _)| &*it.format).collect();
    if forms.is_empty() { String::new() } else { format!(": AWS asks about {}", forms.join(", ")) }
}
