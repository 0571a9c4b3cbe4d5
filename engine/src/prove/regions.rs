//! The worlds in which a property's question has an answer, and those in which it has none.
//!
//! A world gives every choice of the question a value: each reading that AWS leaves open, each
//! undocumented fact about the network. A request that is found answers the question in all worlds in
//! which the formula holds for it (by evaluation); a proof without some of a world's values holds for
//! all worlds that agree on the others. Both label worlds until every world has a label.
//!
//! The order of the quantifiers is ∀ world ∃ request: *violated* means that whatever AWS does, some
//! request shows it. One request for all worlds is the better evidence, and is tried first.

use super::goal::Goal;
use super::limits::Limits;
use super::lowered_property::LoweredProperty;
use super::property::Claim;
use super::verdict::{Depends, Evidence, Outcome, Proof, Side, UnknownReason, Verdict};
use super::witness::Witness;
use crate::formula::{Atom, ChoiceId, FormulaId, MAX_CHOICES, World, WorldTable};
use crate::lower::is_possible;
use crate::request::Request;
use polsim_solve::result::SolveResult;

/// Bound on the requests and proofs that label the worlds of a question.
const MAX_LABELS: usize = 64;

/// The label of a world: the number of what was found for it.
type Label = usize;

/// An answer that labels worlds.
enum Found {
    /// A proof for all worlds that agree with a world on the choices of the mask, or that the shape
    /// has no request in them.
    Proof { outcome: Box<Outcome>, world: usize, mask: usize },
    /// A request of a kind of caller, for the worlds in which the question of the kind holds for it.
    Request(Box<Request>, usize),
}

/// The sort of a label, which is the outcome of its worlds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sort {
    Proof,
    Request,
    Unknown,
    Vacuous,
}

/// A search for the outcome of every world.
struct Regions<'p, 'v, 'c, 'l> {
    property: &'p mut LoweredProperty<'v>,
    question: FormulaId,
    /// The question for each kind of caller.
    kinds: Vec<FormulaId>,
    choices: &'c [ChoiceId],
    /// The worlds that can be, the fewest alternatives first.
    worlds: Vec<usize>,
    /// The label of each world.
    labels: Vec<Option<Label>>,
    found: Vec<Found>,
    limits: Limits<'l>,
}

impl LoweredProperty<'_> {
    /// Decides the property within these limits: whatever AWS does where it leaves something open.
    pub(super) fn decide(&mut self, limits: Limits<'_>) -> Verdict {
        let question = self.question();
        match self.queries.ask(question, limits) {
            SolveResult::Sat(model) => {
                let choices = self.queries.formulas.choices(question);
                if choices.len() > MAX_CHOICES {
                    return self.by_default(question, &choices, limits);
                }
                Regions::new(self, question, &choices, limits).decide(&model.request)
            }
            SolveResult::Unsat(used) => {
                let everywhere = self.queries.formulas.truth(true);
                let parts = self.parts(Goal::Witness, everywhere);
                match self.queries.proof_of_parts(question, &parts, &used, limits) {
                    Ok(proof) => self.proved(proof, limits),
                    Err(reason) => Verdict::Unknown(reason),
                }
            }
            other => Verdict::Unknown(self.unknown(&other)),
        }
    }

    /// The verdict where the question has more choices than a table: that of a request of the
    /// default world for which the question holds whatever their values are; else none.
    fn by_default(
        &mut self,
        question: FormulaId,
        choices: &[ChoiceId],
        limits: Limits<'_>,
    ) -> Verdict {
        let formulas = &mut self.queries.formulas;
        let mut parts = vec![question];
        for choice in choices {
            let taken = formulas.atom(Atom::Choice(choice.clone()));
            parts.push(formulas.not(taken));
        }
        let asked = formulas.all(parts);
        let SolveResult::Sat(model) = self.queries.ask(asked, limits) else {
            return Verdict::Unknown(UnknownReason::TooManyReadings);
        };
        let truth = self.queries.formulas.truth(true);
        let kinds = self.questions_by_kind();
        let kind = kinds.iter().position(|question| {
            self.queries.formulas.for_request(*question, &model.request) == truth
        });
        let Some(kind) = kind else { return Verdict::Unknown(UnknownReason::TooManyReadings) };
        // The question of the kind in the default world: all choices are false.
        let of_kind = kinds.get(kind).copied().unwrap_or(asked);
        match self.witness(&model.request, (kind, of_kind), &[], &[0]) {
            Some(witness) => {
                let evidence = Evidence::Witness(Box::new(witness));
                match self.property().claim {
                    Claim::Allow => Verdict::Proved(evidence),
                    _ => Verdict::Violated(evidence),
                }
            }
            None => Verdict::Unknown(UnknownReason::Disagreement),
        }
    }

    /// The verdict that a proof for all worlds leads to, which must not be about no request at all.
    fn proved(&mut self, proof: Proof, limits: Limits<'_>) -> Verdict {
        let truth = self.queries.formulas.truth(true);
        match self.proof_of_shape(proof, truth, limits) {
            Outcome::Proof(proof) => match self.property().claim {
                Claim::Allow => Verdict::Violated(Evidence::Proof(proof)),
                _ => Verdict::Proved(Evidence::Proof(proof)),
            },
            Outcome::Vacuous(proof) => Verdict::Vacuous(proof),
            Outcome::Unknown(reason) => Verdict::Unknown(reason),
            Outcome::Witness(_) => Verdict::Unknown(UnknownReason::Disagreement),
        }
    }
}

