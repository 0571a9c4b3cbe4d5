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
//! [`Scenario::load`] reads such a file (YAML or JSON) with every file it names through [`Files`], or
//! reports all its mistakes (codes `S0…`). [`run_tests`] decides its tests; [`Coverage`] lists the
//! statements and condition values that no test made decide. [`Scenario::verifier`] decides its
//! properties. A batch of cases (`.jsonl`) loads as a scenario with a test for each line.
//!
//! `from` names origins of the network. Each way in which the request may arrive from there is a
//! run of its own, and the test passes if every run has the expected decision; a way that exists
//! only if something undocumented is so is marked. The network's keys fill the context in; a key
//! that the test gives itself must fit the origin and picks among its ways. With a network, the
//! organization keys of principal and resource are filled in as far as their accounts are in it.
//!
//! A policy is asked about the requests of its attachment: `principal`, `resource` and `endpoint`
//! name users and roles, resources and a VPC endpoint; without them it is asked about every request.
//!
//! | module | holds |
//! | --- | --- |
//! | `shape` | the members of a scenario file, as data |
//! | `load`, `cases` | reading a scenario with all its files, or a batch of cases as one |
//! | `policies`, `request`, `property`, `request_shape`, `assume` | reading its members |
//! | `caveats` | warnings about what a verdict on a property does not say |
//! | `model` | scenarios, tests and runs |
//! | `run`, `coverage` | its tests decided, and what no test made decide |
//! | `certified` | files of certificates, with the texts that they are about |

mod assume;
mod cases;
mod caveats;
mod certified;
mod coverage;
mod load;
mod model;
mod policies;
mod property;
mod request;
mod request_shape;
mod run;
mod shape;
#[cfg(test)]
mod tests;

pub use crate::case::{Files, NoFiles};
pub use certified::{CertificateFile, CertifiedProof, CheckedProof, Recorder};
pub use coverage::{Coverage, FileCoverage, Uncovered};
pub use model::{Run, RunArrival, Scenario, ScenarioSets, Test};
pub use policies::PolicyEntry;
pub use property::parse_property;
pub use run::{RunOutcome, TestOutcome, run_tests};
