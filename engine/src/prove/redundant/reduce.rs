//! Reduction of one document: what can be left out of it together.

use super::part::Part;
use super::trial::{self, Trial};
use super::{Limits, Redundancies, Redundancy, Redundant};
use crate::lower::AttachedPolicy;

impl Redundancy<'_> {
    /// The statements of the first document that can be left out together, from the last to the first,
    /// so that of two equal ones the first stays; of the others the conditions that can be left out by
    /// themselves. Statements that `wanted` refuses are kept untried, and values of lists are not tried.
    /// A statement counts as one that no request matches where none does as AWS reads policies by
    /// default.
    pub fn reduce(&self, wanted: &dyn Fn(usize) -> bool, limits: Limits<'_>) -> Redundancies {
        let mut all = Redundancies::none();
        let documents = trial::each_document(self.policies);
        let Some(attached) = documents.first() else { return all };
        let (views, premises) = self.comparison().views();
        all.premises = premises;
        let mut trial = Trial::new(views, limits).by_default();
        let mut gone: Vec<Part> = Vec::new();
        for index in (0..attached.policy.statements.len()).rev().filter(|it| wanted(*it)) {
            if (limits.interrupted)() {
                all.not_tried = all.not_tried.saturating_add(1);
                continue;
            }
            all.tried = all.tried.saturating_add(1);
            let whole = Part::Statement(index);
            match trial.never_matches(attached, index) {
                Err(reason) => all.unknown(attached, whole, reason),
                Ok(true) => {
                    let parts = trial.contradiction(attached, index);
                    all.found.push(Redundant::never(attached, index, &parts));
                }
                Ok(false) => match trial.changes_nothing_without(attached, &gone, whole) {
                    Err(reason) => all.unknown(attached, whole, reason),
                    Ok(true) => {
                        let covers = trial.covers(attached, whole, self.policies);
                        all.found.push(Redundant::part(attached, whole, covers));
                        gone.push(whole);
                    }
                    Ok(false) => conditions(&mut trial, attached, (index, &gone), &mut all),
                },
            }
        }
        all.found.reverse();
        all
    }
}

/// Tries the conditions of a statement that is needed.
fn conditions(
    trial: &mut Trial<'_>,
    attached: &AttachedPolicy,
    (index, gone): (usize, &[Part]),
    all: &mut Redundancies,
) {
    for part in Part::inside(attached, index) {
        if !matches!(part, Part::Condition(..)) {
            continue;
        }
        all.tried = all.tried.saturating_add(1);
        match trial.changes_nothing_without(attached, gone, part) {
            Err(reason) => all.unknown(attached, part, reason),
            Ok(false) => (),
            Ok(true) => all.found.push(Redundant::part(attached, part, Vec::new())),
        }
    }
}
