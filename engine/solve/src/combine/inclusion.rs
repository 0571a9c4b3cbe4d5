//! Pattern inclusion: a sound test that every text of one pattern is a text of another.
//!
//! The narrower pattern is read as a word over characters, `?`, `*` and variables, in which only a
//! `*` of the wider pattern takes a `*`. Accepting that word implies inclusion; the reverse fails,
//! as `?*` and `*?` show.

use polsim_decide::text::Token;

/// Tests whether `wider` accepts `narrower` read as a word; `is_same` compares characters. The walk
/// has one backtrack point, as for texts: the last `*` takes one more token of the word.
pub(super) fn reads<V: PartialEq>(
    wider: impl Iterator<Item = Token<V>> + Clone,
    narrower: impl Iterator<Item = Token<V>> + Clone,
    is_same: impl Fn(char, char) -> bool,
) -> bool {
    let (mut at, mut word) = (wider, narrower);
    let mut retry = None;
    loop {
        let mut after = at.clone();
        let wanted = after.next();
        if matches!(wanted, Some(Token::Run)) {
            if after.clone().next().is_none() {
                return true;
            }
            at = after;
            retry = Some((at.clone(), word.clone()));
            continue;
        }
        let mut rest = word.clone();
        let is_taken = match (wanted, rest.next()) {
            (None, None) => return true,
            (Some(Token::Char(own)), Some(Token::Char(c))) => is_same(own, c),
            (Some(Token::One), Some(Token::Char(_) | Token::One)) => true,
            (Some(Token::Variable(own)), Some(Token::Variable(other))) => own == other,
            _ => false,
        };
        if is_taken {
            (at, word) = (after, rest);
            continue;
        }
        let Some((from, tried)) = &mut retry else { return false };
        if tried.next().is_none() {
            return false;
        }
        (at, word) = (from.clone(), tried.clone());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::reads;
    use polsim_decide::text::Token;

    fn tokens(letters: &[u8]) -> Vec<Token<u8>> {
        letters
            .iter()
            .map(|letter| match letter {
                0 | 1 => Token::Run,
                2 => Token::One,
                3 => Token::Variable(0),
                4 => Token::Variable(1),
                5 => Token::Char('a'),
                _ => Token::Char('b'),
            })
            .collect()
    }

    /// The definition, by all ways to split the word.
    fn accepts(wider: &[Token<u8>], word: &[Token<u8>]) -> bool {
        match (wider, word) {
            ([], []) => true,
            ([Token::Run, rest @ ..], _) => {
                (0..=word.len()).any(|taken| accepts(rest, &word[taken..]))
            }
            ([Token::One, rest @ ..], [Token::Char(_) | Token::One, tail @ ..]) => {
                accepts(rest, tail)
            }
            ([own, rest @ ..], [token, tail @ ..]) if own == token => accepts(rest, tail),
            _ => false,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

        #[test]
        fn the_walk_accepts_what_some_split_of_the_word_accepts(
            wider in prop::collection::vec(0_u8..7, 0..7),
            word in prop::collection::vec(0_u8..7, 0..7),
        ) {
            let (wider, word) = (tokens(&wider), tokens(&word));
            let walked = reads(wider.iter().copied(), word.iter().copied(), |one, other| one == other);
            prop_assert_eq!(walked, accepts(&wider, &word));
        }
    }
}
