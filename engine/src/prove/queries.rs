//! Solver queries about policies: a formula store, the facts assumed of every request, and the
//! incremental solver over both.

use super::atom_source::source_of;
use super::certificate::Certificate;
use super::limits::Limits;
use super::verdict::{Proof, UnknownReason};
use crate::formula::{FormulaId, Formulas, World};
use crate::lower::Lowered;
use crate::network::{Assumption, Network};
use polsim_check::key_facts::KeyFacts;
use polsim_check::{IncrementalChecker, Question, Refusal};
use polsim_solve::result::SolveResult;
use polsim_solve::result::UnknownReason as SolverReason;
use polsim_solve::solver::Solver;

/// A formula store and the solver that answers queries about it.
pub(super) struct Queries {
    /// Store of the formulas that are asked about.
    pub(super) formulas: Formulas,
    solver: Solver,
    assumptions: Vec<Assumed>,
    key_facts: KeyFacts,
    /// Switch for certificates: proofs carry them, and they are checked.
    pub(super) certify: bool,
    /// Checker beside the solver, for proofs that carry no certificate.
    checker: Option<IncrementalChecker>,
}

/// An assumption and its formula.
#[derive(Clone, Copy, Debug)]
pub(super) struct Assumed {
    pub(super) assumption: &'static Assumption,
    pub(super) formula: FormulaId,
}

/// A part of a question, with the name that a certificate gives it.
pub(super) type Part = (&'static str, FormulaId);

/// The named roots of a certificate: assumptions, the parts of the question, and the question, which
/// is all of its parts.
pub(super) fn certified_roots(
    assumed: impl IntoIterator<Item = Assumed>,
    parts: &[Part],
    question: FormulaId,
) -> Vec<(Box<str>, FormulaId)> {
    let name = |it: Assumed| (format!("assume:{}", it.assumption.name).into(), it.formula);
    let parts = parts.iter().map(|(name, id)| (Box::from(*name), *id));
    assumed.into_iter().map(name).chain(parts).chain([("question".into(), question)]).collect()
}

/// Lowers assumptions. They speak of the keys that something in the store reads, so everything that
/// will be asked about has been lowered: later formulas only combine earlier ones.
pub(super) fn lower_assumptions(
    formulas: &mut Formulas,
    assumptions: &[&'static Assumption],
    network: Option<&Network>,
) -> Vec<Assumed> {
    let lower = |assumption: &&'static Assumption| {
        let formula = assumption.lower(formulas, network);
        Assumed { assumption, formula }
    };
    assumptions.iter().map(lower).collect()
}

/// The facts about single values among assumptions, which the theories know themselves.
pub(super) fn key_facts<'a>(
    assumptions: impl IntoIterator<Item = &'a &'static Assumption>,
) -> KeyFacts {
    let mut facts = KeyFacts::default();
    for fact in assumptions.into_iter().filter_map(|it| it.key_fact()) {
        facts.add(fact);
    }
    facts
}

