//! The one lowering of AWS's semantics: policies to formulas.
//!
//! [`Lowered::new`] turns a set of attached policies into one store of formulas: a formula for each
//! element, condition and statement, and on top of them the decision of AWS's evaluation logic
//! (policy language §5; `decision`, `applicability` and `grant` read like its §5.2 and §5.3). The
//! evaluator and the prover work on these formulas; neither decides an AWS rule by itself.
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

mod applicability;
mod attached;
mod condition;
mod decision;
mod grant;
mod layer;
mod missing;
mod principal;
mod services;
mod set;
mod statement;
mod terms;

pub(crate) use principal::value as principal_value;

pub use attached::lower_scope;
pub use attached::{AttachedPolicy, Scope};
pub use condition::lower as lower_condition;
pub use condition::predicate as value_predicate;
pub use grant::{Grantee, OwnersGrant};
pub use layer::{Layer, LayerFormulas};
pub use missing::Missing;
pub use statement::{GrantKinds, LoweredStatement};

use crate::formula::{FormulaId, Formulas};

/// A policy set as formulas.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::formula::Evaluator;
/// # use polsim::lower::Lowered;
/// # use polsim::request::{Request, RequestParts};
/// let nothing = Lowered::new([]);
/// let request = Request::new(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "sts:GetCallerIdentity",
///     resource: "*",
///     ..RequestParts::default()
/// }).expect("a valid request");
/// assert!(Evaluator::new(&nothing.formulas, &request).holds(nothing.always_allowed));
/// ```
#[derive(Clone, Debug)]
pub struct Lowered {
    /// The store of all formulas below.
    pub formulas: Formulas,
    /// The policies, in the order they were given.
    pub policies: Vec<AttachedPolicy>,
    /// Their statements, policy by policy.
    pub statements: Vec<LoweredStatement>,
    /// The layers: one entry for each SCP level and endpoint, one for each other layer that has a
    /// policy.
    pub layers: Vec<LayerFormulas>,
    /// The call needs no permission, and nothing denies it (policy language §5.3).
    pub always_allowed: FormulaId,
    /// The request is explicitly denied: a Deny of an applicable layer matches.
    pub explicit_deny: FormulaId,
    /// The request is allowed.
    pub allowed: FormulaId,
    /// The layers that lack an Allow, each with the implicitly denied requests that need it.
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

    /// The formulas of a policy set whose resources' owners grant more than these policies say.
    pub fn granted(
        formulas: Formulas,
        policies: impl IntoIterator<Item = AttachedPolicy>,
        owners: Option<OwnersGrant>,
    ) -> Self {
        decision::lower(formulas, policies.into_iter().collect(), owners)
    }
}
