//! A text in some languages and not in others.

use std::collections::{HashMap, VecDeque};

use super::Regex;
use super::alphabet::Alphabet;
use super::nfa::Subsets;
use crate::budget::{Exhausted, Steps};

/// A text in all positive languages and none of the negative ones. Of positive alternatives each is
/// tried; negative languages take part only after a text was found that they exclude.
pub(crate) fn find(
    literals: &[(&Regex, bool)],
    budget: &mut Steps,
) -> Result<Option<String>, Exhausted> {
    let alphabet = Alphabet::new(literals.iter().map(|(languages, _)| *languages));
    let mut automata = Vec::new();
    let mut add = |languages: &Regex| {
        automata.push(Subsets::new(languages));
        automata.len().saturating_sub(1)
    };
    let mut positive: Vec<Vec<usize>> = Vec::new();
    let mut negative: Vec<usize> = Vec::new();
    for (languages, sign) in literals {
        let parts = match languages {
            Regex::OneOf(parts) => parts.as_slice(),
            other => std::slice::from_ref(*other),
        };
        let own = parts.iter().map(&mut add);
        if *sign {
            positive.push(own.collect());
        } else {
            negative.extend(own);
        }
    }
    // What leaves the least choice comes first.
    positive.sort_by_key(Vec::len);
    let mut search = Search { alphabet, automata, negative };
    search.choose(&positive, &mut Vec::new(), budget)
}

/// A search for a text.
struct Search {
    alphabet: Alphabet,
    automata: Vec<Subsets>,
    negative: Vec<usize>,
}

impl Search {
    /// A text that the automata in `chosen` and one of each list accept.
    fn choose(
        &mut self,
        lists: &[Vec<usize>],
        chosen: &mut Vec<usize>,
        budget: &mut Steps,
    ) -> Result<Option<String>, Exhausted> {
        let Some((list, rest)) = lists.split_first() else { return self.avoid(chosen, budget) };
        for automaton in list {
            chosen.push(*automaton);
            // Where the chosen automata accept no common text, no more need be chosen.
            let dead =
                list.len() > 1 && !rest.is_empty() && self.shortest(chosen, &[], budget)?.is_none();
            let found = if dead { None } else { self.choose(rest, chosen, budget)? };
            chosen.pop();
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// A text that all chosen automata accept and no negative one.
    fn avoid(&mut self, chosen: &[usize], budget: &mut Steps) -> Result<Option<String>, Exhausted> {
        let mut avoided: Vec<usize> = Vec::new();
        loop {
            let Some(text) = self.shortest(chosen, &avoided, budget)? else { return Ok(None) };
            let mut broken = None;
            for at in &self.negative {
                if let Some(automaton) = self.automata.get_mut(*at)
                    && automaton.accepts(&text, budget)?
                {
                    broken = Some(*at);
                    break;
                }
            }
            match broken {
                Some(at) => avoided.push(at),
                None => return Ok(Some(text)),
            }
        }
    }

    /// A shortest text that all of `positive` accept and none of `negative`, found breadth first through
    /// the vectors of subsets of states.
    fn shortest(
        &mut self,
        positive: &[usize],
        negative: &[usize],
        budget: &mut Steps,
    ) -> Result<Option<String>, Exhausted> {
        let Self { alphabet, automata, .. } = self;
        let question: Vec<(usize, bool)> = positive
            .iter()
            .map(|at| (*at, true))
            .chain(negative.iter().map(|at| (*at, false)))
            .collect();
        let start = vec![0; question.len()];
        let mut known: HashMap<Vec<usize>, usize> = HashMap::from([(start.clone(), 0)]);
        let mut came: Vec<Option<(usize, char)>> = vec![None];
        let mut queue = VecDeque::from([start]);
        while let Some(vector) = queue.pop_front() {
            let own = known.get(&vector).copied().unwrap_or(0);
            let pairs = || question.iter().zip(&vector);
            let is_met = |((at, sign), id): (&(usize, bool), &usize)| {
                automata.get(*at).is_some_and(|automaton| automaton.ends(*id) == *sign)
            };
            if pairs().all(is_met) {
                return Ok(Some(path(&came, own)));
            }
            let named = pairs().filter_map(|((at, _), id)| Some(automata.get(*at)?.named(*id)));
            for c in alphabet.here(named) {
                budget.spend(question.len().saturating_add(1))?;
                let mut next = Vec::with_capacity(vector.len());
                for ((at, sign), id) in question.iter().zip(&vector) {
                    let Some(automaton) = automata.get_mut(*at) else { break };
                    let id = automaton.after(*id, c, budget)?;
                    if if *sign { automaton.is_dead(id) } else { automaton.is_open(id) } {
                        break;
                    }
                    next.push(id);
                }
                if next.len() == vector.len() && !known.contains_key(&next) {
                    known.insert(next.clone(), came.len());
                    came.push(Some((own, c)));
                    queue.push_back(next);
                }
            }
        }
        Ok(None)
    }
}

/// The text that leads to the vector of this index.
fn path(came: &[Option<(usize, char)>], mut at: usize) -> String {
    let mut text = Vec::new();
    while let Some(Some((before, c))) = came.get(at) {
        text.push(*c);
        at = *before;
    }
    text.into_iter().rev().collect()
}
