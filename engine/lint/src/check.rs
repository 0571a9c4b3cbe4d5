//! The rules at work, a file for each hundred.

mod actions;
mod conditions;
mod dependent;
mod escalation;
mod fits;
mod grammar;
mod granted;
mod guards;
mod keys;
mod operators;
mod public;
mod redundant;
mod style;
mod support;
mod trust;
mod values;

use polsim::prove::Limits;

use crate::document::Document;
use crate::found::Found;

/// What names and conditions say by themselves.
pub(crate) fn by_reading(document: &Document<'_>, found: &mut Found<'_>) {
    grammar::run(document, found);
    actions::run(document, found);
    fits::run(document, found);
    dependent::run(document, found);
    keys::run(document, found);
    support::run(document, found);
    operators::run(document, found);
    conditions::run(document, found);
    values::run(document, found);
    trust::run(document, found);
    style::run(document, found);
    redundant::entries(document, found);
}

/// What only the evaluator and the prover can say.
pub(crate) fn by_proof(document: &Document<'_>, found: &mut Found<'_>, limits: Limits<'_>) {
    guards::run(document, found, limits);
    redundant::statements(document, found, limits);
    granted::run(document, found);
    escalation::run(document, found, limits);
    public::run(document, found, limits);
}
