//! Redundant parts of a policy set: statements, conditions and single values whose removal changes no
//! decision, and statements that no request matches.
//!
//! A part is redundant if the set without it decides every request alike: allowed, explicitly denied
//! or implicitly denied. So a Deny of what nobody allows is not redundant: it outlives the next grant.
//! Each finding is about its part alone; of two statements that say the same, each is redundant
//! because of the other.

mod finding;
mod part;
mod reduce;
mod trial;

use super::compare::{Comparison, Premise};
use super::limits::Limits;
use super::verdict::UnknownReason;
use crate::lower::AttachedPolicy;
use crate::network::{Assumption, Network};
use part::Part;
use trial::Trial;

pub use finding::{Cover, Redundant, RedundantKind};

/// A search for the redundant parts of a policy set.
///
/// ```
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::prove::{Limits, Redundancy, RedundantKind};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": ["s3:*", "s3:GetObject"], "Resource": "*"}}"#;
/// let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity);
/// let policies = [AttachedPolicy::new(policy.expect("a policy").policy)];
/// let redundancies = Redundancy::new(&policies).find(Limits::default());
/// assert_eq!(redundancies.found[0].text(), r#""s3:GetObject""#);
/// ```
#[derive(Clone, Debug)]
pub struct Redundancy<'a> {
    policies: &'a [AttachedPolicy],
    network: Option<&'a Network>,
    assumptions: Vec<&'static Assumption>,
}

/// The redundant parts of a policy set.
///
/// ```
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::prove::{Limits, Redundancy, RedundantKind};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": ["s3:*", "s3:GetObject"], "Resource": "*"}}"#;
/// let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity);
/// let policies = [AttachedPolicy::new(policy.expect("a policy").policy)];
/// let redundancies = Redundancy::new(&policies).find(Limits::default());
/// assert_eq!((redundancies.found.len(), redundancies.not_tried), (1, 0));
/// ```
#[derive(Clone, Debug)]
pub struct Redundancies {
    /// Redundant parts, in the order of the texts.
    pub found: Vec<Redundant>,
    /// Parts for which the answer is unknown.
    pub unknown: Vec<(Redundant, UnknownReason)>,
    /// Number of statements, conditions and values that were tried.
    pub tried: usize,
    /// Number of statements that were not reached before the interrupt: neither they nor their parts
    /// were tried.
    pub not_tried: usize,
    /// Assumptions about policies that the set does not have.
    pub premises: Vec<Premise>,
}

impl<'a> Redundancy<'a> {
    /// The search in this set, with all documented facts about requests assumed and without a
    /// network.
    pub fn new(policies: &'a [AttachedPolicy]) -> Self {
        Self { policies, network: None, assumptions: Assumption::all().iter().collect() }
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

    /// Tries every part. The budget is for each question, the interrupt for all of them together.
    pub fn find(&self, limits: Limits<'_>) -> Redundancies {
        let (views, premises) = self.comparison().views();
        let mut trial = Trial::new(views, limits);
        let mut all = Redundancies { premises, ..Redundancies::none() };
        for attached in trial::each_document(self.policies) {
            for index in 0..attached.policy.statements.len() {
                if (limits.interrupted)() {
                    all.not_tried = all.not_tried.saturating_add(1);
                } else {
                    self.statement(attached, index, &mut trial, &mut all);
                }
            }
        }
        all
    }

    /// The set against itself.
    fn comparison(&self) -> Comparison<'a> {
        Comparison::new(self.policies, self.policies)
            .in_network(self.network)
            .assuming(self.assumptions.clone())
    }

    /// Tries a statement and, if it is needed, its parts.
    fn statement(
        &self,
        attached: &AttachedPolicy,
        index: usize,
        trial: &mut Trial<'_>,
        all: &mut Redundancies,
    ) {
        all.tried = all.tried.saturating_add(1);
        let whole = Part::Statement(index);
        match trial.never_matches(attached, index) {
            Err(reason) => return all.unknown(attached, whole, reason),
            Ok(true) => {
                let parts = trial.contradiction(attached, index);
                all.found.push(Redundant::never(attached, index, &parts));
                return;
            }
            Ok(false) => (),
        }
        match trial.changes_nothing(attached, whole) {
            Err(reason) => return all.unknown(attached, whole, reason),
            Ok(true) => {
                let covers = trial.covers(attached, whole, self.policies);
                all.found.push(Redundant::part(attached, whole, covers));
                return;
            }
            Ok(false) => (),
        }
        self.parts(attached, index, trial, all);
    }

    /// Tries the conditions and values of a statement; values of a redundant condition are not tried.
    fn parts(
        &self,
        attached: &AttachedPolicy,
        index: usize,
        trial: &mut Trial<'_>,
        all: &mut Redundancies,
    ) {
        let mut vain: Vec<Part> = Vec::new();
        for part in Part::inside(attached, index) {
            if part.list().is_some_and(|it| vain.contains(&it)) {
                continue;
            }
            all.tried = all.tried.saturating_add(1);
            match trial.changes_nothing(attached, part) {
                Err(reason) => all.unknown(attached, part, reason),
                Ok(false) => (),
                Ok(true) => {
                    let covers = trial.covers(attached, part, self.policies);
                    all.found.push(Redundant::part(attached, part, covers));
                    vain.push(part);
                }
            }
        }
    }
}

impl Redundancies {
    /// The answer before anything is tried.
    fn none() -> Self {
        let (found, unknown, premises) = (Vec::new(), Vec::new(), Vec::new());
        Self { found, unknown, tried: 0, not_tried: 0, premises }
    }

    fn unknown(&mut self, attached: &AttachedPolicy, part: Part, reason: UnknownReason) {
        self.unknown.push((Redundant::part(attached, part, Vec::new()), reason));
    }
}
