//! Comparison of two policy sets: the requests that one allows and the other does not.
//!
//! ```
//! # use polsim::lower::AttachedPolicy;
//! # use polsim::policy::{Policy, PolicyType};
//! # use polsim::prove::{Comparison, DiffVerdict, Directions, Limits};
//! # use polsim::text::Source;
//! let policy = |action: &str| {
//!     let text = format!(
//!         r#"{{"Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}"#
//!     );
//!     let parsed = Policy::parse(&Source::new("policy.json", text), PolicyType::Identity);
//!     vec![AttachedPolicy::new(parsed.expect("a valid policy").policy)]
//! };
//! let (old, new) = (policy("s3:Get*"), policy("s3:*"));
//! let diff = Comparison::new(&old, &new).compare(Directions::Both, Limits::default(), 100);
//! assert_eq!(diff.verdict(), DiffVerdict::Different);
//! let added = diff.new_access.expect("asked for");
//! assert_eq!(added.differences[0].actions[0].to_string(), "s3:* but not s3:Get*");
//! ```
//!
//! Policies that neither set has are assumed to grant, because a difference must not hide behind them:
//! an identity policy is compared as if the owners of resources trusted the
//! requester's account, an SCP as if identity policies allowed everything. A [`Premise`] says so.

mod actions;
mod difference;
mod json;
mod premise;
mod search;
pub(super) mod view;

use super::limits::Limits;
use super::verdict::{Proof, UnknownReason};
use crate::lower::AttachedPolicy;
use crate::network::{Assumption, Network};
use difference::Direction;
use polsim_solve::result::SolveResult;
use view::View;

pub use actions::Actions;
pub use difference::Difference;
pub use premise::Premise;

/// A comparison of two policy sets, and the facts that it assumes of all requests.
///
/// ```
/// # use polsim::prove::{Comparison, DiffVerdict, Directions, Limits};
/// let diff = Comparison::new(&[], &[]).compare(Directions::Both, Limits::default(), 10);
/// assert_eq!(diff.verdict(), DiffVerdict::Equal);
/// ```
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    old: &'a [AttachedPolicy],
    new: &'a [AttachedPolicy],
    network: Option<&'a Network>,
    assumptions: Vec<&'static Assumption>,
}

/// Directions in which differences are searched.
///
/// ```
/// # use polsim::prove::{Comparison, DiffVerdict, Directions, Limits};
/// let diff = Comparison::new(&[], &[]).compare(Directions::Both, Limits::default(), 10);
/// assert!(diff.new_access.is_some() && diff.removed_access.is_some());
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Directions {
    /// Differences in both directions.
    Both,
    /// Requests that the new policies allow and the old ones do not.
    New,
    /// Requests that the old policies allow and the new ones do not.
    Removed,
}

/// The result of a comparison.
///
/// ```
/// # use polsim::prove::{Comparison, DiffVerdict, Directions, Limits};
/// let diff = Comparison::new(&[], &[]).compare(Directions::Both, Limits::default(), 10);
/// assert!(!diff.allows_nothing && diff.assumptions().is_empty());
/// ```
#[derive(Clone, Debug)]
pub struct Diff {
    /// Requests that the new policies allow and the old ones do not, if they were asked for.
    pub new_access: Option<Changes>,
    /// Requests that the old policies allow and the new ones do not, if they were asked for.
    pub removed_access: Option<Changes>,
    /// Assumptions about policies that neither set has.
    pub premises: Vec<Premise>,
    /// Flag that neither set allows anything, so that their equality says nothing.
    pub allows_nothing: bool,
}

/// The differences in one direction.
///
/// ```
/// # use polsim::prove::{Comparison, DiffVerdict, Directions, Limits};
/// let diff = Comparison::new(&[], &[]).compare(Directions::Both, Limits::default(), 10);
/// assert!(diff.new_access.is_some_and(|it| it.differences.is_empty()));
/// ```
#[derive(Clone, Debug)]
pub struct Changes {
    /// Differences in the order in which they were found.
    pub differences: Vec<Difference>,
    /// Answer to whether there are others, where AWS does by default what it leaves open.
    pub rest: Rest,
    /// Names of readings under whose alternatives there are others.
    pub depends_on: Vec<Box<str>>,
}

/// The answer to whether there are differences besides those that were found.
///
/// ```
/// # use polsim::prove::{Comparison, Directions, Limits, Rest};
/// let diff = Comparison::new(&[], &[]).compare(Directions::New, Limits::default(), 10);
/// assert!(matches!(diff.new_access.expect("asked for").rest, Rest::None(_)));
/// ```
#[derive(Clone, Debug)]
pub enum Rest {
    /// Perhaps: the search ended at its bound.
    Bound,
    /// No: there is a proof for each kind of caller.
    None(Vec<Proof>),
    /// Unknown, for this reason.
    Unknown(UnknownReason),
}

