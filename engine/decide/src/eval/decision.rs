//! Decisions, what was expected of them, and the statements that made them.

use std::fmt;
use std::str::FromStr;

use crate::policy::Effect;
use crate::text::{Source, Span};

/// What AWS answers (policy language §5.10), spelt as its simulator does.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Decision {
    /// The request goes through.
    Allowed,
    /// A Deny statement matches.
    ExplicitDeny,
    /// No Deny matches, and an Allow that is needed is missing.
    ImplicitDeny,
}

/// What a case expects.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Expectation {
    /// [`Decision::Allowed`].
    Allowed,
    /// Either deny.
    Denied,
    /// [`Decision::ExplicitDeny`].
    ExplicitDeny,
    /// [`Decision::ImplicitDeny`].
    ImplicitDeny,
}

/// A statement, as results name it.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct StatementRef {
    /// The policy's name.
    pub policy: Box<str>,
    /// The statement's Sid, or its index from 0 in brackets: `[2]`.
    pub statement: Box<str>,
    /// What it does.
    pub effect: Effect,
    /// Where it stands.
    pub span: Place,
}

/// A place in a file, for people and for editors.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The line of the first byte, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
    /// The line of the end.
    pub end_line: u32,
    /// The column just past the last character.
    pub end_column: u32,
}

impl Place {
    /// The place of `span` in `source`.
    pub fn of(source: &Source, span: Span) -> Self {
        let (from, to) = (source.position(span.start), source.position(span.end));
        Self {
            start: span.start,
            end: span.end,
            line: from.line,
            column: from.column,
            end_line: to.line,
            end_column: to.column,
        }
    }
}

impl Place {
    /// The places of spans that come one after the other, in one walk over the text.
    pub(super) fn of_all(source: &Source, spans: impl Iterator<Item = Span>) -> Vec<Self> {
        let mut walk = source.walk();
        spans
            .map(|Span { start, end }| {
                let (from, to) = (walk.to(start), walk.to(end));
                Self {
                    start,
                    end,
                    line: from.line,
                    column: from.column,
                    end_line: to.line,
                    end_column: to.column,
                }
            })
            .collect()
    }
}

impl Decision {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }
}

impl Expectation {
    /// Whether the decision is as expected.
    pub fn is_met_by(self, decision: Decision) -> bool {
        match self {
            Self::Allowed => decision == Decision::Allowed,
            Self::Denied => decision != Decision::Allowed,
            Self::ExplicitDeny => decision == Decision::ExplicitDeny,
            Self::ImplicitDeny => decision == Decision::ImplicitDeny,
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }
}

impl FromStr for Expectation {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Allowed, Self::Denied, Self::ExplicitDeny, Self::ImplicitDeny]
            .into_iter()
            .find(|it| it.as_str() == text)
            .ok_or(())
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
