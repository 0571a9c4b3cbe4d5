//! Decisions on single requests, explained.

use std::sync::Arc;

use polsim::case::{self, CaseReader, NoFiles};
use polsim::eval::{PolicySet, Scratch};
use polsim::network::Network;
use polsim::policy;
use polsim::request::{PartialRequest, Request};
use polsim::scenario::{Run, RunArrival, Scenario};
use polsim::text::{self, Source, Span, json};
use serde::{Deserialize, Serialize};
use serde_json::json as object;
use tsify::Tsify;

use crate::workspace::{NETWORK, policy_entries};
use crate::{
    Answer, Depends, Explanation, NetworkPath, PartialDecision, PolicyText, PolicyType, Workspace,
};

/// Policies and a request, each in its own text.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    /// Policies that decide the request.
    pub policies: Vec<PolicyText>,
    /// The request, as the `request` member of a case is written.
    pub request: String,
    /// The network that `from` speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// The origin of the network that the request comes from. Left out, the context is what the
    /// request says, and the endpoint whose policy is there is the one that it crosses, unless the
    /// request is `complete`: then it crosses the endpoint that it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// The answer to a question.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Evaluation {
    /// The ways in which the request may arrive, the likeliest first: one where no origin is given.
    pub ways: Vec<Way>,
}

/// A request as it arrives, and what is decided on it.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Way {
    /// Path from its origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<NetworkPath>,
    /// The endpoint service that it calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The decision and everything that led to it. Places are those in each policy's own text. Where
    /// the decision depends on what is not known, that of the request without it.
    pub explanation: Explanation,
    /// The keys that the decision depends on, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depends: Option<Depends>,
    /// The context of the request as it was decided.
    pub context: Vec<ContextEntry>,
}

/// The answer to a question where one way is enough.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct WayEvaluation {
    /// The ways in which the request may arrive, the likeliest first.
    pub arrivals: Vec<Arrival>,
    /// The one that was asked for; the first, if there are not so many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way: Option<Way>,
}

/// A way in which a request may arrive, and what is decided on it.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Arrival {
    /// Path from its origin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<NetworkPath>,
    /// Decision on the request.
    pub decision: PartialDecision,
}

/// A context key of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct ContextEntry {
    /// Name of the key.
    pub key: String,
    /// Values; a key without values is absent from the request.
    pub values: Vec<String>,
    /// Source of the value.
    pub origin: KeyOrigin,
}

/// The source of a context key of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum KeyOrigin {
    /// From principal, action and resource, as AWS derives it.
    Derived,
    /// From the request as it was given.
    Given,
    /// From the way in which it arrives, and what the network knows of the accounts.
    Network,
}

/// The answer to a question: every way, each with everything that led to its decision.
pub fn evaluate(question: &Question) -> Answer<Evaluation> {
    let asked = Asked::read(question);
    asked
        .map(|asked| Evaluation { ways: asked.runs.iter().map(|run| asked.way(run)).collect() })
        .into()
}

/// The answer to a question about one of the ways: the others have their decision alone. An
/// explanation costs more than a decision does, and an origin may have dozens of ways.
pub fn evaluate_way(question: &Question, number: usize) -> Answer<WayEvaluation> {
    let asked = Asked::read(question);
    asked
        .map(|asked| {
            let chosen = asked.runs.get(number).or(asked.runs.first());
            WayEvaluation {
                arrivals: asked.runs.iter().map(arrival).collect(),
                way: chosen.map(|run| asked.way(run)),
            }
        })
        .into()
}

/// A question that was read: the requests that it is about, each with the policies that are asked.
struct Asked {
    given: Given,
    runs: Vec<Run>,
}

impl Asked {
    fn read(question: &Question) -> Result<Self, text::Diagnostics> {
        let mut refused = Vec::new();
        let request = Given::read(&question.request).map_err(|errors| refused.extend(errors)).ok();
        let target = request.as_ref().map_or(policy::PolicyType::Resource, |given| {
            let (action, resource) = (given.request.action(), given.request.resource());
            let resource_policy = policy::PolicyType::Resource;
            case::type_for_target(resource_policy, action.as_str(), resource.as_str())
        });
        let mut policies = Vec::new();
        for policy in &question.policies {
            match policy.read(target) {
                Ok(policy) => policies.push(policy),
                Err(errors) => refused.extend(errors),
            }
        }
        let (Some(given), true) = (request, refused.is_empty()) else { return Err(refused.into()) };
        let crossed = case::endpoint_crossed(&policies).filter(|_| !given.complete);
        let crossing = |request: PartialRequest| match crossed {
            Some(endpoint) => request.through_endpoint(endpoint),
            None => request,
        };
        let carried = question.policies.iter().any(|policy| policy.carriers.is_some());
        if question.from.is_some() || carried || given.complete {
            let mut runs = as_scenario(question, &given)?;
            for run in runs.iter_mut().filter(|run| run.arrival.is_none()) {
                run.request = crossing(run.request.clone());
            }
            return Ok(Self { given, runs });
        }
        let request = crossing(given.request.clone());
        let set = Arc::new(PolicySet::new(policies));
        Ok(Self { given, runs: vec![Run { arrival: None, request, set }] })
    }

