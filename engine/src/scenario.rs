//! Scenarios: policies, a network, tests and properties in one document.
//!
//! ```yaml
//! sets:
//!   default:
//!     - {type: identity, file: data-scientist.json}
//!   guarded:
//!     - default
//!     - {type: scp, file: entry-guard.json}
//!     - {type: resource, resource: "arn:aws:s3:::ml-data", file: bucket.json}
//! request:
//!   principal: arn:aws:sts::111122223333:assumed-role/DataScientist/alice
//! network: network.yaml
//! tests:
//!   - name: stolen credentials open no notebook
//!     policies: guarded
//!     from: [internet, foreign-endpoint]
//!     request:
//!       action: sagemaker:CreatePresignedNotebookInstanceUrl
//!       resource: arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/nb-alice
//!     expect: explicitDeny
//!     by: scp:EntryOnlyFromCorp
//! ```
//!
//! [`Scenario::load`] reads such a file (YAML or JSON) with everything it names through [`Files`],
//! or says everything that is wrong with it (codes `S0…`). [`run_tests`] decides its tests;
//! [`Coverage`] tells which statements and condition values no test ever made decide. A batch of
//! cases (`.jsonl`) loads as a scenario with a test for each line.
//!
//! `from` names origins of the network. Each way in which the request may arrive from there is a
//! run of its own, and the test passes if every run has the expected decision; a way that exists
//! only if something undocumented is so is marked. The network's keys fill the context in; a key
//! that the test gives itself must fit the origin and picks among its ways. With a network, the
//! organization keys of principal and resource are filled in as far as their accounts are in it.
//!
//! A policy is asked about the requests of its attachment: `principal`, `resource` and `endpoint`
//! name users and roles, resources and a VPC endpoint; without them it is asked about every request.

mod cases;
mod certified;
mod coverage;
mod load;
mod origins;
mod policies;
mod request;
mod run;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::eval::{Expectation, PolicySet};
use crate::lower::AttachedPolicy;
use crate::network::{Assumption, Network, Path};
use crate::prove::{Verifier, Written, WrittenProperty, assumptions};
use crate::request::Request;
use crate::text::{Diagnostic, Diagnostics, Node, Source, Span};

pub use crate::case::Files;
pub use certified::{CertificateFile, CertifiedProof, CheckedProof, Recorder};
pub use coverage::{Coverage, FileCoverage, Uncovered};
pub use policies::PolicyEntry;
pub use run::{RunOutcome, TestOutcome, run_tests};

/// A scenario that was read whole: every file is there and everything it says has a meaning.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The text.
    pub source: Source,
    /// The network.
    pub network: Option<Arc<Network>>,
    /// The policies of tests and properties that name no others.
    pub policies: Vec<Arc<PolicyEntry>>,
    /// The tests, in the order of the text.
    pub tests: Vec<Test>,
    /// The properties, in the order of the text.
    pub properties: Vec<Property>,
    /// The value of `assume`.
    pub assume: Option<Node>,
    /// What policies say that their author will regret, as far as parsing tells.
    pub warnings: Vec<Diagnostic>,
}

/// A test: one expectation, met or not by each of its runs.
#[derive(Clone, Debug)]
pub struct Test {
    /// Its name.
    pub name: Box<str>,
    /// Where it stands in the scenario's text.
    pub span: Span,
    /// Why the decision is what it is.
    pub why: Option<Box<str>>,
    /// The requests that must all get the decision.
    pub runs: Vec<Run>,
    /// The decision.
    pub expect: Expectation,
    /// Statements that must be among those that decide.
    pub by: Vec<Box<str>>,
}

/// One request of a test.
#[derive(Clone, Debug)]
pub struct Run {
    /// The origin it comes from, and its path.
    pub arrival: Option<RunArrival>,
    /// The request.
    pub request: Request,
    /// The policies that are asked.
    pub set: Arc<PolicySet>,
}

