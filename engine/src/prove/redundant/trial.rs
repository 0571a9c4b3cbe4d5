//! Trials: a policy set without one part, asked whether it decides any request differently.

use std::sync::Arc;

use super::finding::Cover;
use super::part::Part;
use crate::formula::FormulaId;
use crate::lower::{AttachedPolicy, LoweredStatement};
use crate::policy::Policy;
use crate::prove::compare::view::{Side, View};
use crate::prove::limits::Limits;
use crate::prove::verdict::UnknownReason;
use crate::text::Span;
use polsim_solve::result::SolveResult;

/// Upper bound on the overlapping statements among which those that cover a redundant one are
/// searched; where there are more, all of them are named.
const MAX_TRIED: usize = 60;

/// A policy set as each kind of caller meets it, ready for trials.
pub(super) struct Trial<'a> {
    views: Vec<View>,
    limits: Limits<'a>,
    /// True if statements are asked whether they match where AWS does by default what it leaves open;
    /// on every side otherwise.
    by_default: bool,
}

/// A document, and its replacement.
type Change<'a> = (&'a Arc<Policy>, Arc<Policy>);

impl<'a> Trial<'a> {
    pub(super) fn new(views: Vec<View>, limits: Limits<'a>) -> Self {
        Self { views, limits, by_default: false }
    }

    /// The same trials, where a statement that matches only on a side that AWS does not take by
    /// default counts as one that never matches.
    pub(super) fn by_default(self) -> Self {
        Self { by_default: true, ..self }
    }

