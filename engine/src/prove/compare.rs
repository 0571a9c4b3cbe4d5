//! Two policy sets compared: which requests does one allow and the other not?
//!
//! ```
//! # use std::sync::Arc;
//! # use polsim::lower::AttachedPolicy;
//! # use polsim::policy::{Policy, PolicyType};
//! # use polsim::prove::{Budget, Comparison, DiffVerdict, Directions, Patience};
//! # use polsim::text::Source;
//! let policy = |action: &str| {
//!     let text = format!(
//!         r#"{{"Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}"#
//!     );
//!     let parsed = Policy::parse(&Source::new("policy.json", text), PolicyType::Identity);
//!     vec![AttachedPolicy::new(parsed.expect("a valid policy").policy)]
//! };
//! let (old, new) = (policy("s3:Get*"), policy("s3:*"));
//! let patience = Patience { budget: Budget::default(), interrupted: &|| false };
//! let diff = Comparison::new(&old, &new).compare(Directions::Both, patience, 100);
//! assert_eq!(diff.verdict(), DiffVerdict::Different);
//! let added = diff.new_access.expect("asked for");
//! assert_eq!(added.differences[0].actions[0].to_string(), "s3:* but not s3:Get*");
//! ```
//!
//! What neither set says anything about is taken to stand in nobody's way, because a difference must
//! not hide behind it: an identity policy is compared as if the owners of resources trusted the
//! requester's account, an SCP as if identity policies allowed everything. A [`Premise`] says so.

mod actions;
mod difference;
mod json;
mod premise;
pub(super) mod view;

use super::verdict::{Obstacle, Proof, Reason};
use super::verify::Patience;
use crate::lower::AttachedPolicy;
use crate::network::{Assumption, Network};
use polsim_solve::solver::Finding;
use view::View;

pub use actions::Actions;
pub use difference::Difference;
pub use premise::Premise;

/// Two policy sets, and what is known of all requests.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    old: &'a [AttachedPolicy],
    new: &'a [AttachedPolicy],
    network: Option<&'a Network>,
    assumptions: Vec<&'static Assumption>,
}

/// Which differences are asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Directions {
    /// Both of the others.
    Both,
    /// What the new policies allow and the old ones do not.
    New,
    /// What the old policies allow and the new ones do not.
    Removed,
}

/// What a comparison came to.
#[derive(Clone, Debug)]
pub struct Diff {
    /// What the new policies allow and the old ones do not, if that was asked for.
    pub new_access: Option<Changes>,
    /// What the old policies allow and the new ones do not, if that was asked for.
    pub removed_access: Option<Changes>,
    /// What was taken to be so about policies that neither set has.
    pub premises: Vec<Premise>,
    /// Neither set allows anything, so that they are equal says nothing.
    pub allows_nothing: bool,
}

/// The differences in one direction.
#[derive(Clone, Debug)]
pub struct Changes {
    /// Those that were found, in the order in which they were.
    pub differences: Vec<Difference>,
    /// Whether there are others.
    pub rest: Rest,
}

/// Whether there are differences besides those that were found.
#[derive(Clone, Debug)]
pub enum Rest {
    /// Perhaps: so many had been found that the search was ended.
    Bound,
    /// No: a proof for each kind of caller.
    None(Vec<Proof>),
    /// Nobody knows.
    Unknown(Reason),
}

/// A comparison in a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DiffVerdict {
    /// There are differences.
    Different,
    /// There is none that was asked for, and that is proved.
    Equal,
    /// None was found, but there may be some.
    Unknown,
    /// There is none because neither set allows anything.
    Vacuous,
}

/// Which way a difference goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Direction {
    New,
    Removed,
}

impl<'a> Comparison<'a> {
    /// The comparison of these two sets, with all that is documented about requests and without a
    /// network.
    pub fn new(old: &'a [AttachedPolicy], new: &'a [AttachedPolicy]) -> Self {
        Self { old, new, network: None, assumptions: Assumption::all().iter().collect() }
    }

