//! Tests without their variables: weaker ones that speak of one field only.

use super::atom::CrossFieldAtom;
use super::classes::EqualityClasses;
use polsim_decide::formula::{KeyTest, Predicate};
use polsim_decide::text::{CaseRule, Pattern, Piece};

/// A test without variables that has the atom's truth value wherever the atom has it.
pub(super) fn test(atom: &CrossFieldAtom<'_>, classes: &EqualityClasses<'_>) -> KeyTest {
    let weaken = Weaken { classes, widen: atom.hit == atom.value };
    let any_of: Vec<Predicate> =
        atom.any_of.iter().filter_map(|predicate| weaken.predicate(predicate)).collect();
    KeyTest::Some { any_of: any_of.into(), hit: atom.hit }
}

struct Weaken<'a> {
    classes: &'a EqualityClasses<'a>,
    /// True where more texts may be let in, false where some may be left out.
    widen: bool,
}

impl Weaken<'_> {
    fn predicate(&self, predicate: &Predicate) -> Option<Predicate> {
        match predicate {
            Predicate::Text(pattern, case) => {
                Some(Predicate::Text(self.pattern(pattern, *case)?, *case))
            }
            Predicate::Arn(components) => {
                let weak: Option<Vec<Pattern>> =
                    components.iter().map(|it| self.pattern(it, CaseRule::Exact)).collect();
                let six = <[Pattern; 6]>::try_from(weak?).ok()?;
                Some(Predicate::Arn(six.into()))
            }
            other => Some(other.clone()),
        }
    }

    /// The pattern with `*` for its variables; `None` where it must not be widened.
    fn pattern(&self, pattern: &Pattern, case: CaseRule) -> Option<Pattern> {
        let known = self.classes.substitute(pattern, case);
        if known.variables().next().is_none() {
            return Some(known);
        }
        let wide = known.pieces().iter().map(|piece| match piece {
            Piece::Variable(_) => Piece::AnyRun,
            other => other.clone(),
        });
        self.widen.then(|| Pattern::from_pieces(wide))
    }
}
