//! Questions about policies: formulas, the facts that are assumed about all requests, and the core
//! that answers.

use super::budget::Limits;
use super::certificate::Certificate;
use super::construct;
use super::core::{Core, Finding};
use super::documented::{Documented, Fact};
use super::judge::Doubt;
use super::verdict::{Obstacle, Proof, Reason};
use super::verify::Patience;
use crate::formula::{FormulaId, Formulas};
use crate::lower::Lowered;
use crate::network::{Assumption, Network};

/// Formulas that can be asked about, and the core that answers.
pub(super) struct Questions {
    /// The store of what is asked.
    pub(super) formulas: Formulas,
    core: Core,
    assumptions: Vec<(&'static str, FormulaId)>,
}

impl Questions {
    /// Questions about these formulas. Facts speak of the keys that something reads, so everything
    /// that will be asked about has been lowered: later formulas combine earlier ones.
    pub(super) fn new(
        mut formulas: Formulas,
        assumptions: &[&'static Assumption],
        network: Option<&Network>,
    ) -> Self {
        let mut documented = Documented::default();
        let mut lowered = Vec::new();
        for fact in assumptions {
            if let Some(fact) = Fact::of_assumption(fact.name) {
                documented.add(fact);
            }
            lowered.push((fact.name, fact.lower(&mut formulas, network)));
        }
        let assumed = lowered.iter().map(|(_, id)| *id).collect();
        let core = Core::new(&mut formulas, documented, assumed);
        Self { formulas, core, assumptions: lowered }
    }

    /// Looks for a request for which `question` holds.
    pub(super) fn ask(&mut self, question: FormulaId, patience: Patience<'_>) -> Finding {
        let mut limits = Limits::new(patience.budget, patience.interrupted);
        self.core.ask(&mut self.formulas, question, &mut limits)
    }

    /// The facts that are assumed, by name.
    pub(super) fn assumptions(&self) -> &[(&'static str, FormulaId)] {
        &self.assumptions
    }

    /// What they say about single values.
    pub(super) fn documented(&self) -> Documented {
        let mut documented = Documented::default();
        let facts = self.assumptions.iter().filter_map(|(name, _)| Fact::of_assumption(name));
        facts.for_each(|fact| documented.add(fact));
        documented
    }

    /// What holds for a request that answers `question`: it, and what is assumed.
    pub(super) fn with_assumptions(&self, question: FormulaId) -> Vec<FormulaId> {
        self.assumptions.iter().map(|(_, id)| *id).chain([question]).collect()
    }

    /// The proof that rests on the assumptions of these numbers.
    pub(super) fn proof(&self, used: Vec<usize>) -> Proof {
        let names = used
            .into_iter()
            .filter_map(|number| self.assumptions.get(number))
            .map(|(name, _)| *name);
        Proof::new(Certificate, names.collect())
    }

    /// Why nobody knows, with the place in one of the policy sets.
    pub(super) fn reason(&self, doubts: &[Doubt], sets: &[&Lowered]) -> Reason {
        let place = |atom| {
            let origin = self.core.origin(atom);
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
