//! The one lowering of AWS's semantics: policies to formulas.
//!
//! [`Lowered::new`] turns a set of attached policies into one store of formulas: a formula for each
//! element, condition and statement, and on top of them the decision of AWS's evaluation logic
//! (policy language §5; `decision`, `applicability` and `grant` read like its §5.2 and §5.3). The
//! evaluator and the prover work on these formulas; neither decides an AWS rule by itself.
//!
//! | module | lowers |
//! | --- | --- |
//! | `attached` | the attachment of a policy: the requests that it is asked about |
//! | `condition` | a condition: operators, set operators, `IfExists`, missing keys, several values (§3) |
//! | `principal` | Principal and NotPrincipal (§2.4) |
//! | `statement` | a statement, as the conjunction of its parts (§2) |
//! | `set` | the statements of a set, and disjunctions over them |
//! | `terms`, `services` | the terms that the rules of §5 speak in: requesters, owners, targets |
//! | `layer`, `applicability` | the layers, and the requests that each is asked about (§5.2, §5.8) |
//! | `grant` | the principal and resource sides: same account, cross account, keys, roles (§5.3 to §5.6) |
//! | `decision` | allowed, explicitly denied (§5.3) |
//! | `refused` | the calls that AWS refuses whatever policies say |
//! | `missing` | the layers for want of whose Allow a request is implicitly denied (§5.10) |
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
mod readings;
mod refused;
mod resource;
mod services;
mod set;
mod statement;
mod terms;
mod variable;

pub(crate) use principal::value as principal_value;

pub use attached::lower_scope;
pub use attached::{AttachedPolicy, Scope};
pub use condition::lower_by_default as lower_condition;
pub use condition::predicate as value_predicate;
pub use grant::{Grantee, OwnersGrant};
pub use layer::{Layer, LayerFormulas};
pub use missing::Missing;
pub use readings::{Readings, at_most_one_alternative, is_possible};
pub use refused::lower_refused;
pub use statement::{GrantKinds, LoweredStatement};

use crate::formula::{ChoiceId, FormulaId, Formulas, World};

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
    /// The readings whose construct occurs in the policies, as choices in the order of their names.
    pub reads: Vec<ChoiceId>,
    /// The treatment of the readings in these formulas.
    pub readings: Readings,
}

impl Lowered {
    /// The formulas of a policy set.
    pub fn new(policies: impl IntoIterator<Item = AttachedPolicy>) -> Self {
        Self::on(Formulas::new(), policies)
    }

    /// The formulas of a policy set in a store that has others already, so that two sets, or a set
    /// and a property, share their atoms.
    pub fn on(formulas: Formulas, policies: impl IntoIterator<Item = AttachedPolicy>) -> Self {
        Self::granted(formulas, policies, None)
    }

    /// The formulas of a policy set whose resources' owners grant more than these policies say.
    pub fn granted(
        formulas: Formulas,
        policies: impl IntoIterator<Item = AttachedPolicy>,
        owners: Option<OwnersGrant>,
    ) -> Self {
        Self::read(formulas, policies, owners, &Readings::default())
    }

    /// The formulas of a policy set under these readings, which
    /// [`granted`](Self::granted) takes by their defaults.
    pub fn read(
        formulas: Formulas,
        policies: impl IntoIterator<Item = AttachedPolicy>,
        owners: Option<OwnersGrant>,
        readings: &Readings,
    ) -> Self {
        decision::lower(formulas, policies.into_iter().collect(), owners, readings)
    }

    /// The same policies with every reading open that is not pinned, in a store of their own.
    #[must_use]
    pub fn open(&self) -> Self {
        let readings = self.readings.clone().opened();
        Self::read(Formulas::new(), self.policies.iter().cloned(), None, &readings)
    }

    /// The same policies as this world reads them, in a store of their own.
    #[must_use]
    pub fn in_world(&self, world: World) -> Self {
        let readings = Readings::in_world(world);
        Self::read(Formulas::new(), self.policies.iter().cloned(), None, &readings)
    }
}
