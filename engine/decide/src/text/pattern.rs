//! Patterns: text with the wildcards `*` and `?` and with policy variables in it.
//!
//! One type serves Action, Resource and the values of the string and ARN operators; what is special
//! in the text depends on the place, so there is a constructor for each reading: [`Pattern::literal`]
//! (nothing), [`Pattern::wildcard`] (`*` and `?`), [`Pattern::with_variables`] (policy variables,
//! and wildcards where the operator has them). Nothing else is ever special: brackets, braces and
//! backslashes are themselves (policy language §2.1), which is why this is not a glob library.
//!
//! Matching walks the pieces with one backtrack point and allocates nothing; its cost is bounded by
//! pattern length times text length, whatever the pattern.

mod builder;
mod language;
mod matching;
mod variable;

use std::fmt;

use super::KeyName;
use builder::Builder;
pub use language::TextSet;
pub use matching::{CaseRule, fold_char};
use variable::{parse_variable, split_variable};

/// A pattern over text, compiled once and matched many times.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{CaseRule, NoVariables, Pattern};
/// let read = Pattern::wildcard("s3:Get*");
/// assert!(read.matches("s3:GetObject", CaseRule::Exact, &NoVariables));
/// assert!(read.matches("S3:getobject", CaseRule::AsciiFolded, &NoVariables));
/// assert!(!read.matches("s3:PutObject", CaseRule::Exact, &NoVariables));
/// assert!(Pattern::with_variables("home/${aws:username", true).is_err());
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Pattern {
    // INVARIANT: no two `AnyRun` and no two `Text` in a row, no empty `Text`: one language of one
    // spelling has one representation.
    pieces: Box<[Piece]>,
}

/// A piece of a [`Pattern`].
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Pattern, Piece};
/// let pattern = Pattern::wildcard("s3:Get*");
/// assert_eq!(pattern.pieces(), [Piece::Text("s3:Get".into()), Piece::AnyRun]);
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub enum Piece {
    /// `?`: exactly one character (one Unicode scalar value, policy language U-29).
    AnyOne,
    /// `*`: any run of characters, the empty run included.
    AnyRun,
    /// Literal text: its characters themselves.
    Text(Box<str>),
    /// The value of a context key of the request.
    Variable(Variable),
}

/// A step of a walk over a [`Pattern`], its text taken apart into characters. `V` is what the walk
/// carries for a policy variable.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Pattern, Token};
/// let pattern = Pattern::wildcard("s3*");
/// let tokens: Vec<_> = pattern.tokens().collect();
/// assert_eq!(tokens, [Token::Char('s'), Token::Char('3'), Token::Run]);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Token<V> {
    /// A literal character of the pattern.
    Char(char),
    /// `?`: exactly one character.
    One,
    /// `*`: any run of characters, the empty run included.
    Run,
    /// The value of a context key.
    Variable(V),
}

/// A policy variable: `${key}` or `${key, 'default'}` (policy language §4).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{NoVariables, Pattern};
/// let pattern = Pattern::with_variables("${aws:username, 'nobody'}/*", true)?;
/// let variable = pattern.variables().next().expect("there is one");
/// assert_eq!(variable.key.as_str(), "aws:username");
/// assert_eq!(variable.resolve(&NoVariables), Some("nobody"));
/// # Ok::<(), polsim::text::PatternError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Variable {
    /// The context key whose value is put in.
    pub key: KeyName,
    /// The literal text that replaces the variable where the request has no such key (U-23).
    pub default: Option<Box<str>>,
}

/// The error of reading a [`Pattern`] with policy variables: the fault of one of them.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{Pattern, PatternError};
/// let refused = Pattern::with_variables("home/${aws:username", true).unwrap_err();
/// assert_eq!(refused, PatternError::MissingBrace { at: 5 });
/// assert_eq!(refused.to_string(), "policy variable without its closing brace");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PatternError {
    /// `${` without its closing brace.
    MissingBrace {
        /// The byte offset of `${`.
        at: usize,
    },
    /// A default that does not stand in single quotes.
    MissingQuote {
        /// The byte offset of `${`.
        at: usize,
    },
    /// A blank inside the variable's name.
    Space {
        /// The byte offset of `${`.
        at: usize,
    },
    /// `${}`, a variable without a name.
    Empty {
        /// The byte offset of `${`.
        at: usize,
    },
}

/// A source of values for policy variables: a request, or none at all.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{CaseRule, KeyName, Pattern, Variables};
/// struct Alice(Box<str>);
/// impl Variables for Alice {
///     fn values(&self, key: &KeyName) -> &[Box<str>] {
///         if key.is("aws:username") { std::slice::from_ref(&self.0) } else { &[] }
///     }
/// }
/// let home = Pattern::with_variables("home/${aws:username}/*", true)?;
/// assert!(home.matches("home/alice/notes", CaseRule::Exact, &Alice("alice".into())));
/// # Ok::<(), polsim::text::PatternError>(())
/// ```
pub trait Variables {
    /// The values of a key, none where the request does not have it.
    fn values(&self, key: &KeyName) -> &[Box<str>];
}

