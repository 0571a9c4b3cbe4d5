//! Scenarios, tests and runs as data.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::policies::PolicyEntry;
use super::request_shape::origin_refused;
use crate::eval::{Expectation, PolicySet};
use crate::lower::{AttachedPolicy, Readings};
use crate::network::{Assumption, Network, Path};
use crate::prove::{OriginError, Property, Verifier};
use crate::request::PartialRequest;
use crate::text::{Diagnostic, Diagnostics, Source, Span};

/// A scenario, read with all its files.
///
/// ```
/// # use polsim::scenario::{NoFiles, Scenario};
/// # use polsim::text::Source;
/// let text = r#"
/// policies: [{type: identity, document: {Version: "2012-10-17", Statement:
///   [{Effect: Allow, Action: "s3:Get*", Resource: "*"}]}}]
/// request: {principal: "arn:aws:iam::111122223333:user/alice", resource: "arn:aws:s3:::lake/x"}
/// tests:
///   - {name: alice reads, request: {action: "s3:GetObject"}, expect: allowed}
/// properties:
///   - {name: nobody writes, deny: {actions: ["s3:Put*"]}}
/// "#;
/// let scenario = Scenario::load(&Source::new("scenario.yaml", text), &NoFiles);
/// let scenario = scenario.expect("a scenario without mistakes");
/// assert_eq!((scenario.tests.len(), scenario.properties().len()), (1, 1));
/// ```
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Text of the scenario.
    pub source: Source,
    /// Network of the scenario.
    pub network: Option<Arc<Network>>,
    /// Policies of tests and properties that name no others.
    pub policies: Vec<Arc<PolicyEntry>>,
    /// Tests, in the order of the text.
    pub tests: Vec<Test>,
    /// Warnings about the policies, as far as parsing tells.
    pub warnings: Vec<Diagnostic>,
    /// Properties and assumptions, or their mistakes: only a verifier needs them.
    pub(super) claims: Result<Claims, Diagnostics>,
}

/// The properties of a scenario, and the facts that it assumes of all requests.
#[derive(Clone, Debug, Default)]
pub(super) struct Claims {
    pub(super) properties: Vec<Property>,
    pub(super) assumptions: Vec<&'static Assumption>,
    /// What the scenario says of the readings that AWS leaves open, which a verifier opens.
    pub(super) readings: Option<Readings>,
}

/// A test: one expectation, which each of its runs meets or not.
///
/// ```
/// # use polsim::scenario::{NoFiles, Scenario};
/// # use polsim::text::Source;
/// let text = r#"
/// policies: [{type: identity, document: {Version: "2012-10-17", Statement:
///   [{Effect: Allow, Action: "s3:Get*", Resource: "*"}]}}]
/// request: {principal: "arn:aws:iam::111122223333:user/alice", resource: "arn:aws:s3:::lake/x"}
/// tests:
///   - {name: alice reads, request: {action: "s3:GetObject"}, expect: allowed}
/// properties:
///   - {name: nobody writes, deny: {actions: ["s3:Put*"]}}
/// "#;
/// let scenario = Scenario::load(&Source::new("scenario.yaml", text), &NoFiles);
/// let scenario = scenario.expect("a scenario without mistakes");
/// assert_eq!(&*scenario.tests[0].name, "alice reads");
/// ```
#[derive(Clone, Debug)]
pub struct Test {
    /// Name of the test.
    pub name: Box<str>,
    /// Location in the scenario's text.
    pub span: Span,
    /// Reason for the decision.
    pub why: Option<Box<str>>,
    /// Requests that must all get the decision.
    pub runs: Vec<Run>,
    /// Expected decision of every run.
    pub expect: Expectation,
    /// Unknown keys that the decision must depend on.
    pub depends_on: Option<Vec<Box<str>>>,
    /// Statements that must be among those that decide.
    pub by: Vec<Box<str>>,
}

/// A request of a test, and the policies that decide it.
///
/// ```
/// # use polsim::scenario::{NoFiles, Scenario};
/// # use polsim::text::Source;
/// let text = r#"
/// policies: [{type: identity, document: {Version: "2012-10-17", Statement:
///   [{Effect: Allow, Action: "s3:Get*", Resource: "*"}]}}]
/// request: {principal: "arn:aws:iam::111122223333:user/alice", resource: "arn:aws:s3:::lake/x"}
/// tests:
///   - {name: alice reads, request: {action: "s3:GetObject"}, expect: allowed}
/// properties:
///   - {name: nobody writes, deny: {actions: ["s3:Put*"]}}
/// "#;
/// let scenario = Scenario::load(&Source::new("scenario.yaml", text), &NoFiles);
/// let scenario = scenario.expect("a scenario without mistakes");
/// assert_eq!(scenario.tests[0].runs[0].request.action().as_str(), "s3:GetObject");
/// ```
#[derive(Clone, Debug)]
pub struct Run {
    /// Origin and path of the request.
    pub arrival: Option<RunArrival>,
    /// Request of the run.
    pub request: PartialRequest,
    /// Policies that are asked.
    pub set: Arc<PolicySet>,
}