impl Queries {
    /// Queries about these formulas, to which everything that will be asked about has been lowered.
    pub(super) fn new(
        mut formulas: Formulas,
        assumptions: &[&'static Assumption],
        network: Option<&Network>,
    ) -> Self {
        let key_facts = key_facts(assumptions);
        let assumptions = lower_assumptions(&mut formulas, assumptions, network);
        let assumed = assumptions.iter().map(|it| it.formula).collect();
        let solver = Solver::new(key_facts.clone(), assumed);
        let certify = cfg!(debug_assertions);
        Self { formulas, solver, assumptions, key_facts, certify, checker: None }
    }

    /// The same for many queries: proofs carry no certificates, and the checker takes each step
    /// once for all of them.
    pub(super) fn checked_along(mut self) -> Self {
        self.certify = false;
        self.checker = Some(IncrementalChecker::new(&mut self.formulas, self.key_facts.clone()));
        self
    }

    /// Searches for a request for which `question` holds.
    pub(super) fn ask(&mut self, question: FormulaId, limits: Limits<'_>) -> SolveResult {
        self.solver.ask(&mut self.formulas, question, &mut limits.meter())
    }

    /// The assumptions, in their order.
    pub(super) fn assumptions(&self) -> &[Assumed] {
        &self.assumptions
    }

    /// The assumed facts about single values.
    pub(super) fn key_facts(&self) -> &KeyFacts {
        &self.key_facts
    }

    /// The formulas that hold for a request of which `wanted` hold: these, and the assumptions.
    pub(super) fn with_assumptions(
        &self,
        wanted: impl IntoIterator<Item = FormulaId>,
    ) -> Vec<FormulaId> {
        self.assumptions.iter().map(|it| it.formula).chain(wanted).collect()
    }

    /// The proof that no request answers `question`, which was asked last. The proof rests on the
    /// assumptions of these numbers.
    ///
    /// # Errors
    /// The checker refuses the proof, which is a defect of polsim, or has not come to an end.
    pub(super) fn proof(
        &mut self,
        question: FormulaId,
        used: &[usize],
        limits: Limits<'_>,
    ) -> Result<Proof, UnknownReason> {
        self.proof_of_parts(question, &[], used, limits)
    }

    /// The same, where the question is all of these parts: a certificate names them.
    pub(super) fn proof_of_parts(
        &mut self,
        question: FormulaId,
        parts: &[Part],
        used: &[usize],
        limits: Limits<'_>,
    ) -> Result<Proof, UnknownReason> {
        let mut certificate = None;
        if self.certify {
            let refused = |_: Refusal| UnknownReason::ProofRefused;
            certificate = Some(self.certificate((question, parts), used).map_err(refused)?);
        }
        if let Some(checker) = &mut self.checker {
            let (formulas, mut meter) = (&mut self.formulas, limits.meter());
            let confirmed = self.solver.confirms(checker, (question, used), formulas, &mut meter);
            if !confirmed.map_err(UnknownReason::Stopped)? {
                return Err(UnknownReason::ProofRefused);
            }
        }
        let used = used.iter().filter_map(|number| self.assumptions.get(*number));
        Ok(Proof::new(certificate, used.map(|it| it.assumption.name).collect()))
    }

    /// The certificate for a proof that rests on these of the assumptions. The steps may speak of
    /// parts of an assumption that the proof as a whole does not need; then it names all of them.
    fn certificate(
        &mut self,
        question: (FormulaId, &[Part]),
        used: &[usize],
    ) -> Result<Certificate, Refusal> {
        match self.certificate_on(question, used) {
            Err(Refusal::Unfinished) => {
                let all: Vec<usize> = (0..self.assumptions.len()).collect();
                self.certificate_on(question, &all)
            }
            other => other,
        }
    }

    fn certificate_on(
        &mut self,
        (question, parts): (FormulaId, &[Part]),
        used: &[usize],
    ) -> Result<Certificate, Refusal> {
        let raw = self.solver.proof(used, &self.formulas);
        // A fact that the theories know counts as assumed, whether a lemma needs it or not.
        let is_assumed = |(number, it): &(usize, &Assumed)| {
            it.assumption.key_fact().is_some() || used.contains(number)
        };
        let assumed: Vec<&Assumed> = self
            .assumptions
            .iter()
            .enumerate()
            .filter(is_assumed)
            .map(|(_, assumed)| assumed)
            .collect();
        let asked = certified_roots(assumed.iter().copied().copied(), parts, question);
        let assume = assumed.into_iter().map(|it| Box::from(it.assumption.name)).collect();
        let (formulas, key_facts) = (&mut self.formulas, &self.key_facts);
        let asking = Question::named(formulas, key_facts, asked.iter().cloned());
        let (fingerprint, formula) = (asking.fingerprint(), Some(asking.to_json()));
        let steps = asking.steps(&raw).ok_or(Refusal::Unfinished)?;
        let certificate = Certificate {
            assume,
            fingerprint,
            formula,
            origins: None,
            steps,
            witness: None,
            under: World::default(),
        };
        certificate.check(Question::named(formulas, key_facts, asked))?;
        Ok(certificate)
    }

    /// The reason why the answer is unknown, with its place in one of the policy sets.
    pub(super) fn reason(&self, doubts: &[SolverReason], sets: &[&Lowered]) -> UnknownReason {
        let place = |atom| {
            let origin = self.solver.origin(&self.formulas, atom);
            sets.iter().find_map(|set| source_of(&self.formulas, set, origin))
        };
        let reasons = doubts.iter().map(|doubt| match *doubt {
            SolverReason::Disagreement => UnknownReason::Disagreement,
            SolverReason::Mixture(atom) => UnknownReason::MixedTypes(place(atom)),
            SolverReason::Variable(atom) => UnknownReason::Variable(place(atom)),
        });
        let mut first = None;
        for reason in reasons {
            // A place helps more than what came first.
            if reason.source().is_some() || reason == UnknownReason::Disagreement {
                return reason;
            }
            first = first.or(Some(reason));
        }
        first.unwrap_or(UnknownReason::Disagreement)
    }
}