    fn way(&self, run: &Run) -> Way {
        let answer = run.set.answer_partial(&run.request, &mut Scratch::default());
        Way {
            path: run.arrival.as_ref().map(path),
            service: run.arrival.as_ref().map(|arrival| arrival.service.to_owned()),
            explanation: run.set.explain_partial(&run.request, &answer).into(),
            depends: answer.depends.as_ref().map(Depends::from),
            context: self.given.context_of(&run.request),
        }
    }
}

fn arrival(run: &Run) -> Arrival {
    let answer = run.set.answer_partial(&run.request, &mut Scratch::default());
    Arrival { path: run.arrival.as_ref().map(path), decision: answer.decision().into() }
}

fn path(arrival: &RunArrival) -> NetworkPath {
    NetworkPath::from(&arrival.path)
}

/// The question as a scenario with one test: it knows how a request arrives from an origin of the
/// network, and which policies are asked about it.
fn as_scenario(question: &Question, given: &Given) -> Result<Vec<Run>, text::Diagnostics> {
    let from = question.from.as_deref();
    // A complete request that crosses an endpoint says so.
    let told = from.is_some() || given.complete;
    let attach = |policy| if told { at_endpoint(policy) } else { policy.clone() };
    let workspace = Workspace {
        policies: question.policies.iter().map(attach).collect(),
        network: question.network.clone().filter(|_| from.is_some()),
        scenario: String::new(),
    };
    endpoints_exist(&workspace)?;
    let network = workspace.has_network().then(|| format!(r#""network":{},"#, object!(NETWORK)));
    let origin = from.map(|from| format!(r#""from":{},"#, object!(from)));
    let before = format!(
        r#"{{"policies":{},{}"tests":[{{"name":"","expect":"allowed",{}"request":"#,
        policy_entries(&workspace.policies),
        network.unwrap_or_default(),
        origin.unwrap_or_default(),
    );
    let text = format!("{before}{}}}]}}", question.request);
    let scenario = Scenario::load(&Source::new(COMPOSED, text), &workspace)
        .map_err(|refused| replaced(refused, before.len(), given, from.unwrap_or_default()))?;
    Ok(scenario.tests.into_iter().flat_map(|test| test.runs).collect())
}

/// The name of the scenario that a question becomes.
const COMPOSED: &str = "question.json";

/// An endpoint policy is asked about requests that cross the endpoint it is named after.
fn at_endpoint(policy: &PolicyText) -> PolicyText {
    let mut policy = policy.clone();
    if policy.policy_type == PolicyType::Endpoint && policy.carriers.is_none() {
        policy.carriers = Some(vec![policy.name.clone()]);
    }
    policy
}

/// Complains of a network that cannot be read, and of endpoint policies of no endpoint.
fn endpoints_exist(workspace: &Workspace) -> Result<(), text::Diagnostics> {
    let Some(text) = workspace.network.as_ref().filter(|_| workspace.has_network()) else {
        return Ok(());
    };
    let network = Network::parse(&Source::new(NETWORK, text.as_str()))?;
    let mut refused = Vec::new();
    for policy in &workspace.policies {
        let endpoint = policy.carriers.iter().flatten().next();
        let Some(id) = endpoint.filter(|_| policy.policy_type == PolicyType::Endpoint) else {
            continue;
        };
        if network.endpoint(id).is_none() {
            let source = Source::new(policy.name.as_str(), policy.text.as_str());
            let message = format!("the network has no endpoint `{id}`");
            let known: Vec<&str> = network.endpoints().map(|(_, it)| it.display()).collect();
            let help = match text::nearest(id, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("an endpoint policy is named after one of {}", known.join(", ")),
            };
            let complaint = text::Diagnostic::error("S0013", &source, Span::new(0, 1), message);
            refused.push(complaint.with_help(help));
        }
    }
    text::Diagnostics::check(refused)
}

/// Complaints about the made-up scenario, as complaints about the texts that the caller has.
fn replaced(
    refused: text::Diagnostics,
    before: usize,
    given: &Given,
    from: &str,
) -> text::Diagnostics {
    let start = u32::try_from(before).unwrap_or(u32::MAX);
    let moved = |mut complaint: text::Diagnostic| {
        if complaint.source.name() != COMPOSED {
            return complaint;
        }
        complaint.labels.clear();
        let Span { start: first, end } = complaint.span;
        if let (Some(first), Some(end)) = (first.checked_sub(start), end.checked_sub(start)) {
            complaint.source = given.source.clone();
            complaint.span = Span { start: first, end };
        } else {
            complaint.source = Source::new("from", from);
            complaint.span = Span::new(0, from.len());
        }
        complaint
    };
    refused.into_iter().map(moved).collect::<Vec<_>>().into()
}

/// A request as its text gives it.
struct Given {
    source: Source,
    request: PartialRequest,
    keys: Vec<Box<str>>,
    complete: bool,
}

impl Given {
    fn read(text: &str) -> Result<Self, text::Diagnostics> {
        let source = Source::new("request", text);
        let node = json::parse(&source)?;
        let request = case::request_member(&source, &node)?;
        let complete = node.member("complete").map(|member| &member.value.value);
        let context = node.member("context").map(|member| member.value.members());
        let keys = context.unwrap_or_default().iter().map(|member| member.key.clone()).collect();
        let complete = complete == Some(&text::Value::Bool(true));
        Ok(Self { source, request, keys, complete })
    }

    /// The context of the request as it was decided, each key with where it comes from.
    fn context_of(&self, decided: &Request) -> Vec<ContextEntry> {
        let entries = decided.context().entries().iter();
        entries
            .map(|(key, value)| {
                let derived = self.request.context().values(key) == value.as_slice();
                ContextEntry {
                    key: key.as_str().to_owned(),
                    values: value.as_slice().iter().map(|value| String::from(&**value)).collect(),
                    origin: match derived {
                        _ if self.keys.iter().any(|name| key.is(name)) => KeyOrigin::Given,
                        true => KeyOrigin::Derived,
                        false => KeyOrigin::Network,
                    },
                }
            })
            .collect()
    }
}

/// The explanation of a case: one JSON object with policies, request and perhaps an expectation.
pub fn evaluate_case(text: &str) -> Answer<Explanation> {
    match CaseReader::new("case", NoFiles).read(text, 1) {
        Ok(case) => {
            let answer = case.set.answer_partial(&case.request, &mut Scratch::default());
            let explanation = case.set.explain_partial(&case.request, &answer);
            Answer::Answered { value: explanation.into() }
        }
        Err(refused) => Answer::refused(&refused.diagnostics),
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyOrigin, Question, evaluate, evaluate_way};
    use crate::{Answer, Decision, PartialDecision, PathOutcome, PolicyText, PolicyType};

    const NETWORK: &str = "region: eu-west-1
account: '111122223333'
vpcs:
  - id: vpc-0a11a11a11a11a11a
    name: ml
    cidrs: 10.20.0.0/16
    subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
    endpoints:
      - {id: vpce-0a000000000000001, service: sagemaker.api}
      - {id: vpce-0b000000000000002, service: sts}
sites: [{name: office, egress: 203.0.113.0/24}]
";

    const REQUEST: &str = r#"{
        "principal": "arn:aws:iam::111122223333:user/alice",
        "action": "sagemaker:CreateTrainingJob",
        "resource": "arn:aws:sagemaker:eu-west-1:111122223333:training-job/churn",
        "context": {"sagemaker:InstanceTypes": ["ml.m5.large"]}}"#;

    fn question(from: Option<&str>) -> Question {
        let policy = |policy_type, name: &str, text: &str| PolicyText {
            policy_type,
            name: name.to_owned(),
            text: format!(r#"{{"Version": "2012-10-17", "Statement": {text}}}"#),
            level: None,
            carriers: None,
        };
        let allow = r#"{"Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0a000000000000001"}}}"#;
        let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#;
        Question {
            policies: vec![
                policy(PolicyType::Identity, "alice", allow),
                policy(PolicyType::Endpoint, "vpce-0b000000000000002", deny),
            ],
            request: REQUEST.to_owned(),
            network: Some(NETWORK.to_owned()),
            from: from.map(str::to_owned),
        }
    }

    #[test]
    fn an_origin_fills_the_context_and_crosses_only_its_own_endpoint() {
        let answer = evaluate(&question(Some("notebooks")));
        let Answer::Answered { value } = answer else { panic!("{answer:?}") };
        let way = &value.ways[0];
        assert_eq!(way.explanation.decision, Decision::Allowed);
        let outcome = way.path.as_ref().map(|path| &path.outcome);
        assert!(matches!(outcome, Some(PathOutcome::Interface { .. })), "{outcome:?}");
        let origin = |key: &str| way.context.iter().find(|it| it.key == key).map(|it| it.origin);
        assert_eq!(origin("aws:SourceVpce"), Some(KeyOrigin::Network));
        assert_eq!(origin("sagemaker:InstanceTypes"), Some(KeyOrigin::Given));
        assert_eq!(origin("aws:username"), Some(KeyOrigin::Derived));
    }

    #[test]
    fn without_an_origin_the_endpoint_policy_says_which_endpoint_is_crossed() {
        let Answer::Answered { value } = evaluate(&question(None)) else { panic!("an answer") };
        assert_eq!(value.ways.len(), 1);
        assert_eq!(value.ways[0].explanation.decision, Decision::ExplicitDeny);
    }

    #[test]
    fn one_way_is_explained_as_it_is_among_all() {
        for from in [None, Some("notebooks"), Some("off-network")] {
            let asked = question(from);
            let Answer::Answered { value: all } = evaluate(&asked) else { panic!("{from:?}") };
            assert!(all.ways.len() > 1 || from != Some("off-network"));
            for number in 0..=all.ways.len() {
                let answer = evaluate_way(&asked, number);
                let Answer::Answered { value: one } = answer else { panic!("{answer:?}") };
                let wanted = all.ways.get(number).or(all.ways.first());
                assert_eq!(one.way.as_ref(), wanted, "{from:?}, {number}");
                let arrivals = one.arrivals.iter().map(|it| (&it.path, it.decision));
                let ways = all.ways.iter().map(|it| {
                    assert_eq!(it.depends, None);
                    (&it.path, PartialDecision::from(it.explanation.decision))
                });
                assert!(arrivals.eq(ways), "{from:?}");
            }
        }
    }

    #[test]
    fn a_policy_is_asked_about_the_requests_of_what_carries_it() {
        let mut carried = question(None);
        carried.policies.truncate(1);
        for (user, decision) in [("alice", Decision::Allowed), ("bob", Decision::ImplicitDeny)] {
            carried.policies[0].carriers =
                Some(vec![format!("arn:aws:iam::111122223333:user/{user}")]);
            carried.request = REQUEST.replace(
                "\"context\": {",
                "\"context\": {\"aws:SourceVpce\": \"vpce-0a000000000000001\", ",
            );
            let answer = evaluate(&carried);
            let Answer::Answered { value } = answer else { panic!("{answer:?}") };
            assert_eq!(value.ways[0].explanation.decision, decision, "{user}");
        }
    }

    #[test]
    fn complaints_are_about_the_texts_that_the_caller_has() {
        let about = |question: &Question| match evaluate(question) {
            Answer::Refused { diagnostics } => {
                diagnostics.into_iter().map(|it| (it.file, it.range)).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        let unknown = about(&question(Some("offices")));
        assert_eq!(unknown[0].0, "from");
        let mut clash = question(Some("office"));
        let given = r#""aws:SourceIp": "192.0.2.1""#;
        clash.request = REQUEST.replace("\"context\": {", &format!("\"context\": {{{given}, "));
        assert_eq!(about(&clash)[0].0, "from");
        let mut nowhere = question(Some("office"));
        nowhere.policies[1].name = "vpce-0c000000000000003".to_owned();
        assert_eq!(about(&nowhere)[0].0, "vpce-0c000000000000003");
        let mut broken = question(Some("office"));
        broken.network = Some(NETWORK.replace("203.0.113.0/24", "300.0.113.0/24"));
        assert_eq!(about(&broken)[0].0, "network");
        broken.policies.truncate(1);
        assert_eq!(about(&broken)[0].0, "network");
        let mut broken = question(Some("office"));
        broken.request = REQUEST.replace("sagemaker:CreateTrainingJob", "CreateTrainingJob");
        let complaints = about(&broken);
        assert_eq!(complaints[0].0, "request");
        let at = broken.request.find("\"CreateTrainingJob").and_then(|at| u32::try_from(at).ok());
        assert_eq!(Some(complaints[0].1.from), at);
    }
}
