//! Matching: a pattern against a text.

use super::{Pattern, Piece, Variable, Variables};

/// The rule by which letters are compared.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{CaseRule, NoVariables, Pattern};
/// let pattern = Pattern::literal("STRASSE Σ");
/// assert!(!pattern.matches("strasse ς", CaseRule::Exact, &NoVariables));
/// assert!(!pattern.matches("strasse ς", CaseRule::AsciiFolded, &NoVariables));
/// assert!(pattern.matches("strasse ς", CaseRule::Folded, &NoVariables));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum CaseRule {
    /// Every character is itself.
    Exact,
    /// ASCII letters compare without case: actions (policy language §2.2).
    AsciiFolded,
    /// Letters compare by simple Unicode folding: `StringEqualsIgnoreCase` (policy language §3.5).
    Folded,
}

impl Pattern {
    /// True if the pattern matches the whole of `text`. A variable without value and without
    /// default matches nothing, so neither does the pattern. The cost is at most pattern times text
    /// length.
    pub fn matches(&self, text: &str, case: CaseRule, variables: &impl Variables) -> bool {
        match &*self.pieces {
            [Piece::AnyRun] => true,
            [Piece::Text(literal)] => same(literal, text, case),
            [Piece::Text(prefix), Piece::AnyRun] => strip(text, prefix, case).is_some(),
            [Piece::Text(prefix), Piece::AnyRun, Piece::Text(suffix)]
                if case != CaseRule::Folded =>
            {
                strip(text, prefix, case).is_some_and(|rest| ends_with(rest, suffix, case))
            }
            // The end tells most texts apart at once.
            [.., Piece::Text(suffix)]
                if case != CaseRule::Folded && !ends_with(text, suffix, case) =>
            {
                false
            }
            pieces => {
                let resolved = |it: &Variable| it.resolve(variables).is_some();
                self.variables().all(resolved) && matches_pieces(pieces, text, case, variables)
            }
        }
    }
}

/// The two-pointer walk: on a mismatch go back to the last `*` and let it take one character more.
fn matches_pieces(
    pieces: &[Piece],
    text: &str,
    case: CaseRule,
    variables: &impl Variables,
) -> bool {
    let mut pieces = pieces.iter();
    let mut rest = text;
    let mut retry: Option<(std::slice::Iter<'_, Piece>, &str)> = None;
    loop {
        let step = match pieces.next() {
            None if rest.is_empty() => return true,
            None => None,
            Some(Piece::AnyRun) => {
                if pieces.as_slice().is_empty() {
                    return true;
                }
                retry = Some((pieces.clone(), rest));
                Some(rest)
            }
            Some(Piece::AnyOne) => skip_char(rest),
            Some(Piece::Text(literal)) => strip(rest, literal, case),
            Some(Piece::Variable(variable)) => {
                variable.resolve(variables).and_then(|value| strip(rest, value, case))
            }
        };
        if let Some(next) = step {
            rest = next;
            continue;
        }
        let Some((after_run, from)) = &mut retry else { return false };
        let Some(next) = skip_char(from) else { return false };
        *from = next;
        pieces = after_run.clone();
        rest = next;
    }
}

fn skip_char(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().map(|_| chars.as_str())
}

/// Tells whether `text` ends with `suffix`, in a case rule that keeps lengths.
fn ends_with(text: &str, suffix: &str, case: CaseRule) -> bool {
    let start = text.len().checked_sub(suffix.len());
    start.and_then(|start| text.as_bytes().get(start..)).is_some_and(|end| match case {
        CaseRule::Exact => end == suffix.as_bytes(),
        _ => end.eq_ignore_ascii_case(suffix.as_bytes()),
    })
}

fn same(left: &str, right: &str, case: CaseRule) -> bool {
    match case {
        CaseRule::Exact => left == right,
        CaseRule::AsciiFolded => left.len() == right.len() && left.eq_ignore_ascii_case(right),
        CaseRule::Folded => left.chars().map(fold_char).eq(right.chars().map(fold_char)),
    }
}

/// The rest of `text` after `prefix`; `None` where `text` begins otherwise.
fn strip<'a>(text: &'a str, prefix: &str, case: CaseRule) -> Option<&'a str> {
    match case {
        CaseRule::Exact => text.strip_prefix(prefix),
        CaseRule::AsciiFolded => {
            let (head, tail) = text.split_at_checked(prefix.len())?;
            head.eq_ignore_ascii_case(prefix).then_some(tail)
        }
        CaseRule::Folded => {
            let mut chars = text.chars();
            prefix
                .chars()
                .all(|want| chars.next().is_some_and(|got| fold_char(want) == fold_char(got)))
                .then_some(chars.as_str())
        }
    }
}

/// The simple case folding of a character: one character for one (policy language §3.5).
pub fn fold_char(c: char) -> char {
    fn single(mut mapped: impl Iterator<Item = char>, otherwise: char) -> char {
        match (mapped.next(), mapped.next()) {
            (Some(one), None) => one,
            _ => otherwise,
        }
    }
    // The dotless i has a capital but no simple folding: it equals only itself.
    if c.is_ascii() || c == 'ı' {
        return c.to_ascii_lowercase();
    }
    let upper = single(c.to_uppercase(), c);
    single(upper.to_lowercase(), upper)
}
