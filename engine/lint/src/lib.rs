//! Findings about policies: what their authors will regret.
//!
//! A linter reads one document at a time. Rules about names ask the catalogue, rules about conditions
//! ask the lowering what a missing key does, and rules about whole documents ask the evaluator and the
//! prover; no rule decides by itself what AWS does.
//!
//! ```
//! use polsim::policy::PolicyType;
//! use polsim::text::Source;
//! use polsim_lint::Linter;
//! let text = r#"{"Version": "2012-10-17", "Statement": {
//!     "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::reports/*",
//!     "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}}"#;
//! let report = Linter::new(None).lint(&Source::new("p.json", text), PolicyType::Identity);
//! let codes: Vec<&str> = report.findings.iter().map(|it| it.code()).collect();
//! assert_eq!(codes, ["W0308"]);
//! ```
//!
//! | module | holds |
//! | --- | --- |
//! | `rule`, `rules`, `page` | the table of rules, a file for each hundred, and their pages |
//! | `finding`, `place`, `edit` | findings, their places as JSON Pointers, and edits of the text |
//! | `document`, `key`, `test` | a document with what the catalogue says of its actions and keys |
//! | `check` | the rules at work, a file for each hundred |
//! | `ask`, `model` | questions to the prover, and the requests that rules about grants ask about |
//! | `draft`, `found` | findings in the making, and those made so far |
//! | `linter` | the order of the rules, and which of them silence others |

mod ask;
mod check;
mod document;
mod draft;
mod edit;
mod finding;
mod found;
mod key;
mod linter;
mod model;
mod page;
mod place;
mod rule;
mod rules;
mod test;

pub use finding::{Finding, Fix, Shown};
pub use linter::{Linter, Report};
pub use page::Example;
pub use rule::{Repair, Rule};
