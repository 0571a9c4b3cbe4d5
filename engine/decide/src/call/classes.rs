//! The resources that a pattern stands for, as far as policies tell them apart.
//!
//! The patterns of the policies part the resources into classes: in one of them every pattern of a
//! policy matches all or none. One resource of each class decides for its class, so a check on a
//! pattern is decided for everything that the pattern stands for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::policy::ResourcePattern;
use crate::text::{Pattern, Token, Variables};

/// Bound on the states that are looked at for one component of an ARN.
const MAX_STATES: usize = 20_000;
/// Bound on the classes of one resource.
const MAX_CLASSES: usize = 256;

/// A resource of each class; nothing where there are too many to look at.
pub(super) fn of(
    pattern: &Pattern,
    policies: &[&ResourcePattern],
    variables: &impl Variables,
) -> Option<Vec<String>> {
    let parts = pattern.split_components(6);
    let mut all = vec![String::new()];
    for (at, part) in parts.iter().enumerate() {
        let separator = if at == 0 { "" } else { ":" };
        let texts = match part.as_literal() {
            Some(text) => vec![text.to_owned()],
            None => component(part, at, policies, variables)?,
        };
        let with = |start: String| {
            texts.iter().map(move |it| format!("{start}{separator}{it}")).collect::<Vec<_>>()
        };
        all = all.into_iter().flat_map(with).collect();
        if all.len() > MAX_CLASSES {
            return None;
        }
    }
    Some(all)
}

/// A text of each class of one component.
fn component(
    part: &Pattern,
    at: usize,
    policies: &[&ResourcePattern],
    variables: &impl Variables,
) -> Option<Vec<String>> {
    let mut machines = vec![Machine::new(part, variables)];
    let mut seen = BTreeSet::new();
    for policy in policies {
        let ResourcePattern::Arn { components, crosses_colons } = policy else { continue };
        let own = components.get(at).into_iter();
        // An asterisk that stretches over colons may match what its component does not.
        for pattern in own.chain(crosses_colons.as_ref().filter(|_| at == 5)) {
            let machine = Machine::new(pattern, variables);
            if !pattern.is_any() && seen.insert(machine.tokens.clone()) {
                machines.push(machine);
            }
        }
    }
    classes(&machines)
}

/// A pattern as a machine that reads characters.
struct Machine {
    tokens: Vec<Letter>,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Letter {
    Char(char),
    One,
    Run,
}

impl Machine {
    fn new(pattern: &Pattern, variables: &impl Variables) -> Self {
        let mut tokens = Vec::new();
        for token in pattern.tokens() {
            match token {
                Token::Char(c) => tokens.push(Letter::Char(c)),
                Token::One => tokens.push(Letter::One),
                Token::Run => tokens.push(Letter::Run),
                Token::Variable(variable) => {
                    let value = variable.resolve(variables).unwrap_or_default();
                    tokens.extend(value.chars().map(Letter::Char));
                }
            }
        }
        Self { tokens }
    }

    /// The places at which reading can stand without a further character.
    fn rest(&self, mut at: usize, states: &mut BTreeSet<usize>) {
        while states.insert(at) && self.tokens.get(at) == Some(&Letter::Run) {
            at = at.saturating_add(1);
        }
    }

    fn begin(&self) -> BTreeSet<usize> {
        let mut states = BTreeSet::new();
        self.rest(0, &mut states);
        states
    }

    fn read(&self, states: &BTreeSet<usize>, c: char) -> BTreeSet<usize> {
        let mut next = BTreeSet::new();
        for at in states {
            let after = at.saturating_add(1);
            match self.tokens.get(*at) {
                Some(Letter::Run) => self.rest(*at, &mut next),
                Some(Letter::One) => self.rest(after, &mut next),
                Some(Letter::Char(own)) if *own == c => self.rest(after, &mut next),
                Some(Letter::Char(_)) | None => (),
            }
        }
        next
    }

    fn is_end(&self, states: &BTreeSet<usize>) -> bool {
        states.contains(&self.tokens.len())
    }
}

/// For each way in which the machines can end with the first one accepting, a shortest text.
fn classes(machines: &[Machine]) -> Option<Vec<String>> {
    let mut alphabet: BTreeSet<char> = BTreeSet::new();
    for letter in machines.iter().flat_map(|it| &it.tokens) {
        if let Letter::Char(c) = letter {
            alphabet.insert(*c);
        }
    }
    // A character that no pattern has stands for all others.
    alphabet.extend(('a'..='z').chain('0'..='9').find(|c| !alphabet.contains(c)));
    let begin: Vec<BTreeSet<usize>> = machines.iter().map(Machine::begin).collect();
    let mut known = BTreeSet::from([begin.clone()]);
    let mut queue = VecDeque::from([(begin, String::new())]);
    let mut found: BTreeMap<Vec<bool>, String> = BTreeMap::new();
    while let Some((states, text)) = queue.pop_front() {
        let ends: Vec<bool> =
            machines.iter().zip(&states).map(|(machine, it)| machine.is_end(it)).collect();
        if ends.first() == Some(&true) && !text.is_empty() {
            found.entry(ends).or_insert_with(|| text.clone());
        }
        for c in &alphabet {
            let next: Vec<BTreeSet<usize>> =
                machines.iter().zip(&states).map(|(it, states)| it.read(states, *c)).collect();
            if next.first().is_some_and(BTreeSet::is_empty) || !known.insert(next.clone()) {
                continue;
            }
            if known.len() > MAX_STATES {
                return None;
            }
            queue.push_back((next, format!("{text}{c}")));
        }
    }
    Some(found.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::NoVariables;

    fn texts(part: &str, others: &[&str]) -> Vec<String> {
        let machines = std::iter::once(&part)
            .chain(others)
            .map(|it| Machine::new(&Pattern::wildcard(it), &NoVariables));
        classes(&machines.collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_class_for_each_way_to_match() {
        let of = |text: &String| (text.starts_with("role/app-"), text.ends_with("admin"));
        let all: BTreeSet<_> =
            texts("role/*", &["role/app-*", "role/*admin", "user/*"]).iter().map(of).collect();
        let expected = [(false, false), (false, true), (true, false), (true, true)];
        assert_eq!(all, BTreeSet::from(expected));
        assert_eq!(texts("role/app-*", &["role/*"]).len(), 1);
        assert_eq!(texts("db-??????", &["other-*"]).len(), 1);
    }

    #[test]
    fn a_written_name_is_a_class_of_its_own() {
        let found = texts("role/*", &["role/App"]);
        assert_eq!(found.len(), 2);
        assert!(found.contains(&"role/App".to_owned()));
    }
}
