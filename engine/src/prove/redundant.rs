//! What a policy set says in vain: statements, conditions and single values whose removal changes no
//! decision, and statements that no request matches.
//!
//! A part is redundant if the set without it decides every request alike: allowed, explicitly denied
//! or implicitly denied. So a Deny of what nobody allows is not redundant: it outlives the next grant.
//! Each finding is about its part alone; of two statements that say the same, each is redundant
//! because of the other.

mod finding;
mod part;
mod trial;

use super::verdict::Reason;
use super::verify::Patience;
use super::{Comparison, Premise};
use crate::lower::AttachedPolicy;
use crate::network::{Assumption, Network};
use part::Part;
use trial::Trial;

pub use finding::{Cover, Redundant, RedundantKind};

/// A policy set, asked what it says in vain.
#[derive(Clone, Debug)]
pub struct Redundancy<'a> {
    policies: &'a [AttachedPolicy],
    network: Option<&'a Network>,
    assumptions: Vec<&'static Assumption>,
}

/// What a policy set says in vain.
#[derive(Clone, Debug)]
pub struct Redundancies {
    /// The findings, in the order of the texts.
    pub found: Vec<Redundant>,
    /// Parts of which nobody knows.
    pub unknown: Vec<(Redundant, Reason)>,
    /// How many statements, conditions and values were tried.
    pub tried: usize,
    /// How many statements were not reached before the patience was at its end: nobody knows of them
    /// and what is in them.
    pub not_tried: usize,
    /// What was taken to be so about policies that the set does not have.
    pub premises: Vec<Premise>,
}

impl<'a> Redundancy<'a> {
    /// The question about this set, with all that is documented about requests and without a
    /// network.
    pub fn new(policies: &'a [AttachedPolicy]) -> Self {
        Self { policies, network: None, assumptions: Assumption::all().iter().collect() }
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

    /// Tries every part. The budget is for each question, the time for all of them together.
    pub fn find(&self, patience: Patience<'_>) -> Redundancies {
        let comparison = Comparison::new(self.policies, self.policies)
            .in_network(self.network)
            .assuming(self.assumptions.clone());
        let (views, premises) = comparison.views();
        let mut trial = Trial::new(views, patience);
        let (found, unknown) = (Vec::new(), Vec::new());
        let mut all = Redundancies { found, unknown, tried: 0, not_tried: 0, premises };
        for attached in each_document(self.policies) {
            for index in 0..attached.policy.statements.len() {
                if (patience.interrupted)() {
                    all.not_tried = all.not_tried.saturating_add(1);
                } else {
                    self.statement(attached, index, &mut trial, &mut all);
                }
            }
        }
        all
    }

    /// A statement, and if it is needed, what is in it.
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
    fn unknown(&mut self, attached: &AttachedPolicy, part: Part, reason: Reason) {
        self.unknown.push((Redundant::part(attached, part, Vec::new()), reason));
    }
}

/// The attached policies, a document that is attached several times once.
fn each_document(policies: &[AttachedPolicy]) -> Vec<&AttachedPolicy> {
    let mut each: Vec<&AttachedPolicy> = Vec::new();
    for policy in policies {
        if !each.iter().any(|it| std::sync::Arc::ptr_eq(&it.policy, &policy.policy)) {
            each.push(policy);
        }
    }
    each
}
