//! Texts that patterns with `*` and `?` have in common.

use std::collections::{BTreeMap, VecDeque};

/// The letters of a part of a name that nothing else has.
const FILLER: &str = "polsim-unknown";

/// The most pairs of places that are looked at.
const LIMIT: usize = 20_000;

/// For each pair of places in two patterns: the pair before it, and the character in between.
type Steps = BTreeMap<(usize, usize), Option<((usize, usize), Option<char>)>>;

/// A shortest text that both patterns match, if there is one; `*` and `?` are wildcards.
pub(crate) fn common(left: &str, right: &str) -> Option<String> {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let start = (0_usize, 0_usize);
    let mut from = Steps::new();
    from.insert(start, None);
    let mut queue = VecDeque::from([start]);
    while let Some((i, j)) = queue.pop_front() {
        if i == left.len() && j == right.len() {
            return Some(walk_back(&from, (i, j)));
        }
        if from.len() > LIMIT {
            return None;
        }
        let (a, b) = (left.get(i).copied(), right.get(j).copied());
        let (next_i, next_j) = (i.saturating_add(1), j.saturating_add(1));
        let mut go = |to: (usize, usize), with: Option<char>| {
            from.entry(to).or_insert_with(|| {
                queue.push_back(to);
                Some(((i, j), with))
            });
        };
        if a == Some('*') {
            go((next_i, j), None);
        }
        if b == Some('*') {
            go((i, next_j), None);
        }
        match (a, b) {
            (Some('*' | '?'), Some('*' | '?')) => {
                let to = (step(a, i, next_i), step(b, j, next_j));
                if to != (i, j) {
                    go(to, Some('x'));
                }
            }
            (Some('*' | '?'), Some(letter)) => go((step(a, i, next_i), next_j), Some(letter)),
            (Some(letter), Some('*' | '?')) => go((next_i, step(b, j, next_j)), Some(letter)),
            (Some(one), Some(other)) if one == other => go((next_i, next_j), Some(one)),
            _ => (),
        }
    }
    None
}

/// The place after a character was taken: an asterisk stays.
fn step(token: Option<char>, here: usize, next: usize) -> usize {
    if token == Some('*') { here } else { next }
}

fn walk_back(from: &Steps, end: (usize, usize)) -> String {
    let mut letters = Vec::new();
    let mut at = end;
    while let Some(Some((before, letter))) = from.get(&at) {
        letters.extend(*letter);
        at = *before;
    }
    letters.into_iter().rev().collect()
}

/// A text that the pattern matches and few other patterns do.
pub(crate) fn filled(pattern: &str) -> String {
    pattern.replace('*', FILLER).replace('?', "x")
}

#[cfg(test)]
mod tests {
    use super::{common, filled};

    #[test]
    fn a_common_text_is_matched_by_both() {
        let both = common("arn:aws:iam::1:role/*Old", "arn:aws:iam::*:role/protected/*");
        assert_eq!(both.as_deref(), Some("arn:aws:iam::1:role/protected/Old"));
        assert_eq!(common("a?c", "*bc").as_deref(), Some("abc"));
        assert_eq!(common("a*", "b*"), None);
        assert_eq!(common("*", "*").as_deref(), Some(""));
        assert_eq!(filled("s3:Get*"), "s3:Getpolsim-unknown");
    }
}
