//! Questions about policies: formulas, the facts that are assumed about all requests, and the core
//! that answers.

use super::certificate::Certificate;
use super::construct;
use super::verdict::{Obstacle, Proof, Reason};
use super::verify::Patience;
use crate::formula::{FormulaId, Formulas};
use crate::lower::Lowered;
use crate::network::{Assumption, Network};
use polsim_check::budget::Meter;
use polsim_check::key_facts::{Fact, KeyFacts};
use polsim_check::{IncrementalChecker, Question, Refusal};
use polsim_solve::combine::Doubt;
use polsim_solve::solver::{Core, Finding};

/// Formulas that can be asked about, and the core that answers.
pub(super) struct Questions {
    /// The store of what is asked.
    pub(super) formulas: Formulas,
    core: Core,
    assumptions: Vec<(&'static str, FormulaId)>,
    documented: KeyFacts,
    /// Whether proofs carry certificates, which are then checked.
    pub(super) certify: bool,
    /// Checks proofs that carry none.
    follower: Option<IncrementalChecker>,
}

/// What is assumed, lowered: what the theories know themselves, and formulas by their names.
pub(super) struct Assumed {
    pub(super) documented: KeyFacts,
    pub(super) facts: Vec<(&'static str, FormulaId)>,
}

/// A part of a question that a certificate names.
pub(super) type Part = (&'static str, FormulaId);

/// The roots of a certificate with formulas: what is assumed, the parts of the question, and the
/// question, which is all of its parts.
pub(super) fn certified_roots(
    assumed: &[(&'static str, FormulaId)],
    parts: &[Part],
    question: FormulaId,
) -> Vec<(Box<str>, FormulaId)> {
    let assumed = assumed.iter().map(|(name, id)| (format!("assume:{name}").into(), *id));
    let parts = parts.iter().map(|(name, id)| (Box::from(*name), *id));
    assumed.chain(parts).chain([("question".into(), question)]).collect()
}

impl Assumed {
    /// Lowers what is assumed. Facts speak of the keys that something reads, so everything that will
    /// be asked about has been lowered: later formulas combine earlier ones.
    pub(super) fn new(
        formulas: &mut Formulas,
        assumptions: &[&'static Assumption],
        network: Option<&Network>,
    ) -> Self {
        let mut documented = KeyFacts::default();
        let mut facts = Vec::new();
        for fact in assumptions {
            if let Some(fact) = Fact::of_assumption(fact.name) {
                documented.add(fact);
            }
            facts.push((fact.name, fact.lower(formulas, network)));
        }
        Self { documented, facts }
    }
}

impl Questions {
    /// Questions about these formulas, to which everything that will be asked about has been
    /// lowered.
    pub(super) fn new(
        mut formulas: Formulas,
        assumptions: &[&'static Assumption],
        network: Option<&Network>,
    ) -> Self {
        let Assumed { documented, facts } = Assumed::new(&mut formulas, assumptions, network);
        let assumed = facts.iter().map(|(_, id)| *id).collect();
        let core = Core::new(documented.clone(), assumed);
        let certify = cfg!(debug_assertions);
        Self { formulas, core, assumptions: facts, documented, certify, follower: None }
    }

    /// The same, to be asked many questions: proofs carry no certificates, each step is checked
    /// once for all of them.
    pub(super) fn followed(mut self) -> Self {
        self.certify = false;
        self.follower = Some(IncrementalChecker::new(&mut self.formulas, self.documented.clone()));
        self
    }

    /// Looks for a request for which `question` holds.
    pub(super) fn ask(&mut self, question: FormulaId, patience: Patience<'_>) -> Finding {
        let mut limits = Meter::new(patience.budget, patience.interrupted);
        self.core.ask(&mut self.formulas, question, &mut limits)
    }

    /// The facts that are assumed, by name.
    pub(super) fn assumptions(&self) -> &[(&'static str, FormulaId)] {
        &self.assumptions
    }

    /// What they say about single values.
    pub(super) fn documented(&self) -> KeyFacts {
        self.documented.clone()
    }

    /// What holds for a request that answers `question`: it, and what is assumed.
    pub(super) fn with_assumptions(&self, question: FormulaId) -> Vec<FormulaId> {
        self.assumptions.iter().map(|(_, id)| *id).chain([question]).collect()
    }

    /// The proof that there is no request for which `question`, which was asked last, holds. It
    /// rests on the assumptions of these numbers.
    ///
    /// # Errors
    /// The checker refuses it, which is a defect of polsim, or has not come to an end.
    pub(super) fn proof(
        &mut self,
        question: FormulaId,
        parts: &[Part],
        used: &[usize],
        patience: Patience<'_>,
    ) -> Result<Proof, Obstacle> {
        let mut certificate = None;
        if self.certify {
            let refused = |_: Refusal| Obstacle::Refused;
            certificate = Some(self.certificate(question, parts, used).map_err(refused)?);
        }
        if let Some(follower) = &mut self.follower {
            let mut limits = Meter::new(patience.budget, patience.interrupted);
            let formulas = &mut self.formulas;
            let confirmed = self.core.confirms(follower, (question, used), formulas, &mut limits);
            if !confirmed.map_err(Obstacle::Stopped)? {
                return Err(Obstacle::Refused);
            }
        }
        let names = self.facts(used).into_iter().map(|(name, _)| name).collect();
        Ok(Proof::new(certificate, names))
    }

    /// The assumptions of these numbers.
    fn facts(&self, used: &[usize]) -> Vec<(&'static str, FormulaId)> {
        used.iter().filter_map(|number| self.assumptions.get(*number).copied()).collect()
    }

    fn certificate(
        &mut self,
        question: FormulaId,
        parts: &[Part],
        used: &[usize],
    ) -> Result<Certificate, Refusal> {
        let used_facts = self.facts(used);
        let raw = self.core.proof(used, &self.formulas);
        // What the theories know themselves counts as assumed whether a lemma needs it or not.
        let is_assumed = |(name, id): &&(&'static str, FormulaId)| {
            Fact::of_assumption(name).is_some() || used_facts.contains(&(*name, *id))
        };
        let assumed: Vec<(&'static str, FormulaId)> =
            self.assumptions.iter().filter(is_assumed).copied().collect();
        let asked = certified_roots(&assumed, parts, question);
        let assume = assumed.into_iter().map(|(name, _)| Box::from(name)).collect();
        let (formulas, documented) = (&mut self.formulas, &self.documented);
        let asking = Question::named(formulas, documented, asked.iter().cloned());
        let (fingerprint, formula) = (asking.fingerprint(), Some(asking.to_json()));
        let steps = asking.steps(&raw).ok_or(Refusal::Unfinished)?;
        let certificate =
            Certificate { assume, fingerprint, formula, origins: None, steps, witness: None };
        certificate.check(Question::named(formulas, documented, asked))?;
        Ok(certificate)
    }

    /// Why nobody knows, with the place in one of the policy sets.
    pub(super) fn reason(&self, doubts: &[Doubt], sets: &[&Lowered]) -> Reason {
        let place = |atom| {
            let origin = self.core.origin(&self.formulas, atom);
            sets.iter().find_map(|set| construct::of_atom(&self.formulas, set, origin))
        };
        let reasons = doubts.iter().map(|doubt| match *doubt {
            Doubt::Disagreement => Reason { obstacle: Obstacle::Disagreement, construct: None },
            Doubt::Mixture(atom) => Reason { obstacle: Obstacle::Mixture, construct: place(atom) },
            Doubt::Variable(atom) => {
                Reason { obstacle: Obstacle::Variable, construct: place(atom) }
            }
        });
        let mut first = None;
        for reason in reasons {
            // A place helps more than what came first.
            if reason.construct.is_some() || reason.obstacle == Obstacle::Disagreement {
                return reason;
            }
            first = first.or(Some(reason));
        }
        first.unwrap_or(Reason { obstacle: Obstacle::Disagreement, construct: None })
    }
}