    /// The same with what is known of the endpoints and accounts of a network.
    #[must_use]
    pub fn in_network(self, network: Option<&'a Network>) -> Self {
        Self { network, ..self }
    }

    /// The same with nothing but these facts about requests.
    #[must_use]
    pub fn assuming(self, assumptions: Vec<&'static Assumption>) -> Self {
        Self { assumptions, ..self }
    }

    /// Looks for differences until there are no others, or `most` groups of actions are found.
    pub fn compare(&self, wanted: Directions, patience: Patience<'_>, most: usize) -> Diff {
        let (mut views, premises) = self.views();
        let mut changes = |direction, asked: bool| {
            asked.then(|| Changes::find(&mut views, direction, patience, most))
        };
        let new_access = changes(Direction::New, wanted != Directions::Removed);
        let removed_access = changes(Direction::Removed, wanted != Directions::New);
        let mut diff = Diff { new_access, removed_access, premises, allows_nothing: false };
        if diff.verdict() == DiffVerdict::Equal {
            let nothing = |view: &mut View| {
                let anything = view.anything();
                match view.questions.ask(anything, patience) {
                    Finding::Never(used) => {
                        view.questions.proof(anything, &[], &used, patience).is_ok()
                    }
                    _ => false,
                }
            };
            diff.allows_nothing = views.iter_mut().all(nothing);
        }
        diff
    }

    pub(super) fn views(&self) -> (Vec<View>, Vec<Premise>) {
        let mut premises = Vec::new();
        let views = view::all(self, &mut premises);
        (views, premises)
    }
}

impl Diff {
    /// The comparison in a word.
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

    /// Whether something that was asked for is not known.
    pub fn is_unknown(&self) -> bool {
        self.changes().any(|it| matches!(it.rest, Rest::Unknown(_)))
    }

    /// The names of the documented facts that the proofs rest on, in the order of the list of facts.
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

    fn changes(&self) -> impl Iterator<Item = &Changes> {
        [&self.new_access, &self.removed_access].into_iter().flatten()
    }
}

impl Changes {
    fn find(views: &mut [View], direction: Direction, patience: Patience<'_>, most: usize) -> Self {
        let mut differences: Vec<Difference> = Vec::new();
        let mut seen: Vec<Actions> = Vec::new();
        let mut proofs = Vec::new();
        let mut unknown = None;
        for view in views {
            loop {
                let question = view.difference(direction, &seen);
                match view.questions.ask(question, patience) {
                    Finding::Request(_) if seen.len() >= most => {
                        return Self { differences, rest: Rest::Bound };
                    }
                    Finding::Request(found) => {
                        let found = view.plainer(question, found, patience);
                        let Some(difference) = view.show(direction, question, &found) else {
                            let obstacle = Obstacle::Disagreement;
                            unknown.get_or_insert(Reason { obstacle, construct: None });
                            break;
                        };
                        seen.extend(difference.actions.iter().cloned());
                        match differences.iter_mut().find(|it| it.is_like(&difference)) {
                            Some(like) => like.actions.extend(difference.actions),
                            None => differences.push(difference),
                        }
                    }
                    Finding::Never(used) => {
                        match view.questions.proof(question, &[], &used, patience) {
                            Ok(proof) => proofs.push(proof),
                            Err(obstacle) => {
                                unknown.get_or_insert(Reason { obstacle, construct: None });
                            }
                        }
                        break;
                    }
                    Finding::Stopped(stop) => {
                        let obstacle = Obstacle::Stopped(stop);
                        unknown.get_or_insert(Reason { obstacle, construct: None });
                        break;
                    }
                    Finding::Undecided(doubts) => {
                        unknown.get_or_insert(view.reason(&doubts));
                        break;
                    }
                }
            }
        }
        let rest = unknown.map_or(Rest::None(proofs), Rest::Unknown);
        Self { differences, rest }
    }
}