impl<'p, 'v, 'c, 'l> Regions<'p, 'v, 'c, 'l> {
    /// A search over the worlds of these choices, which are all that the question has.
    fn new(
        property: &'p mut LoweredProperty<'v>,
        question: FormulaId,
        choices: &'c [ChoiceId],
        limits: Limits<'l>,
    ) -> Self {
        let count = 1_usize << choices.len();
        let mut worlds: Vec<usize> = (0..count).filter(|it| is_possible(choices, *it)).collect();
        worlds.sort_by_key(|world| (world.count_ones(), *world));
        let labels = vec![None; count];
        let kinds = property.questions_by_kind();
        Self { property, question, kinds, choices, worlds, labels, found: Vec::new(), limits }
    }

    /// The verdict, where this request answers the question in some world.
    fn decide(mut self, first: &Request) -> Verdict {
        if let Some(kind) = self.covers(first) {
            return self.by_one(first, kind);
        }
        // The default world is where most requests for all worlds are found.
        if let SolveResult::Sat(model) = self.ask_in(0, self.every_choice())
            && let Some(kind) = self.covers(&model.request)
        {
            return self.by_one(&model.request, kind);
        }
        self.label_by_request(first);
        for world in self.worlds.clone() {
            if self.is_labelled(world) || self.found.len() >= MAX_LABELS {
                continue;
            }
            match self.ask_in(world, self.every_choice()) {
                SolveResult::Sat(model) => {
                    self.label_by_request(&model.request);
                    if !self.is_labelled(world) {
                        self.give_up(world, UnknownReason::Disagreement);
                    }
                }
                SolveResult::Unsat(_) => self.label_by_proof(world),
                other => {
                    let reason = self.property.unknown(&other);
                    self.give_up(world, reason);
                }
            }
        }
        self.verdict()
    }

    fn every_choice(&self) -> usize {
        self.labels.len().saturating_sub(1)
    }

    fn is_labelled(&self, world: usize) -> bool {
        self.labels.get(world).is_some_and(Option::is_some)
    }

    /// The worlds that agree with `world` on the choices of `mask`.
    fn cube(&self, world: usize, mask: usize) -> Vec<usize> {
        self.worlds.iter().copied().filter(|it| it & mask == world & mask).collect()
    }

