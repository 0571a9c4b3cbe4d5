//! Checking a certificate against its property, lowered again.

use super::certificate::Certificate;
use super::goal::Goal;
use super::lowered_property::PropertyFormulas;
use super::property::{Claim, Property};
use super::queries::{Assumed, Part, certified_roots, key_facts, lower_assumptions};
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
    let origins = certificate.origins.as_ref();
    if origins.is_some_and(|it| *it != lowered.origins_json(&formulas)) {
        return Err(Refusal::OtherQuestion);
    }
    // An assumption about keys depends on what is assumed besides, so all are lowered.
    let all = lower_assumptions(&mut formulas, assumptions, network);
    let under = certificate.lower_under(&mut formulas);
    let question = lowered.question(property.claim, &mut formulas);
    let shape = lowered.of_shape(&mut formulas);
    let [question, shape] = [question, shape].map(|it| formulas.all([it, under]));
    let facts: Vec<Assumed> = all.into_iter().filter(|it| is_assumed(it.assumption.name)).collect();
    let question = if verdict == "vacuous" {
        shape
    } else {
        let wanted: Vec<FormulaId> = facts.iter().map(|it| it.formula).chain([shape]).collect();
        if !certificate.shows(&formulas, &wanted) {
            return Err(Refusal::WrongWitness);
        }
        question
    };
    // Certificates of the first version name no parts.
    let goal = if verdict == "vacuous" { Goal::Shape } else { Goal::Witness };
    let parts: Vec<Part> = match &certificate.formula {
        None => Vec::new(),
        Some(_) => lowered.parts((property.claim, goal), under, &mut formulas),
    };
    let asked = certified_roots(facts, &parts, question);
    certificate.check(Question::named(&mut formulas, &key_facts, asked))
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
