//! Bindings of polsim for JavaScript.
//!
//! The engine behind a handful of functions that take text and plain objects and give plain objects.
//! Their TypeScript types are generated from the Rust types in this crate; the engine itself knows
//! nothing of JavaScript. Every function gives an [`Answer`]: the value, the complaints about the
//! input, or (from the loader, should the engine ever break down) a failure. None throws.
//!
//! Each exported function is a line around a plain Rust function of the same name, which tests call
//! directly.

mod answer;
mod call;
mod cases;
mod compare;
mod depends;
mod diagnostic;
mod evaluate;
mod explanation;
mod network;
mod path;
mod plain;
mod policy_text;
mod refused_call;
mod request;
mod test;
mod validate;
mod verify;
mod vocabulary;
mod workspace;

/// Exported functions, as JavaScript sees them.
pub mod exports;

pub use answer::Answer;
pub use call::{CallCheck, CallDecision, CallQuestion, CallReport, decide_call};
pub use cases::decide_cases;
pub use compare::{Changes, DiffVerdict, Difference, More, Versions, VersionsReport, compare};
pub use depends::{DecisionCase, Depends, KeyDependency, KeyValues, PartialDecision};
pub use diagnostic::{Diagnostic, Label, Severity, TextRange};
pub use evaluate::{
    Arrival, ContextEntry, Evaluation, KeyOrigin, Question, Way, WayEvaluation, evaluate,
    evaluate_case, evaluate_way,
};
pub use explanation::{
    ConditionTrace, Decision, Effect, ElementTrace, Explanation, Layer, LayerOutcome, LayerTrace,
    NearMiss, Place, Remedy, RestsOn, StatementRef, StatementTrace, ValueTrace,
};
pub use network::{
    EndpointBox, LinkLine, NetworkMap, Origin, SiteBox, SubnetBox, TransitBox, VpcBox, network,
};
pub use path::{NetworkPath, PathOutcome, PathStep};
pub use plain::{Plain, plain};
pub use policy_text::{PolicyText, PolicyType};
pub use refused_call::{RefusedCall, Stage};
pub use test::{PolicyCoverage, TestOutcome, TestReport, TestRun, Uncovered, test};
pub use validate::{StatementOutline, Validation, context_keys, validate};
pub use verify::{
    Asker, AssumptionText, Dependency, Example, PropertyCase, PropertyList, PropertyOutline,
    PropertyReport, Reason, ReasonPlace, Verdict, properties, verify,
};
pub use vocabulary::{KeyWord, Vocabulary, vocabulary};
pub use workspace::Workspace;
