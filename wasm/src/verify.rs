//! Properties: what holds for every request, decided.

use polsim::catalog::readings;
use polsim::formula::ChoiceId;
use polsim::network::Assumption;
use polsim::prove::{self, Limits, Report};
use polsim::scenario::Scenario;
use polsim::text::{self, Source};
use serde::Serialize;
use serde_json::Value as Json;
use tsify::Tsify;

use crate::workspace::SCENARIO;
use crate::{
    Answer, Decision, Diagnostic, PolicyText, StatementRef, TextRange, Workspace, request,
};

/// The properties of a scenario, still to be decided.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct PropertyList {
    /// The properties, in the order of the text.
    pub properties: Vec<PropertyOutline>,
}

/// The place of a property.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct PropertyOutline {
    /// Name of the property.
    pub name: String,
    /// Place in the scenario, in UTF-16 units.
    pub range: TextRange,
}

/// The verdict on a property.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PropertyReport {
    /// Name of the property.
    pub name: String,
    /// Place in the scenario, in UTF-16 units.
    pub range: TextRange,
    /// Claim: `allow`, `always`, `deny`, `guard` or `no-more-than`.
    pub claim: String,
    /// Callers whose requests are meant.
    pub by: Asker,
    /// Requests that the verdict is about, in words.
    pub asked_about: String,
    /// Verdict on the property.
    pub verdict: Verdict,
    /// The verdict that was wanted.
    pub expected: Verdict,
    /// The request that shows it: a counterexample, or the example that `allow` asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
    /// Readings that the verdict depends on; none for any other verdict.
    pub depends_on: Vec<Dependency>,
    /// Outcome in each case of what AWS leaves open, where the verdict takes several.
    pub cases: Vec<PropertyCase>,
    /// Facts that a proof rests on beside the policies; only those that it needs.
    pub assumptions: Vec<AssumptionText>,
    /// Reason why the verdict is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Remarks about the property itself.
    pub notes: Vec<Diagnostic>,
}

/// A choice that a verdict depends on.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Dependency {
    /// Name of the reading, as `readings` of a scenario writes it.
    pub name: String,
    /// The construct whose meaning is open.
    pub about: String,
    /// Change of a policy that makes it mean the same on every side.
    pub settle: String,
    /// Words of AWS's pages.
    pub source: String,
}

/// The outcome in some cases of what AWS leaves open.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct PropertyCase {
    /// Sentences about AWS that hold in the case.
    pub when: Vec<String>,
    /// Outcome in the case.
    pub verdict: Verdict,
    /// Request of the case, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Example>,
}

/// Callers whose requests a property is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Asker {
    /// Every principal, service and unsigned caller; strangers have whatever policies they like.
    Anyone,
    /// The principal that carries the identity policies.
    Holder,
    /// The principals that the property lists, holders or not.
    Listed,
}

/// The answer to a property.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The property holds or not depending on what AWS leaves open.
    Depends,
    /// The property holds for every request.
    Proved,
    /// The property cannot be decided.
    Unknown,
    /// No request is of its shape: it says nothing.
    Vacuous,
    /// The property does not hold.
    Violated,
}

/// A request that shows a verdict. The evaluator has decided it.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Example {
    /// Sentence that tells caller, place, action, resource and decision.
    pub sentence: String,
    /// The decision on it.
    pub decision: Decision,
    /// The statements that made it.
    pub by: Vec<StatementRef>,
    /// The request, as the `request` member of a case; complete, so it crosses the endpoint that it
    /// names and no other.
    pub request: String,
    /// The policies that decide it beside those that were given: what a stranger may write for
    /// himself, or an owner for his resource.
    pub strangers: Vec<PolicyText>,
    /// The names of the policies that were given and are not the caller's: a stranger has others.
    pub unasked: Vec<String>,
    /// Policies and request as a line that `polsim eval --cases` decides again.
    pub case: String,
}

/// A fact about all requests that a proof rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct AssumptionText {
    /// Name, as `assume` writes it.
    pub name: String,
    /// Statement of the fact.
    pub statement: String,
    /// Source of the fact.
    pub source: String,
}

/// The reason why a verdict is unknown.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Reason {
    /// Reason in a sentence.
    pub text: String,
    /// Place that the reason speaks of, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<ReasonPlace>,
}

