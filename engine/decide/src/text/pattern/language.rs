//! Comparisons of patterns as sets of texts.

use super::{CaseRule, Pattern, Token, Variable, fold_char};

/// A set of texts, written as a row of characters, single characters and runs, some of which leave
/// out colons or slashes. The value of a policy variable may be any text.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Pattern, TextSet};
/// let name = TextSet::default().with_text("key/").with_name(false);
/// assert!(name.meets(&TextSet::of(&Pattern::wildcard("*/1234"))));
/// assert!(!name.meets(&TextSet::of(&Pattern::wildcard("*/1234/5"))));
/// ```
#[derive(Clone, Debug, Default)]
pub struct TextSet {
    steps: Vec<Step>,
}

/// A step of a [`TextSet`].
#[derive(Clone, Copy, Debug)]
enum Step {
    Char(char),
    One(Class),
    Run(Class),
}

/// The characters that a step may stand for.
#[derive(Clone, Copy, Debug)]
enum Class {
    Any,
    NoColon,
    NoSlash,
}

impl Class {
    fn admits(self, c: char) -> bool {
        match self {
            Self::Any => true,
            Self::NoColon => c != ':',
            Self::NoSlash => c != '/',
        }
    }
}

impl TextSet {
    /// The texts that a pattern may match, whatever its variables hold.
    pub fn of(pattern: &Pattern) -> Self {
        let step = |token: Token<&Variable>| match token {
            Token::Char(c) => Step::Char(c),
            Token::One => Step::One(Class::Any),
            Token::Run | Token::Variable(_) => Step::Run(Class::Any),
        };
        Self { steps: pattern.tokens().map(step).collect() }
    }

    /// The same texts, each with this one behind it.
    #[must_use]
    pub fn with_text(mut self, text: &str) -> Self {
        self.steps.extend(text.chars().map(Step::Char));
        self
    }

    /// The same texts, each with a component of an ARN behind it: one or more characters, no colon.
    #[must_use]
    pub fn with_component(self) -> Self {
        self.with(Class::NoColon)
    }

    /// The same texts, each with a name behind it: one or more characters, with slashes or without.
    #[must_use]
    pub fn with_name(self, slashes: bool) -> Self {
        self.with(if slashes { Class::Any } else { Class::NoSlash })
    }

    /// The same texts, each with any text behind it.
    #[must_use]
    pub fn with_anything(mut self) -> Self {
        self.steps.push(Step::Run(Class::Any));
        self
    }

    fn with(mut self, class: Class) -> Self {
        self.steps.extend([Step::One(class), Step::Run(class)]);
        self
    }

    /// Tells whether some text is in both sets.
    pub fn meets(&self, other: &Self) -> bool {
        let width = other.steps.len().saturating_add(1);
        let size = self.steps.len().saturating_add(1).saturating_mul(width);
        let mut seen = vec![false; size];
        let mut open = vec![(0_usize, 0_usize)];
        while let Some((left, right)) = open.pop() {
            let at = left.saturating_mul(width).saturating_add(right);
            match seen.get_mut(at) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            let (one, two) = (self.steps.get(left), other.steps.get(right));
            let (next_left, next_right) = (left.saturating_add(1), right.saturating_add(1));
            match (one, two) {
                (None, None) => return true,
                (Some(Step::Run(_)), _) => open.push((next_left, right)),
                _ => (),
            }
            if let Some(Step::Run(_)) = two {
                open.push((left, next_right));
            }
            if let (Some(one), Some(two)) = (one, two)
                && one.shares(*two)
            {
                let stays =
                    |step: &Step, at, next| if matches!(step, Step::Run(_)) { at } else { next };
                open.push((stays(one, left, next_left), stays(two, right, next_right)));
            }
        }
        false
    }
}

