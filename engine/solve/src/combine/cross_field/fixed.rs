//! Fixed classes: fields that have only one possible text.

use super::CrossField;
use crate::combine::classes::EqualityClasses;
use crate::combine::field_id::FieldId;
use crate::combine::field_query::Requirement;
use crate::combine::field_solver::FieldSolver;
use crate::combine::groups::AtomGroups;
use crate::search::AtomValue;
use polsim_decide::text::CaseRule;

/// A class with one possible text.
#[derive(Debug)]
pub(super) struct Fixed {
    representative: FieldId,
    text: Box<str>,
    /// The case rule under which the text is the only one.
    case: CaseRule,
    because: Vec<AtomValue>,
}

/// The fixed classes, exact texts before folded ones.
pub(super) fn find_all(
    groups: &AtomGroups,
    classes: &EqualityClasses,
    fields: &FieldSolver,
) -> Vec<Fixed> {
    let mut fixed: Vec<Fixed> = Vec::new();
    for case in [CaseRule::Exact, CaseRule::Folded] {
        for field in &groups.constrained {
            let representative = classes.representative(*field);
            if !fixed.iter().any(|it| it.representative == representative) {
                fixed.extend(find(groups, classes, fields, *field, case));
            }
        }
    }
    fixed
}

/// The one text that the constraints on a field leave to its class.
fn find(
    groups: &AtomGroups,
    classes: &EqualityClasses,
    fields: &FieldSolver,
    field: FieldId,
    case: CaseRule,
) -> Option<Fixed> {
    let representative = classes.representative(field);
    let mut met = groups.constraints(field).iter().filter(|constraint| constraint.value);
    let (text, because) = met.find_map(|constraint| match &constraint.requirement {
        Requirement::Passes(test) => Some((test.only_text(case)?, &constraint.because)),
        Requirement::In(_) => None,
    })?;
    let single = groups.at_most_one(field, fields)?;
    let equal = classes.explain(field, representative)?;
    let because = because.iter().copied().chain(single).chain(equal).collect();
    Some(Fixed { representative, text: text.into(), case, because })
}

impl CrossField<'_> {
    /// The text that replaces a variable, with its explanation. A text that is fixed but for its
    /// case replaces it only where `folds` says that the variable is compared without case.
    pub(super) fn fixed_text(
        &self,
        variable: FieldId,
        folds: bool,
    ) -> Option<(&str, Vec<AtomValue>)> {
        let class = self.classes.representative(variable);
        let fits =
            |it: &&Fixed| it.representative == class && (folds || it.case == CaseRule::Exact);
        let fixed = self.fixed.iter().find(fits)?;
        let equal = self.classes.explain(class, variable)?;
        Some((&fixed.text, fixed.because.iter().copied().chain(equal).collect()))
    }
}