/// Where a request comes from.
#[derive(Clone, Debug)]
pub struct RunArrival {
    /// The origin.
    pub from: Box<str>,
    /// The service that it calls.
    pub service: &'static str,
    /// How it gets there, and the undocumented fact without which it does not.
    pub path: Path,
}

/// A property, as it is written: the prover reads it.
#[derive(Clone, Debug)]
pub struct Property {
    /// The name, or its number.
    pub name: Box<str>,
    /// The whole object.
    pub node: Node,
    /// The policies it is about, its own member `policies` resolved.
    pub policies: Vec<Arc<PolicyEntry>>,
    /// For `no-more-than`: the policies that set the bound.
    pub than: Vec<Arc<PolicyEntry>>,
}

/// The policy sets of a scenario by name, and what is known of all requests: what a comparison of
/// two scenarios needs.
#[derive(Clone, Debug)]
pub struct ScenarioSets {
    /// The sets, those of `policies` under that name.
    pub sets: BTreeMap<Box<str>, Vec<Arc<PolicyEntry>>>,
    /// The network.
    pub network: Option<Arc<Network>>,
    /// How the network is written.
    network_text: Box<str>,
    /// The value of `assume` and the text it is in.
    assume: Option<(Source, Node)>,
}

impl ScenarioSets {
    /// Reads the set called `wanted` of the scenario in `source`, or all of its sets.
    ///
    /// # Errors
    /// Everything that is wrong with them and their files.
    pub fn load(
        source: &Source,
        files: &dyn Files,
        wanted: Option<&str>,
    ) -> Result<Self, Diagnostics> {
        Ok(load::sets(source, files, wanted)?)
    }

    /// Whether both describe one network, in the same words.
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
    /// What `assume` names and is no fact.
    pub fn assumptions(&self) -> Result<Vec<&'static Assumption>, Diagnostics> {
        let Some((source, node)) = &self.assume else {
            return Ok(Assumption::all().iter().collect());
        };
        let mut found = Vec::new();
        let facts = assumptions(source, Some(node), &mut found);
        Diagnostics::check(found)?;
        Ok(facts)
    }
}

impl Scenario {
    /// Reads the scenario in `source` and every file that it names. A name that ends in `.jsonl`
    /// is a batch of cases.
    ///
    /// # Errors
    /// Everything that is wrong with it and with its files.
    pub fn load(source: &Source, files: &dyn Files) -> Result<Self, Diagnostics> {
        if source.name().to_ascii_lowercase().ends_with(".jsonl") {
            return Ok(cases::load(source, files)?);
        }
        Ok(load::load(source, files)?)
    }

    /// The properties as the prover reads them.
    pub fn written_properties(&self) -> Vec<WrittenProperty> {
        let attached = |entries: &[Arc<PolicyEntry>]| -> Vec<AttachedPolicy> {
            entries.iter().map(|entry| entry.attached()).collect()
        };
        let written = |property: &Property| WrittenProperty {
            name: property.name.clone(),
            node: property.node.clone(),
            policies: attached(&property.policies),
            than: attached(&property.than),
        };
        self.properties.iter().map(written).collect()
    }

    /// The properties, ready to be decided.
    ///
    /// # Errors
    /// Everything that is wrong with them (codes `V0…`).
    pub fn verifier<'a>(
        &'a self,
        properties: &'a [WrittenProperty],
    ) -> Result<Verifier<'a>, Diagnostics> {
        Verifier::new(Written {
            source: &self.source,
            network: self.network.as_deref(),
            assume: self.assume.as_ref(),
            properties,
        })
    }

    /// The JSON Schema of scenario files.
    pub fn json_schema() -> serde_json::Value {
        shape::SCENARIO.json_schema("polsim scenario")
    }
}

impl Property {
    /// The policies, as they are lowered.
    pub fn attached(&self) -> Vec<AttachedPolicy> {
        self.policies.iter().map(|entry| entry.attached()).collect()
    }
}