    /// Tests whether no request matches a statement.
    pub(super) fn never_matches(
        &mut self,
        attached: &AttachedPolicy,
        index: usize,
    ) -> Result<bool, UnknownReason> {
        for view in &mut self.views {
            let Some(matches) = statement(view, &attached.policy, index).map(|it| it.matches)
            else {
                continue;
            };
            let question = view.queries.formulas.all([view.all_requests, matches]);
            let question = if self.by_default { view.by_default(question) } else { question };
            if !never(view, question, self.limits)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The elements and conditions of a statement that no request matches together: those that
    /// cannot be left out of the contradiction.
    pub(super) fn contradiction(&mut self, attached: &AttachedPolicy, index: usize) -> Vec<Span> {
        let policy = &attached.policy;
        let Some(written) = policy.statements.get(index) else { return Vec::new() };
        let pieces = |it: &LoweredStatement| -> Vec<(FormulaId, Span)> {
            let element = |span: Option<Span>, formula| span.map(|span| (formula, span));
            let principal = element(written.principal.as_ref().map(|it| it.span), it.principal);
            let action = element(Some(written.action.span), it.action);
            let resource = element(written.resource.as_ref().map(|it| it.span), it.resource);
            let conditions = it.conditions.iter().copied();
            let conditions = conditions.zip(written.conditions.iter().map(|it| it.span));
            [principal, action, resource].into_iter().flatten().chain(conditions).collect()
        };
        let mut blamed: Vec<Span> = Vec::new();
        for view in &mut self.views {
            let Some(lowered) = statement(view, policy, index) else { continue };
            let scope = lowered.scope;
            let mut kept = pieces(lowered);
            let mut at = 0;
            while at < kept.len() {
                let mut fewer = kept.clone();
                let left_out = fewer.remove(at);
                let parts = fewer.iter().map(|(formula, _)| *formula);
                let parts: Vec<FormulaId> = parts.chain([scope, view.all_requests]).collect();
                let question = view.queries.formulas.all(parts);
                let question = if self.by_default { view.by_default(question) } else { question };
                if never(view, question, self.limits) == Ok(true) {
                    kept.retain(|it| *it != left_out);
                } else {
                    at = at.saturating_add(1);
                }
            }
            for (_, span) in kept {
                if !blamed.contains(&span) {
                    blamed.push(span);
                }
            }
        }
        blamed
    }

    /// Tests whether the set without the part decides every request alike.
    pub(super) fn changes_nothing(
        &mut self,
        attached: &AttachedPolicy,
        part: Part,
    ) -> Result<bool, UnknownReason> {
        self.changes_nothing_without(attached, &[], part)
    }

    /// Tests whether the set without the part decides every request alike, other parts that change
    /// nothing left out already.
    pub(super) fn changes_nothing_without(
        &mut self,
        attached: &AttachedPolicy,
        gone: &[Part],
        part: Part,
    ) -> Result<bool, UnknownReason> {
        let policy = &attached.policy;
        let without = Part::left_out(policy, &[gone, &[part]].concat());
        self.alike(&[], &[(policy, without)])
    }

    /// The statements or values because of which a part that changes nothing does not: as few as
    /// can be.
    pub(super) fn covers(
        &mut self,
        attached: &AttachedPolicy,
        part: Part,
        policies: &[AttachedPolicy],
    ) -> Vec<Cover> {
        let policy = &attached.policy;
        for sibling in part.siblings(policy) {
            // The sibling alone, with and without the part.
            let mut others = part.siblings(policy);
            others.retain(|it| *it != sibling);
            let with = Part::left_out(policy, &others);
            others.push(part);
            let without = Part::left_out(policy, &others);
            if self.alike(&[(policy, with)], &[(policy, without)]) == Ok(true) {
                return vec![Cover::part(attached, sibling)];
            }
        }
        let overlapping = self.overlapping(attached, part.statement(), policies);
        let mut kept: Vec<(&AttachedPolicy, usize)> = overlapping.clone();
        if kept.len() <= MAX_TRIED {
            for candidate in overlapping {
                let fewer: Vec<_> =
                    kept.iter().copied().filter(|it| !same(it, &candidate)).collect();
                if self.still_covered(attached, part, policies, &fewer) {
                    kept = fewer;
                }
            }
        }
        kept.into_iter()
            .map(|(policy, index)| Cover::part(policy, Part::Statement(index)))
            .collect()
    }

    /// The other statements that some request matches together with this one.
    fn overlapping<'p>(
        &mut self,
        attached: &AttachedPolicy,
        index: usize,
        policies: &'p [AttachedPolicy],
    ) -> Vec<(&'p AttachedPolicy, usize)> {
        let mut found = Vec::new();
        for other in each_document(policies) {
            for number in 0..other.policy.statements.len() {
                let own = Arc::ptr_eq(&other.policy, &attached.policy) && number == index;
                let together = |view: &mut View| {
                    let one = statement(view, &attached.policy, index).map(|it| it.matches);
                    let two = statement(view, &other.policy, number).map(|it| it.matches);
                    let (Some(one), Some(two)) = (one, two) else { return false };
                    let question = view.queries.formulas.all([view.all_requests, one, two]);
                    never(view, question, self.limits) != Ok(true)
                };
                if !own && self.views.iter_mut().any(together) {
                    found.push((other, number));
                }
            }
        }
        found
    }

    /// Tests whether the part changes nothing where only these of the other statements are there.
    fn still_covered(
        &mut self,
        attached: &AttachedPolicy,
        part: Part,
        policies: &[AttachedPolicy],
        others: &[(&AttachedPolicy, usize)],
    ) -> bool {
        let (mut with, mut without): (Vec<Change<'_>>, Vec<Change<'_>>) = (Vec::new(), Vec::new());
        for document in each_document(policies) {
            let policy = &document.policy;
            let own = Arc::ptr_eq(policy, &attached.policy);
            let keeps = |number: usize| {
                (own && number == part.statement())
                    || others.iter().any(|it| same(it, &(document, number)))
            };
            let mut gone: Vec<Part> = (0..policy.statements.len())
                .filter(|number| !keeps(*number))
                .map(Part::Statement)
                .collect();
            with.push((policy, Part::left_out(policy, &gone)));
            if own {
                gone.push(part);
            }
            without.push((policy, Part::left_out(policy, &gone)));
        }
        self.alike(&with, &without) == Ok(true)
    }

    /// Tests whether the set decides every request alike with the one changes and with the others.
    fn alike(&mut self, one: &[Change<'_>], other: &[Change<'_>]) -> Result<bool, UnknownReason> {
        for view in &mut self.views {
            let question = view.decided_otherwise(one, other);
            if !never(view, question, self.limits)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl View {
    /// The requests that the set decides otherwise with the one changes than with the others.
    fn decided_otherwise(&mut self, one: &[Change<'_>], other: &[Change<'_>]) -> FormulaId {
        let changed =
            |policies: &[AttachedPolicy], changes: &[Change<'_>]| -> Vec<AttachedPolicy> {
                let of = |it: &AttachedPolicy| {
                    let change = changes.iter().find(|(old, _)| Arc::ptr_eq(old, &it.policy));
                    let policy =
                        change.map_or_else(|| Arc::clone(&it.policy), |(_, new)| Arc::clone(new));
                    AttachedPolicy { policy, ..it.clone() }
                };
                policies.iter().map(of).collect()
            };
        let [one, other] = [one, other].map(|changes| changed(&self.new.policies, changes));
        let formulas = &mut self.queries.formulas;
        let one = Side::new(formulas, one, self.owners).lowered;
        let other = Side::new(formulas, other, self.owners).lowered;
        let mut differ = |one: FormulaId, other: FormulaId| {
            let (not_one, not_other) = (formulas.not(one), formulas.not(other));
            let (first, second) = (formulas.all([one, not_other]), formulas.all([not_one, other]));
            formulas.any([first, second])
        };
        let parts =
            [differ(one.allowed, other.allowed), differ(one.explicit_deny, other.explicit_deny)];
        let either = formulas.any(parts);
        formulas.all([self.requests, either])
    }
}

/// The statement in the view's set; none where the view is without the policy.
fn statement<'v>(
    view: &'v View,
    policy: &Arc<Policy>,
    index: usize,
) -> Option<&'v LoweredStatement> {
    let lowered = &view.new.lowered;
    let number = lowered.policies.iter().position(|it| Arc::ptr_eq(&it.policy, policy))?;
    lowered.statements.iter().find(|it| it.policy == number && it.index == index)
}

/// Tests whether no request answers the question.
fn never(view: &mut View, question: FormulaId, limits: Limits<'_>) -> Result<bool, UnknownReason> {
    match view.queries.ask(question, limits) {
        SolveResult::Unsat(used) => match view.queries.proof(question, &used, limits) {
            Ok(_) => Ok(true),
            Err(reason) => Err(reason),
        },
        SolveResult::Sat(_) => Ok(false),
        SolveResult::Unknown(doubts) => Err(view.reason(&doubts)),
        SolveResult::Interrupted(stop) => Err(UnknownReason::Stopped(stop)),
    }
}

fn same(one: &(&AttachedPolicy, usize), other: &(&AttachedPolicy, usize)) -> bool {
    Arc::ptr_eq(&one.0.policy, &other.0.policy) && one.1 == other.1
}

/// The attached policies, a document that is attached several times once.
pub(super) fn each_document(policies: &[AttachedPolicy]) -> Vec<&AttachedPolicy> {
    let mut each: Vec<&AttachedPolicy> = Vec::new();
    for policy in policies {
        if !each.iter().any(|it| Arc::ptr_eq(&it.policy, &policy.policy)) {
            each.push(policy);
        }
    }
    each
}