/// The verdict of a comparison.
///
/// ```
/// # use polsim::prove::{Comparison, DiffVerdict, Directions, Limits};
/// let diff = Comparison::new(&[], &[]).compare(Directions::Both, Limits::default(), 10);
/// assert_ne!(diff.verdict(), DiffVerdict::Different);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DiffVerdict {
    /// At least one difference was found.
    Different,
    /// No difference of those asked for exists, and that is proved: under the default of every
    /// reading that [`Changes::depends_on`] names, and on all sides of the others.
    Equal,
    /// No difference was found, but there may be some.
    Unknown,
    /// No difference exists because neither set allows anything.
    Vacuous,
}

impl DiffVerdict {
    /// The word of the verdict.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Different => "different",
            Self::Equal => "equal",
            Self::Unknown => "unknown",
            Self::Vacuous => "vacuous",
        }
    }
}

impl<'a> Comparison<'a> {
    /// The comparison of these two sets, with all documented facts about requests assumed and without
    /// a network.
    pub fn new(old: &'a [AttachedPolicy], new: &'a [AttachedPolicy]) -> Self {
        Self { old, new, network: None, assumptions: Assumption::all().iter().collect() }
    }

    /// The same with the endpoints and accounts of a network known.
    #[must_use]
    pub fn in_network(self, network: Option<&'a Network>) -> Self {
        Self { network, ..self }
    }

    /// The same with no other facts about requests assumed than these.
    #[must_use]
    pub fn assuming(self, assumptions: Vec<&'static Assumption>) -> Self {
        Self { assumptions, ..self }
    }

    /// Searches for differences until there are no others, or `most` groups of actions are found.
    pub fn compare(&self, wanted: Directions, limits: Limits<'_>, most: usize) -> Diff {
        let (mut views, premises) = self.views();
        let mut changes = |direction, asked: bool| {
            asked.then(|| search::differences(&mut views, direction, limits, most))
        };
        let new_access = changes(Direction::New, wanted != Directions::Removed);
        let removed_access = changes(Direction::Removed, wanted != Directions::New);
        let mut diff = Diff { new_access, removed_access, premises, allows_nothing: false };
        if diff.verdict() == DiffVerdict::Equal {
            diff.allows_nothing = views.iter_mut().all(|view| allows_nothing(view, limits));
        }
        diff
    }

    /// The sets as each kind of caller meets them, and the premises of that.
    pub(super) fn views(&self) -> (Vec<View>, Vec<Premise>) {
        let mut premises = Vec::new();
        let views = view::all(self, &mut premises);
        (views, premises)
    }
}

impl Diff {
    /// The verdict of the comparison.
    pub fn verdict(&self) -> DiffVerdict {
        let mut directions = self.changes();
        if directions.any(|it| !it.differences.is_empty()) {
            DiffVerdict::Different
        } else if self.is_unknown() {
            DiffVerdict::Unknown
        } else if self.allows_nothing {
            DiffVerdict::Vacuous
        } else {
            DiffVerdict::Equal
        }
    }

    /// Tests whether an answer that was asked for is unknown.
    pub fn is_unknown(&self) -> bool {
        self.changes().any(|it| matches!(it.rest, Rest::Unknown(_)))
    }

    /// The names of the assumed facts that the proofs rest on, in the order of the list of facts.
    pub fn assumptions(&self) -> Vec<&'static str> {
        let used: Vec<&str> = self
            .changes()
            .filter_map(|it| match &it.rest {
                Rest::None(proofs) => Some(proofs),
                _ => None,
            })
            .flatten()
            .flat_map(Proof::assumptions)
            .copied()
            .collect();
        let all = Assumption::all().iter().map(|it| it.name);
        all.filter(|name| used.contains(name)).collect()
    }

    /// The names of readings under whose alternatives there are differences besides those found.
    pub fn depends_on(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.changes().flat_map(|it| it.depends_on.iter().map(|name| &**name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn changes(&self) -> impl Iterator<Item = &Changes> {
        [&self.new_access, &self.removed_access].into_iter().flatten()
    }
}

/// Tests whether it is proved that neither set allows a caller of the view anything.
fn allows_nothing(view: &mut View, limits: Limits<'_>) -> bool {
    let anything = view.anything();
    let anything = view.by_default(anything);
    match view.queries.ask(anything, limits) {
        SolveResult::Unsat(used) => view.queries.proof(anything, &used, limits).is_ok(),
        _ => false,
    }
}
