//! Minimisation of conflicts by deletion.

use polsim_check::budget::{Exhausted, Steps};

/// The outcome of a trial: `true` if the subset still conflicts.
pub(crate) type Trial = Result<bool, Exhausted>;

/// A conflicting subset of `core`, by dropping members while the rest conflicts.
///
/// `contradicts` is asked about subsets in the order of `core`. Chunks are tried before single
/// members, so a core of k among n literals costs about k log n questions. The rest when the
/// allowance runs out is still a conflict, only not a minimal one. The allowance is a multiple of the
/// steps that finding the conflict took: `before` is the budget that was left before.
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
