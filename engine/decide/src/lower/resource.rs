//! Resource and NotResource to formulas (policy language §2.3).

use crate::catalog::readings;
use crate::formula::{Atom, FormulaId};
use crate::policy::{Element, Polarity, ResourcePattern};
use crate::text::{Pattern, Piece};

use super::readings::Lowering;
use super::{statement, variable};

/// The requests whose resource the element covers.
pub(super) fn lower(
    to: &mut Lowering<'_>,
    element: Option<&Element<ResourcePattern>>,
) -> FormulaId {
    let covered = {
        let patterns = element.into_iter().flat_map(|it| &it.values).map(|it| &it.value);
        let each: Vec<FormulaId> = patterns.map(|it| one(to, it)).collect();
        let mut each = each.into_iter();
        statement::element(to.formulas, element, |formulas, _| {
            each.next().unwrap_or_else(|| formulas.truth(false))
        })
    };
    // U-14: an entry of NotResource with a variable that has no value matches nothing, or keeps the
    // statement from applying.
    let Some(element) = element.filter(|it| it.polarity == Polarity::AllBut) else {
        return covered;
    };
    let patterns = element.values.iter().flat_map(|it| match &it.value {
        ResourcePattern::Arn { components, .. } => components.as_slice(),
        ResourcePattern::Any | ResourcePattern::Never => &[],
    });
    variable::unresolved_fails(to, covered, patterns)
}

/// The requests whose resource is one of the pattern's. U-13: an asterisk at the end of a component
/// stretches over colons by default; perhaps it never does, perhaps every wildcard does.
fn one(to: &mut Lowering<'_>, pattern: &ResourcePattern) -> FormulaId {
    let by_default = |to: &mut Lowering<'_>| to.formulas.atom(Atom::Resource(pattern.clone()));
    let ResourcePattern::Arn { components, crosses_colons } = pattern else {
        return by_default(to);
    };
    if crosses_colons.is_some() {
        let Some(choice) = to.choice(&readings::WILDCARD_COLONS, "never") else {
            return by_default(to);
        };
        let stretched = by_default(to);
        let within = ResourcePattern::Arn { components: components.clone(), crosses_colons: None };
        let within = to.formulas.atom(Atom::Resource(within));
        return to.formulas.add(within | stretched & !choice);
    }
    let within = by_default(to);
    if !widens(components) {
        return within;
    }
    let Some(choice) = to.choice(&readings::WILDCARD_COLONS, "any") else { return within };
    let anywhere = ResourcePattern::Arn {
        components: components.clone(),
        crosses_colons: Some(join(components.as_slice())),
    };
    let anywhere = to.formulas.atom(Atom::Resource(anywhere));
    to.formulas.add(within | anywhere & choice)
}

/// Tells whether matching the whole as one text covers more than matching by component: a component
/// before the last has a wildcard, and is not a text that ends in an asterisk before components of
/// `*`, which cover everything that the asterisk could stretch over.
fn widens(components: &[Pattern; 6]) -> bool {
    let is_wildcard = |it: &Piece| matches!(it, Piece::AnyOne | Piece::AnyRun);
    let wild = |it: &Pattern| it.pieces().iter().filter(|it| is_wildcard(it)).count();
    let [before @ .., _] = components;
    let Some(first) = before.iter().position(|it| wild(it) > 0) else { return false };
    let mut rest = components.iter().skip(first);
    let ends_in_run = rest.next().is_some_and(|it| it.ends_with_run() && wild(it) == 1);
    !(ends_in_run && rest.all(|it| matches!(it.pieces(), [Piece::AnyRun])))
}

/// The components with colons between them, as one pattern.
fn join(components: &[Pattern]) -> Pattern {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, component) in components.iter().enumerate() {
        if at != 0 {
            pieces.push(Piece::Text(":".into()));
        }
        pieces.extend(component.pieces().iter().cloned());
    }
    Pattern::from_pieces(pieces)
}