/// The origin of a request and its path through the network.
///
/// ```
/// # use polsim::scenario::{NoFiles, Scenario};
/// # use polsim::text::Source;
/// let text = r#"
/// policies: [{type: identity, document: {Version: "2012-10-17", Statement:
///   [{Effect: Allow, Action: "s3:Get*", Resource: "*"}]}}]
/// request: {principal: "arn:aws:iam::111122223333:user/alice", resource: "arn:aws:s3:::lake/x"}
/// tests:
///   - {name: alice reads, request: {action: "s3:GetObject"}, expect: allowed}
/// properties:
///   - {name: nobody writes, deny: {actions: ["s3:Put*"]}}
/// "#;
/// let scenario = Scenario::load(&Source::new("scenario.yaml", text), &NoFiles);
/// let scenario = scenario.expect("a scenario without mistakes");
/// assert!(scenario.tests[0].runs[0].arrival.is_none(), "the test names no origin");
/// ```
#[derive(Clone, Debug)]
pub struct RunArrival {
    /// Name of the origin.
    pub from: Box<str>,
    /// Service that is called.
    pub service: &'static str,
    /// Path to the service, and the undocumented fact without which it does not exist.
    pub path: Path,
}

/// The policy sets of a scenario by name, and the facts about all requests: the input of a comparison
/// of two scenarios.
///
/// ```
/// # use polsim::scenario::{NoFiles, ScenarioSets};
/// # use polsim::text::Source;
/// let text = r#"{"sets": {"new": [{"type": "identity", "document": {"Version": "2012-10-17",
///     "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}}]}}"#;
/// let sets = ScenarioSets::load(&Source::new("scenario.json", text), &NoFiles, None);
/// let sets = sets.expect("a scenario without mistakes");
/// assert_eq!(sets.attached("new").map(|policies| policies.len()), Some(1));
/// ```
#[derive(Clone, Debug)]
pub struct ScenarioSets {
    /// Sets by name, the policies of the scenario itself as `policies`.
    pub sets: BTreeMap<Box<str>, Vec<Arc<PolicyEntry>>>,
    /// Network of the scenario.
    pub network: Option<Arc<Network>>,
    /// Text of the network.
    pub(super) network_text: Box<str>,
    /// Facts that the scenario assumes of all requests.
    pub(super) assumptions: Result<Vec<&'static Assumption>, Diagnostics>,
}

impl ScenarioSets {
    /// Tests whether both scenarios describe one network, in the same words.
    pub fn is_in_network_of(&self, other: &Self) -> bool {
        self.network_text == other.network_text
    }

    /// The policies of a set, as they are lowered.
    pub fn attached(&self, name: &str) -> Option<Vec<AttachedPolicy>> {
        Some(self.sets.get(name)?.iter().map(|entry| entry.attached()).collect())
    }

    /// The facts that the scenario assumes of all requests.
    ///
    /// # Errors
    /// The names in `assume` that are no facts.
    pub fn assumptions(&self) -> Result<Vec<&'static Assumption>, Diagnostics> {
        self.assumptions.clone()
    }
}

impl Scenario {
    /// The properties, in the order of the text; none if there is a mistake in them.
    pub fn properties(&self) -> &[Property] {
        self.claims.as_ref().map_or(&[], |claims| &claims.properties)
    }

    /// A verifier of the properties.
    ///
    /// # Errors
    /// All mistakes in the properties and in `assume` (codes `V0…`).
    pub fn verifier(&self) -> Result<Verifier<'_>, Diagnostics> {
        let Claims { properties, assumptions, readings } =
            self.claims.as_ref().map_err(Clone::clone)?;
        let verifier = Verifier::new(properties, self.network.as_deref());
        let refused = |error: OriginError| origin_refused(&self.source, Span::default(), &error);
        let readings = readings.clone().unwrap_or_else(Readings::open);
        Ok(verifier.map_err(refused)?.assuming(assumptions.clone()).reading(readings))
    }
}
