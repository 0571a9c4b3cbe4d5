use crate::budget::{Exhausted, Steps};
use crate::fields::field::Field;
use crate::key_facts::KeyFacts;
use crate::question::Question;
use crate::value_format;
use polsim_decide::formula::{FormulaId, Formulas};

pub use crate::field_id::values_contradict;
pub use crate::lemma::{actions_contradict, texts_contradict};
pub use crate::regex::{CharacterClass, Letter, Regex};
pub use crate::rup::Lit;

/// Tests that a text is in the format of a field.
pub fn is_in_format(
    field: Field,
    text: &str,
    key_facts: &KeyFacts,
    budget: &mut Steps,
) -> Result<bool, Exhausted> {
    value_format::of(field, key_facts).contains(text, budget)
}

impl Question<'_> {
    /// The clauses of the question.
    #[doc(hidden)]
    pub fn all_clauses(&self) -> Vec<Vec<Lit>> {
        let mut clauses = Vec::new();
        self.each_clause(|clause| clauses.push(clause.to_vec()));
        clauses
    }

    /// The formula of a literal's number.
    #[doc(hidden)]
    pub fn formula(&self, lit: Lit) -> Option<FormulaId> {
        self.numbering.formula(lit)
    }

    /// The store of the question's formulas.
    #[doc(hidden)]
    pub fn formulas(&self) -> &Formulas {
        self.formulas
    }

    /// Gives an atom of a step the next number.
    #[doc(hidden)]
    pub fn add_atom(&mut self, step: &crate::Step) {
        if let crate::Step::Atom(atom) = step {
            let id = self.formulas.atom(atom.clone());
            self.numbering.add(id);
        }
    }
}