impl Step {
    /// Some character can be taken by both steps.
    fn shares(self, other: Self) -> bool {
        match (self, other) {
            (Self::Char(one), Self::Char(two)) => one == two,
            (Self::Char(c), Self::One(class) | Self::Run(class))
            | (Self::One(class) | Self::Run(class), Self::Char(c)) => class.admits(c),
            // There are more characters than a class leaves out.
            (Self::One(_) | Self::Run(_), Self::One(_) | Self::Run(_)) => true,
        }
    }
}

impl Pattern {
    /// Tells whether every text that `other` matches is one that this pattern matches, as far as the
    /// two spellings show it. A policy variable is included in itself and in `*`.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::text::{CaseRule, Pattern};
    /// let (wide, narrow) = (Pattern::wildcard("Get*"), Pattern::wildcard("GetObject*"));
    /// assert!(wide.includes(&narrow, CaseRule::Exact));
    /// assert!(!narrow.includes(&wide, CaseRule::Exact));
    /// ```
    pub fn includes(&self, other: &Self, case: CaseRule) -> bool {
        let own: Vec<Token<&Variable>> = self.tokens().collect();
        let others: Vec<Token<&Variable>> = other.tokens().collect();
        let same = |one: Token<&Variable>, two: Token<&Variable>| match (one, two) {
            (Token::Char(one), Token::Char(two)) => match case {
                CaseRule::AsciiFolded => one.eq_ignore_ascii_case(&two),
                CaseRule::Exact => one == two,
                CaseRule::Folded => fold_char(one) == fold_char(two),
            },
            (Token::One, Token::Char(_) | Token::One) => true,
            (Token::Variable(one), Token::Variable(two)) => one == two,
            _ => false,
        };
        // Wildcard matching with one point to go back to; the other pattern's runs are characters
        // that only a run takes.
        let (mut at, mut text) = (0_usize, 0_usize);
        let mut back: Option<(usize, usize)> = None;
        loop {
            match (own.get(at), others.get(text)) {
                (Some(Token::Run), _) => {
                    at = at.saturating_add(1);
                    back = Some((at, text));
                    continue;
                }
                (None, None) => return true,
                (Some(one), Some(two)) if same(*one, *two) => {
                    (at, text) = (at.saturating_add(1), text.saturating_add(1));
                    continue;
                }
                _ => (),
            }
            let Some((after, from)) = back else { return false };
            if from >= others.len() {
                return false;
            }
            let next = from.saturating_add(1);
            (at, text, back) = (after, next, Some((after, next)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CaseRule, Pattern, TextSet};

    fn includes(wide: &str, narrow: &str) -> bool {
        let pattern = |text| Pattern::with_variables(text, true).unwrap();
        pattern(wide).includes(&pattern(narrow), CaseRule::Exact)
    }

    #[test]
    fn a_pattern_includes_what_its_runs_take() {
        assert!(includes("*", "a*b?c"));
        assert!(includes("a*c", "ab*bc"));
        assert!(includes("a?", "a?"));
        assert!(includes("home/*", "home/${aws:username}/x"));
        assert!(includes("home/${aws:username}", "home/${aws:username}"));
        assert!(!includes("a?", "a*"));
        assert!(!includes("a?b", "ab"));
        assert!(!includes("home/${aws:username}", "home/alice"));
        assert!(!includes("a*", "*"));
    }

    #[test]
    fn two_sets_meet_where_one_text_is_in_both() {
        let set = |text: &str| TextSet::of(&Pattern::wildcard(text));
        assert!(set("a*c").meets(&set("*b*")));
        assert!(!set("a*c").meets(&set("*b")));
        assert!(set("").meets(&set("*")));
        assert!(!set("?").meets(&set("")));
        let bucket = TextSet::default().with_name(false);
        let object = TextSet::default().with_name(false).with_text("/").with_name(true);
        assert!(!bucket.meets(&set("data/*")) && object.meets(&set("data/*")));
        assert!(object.meets(&set("data*")) && bucket.meets(&set("data*")));
    }
}