/// A piece of a text that a prover stumbles over.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct ReasonPlace {
    /// The name of the text.
    pub file: String,
    /// Piece of the text.
    pub excerpt: String,
    /// Range in UTF-16 units.
    pub range: TextRange,
}

/// The properties of the workspace's scenario, if they can be read.
pub fn properties(workspace: &Workspace) -> Answer<PropertyList> {
    with_verifier(workspace, |text, scenario, _| PropertyList {
        properties: scenario
            .properties()
            .iter()
            .map(|property| PropertyOutline {
                name: property.name.to_string(),
                range: TextRange::of(text, property.span),
            })
            .collect(),
    })
    .into()
}

/// The verdicts on the properties of the workspace's scenario; on the one of this number alone, if
/// one is given.
pub fn verify(workspace: &Workspace, number: Option<usize>) -> Answer<Vec<PropertyReport>> {
    with_verifier(workspace, |text, _, verifier| {
        let wanted = (0..verifier.len()).filter(|it| number.is_none_or(|number| number == *it));
        let reports = wanted.filter_map(|number| verifier.decide(number, Limits::default()));
        reports.map(|report| PropertyReport::new(&report, text, workspace)).collect()
    })
    .into()
}

fn with_verifier<T>(
    workspace: &Workspace,
    then: impl FnOnce(&Source, &Scenario, &prove::Verifier<'_>) -> T,
) -> Result<T, text::Diagnostics> {
    let scenario = workspace.load()?;
    let verifier = scenario.verifier()?;
    // Places are those in the caller's text, which the composed one begins with.
    let text = Source::new(SCENARIO, workspace.scenario.as_str());
    Ok(then(&text, &scenario, &verifier))
}

impl PropertyReport {
    fn new(report: &Report, text: &Source, workspace: &Workspace) -> Self {
        let assumptions = report.verdict.proof().map(prove::Proof::assumptions);
        let reason = match &report.verdict {
            prove::Verdict::Unknown(reason) => Some(Reason::from(reason)),
            _ => None,
        };
        Self {
            name: report.name.to_string(),
            range: TextRange::of(text, report.span),
            claim: report.claim.as_str().to_owned(),
            by: match report.by {
                prove::Asker::Anyone => Asker::Anyone,
                prove::Asker::Holder => Asker::Holder,
                prove::Asker::Listed => Asker::Listed,
            },
            asked_about: report.asked_about.to_string(),
            verdict: match report.verdict {
                prove::Verdict::Depends(_) => Verdict::Depends,
                prove::Verdict::Proved(_) => Verdict::Proved,
                prove::Verdict::Unknown(_) => Verdict::Unknown,
                prove::Verdict::Vacuous(_) => Verdict::Vacuous,
                prove::Verdict::Violated(_) => Verdict::Violated,
            },
            expected: match report.expected {
                prove::Expected::Depends => Verdict::Depends,
                prove::Expected::Proved => Verdict::Proved,
                prove::Expected::Unknown => Verdict::Unknown,
                prove::Expected::Vacuous => Verdict::Vacuous,
                prove::Expected::Violated => Verdict::Violated,
            },
            example: report.verdict.witness().map(|it| Example::new(it, workspace)),
            depends_on: report.verdict.depends_on().iter().map(Dependency::of).collect(),
            cases: report
                .verdict
                .cases()
                .iter()
                .map(|it| PropertyCase::new(it, report.claim, workspace))
                .collect(),
            assumptions: assumptions.into_iter().flatten().map(AssumptionText::of).collect(),
            reason,
            notes: report.notes().iter().map(Diagnostic::from).collect(),
        }
    }
}

impl Dependency {
    fn of(choice: &ChoiceId) -> Self {
        let reading = readings::of_choice(choice.name()).map(|(reading, _)| reading);
        Self {
            name: reading.map_or_else(|| choice.name(), |it| it.name).to_owned(),
            about: reading.map_or("", |it| it.about).to_owned(),
            settle: reading.map_or("", |it| it.settle).to_owned(),
            source: reading.map_or("", |it| it.pages).to_owned(),
        }
    }
}

impl PropertyCase {
    fn new(side: &prove::Side, claim: prove::Claim, workspace: &Workspace) -> Self {
        let said = |(choice, value): &(ChoiceId, bool)| match readings::of_choice(choice.name()) {
            Some((_, side)) if *value => side.says.to_owned(),
            Some((reading, _)) => reading.default.says.to_owned(),
            None => format!("{choice} is {value}"),
        };
        Self {
            when: side.when.values().iter().map(said).collect(),
            verdict: match side.as_str(claim) {
                "proved" => Verdict::Proved,
                "violated" => Verdict::Violated,
                "vacuous" => Verdict::Vacuous,
                _ => Verdict::Unknown,
            },
            example: side.witness().map(|it| Example::new(it, workspace)),
        }
    }
}

impl Example {
    pub(crate) fn new(witness: &prove::Witness, workspace: &Workspace) -> Self {
        let explanation = witness.explanation();
        let (strangers, unasked) = other_policies(witness.case(), workspace);
        Self {
            sentence: witness.sentence().to_owned(),
            decision: witness.decision().into(),
            by: explanation.by.iter().cloned().map(StatementRef::from).collect(),
            request: request::as_complete_json(witness.request()),
            strangers,
            unasked,
            case: witness.case().to_owned(),
        }
    }
}

/// The policies of a case that the workspace does not have, and the names of those that the
/// workspace asks about every request and the case does not.
fn other_policies(case: &str, workspace: &Workspace) -> (Vec<PolicyText>, Vec<String>) {
    let case: Json = serde_json::from_str(case).unwrap_or_default();
    let listed = case.get("policies").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let name_of = |policy: &'_ Json| policy.get("name")?.as_str().map(str::to_owned);
    let names: Vec<String> = listed.iter().filter_map(name_of).collect();
    let strangers = listed.iter().filter_map(|policy| {
        let name = name_of(policy)?;
        let known = workspace.policies.iter().any(|it| it.name == name);
        let text = || serde_json::to_string_pretty(policy.get("document")?).ok();
        (!known).then_some(PolicyText {
            policy_type: serde_json::from_value(policy.get("type")?.clone()).ok()?,
            text: text()? + "\n",
            level: policy.get("level").and_then(Json::as_u64).and_then(|it| it.try_into().ok()),
            carriers: None,
            name,
        })
    });
    let strangers = strangers.collect();
    let everywhere = workspace.policies.iter().filter(|it| it.carriers.is_none());
    let unasked = everywhere.filter(|it| !names.contains(&it.name)).map(|it| it.name.clone());
    (strangers, unasked.collect())
}

impl AssumptionText {
    pub(crate) fn of(name: &&'static str) -> Self {
        let known = Assumption::find(name);
        Self {
            name: (*name).to_owned(),
            statement: known.map_or("", |it| it.statement).to_owned(),
            source: known.map_or("", |it| it.source).to_owned(),
        }
    }
}

impl From<&prove::UnknownReason> for Reason {
    fn from(reason: &prove::UnknownReason) -> Self {
        let place = reason.source().map(|it| ReasonPlace {
            file: it.source.name().to_owned(),
            excerpt: it.source.slice(it.span).to_owned(),
            range: TextRange::of(&it.source, it.span),
        });
        Self { text: reason.to_string(), place }
    }
}

#[cfg(test)]
mod tests {
    use super::{Asker, PropertyReport, Verdict, properties, verify};
    use crate::{Answer, Decision, PolicyText, PolicyType, Question, Workspace, evaluate};

    const NETWORK: &str = "region: eu-west-1
account: '111122223333'
vpcs:
  - id: vpc-0a11a11a11a11a11a
    cidrs: 10.20.0.0/16
    subnets: [{id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}]
    endpoints: [{id: vpce-0a000000000000001, service: s3, type: interface}]
sites: [{name: office, egress: 203.0.113.0/24}]
";
    const PROPERTIES: &str = "# é 🔒
properties:
  - {name: closed, deny: {from: off-network, actions: ['s3:*']}}
  - {name: open, allow: {from: office, actions: ['s3:GetObject']}}
  - {name: none, deny: {from: office, actions: ['ec2:*']}}
";

    fn policy(policy_type: PolicyType, name: &str, statement: &str) -> PolicyText {
        PolicyText {
            policy_type,
            name: name.to_owned(),
            text: format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#),
            level: None,
            carriers: None,
        }
    }

    fn workspace(condition: &str) -> Workspace {
        let allow =
            format!(r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "*"{condition}}}"#);
        Workspace {
            policies: vec![policy(PolicyType::Identity, "alice", &allow)],
            network: Some(NETWORK.to_owned()),
            scenario: PROPERTIES.to_owned(),
        }
    }

    fn decided(workspace: &Workspace) -> Vec<PropertyReport> {
        match verify(workspace, None) {
            Answer::Answered { value } => value,
            other => panic!("{other:?}"),
        }
    }

    /// The decision when the request of a report is put to the workspace's policies.
    fn replayed(workspace: &Workspace, report: &PropertyReport) -> Decision {
        let example = report.example.as_ref().expect("an example");
        let asked = workspace.policies.iter().filter(|it| !example.unasked.contains(&it.name));
        let policies = asked.chain(&example.strangers).cloned().collect();
        let question =
            Question { policies, request: example.request.clone(), network: None, from: None };
        match evaluate(&question) {
            Answer::Answered { value } => value.ways[0].explanation.decision,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_hole_is_shown_by_a_request_that_is_allowed() {
        let open = workspace("");
        let reports = decided(&open);
        assert_eq!(reports[0].verdict, Verdict::Violated);
        assert_eq!(reports[0].by, Asker::Holder);
        assert_eq!(replayed(&open, &reports[0]), Decision::Allowed);
        assert_eq!(reports[1].verdict, Verdict::Proved);
        assert_eq!(replayed(&open, &reports[1]), Decision::Allowed);
        assert_eq!(reports[2].verdict, Verdict::Proved);
        assert!(reports[2].example.is_none());
    }

    #[test]
    fn a_closed_network_is_proved_to_be_closed() {
        let closed =
            workspace(r#", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#);
        let verdicts: Vec<Verdict> = decided(&closed).iter().map(|it| it.verdict).collect();
        assert_eq!(verdicts, [Verdict::Proved; 3]);
    }

    #[test]
    fn a_request_that_crosses_no_endpoint_is_not_asked_of_its_policy() {
        let mut guarded = workspace("");
        let nothing = r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#;
        let mut endpoint = policy(PolicyType::Endpoint, "vpce-0a000000000000001", nothing);
        endpoint.carriers = Some(vec![endpoint.name.clone()]);
        guarded.policies.push(endpoint);
        let reports = decided(&guarded);
        assert_eq!(reports[0].verdict, Verdict::Violated);
        // As the page has it: what an endpoint policy is attached to is told by its name.
        guarded.policies[1].carriers = None;
        assert_eq!(replayed(&guarded, &reports[0]), Decision::Allowed);
    }

    #[test]
    fn strangers_bring_their_policies() {
        let bucket = r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::b/*"}"#;
        let mut public = workspace("");
        public.policies = vec![policy(PolicyType::Resource, "bucket", bucket)];
        public.scenario = "properties: [{name: closed, by: anyone, deny: {principals:
            ['arn:aws:iam::444455556666:user/mallory'], resources: ['arn:aws:s3:::b/*']}}]"
            .to_owned();
        let reports = decided(&public);
        assert_eq!((reports[0].by, reports[0].verdict), (Asker::Anyone, Verdict::Violated));
        assert!(!reports[0].example.as_ref().expect("an example").strangers.is_empty());
        assert_eq!(replayed(&public, &reports[0]), Decision::Allowed);
    }

    #[test]
    fn places_are_those_of_the_callers_text() {
        let slice = |range: crate::TextRange| {
            let units: Vec<u16> = PROPERTIES.encode_utf16().collect();
            let at = |offset| usize::try_from(offset).unwrap();
            let range = at(range.from)..at(range.to);
            String::from_utf16(&units[range]).expect("characters")
        };
        let Answer::Answered { value } = properties(&workspace("")) else { panic!("a list") };
        assert!(slice(value.properties[1].range).starts_with("{name: open, allow"));
        assert_eq!(value.properties.len(), 3);
        let one = verify(&workspace(""), Some(1));
        let Answer::Answered { value } = one else { panic!("{one:?}") };
        assert_eq!(value.len(), 1);
        assert!(slice(value[0].range).starts_with("{name: open, allow"));
        let mut broken = workspace("");
        broken.scenario = PROPERTIES.replace("from: off-network", "from: ofice");
        let Answer::Refused { diagnostics } = properties(&broken) else { panic!("a complaint") };
        assert_eq!(diagnostics[0].file, "scenario");
    }
}