/// The absence of a request: no variable has a value.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::text::{CaseRule, NoVariables, Pattern};
/// let home = Pattern::with_variables("home/${aws:username}", true)?;
/// assert!(!home.matches("home/", CaseRule::Exact, &NoVariables));
/// # Ok::<(), polsim::text::PatternError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct NoVariables;

impl Variables for NoVariables {
    fn values(&self, _key: &KeyName) -> &[Box<str>] {
        &[]
    }
}

impl Pattern {
    /// The pattern that only `text` itself matches.
    pub fn literal(text: &str) -> Self {
        if text.is_empty() {
            return Self { pieces: Box::default() };
        }
        Self { pieces: Box::new([Piece::Text(text.into())]) }
    }

    /// `text` with `*` and `?` as wildcards.
    pub fn wildcard(text: &str) -> Self {
        if !text.contains(['*', '?']) {
            return Self::literal(text);
        }
        let mut builder = Builder::default();
        builder.wildcards(text);
        builder.finish()
    }

    /// `text` with policy variables, and with wildcards if `wildcards` says so. `${*}`, `${?}` and
    /// `${$}` are the characters themselves (policy language §4, V-7).
    ///
    /// # Errors
    /// Where a variable is not well formed (policy language §4, V-2).
    pub fn with_variables(text: &str, wildcards: bool) -> Result<Self, PatternError> {
        let mut builder = Builder::default();
        let mut rest = text;
        loop {
            let (before, after) = rest.split_once("${").unwrap_or((rest, ""));
            if wildcards {
                builder.wildcards(before);
            } else {
                builder.text(before);
            }
            if before.len() == rest.len() {
                return Ok(builder.finish());
            }
            let at = text.len().saturating_sub(after.len()).saturating_sub(2);
            let (inside, tail) = split_variable(after).ok_or(PatternError::MissingBrace { at })?;
            builder.piece(parse_variable(inside, at)?);
            rest = tail;
        }
    }

    /// The pattern of these pieces, brought to the one form that equal patterns share.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut builder = Builder::default();
        pieces.into_iter().for_each(|piece| builder.piece(piece));
        builder.finish()
    }

    /// The pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The text, if only one text matches and no variable is in the pattern.
    pub fn as_literal(&self) -> Option<&str> {
        match &*self.pieces {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// True for a lone `*`, which matches every text.
    pub fn is_any(&self) -> bool {
        matches!(&*self.pieces, [Piece::AnyRun])
    }

    /// The variables in it.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable(variable) => Some(variable),
            _ => None,
        })
    }

    /// True if the last piece is `*`.
    pub fn ends_with_run(&self) -> bool {
        matches!(self.pieces.last(), Some(Piece::AnyRun))
    }

    /// Splits at the first `count - 1` literal colons; colons inside variables do not count
    /// (policy language §4, V-8: an ARN's components are split before substitution).
    pub fn split_components(&self, count: usize) -> Vec<Self> {
        let mut parts = vec![Vec::new()];
        for piece in &self.pieces {
            let Piece::Text(text) = piece else {
                if let Some(part) = parts.last_mut() {
                    part.push(piece.clone());
                }
                continue;
            };
            let mut rest: &str = text;
            while parts.len() < count
                && let Some((before, after)) = rest.split_once(':')
            {
                if let Some(part) = parts.last_mut() {
                    part.push(Piece::Text(before.into()));
                }
                parts.push(Vec::new());
                rest = after;
            }
            if let Some(part) = parts.last_mut() {
                part.push(Piece::Text(rest.into()));
            }
        }
        parts.into_iter().map(Self::from_pieces).collect()
    }

    /// The tokens of the pattern, from either end.
    pub fn tokens(&self) -> impl DoubleEndedIterator<Item = Token<&Variable>> + Clone {
        self.pieces.iter().flat_map(|piece| {
            let (text, token) = match piece {
                Piece::AnyOne => ("", Some(Token::One)),
                Piece::AnyRun => ("", Some(Token::Run)),
                Piece::Text(text) => (&**text, None),
                Piece::Variable(variable) => ("", Some(Token::Variable(variable))),
            };
            text.chars().map(Token::Char).chain(token)
        })
    }

    /// The text that everything begins with that matches.
    pub fn head(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }

    /// The text that everything ends with that matches.
    pub fn tail(&self) -> &str {
        match self.pieces.last() {
            Some(Piece::Text(text)) => text,
            _ => "",
        }
    }
}

impl Variable {
    /// The text that replaces the variable: the key's value, or the default where the key is
    /// absent. `None` where there is neither, and where the key has several values: a multivalued
    /// key is no variable (policy language §4, V-4 to V-6).
    pub fn resolve<'a>(&'a self, variables: &'a impl Variables) -> Option<&'a str> {
        match variables.values(&self.key) {
            [] => self.default.as_deref(),
            [value] => Some(value),
            _ => None,
        }
    }
}

