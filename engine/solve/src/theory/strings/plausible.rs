//! Plausible texts: a found text with its free letters replaced by words.

use super::search::Word;
use super::{Literal, breaks};
use polsim_check::budget::Steps;

/// `word` with its free letters replaced by words that read well, as far as the literals allow.
pub(super) fn improve(word: &Word, literals: &[Literal<'_>], budget: &mut Steps) -> String {
    let mut text = word.text();
    if !word.letters.iter().any(|letter| letter.free) {
        return text;
    }
    // Each run of free letters, last to first, so that the places of the others stay.
    let mut end = word.letters.len();
    while end > 0 {
        let is_free = |at: usize| word.letters.get(at).is_some_and(|letter| letter.free);
        let last = end.saturating_sub(1);
        if !is_free(last) {
            end = last;
            continue;
        }
        let from = (0..end).rev().find(|at| !is_free(*at)).map_or(0, |at| at.saturating_add(1));
        let before: String = text.chars().take(from).collect();
        let after: String = text.chars().skip(end).collect();
        for middle in suggestions(&before, &after) {
            let changed = format!("{before}{middle}{after}");
            if budget.spend(literals.len()).is_err() {
                return text;
            }
            if !literals.iter().any(|literal| breaks(*literal, &changed)) {
                text = changed;
                break;
            }
        }
        end = from;
    }
    text
}

/// Suggestions for the text between `before` and `after`: digits beside digits, else a word.
fn suggestions(before: &str, after: &str) -> &'static [&'static str] {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    if is_digit(before.chars().next_back()) || is_digit(after.chars().next()) {
        &["0", "1", "42"]
    } else {
        &["example", "other", "x1"]
    }
}
