//! Refinement: rounds of search under more and more of the literals.

use std::borrow::Cow;

use super::search::{Outcome, Search};
use super::{Literal, breaks, plausible};
use crate::theory::pattern_set::{PatternSet, State};
use crate::theory::relation::{are_disjoint, clash, surely_covers};
use polsim_check::budget::{Exhausted, Steps};

/// The verdict about a set of literals.
pub(super) enum Verdict {
    /// Conflicting literals, by index.
    Contradiction(Vec<usize>),
    /// A text that satisfies all literals.
    Text(String),
}

/// The number of broken literals that are activated after a round.
const TAKEN_PER_ROUND: usize = 8;

/// The number of rounds after which literals are activated that have not been broken yet.
const MAX_ROUNDS: usize = 16;

/// An active literal, which takes part in the search.
#[derive(Clone)]
struct Active<'a> {
    /// The position among the chosen literals.
    slot: usize,
    /// The pattern set of the literal, or the branches of it that are searched.
    language: Cow<'a, PatternSet>,
    positive: bool,
}

/// The question that the rounds decide.
struct Question<'a, 'q> {
    /// The literals with their indices.
    chosen: &'q [(usize, Literal<'a>)],
    /// The ASCII characters that they mention.
    mentioned: u128,
}

/// Decides the literals in `chosen`, which carry their indices.
pub(super) fn refine(
    chosen: &[(usize, Literal<'_>)],
    budget: &mut Steps,
) -> Result<Verdict, Exhausted> {
    let mentioned =
        chosen.iter().fold(0, |mentioned, (_, (language, _))| mentioned | language.mentioned());
    let question = Question { chosen, mentioned };
    // The positive literal with the longest shortest text says most.
    let first = chosen
        .iter()
        .enumerate()
        .filter(|(_, (_, (_, positive)))| *positive)
        .max_by_key(|(_, (_, (language, _)))| language.shortest())
        .map(|(slot, _)| slot);
    match first {
        None => question.rounds(Vec::new(), true, budget),
        Some(slot) => question.split(Vec::new(), slot, budget),
    }
}

impl<'a> Question<'a, '_> {
    /// Activates the positive literal at `slot`, one of its patterns after the other.
    fn split(
        &self,
        active: Vec<Active<'a>>,
        slot: usize,
        budget: &mut Steps,
    ) -> Result<Verdict, Exhausted> {
        let Some((index, (language, _))) = self.chosen.get(slot) else {
            return Ok(Verdict::Contradiction(Vec::new()));
        };
        if language.branch_count() == 1 {
            let mut active = active;
            active.push(Active { slot, language: Cow::Borrowed(language), positive: true });
            return self.rounds(active, true, budget);
        }
        let mut core = vec![*index];
        for branch in 0..language.branch_count() {
            let part = language.branch(branch);
            budget.spend(active.len().saturating_add(1))?;
            let against = active.iter().find(|it| it.positive && are_disjoint(&it.language, &part));
            if let Some(against) = against {
                core.extend(self.index(against.slot));
                continue;
            }
            let mut active = active.clone();
            active.push(Active { slot, language: Cow::Owned(part), positive: true });
            match self.rounds(active, false, budget)? {
                Verdict::Text(text) => return Ok(Verdict::Text(text)),
                Verdict::Contradiction(some) => core.extend(some),
            }
        }
        core.sort_unstable();
        core.dedup();
        Ok(Verdict::Contradiction(core))
    }

    /// Searches under the active literals and activates those that the found text breaks, in rounds.
    /// The first list of patterns that is broken is split if `may_split`.
    fn rounds(
        &self,
        mut active: Vec<Active<'a>>,
        may_split: bool,
        budget: &mut Steps,
    ) -> Result<Verdict, Exhausted> {
        for round in 0_usize.. {
            let tracked: Vec<Literal<'_>> =
                active.iter().map(|it| (&*it.language, it.positive)).collect();
            let word = match Search::run(&tracked, self.mentioned, budget)? {
                Outcome::Found(word) => word,
                Outcome::Nothing(blamed) => {
                    let slots = blamed.iter().filter_map(|at| Some(active.get(*at)?.slot));
                    return Ok(Verdict::Contradiction(
                        slots.filter_map(|slot| self.index(slot)).collect(),
                    ));
                }
            };
            let text = word.text();
            let broken = self.broken_by(&text, budget)?;
            if broken.is_empty() {
                let literals: Vec<Literal<'_>> = self.chosen.iter().map(|(_, it)| *it).collect();
                return Ok(Verdict::Text(plausible::improve(&word, &literals, budget)));
            }
            if let Some(core) = self.contradiction(&active, &broken, budget)? {
                return Ok(Verdict::Contradiction(core));
            }
            let mut wanted = Vec::new();
            for slot in broken {
                let Some((_, (language, positive))) = self.chosen.get(slot) else { continue };
                if may_split && *positive && language.branch_count() > 1 {
                    return self.split(active, slot, budget);
                }
                wanted.push(slot);
            }
            if round >= MAX_ROUNDS {
                self.add_unbroken(&mut wanted, &active, budget)?;
            }
            for slot in wanted {
                self.take_in(&mut active, slot, budget)?;
            }
        }
        Err(Exhausted)
    }

    /// The first few literals that `text` breaks, those that must not be matched first.
    fn broken_by(&self, text: &str, budget: &mut Steps) -> Result<Vec<usize>, Exhausted> {
        budget.spend(self.chosen.len())?;
        let broken = |wanted: bool| {
            self.chosen
                .iter()
                .enumerate()
                .filter(move |(_, (_, literal))| literal.1 == wanted && breaks(*literal, text))
                .map(|(slot, _)| slot)
                .take(TAKEN_PER_ROUND)
        };
        Ok(broken(false).chain(broken(true)).collect())
    }

    /// A broken literal that an active one contradicts all by itself, with that one.
    fn contradiction(
        &self,
        active: &[Active<'a>],
        broken: &[usize],
        budget: &mut Steps,
    ) -> Result<Option<Vec<usize>>, Exhausted> {
        for slot in broken {
            let Some((index, (language, positive))) = self.chosen.get(*slot) else { continue };
            for other in active.iter().filter(|it| it.positive) {
                budget.spend(other.language.shortest().unwrap_or(0).saturating_add(1))?;
                let contradict = if *positive {
                    are_disjoint(language, &other.language)
                } else {
                    surely_covers(language, &other.language)
                };
                if contradict {
                    return Ok(Some(
                        std::iter::once(*index).chain(self.index(other.slot)).collect(),
                    ));
                }
            }
        }
        Ok(None)
    }

    /// Adds as many literals again as are active, of those that may still matter.
    fn add_unbroken(
        &self,
        wanted: &mut Vec<usize>,
        active: &[Active<'a>],
        budget: &mut Steps,
    ) -> Result<(), Exhausted> {
        for (slot, (_, (language, positive))) in self.chosen.iter().enumerate() {
            if wanted.len() >= active.len() {
                break;
            }
            budget.spend(1)?;
            let matters = !positive
                && !wanted.contains(&slot)
                && !active.iter().any(|it| it.slot == slot)
                && !active.iter().any(|it| it.positive && are_disjoint(&it.language, language));
            if matters {
                wanted.push(slot);
            }
        }
        Ok(())
    }

    /// Makes the literal at `slot` active; of a list of patterns, those that do not clash.
    fn take_in(
        &self,
        active: &mut Vec<Active<'a>>,
        slot: usize,
        budget: &mut Steps,
    ) -> Result<(), Exhausted> {
        let Some((_, (language, positive))) = self.chosen.get(slot) else { return Ok(()) };
        let mut language = Cow::Borrowed(*language);
        if *positive && language.branch_count() > 1 {
            budget.spend(language.branch_count())?;
            let excludes = |it: &Active<'_>, branch: &[State]| {
                it.positive && it.language.branches().all(|own| clash(own, branch))
            };
            let parts: Vec<PatternSet> = language
                .branches()
                .enumerate()
                .filter(|(_, branch)| !active.iter().any(|it| excludes(it, branch)))
                .map(|(at, _)| language.branch(at))
                .collect();
            language = Cow::Owned(PatternSet::union(&parts));
        }
        active.push(Active { slot, language, positive: *positive });
        Ok(())
    }

    fn index(&self, slot: usize) -> Option<usize> {
        self.chosen.get(slot).map(|(index, _)| *index)
    }
}