impl PatternError {
    /// The byte offset, in the text that was parsed, of the variable that is wrong.
    pub fn at(self) -> usize {
        match self {
            Self::MissingBrace { at }
            | Self::MissingQuote { at }
            | Self::Space { at }
            | Self::Empty { at } => at,
        }
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MissingBrace { .. } => "policy variable without its closing brace",
            Self::MissingQuote { .. } => {
                "the default of a policy variable stands in single quotes: `${key, 'default'}`"
            }
            Self::Space { .. } => "blank inside a policy variable",
            Self::Empty { .. } => "policy variable without a name",
        })
    }
}

impl std::error::Error for PatternError {}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces.iter().try_for_each(|piece| write!(f, "{piece}"))
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnyOne => f.write_str("?"),
            Self::AnyRun => f.write_str("*"),
            Self::Text(text) => f.write_str(text),
            Self::Variable(Variable { key, default: None }) => write!(f, "${{{key}}}"),
            Self::Variable(Variable { key, default: Some(text) }) => {
                write!(f, "${{{key}, '{text}'}}")
            }
        }
    }
}

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}

#[cfg(test)]
mod tests {
    use super::{CaseRule, KeyName, NoVariables, Pattern, PatternError, Variables, fold_char};

    fn glob(pattern: &str, text: &str) -> bool {
        Pattern::wildcard(pattern).matches(text, CaseRule::Exact, &NoVariables)
    }

    struct One(&'static str, Vec<Box<str>>);

    fn one(key: &'static str, value: &str) -> One {
        One(key, vec![value.into()])
    }

    impl Variables for One {
        fn values(&self, key: &KeyName) -> &[Box<str>] {
            if key.is(self.0) { &self.1 } else { &[] }
        }
    }

    #[test]
    fn brackets_and_braces_are_ordinary_characters() {
        assert!(glob("[ab]{c}\\*", "[ab]{c}\\x"));
        assert!(!glob("[ab]", "a"));
    }

    #[test]
    fn a_run_may_be_empty_and_crosses_slashes() {
        assert!(glob("b/*", "b/"));
        assert!(glob("b/*/x", "b/1/2/x"));
        assert!(!glob("b/*/x", "b/x"));
    }

    #[test]
    fn a_later_run_takes_over_from_an_earlier_one() {
        assert!(glob("*a*b", "xaabab"));
        assert!(!glob("*a*b", "xaaba"));
        assert!(glob("*??", "é1"));
        assert!(!glob("*??", "é"));
    }

    #[test]
    fn ten_thousand_asterisks_are_one() {
        let pattern = Pattern::wildcard(&"*".repeat(10_000));
        assert_eq!(pattern, Pattern::wildcard("*"));
    }

    #[test]
    fn variables_are_put_in_literally() {
        let pattern = Pattern::with_variables("home/${aws:username}/*", true).unwrap();
        assert!(pattern.matches("home/al*/x", CaseRule::Exact, &one("AWS:UserName", "al*")));
        assert!(!pattern.matches("home/alice/x", CaseRule::Exact, &one("aws:username", "al*")));
        assert!(!pattern.matches("home//x", CaseRule::Exact, &NoVariables));
    }

    #[test]
    fn defaults_and_escapes() {
        let pattern =
            Pattern::with_variables("${aws:PrincipalTag/t, 'a}b'}${*}${$}", true).unwrap();
        assert!(pattern.matches("a}b*$", CaseRule::Exact, &NoVariables));
        assert!(!pattern.matches("a}bx$", CaseRule::Exact, &NoVariables));
        assert!(pattern.matches("*$", CaseRule::Exact, &one("aws:PrincipalTag/t", "")));
    }

    #[test]
    fn malformed_variables_are_named() {
        let error = |text| Pattern::with_variables(text, true).unwrap_err();
        assert_eq!(error("a${aws:username"), PatternError::MissingBrace { at: 1 });
        assert_eq!(error("${}"), PatternError::Empty { at: 0 });
        assert_eq!(error("${aws: username}"), PatternError::Space { at: 0 });
        assert_eq!(error("${aws:username, none}"), PatternError::MissingQuote { at: 0 });
    }

    #[test]
    fn components_split_outside_variables() {
        let pattern = Pattern::with_variables("arn:aws:s3:::${aws:username}:x:*", true).unwrap();
        let parts = pattern.split_components(6);
        assert_eq!(parts.len(), 6);
        assert_eq!(parts[5].to_string(), "${aws:username}:x:*");
    }

    #[test]
    fn folding_is_simple_folding() {
        assert_eq!(fold_char('S'), fold_char('ſ'));
        assert_eq!(fold_char('ς'), fold_char('Σ'));
        assert_ne!(fold_char('ı'), fold_char('i'));
        assert_ne!(fold_char('ß'), fold_char('s'));
    }
}
