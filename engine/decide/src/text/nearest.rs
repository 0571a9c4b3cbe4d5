//! "Did you mean": the known name nearest to a misspelt one.

/// The candidate that is at most two edits from `text`, the nearest first: for "did you mean".
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::nearest;
/// assert_eq!(nearest("Efect", ["Effect", "Action"]), Some("Effect"));
/// assert_eq!(nearest("Color", ["Effect", "Action"]), None);
/// ```
pub fn nearest<'a>(text: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(text.chars().count()) <= 2)
        .map(|candidate| (distance(text, candidate), candidate))
        .filter(|(edits, candidate)| *edits <= 2 && *edits < candidate.chars().count())
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// The number of single-character edits between two words, letter case not counted: characters put
/// in, left out or replaced, and neighbours that changed places.
fn distance(left: &str, right: &str) -> usize {
    let lower = |word: &str| word.chars().map(|c| c.to_ascii_lowercase()).collect::<Vec<_>>();
    let (left, right) = (lower(left), lower(right));
    let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX);
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, b) in right.iter().enumerate() {
            let next = j.saturating_add(1);
            let replaced = cell(&above, j).saturating_add(usize::from(a != b));
            let one_more = cell(&above, next).min(cell(&row, j)).saturating_add(1);
            let swapped = match (i.checked_sub(1), j.checked_sub(1)) {
                (Some(up), Some(back)) if left.get(up) == Some(b) && right.get(back) == Some(a) => {
                    cell(&before, back).saturating_add(1)
                }
                _ => usize::MAX,
            };
            row.push(replaced.min(one_more).min(swapped));
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

/// The user's text for a message: in backticks, on one line, not endless.
pub(crate) fn quoted(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(MAX_QUOTED)
        .map(|c| if c.is_control() { '\u{FFFD}' } else { c })
        .collect();
    if text.chars().nth(MAX_QUOTED).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The length of the user's text that a message repeats, in characters.
const MAX_QUOTED: usize = 120;

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_nearest_name_is_at_most_two_edits_away() {
        let names = ["StringEquals", "StringLike", "Bool"];
        assert_eq!(nearest("STRINGEQUALS", names), Some("StringEquals"));
        assert_eq!(nearest("StrngEqals", names), Some("StringEquals"));
        assert_eq!(nearest("StingLik", names), Some("StringLike"));
        assert_eq!(nearest("SrtingEqulas", names), Some("StringEquals"));
        assert_eq!(nearest("StrEquals", names), None);
        assert_eq!(nearest("", names), None);
    }

    #[test]
    fn neighbours_that_changed_places_are_one_edit() {
        let names = ["aws:SourceVpc", "aws:SourceVpce"];
        assert_eq!(nearest("aws:SourceVcpe", names), Some("aws:SourceVpce"));
    }

    #[test]
    fn a_name_is_never_replaced_as_a_whole() {
        assert_eq!(nearest("xy", ["ab", "Id"]), None);
        assert_eq!(nearest("Ib", ["ab", "Id"]), Some("ab"));
    }
}
