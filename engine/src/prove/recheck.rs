//! Checking a certificate against its property, lowered again.

use super::certificate::Certificate;
use super::lowered_property::PropertyFormulas;
use super::property::{Claim, Property};
use super::queries::{key_facts, lower_assumptions};
use crate::formula::FormulaId;
use crate::lower::Readings;
use crate::network::{Assumption, Network};
use polsim_check::{Question, Refusal};

/// Checks the certificate of a verdict on a property, under some of these assumptions.
///
/// # Errors
/// The reason why the certificate is refused.
pub(super) fn check(
    property: &Property,
    verdict: &str,
    certificate: &Certificate,
    assumptions: &[&'static Assumption],
    network: Option<&Network>,
    readings: &Readings,
) -> Result<(), Refusal> {
    let is_known = |name: &str| assumptions.iter().any(|it| it.name == name);
    if !is_provable(property.claim, verdict) || !certificate.assumptions().all(is_known) {
        return Err(Refusal::OtherQuestion);
    }
    let is_assumed = |name: &str| certificate.assumptions().any(|it| it == name);
    let key_facts = key_facts(assumptions.iter().filter(|it| is_assumed(it.name)));
    let (lowered, mut formulas) = PropertyFormulas::new(property, network, readings);
    // An assumption about keys depends on what is assumed besides, so all are lowered.
    let all = lower_assumptions(&mut formulas, assumptions, network);
    let under = certificate.lower_under(&mut formulas);
    let question = lowered.question(property.claim, &mut formulas);
    let shape = lowered.of_shape(&mut formulas);
    let [question, shape] = [question, shape].map(|it| formulas.all([it, under]));
    let facts: Vec<FormulaId> =
        all.into_iter().filter(|it| is_assumed(it.assumption.name)).map(|it| it.formula).collect();
    let question = if verdict == "vacuous" {
        shape
    } else {
        let wanted: Vec<FormulaId> = facts.iter().copied().chain([shape]).collect();
        if !certificate.shows(&formulas, &wanted) {
            return Err(Refusal::WrongWitness);
        }
        question
    };
    let asked = facts.into_iter().chain([question]);
    certificate.check(Question::new(&mut formulas, &key_facts, asked))
}

/// Tests whether a proof that there is no request can stand behind the verdict on such a claim.
fn is_provable(claim: Claim, verdict: &str) -> bool {
    match verdict {
        "proved" => claim != Claim::Allow,
        "violated" => claim == Claim::Allow,
        "vacuous" => true,
        _ => false,
    }
}
