//! Making a set of contradicting literals smaller.

use super::{Exhausted, Steps};

/// What a trial without some members found.
pub(crate) type Trial = Result<bool, Exhausted>;

/// A subset of `core` that still contradicts itself, by dropping members while it does.
///
/// `contradicts` is asked about subsets in the order of `core`. Chunks are tried before single
/// members, so a core of k among n literals costs about k log n questions. What remains when the
/// allowance runs out is still a contradiction, only not a minimal one. The allowance is some multiple
/// of what finding the contradiction took: `before` is what was left of the budget before that.
pub(crate) fn minimise(
    core: Vec<usize>,
    before: u64,
    budget: &mut Steps,
    contradicts: impl FnMut(&[usize], &mut Steps) -> Trial,
) -> Vec<usize> {
    let spent = before.saturating_sub(budget.left());
    let steps = spent.saturating_mul(8).clamp(20_000, 400_000).min(budget.left());
    let mut allowance = Steps::new(steps);
    let core = drop_members(core, &mut allowance, contradicts);
    budget.take(steps.saturating_sub(allowance.left()));
    core
}

fn drop_members(
    mut core: Vec<usize>,
    budget: &mut Steps,
    mut contradicts: impl FnMut(&[usize], &mut Steps) -> Trial,
) -> Vec<usize> {
    core.sort_unstable();
    core.dedup();
    let mut chunk = core.len() / 2;
    while chunk > 0 && core.len() > 1 {
        let mut from = 0_usize;
        while from < core.len() {
            let to = from.saturating_add(chunk);
            let rest: Vec<usize> = core
                .iter()
                .enumerate()
                .filter(|(at, _)| !(from..to).contains(at))
                .map(|(_, index)| *index)
                .collect();
            match contradicts(&rest, budget) {
                Ok(true) => core = rest,
                Err(Exhausted) if budget.left() == 0 => return core,
                Ok(false) | Err(Exhausted) => from = to,
            }
        }
        chunk /= 2;
    }
    if let [only] = core[..]
        && let Ok(true) = contradicts(&[], budget)
    {
        core.retain(|index| *index != only);
    }
    core
}
