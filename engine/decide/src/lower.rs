//! The one lowering of AWS's semantics: policies to formulas.
//!
//! [`Lowered::new`] turns a set of attached policies into one store of formulas: a formula for each
//! element, condition and statement, and on top of them the decision of AWS's evaluation logic
//! ([`decision`](self), policy language §5). Every reader (the evaluator, the prover, lint) works on
//! this; none decides an AWS rule by itself.
//!
//! ```
//! # use polsim_decide as polsim;
//! # use polsim::lower::{AttachedPolicy, Lowered};
//! # use polsim::policy::{Policy, PolicyType};
//! # use polsim::text::Source;
//! let text = r#"{"Version": "2012-10-17",
//!   "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
//! let source = Source::new("identity.json", text);
//! let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
//! let lowered = Lowered::new([AttachedPolicy::new(policy)]);
//! assert_eq!(lowered.statements.len(), 1);
//! ```

mod attached;
mod condition;
mod decision;
mod layer;
mod principal;
mod services;
mod statement;

pub(crate) use principal::value as principal_value;

pub use attached::lower_scope;
pub use attached::{AttachedPolicy, Scope};
pub use condition::lower as lower_condition;
pub use condition::predicate as value_predicate;
pub use decision::Missing;
pub use decision::{Grantee, OwnersGrant};
pub use layer::{Layer, LayerFormulas};
pub use services::{RCP_SERVICES, SERVICES_WITHOUT_ENDPOINT_POLICIES};
pub use statement::{LoweredStatement, Strengths};

use crate::formula::{FormulaId, Formulas};

/// A policy set as formulas.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The store of all formulas below.
    pub formulas: Formulas,
    /// The policies, in the order they were given.
    pub policies: Vec<AttachedPolicy>,
    /// Their statements, policy by policy.
    pub statements: Vec<LoweredStatement>,
    /// What each layer says: one entry for each SCP level and endpoint, one for each other layer
    /// that has a policy.
    pub layers: Vec<LayerFormulas>,
    /// Calls that need no permission and that nothing denies (policy language §5.3).
    pub always_allowed: FormulaId,
    /// A Deny statement of an applicable layer matches.
    pub explicit_deny: FormulaId,
    /// The request is allowed.
    pub allowed: FormulaId,
    /// Where the request is implicitly denied: which layers lack an Allow that would be needed.
    pub missing: Vec<Missing>,
}

impl Lowered {
    /// The formulas of a policy set.
    pub fn new(policies: impl IntoIterator<Item = AttachedPolicy>) -> Self {
        Self::on(Formulas::new(), policies)
    }

    /// The formulas of a policy set in a store that has others already, so that two sets, or a set
    /// and a property, share their atoms.
    pub fn on(formulas: Formulas, policies: impl IntoIterator<Item = AttachedPolicy>) -> Self {
        decision::lower(formulas, policies.into_iter().collect(), None)
    }

    /// The same where owners of resources grant more than these policies say: what nobody knows of
    /// their policies is taken to be so.
    pub fn granted(
        formulas: Formulas,
        policies: impl IntoIterator<Item = AttachedPolicy>,
        owners: Option<OwnersGrant>,
    ) -> Self {
        decision::lower(formulas, policies.into_iter().collect(), owners)
    }
}