    /// The formula that holds in the worlds of a cube.
    fn under(&mut self, world: usize, mask: usize) -> FormulaId {
        let formulas = &mut self.property.queries.formulas;
        let mut parts = Vec::new();
        for (at, choice) in self.choices.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1) {
            let is_true = formulas.atom(Atom::Choice(choice.clone()));
            parts.push(if world >> at & 1 == 1 { is_true } else { formulas.not(is_true) });
        }
        formulas.all(parts)
    }

    fn ask_in(&mut self, world: usize, mask: usize) -> SolveResult {
        let asked = self.question_in(world, mask);
        self.property.queries.ask(asked, self.limits)
    }

    fn question_in(&mut self, world: usize, mask: usize) -> FormulaId {
        let under = self.under(world, mask);
        self.property.queries.formulas.all([self.question, under])
    }

    /// The kind of caller of which the request answers the question in every world.
    fn covers(&self, request: &Request) -> Option<usize> {
        let formulas = &self.property.queries.formulas;
        self.kinds.iter().position(|question| {
            let holds = formulas.worlds(*question, request, self.choices);
            self.worlds.iter().all(|world| holds.contains(*world))
        })
    }

    /// The verdict that a request for all worlds shows.
    fn by_one(&self, request: &Request, kind: usize) -> Verdict {
        let witness = self.witness(request, kind, &self.worlds);
        match witness {
            Some(witness) => self.shown(Evidence::Witness(Box::new(witness))),
            None => Verdict::Unknown(UnknownReason::Disagreement),
        }
    }

    fn witness(&self, request: &Request, kind: usize, worlds: &[usize]) -> Option<Witness> {
        let question = *self.kinds.get(kind)?;
        self.property.witness(request, (kind, question), self.choices, worlds)
    }

    fn shown(&self, evidence: Evidence) -> Verdict {
        match self.property.property().claim {
            Claim::Allow => Verdict::Proved(evidence),
            _ => Verdict::Violated(evidence),
        }
    }

    fn label_by_request(&mut self, request: &Request) {
        for (kind, question) in self.kinds.clone().into_iter().enumerate() {
            let formulas = &self.property.queries.formulas;
            let holds = formulas.worlds(question, request, self.choices);
            let worlds = self.worlds.iter().copied().filter(|world| holds.contains(*world));
            let worlds: Vec<usize> = worlds.collect();
            if !worlds.is_empty() {
                self.label(&worlds, Found::Request(Box::new(request.clone()), kind));
            }
        }
    }

    /// Labels the worlds around one in which the question has no answer: as many of its values as
    /// possible are left out, so that the proof says what it rests on.
    fn label_by_proof(&mut self, world: usize) {
        let mut mask = self.every_choice();
        for at in 0..self.choices.len() {
            let less = mask & !(1_usize << at);
            if matches!(self.ask_in(world, less), SolveResult::Unsat(_)) {
                mask = less;
            }
        }
        let outcome = match self.proof(world, mask) {
            Ok(proof) => {
                let under = self.under(world, mask);
                self.property.proof_of_shape(proof, under, self.limits)
            }
            Err(reason) => Outcome::Unknown(reason),
        };
        let outcome = outcome.under(self.values(world, mask));
        let cube = self.cube(world, mask);
        self.label(&cube, Found::Proof { outcome: Box::new(outcome), world, mask });
    }

    /// The proof that the question has no answer in the worlds of a cube, asked once more: the proof
    /// is about the question that was asked last.
    fn proof(&mut self, world: usize, mask: usize) -> Result<Proof, UnknownReason> {
        let asked = self.question_in(world, mask);
        match self.property.queries.ask(asked, self.limits) {
            SolveResult::Unsat(used) => {
                let under = self.under(world, mask);
                let parts = self.property.parts(Goal::Witness, under);
                self.property.queries.proof_of_parts(asked, &parts, &used, self.limits)
            }
            other => Err(self.property.unknown(&other)),
        }
    }

    fn give_up(&mut self, world: usize, reason: UnknownReason) {
        let mask = self.every_choice();
        self.label(
            &[world],
            Found::Proof { outcome: Box::new(Outcome::Unknown(reason)), world, mask },
        );
    }

    fn label(&mut self, worlds: &[usize], found: Found) {
        let label = self.found.len();
        self.found.push(found);
        for world in worlds {
            if let Some(slot @ None) = self.labels.get_mut(*world) {
                *slot = Some(label);
            }
        }
    }

    fn values(&self, world: usize, mask: usize) -> World {
        let named = self.choices.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
        named.map(|(at, choice)| (choice.clone(), world >> at & 1 == 1)).collect()
    }

    fn sort(&self, label: Option<Label>) -> Sort {
        match label.and_then(|label| self.found.get(label)) {
            Some(Found::Request(..)) => Sort::Request,
            Some(Found::Proof { outcome, .. }) if matches!(**outcome, Outcome::Proof(_)) => {
                Sort::Proof
            }
            Some(Found::Proof { outcome, .. }) if matches!(**outcome, Outcome::Vacuous(_)) => {
                Sort::Vacuous
            }
            _ => Sort::Unknown,
        }
    }

    /// The verdict that the labels of all worlds lead to.
    fn verdict(self) -> Verdict {
        let label = |world: usize| self.labels.get(world).copied().flatten();
        let is_world = |world: usize| self.worlds.contains(&world);
        let sorts = WorldTable::new(self.choices.to_vec(), |world| {
            is_world(world).then(|| self.sort(label(world)))
        });
        let has = |sort: Sort| self.worlds.iter().any(|it| sorts.label(*it) == Some(&sort));
        let labels =
            WorldTable::new(self.choices.to_vec(), |world| is_world(world).then(|| label(world)));
        // A case for each outcome, if one request or proof serves all of its worlds; else a case for
        // each request or proof.
        let by_sort: Option<Vec<(usize, usize, Option<Label>)>> = sorts
            .cases()
            .into_iter()
            .map(|(mask, world)| Some((mask, world, Some(self.covering(mask, world)?))))
            .collect();
        let parts = by_sort.unwrap_or_else(|| {
            labels.cases().into_iter().map(|(mask, world)| (mask, world, label(world))).collect()
        });
        let mut cases = Vec::new();
        for (mask, world, label) in parts {
            match self.side(world, mask, label) {
                Some(side) => cases.push(side),
                None => return Verdict::Unknown(UnknownReason::Disagreement),
            }
        }
        if has(Sort::Proof) || has(Sort::Vacuous) {
            let on = sorts.depends_on().into_iter().cloned().collect();
            let complete = !has(Sort::Unknown);
            return Verdict::Depends(Depends { on, cases: cases.into(), complete });
        }
        if has(Sort::Unknown) {
            let unknown = cases.into_iter().find_map(|it| match it.outcome {
                Outcome::Unknown(reason) => Some(reason),
                _ => None,
            });
            return Verdict::Unknown(unknown.unwrap_or(UnknownReason::TooManyReadings));
        }
        self.shown(Evidence::Cases(cases.into()))
    }

    /// A finding of the sort of a cube's worlds that holds in all of them.
    fn covering(&self, mask: usize, world: usize) -> Option<Label> {
        let sort = self.sort(self.labels.get(world).copied().flatten());
        let cube = self.cube(world, mask);
        let formulas = &self.property.queries.formulas;
        let covers = |found: &Found| match found {
            Found::Request(request, kind) => {
                let Some(question) = self.kinds.get(*kind) else { return false };
                let holds = formulas.worlds(*question, request, self.choices);
                cube.iter().all(|it| holds.contains(*it))
            }
            Found::Proof { world: of, mask: own, .. } => cube.iter().all(|it| it & own == of & own),
        };
        let mut numbers = 0..self.found.len();
        numbers.find(|it| self.sort(Some(*it)) == sort && self.found.get(*it).is_some_and(covers))
    }

    /// The case of a cube whose worlds have this label; `None` if the evaluator decides its request
    /// otherwise.
    fn side(&self, world: usize, mask: usize, label: Option<Label>) -> Option<Side> {
        let outcome = match label.and_then(|label| self.found.get(label)) {
            Some(Found::Request(request, kind)) => {
                let cube = self.cube(world, mask);
                let witness = self.witness(request, *kind, &cube)?;
                Outcome::Witness(Box::new(witness))
            }
            Some(Found::Proof { outcome, .. }) => Outcome::clone(outcome),
            None => Outcome::Unknown(UnknownReason::TooManyReadings),
        };
        Some(Side { when: self.values(world, mask), outcome })
    }
}
