//! Words that are none of a fixed set.

use std::fmt;

use super::{nearest, quoted};

/// The error of reading a word of a fixed set, such as a policy type: the text is none of them.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::PolicyType;
/// let refused = "idenity".parse::<PolicyType>().unwrap_err();
/// assert_eq!(refused.to_string(), "`idenity` is no policy type: did you mean `identity`?");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UnknownWord {
    kind: &'static str,
    text: Box<str>,
    expected: Box<str>,
}

impl UnknownWord {
    /// The refusal of `text`, which is no `kind`; the `words` are those that are. The refusal names
    /// the nearest of them, or says what is `expected`.
    pub(crate) fn new<'a>(
        kind: &'static str,
        text: &str,
        words: impl IntoIterator<Item = &'a str>,
        expected: &str,
    ) -> Self {
        let expected = match nearest(text, words) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected {expected}"),
        };
        Self { kind, text: text.into(), expected: expected.into() }
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The remark on what was expected: the nearest word as a question, or the words there are.
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no {}: {}", quoted(&self.text), self.kind, self.expected)
    }
}

impl std::error::Error for UnknownWord {}
