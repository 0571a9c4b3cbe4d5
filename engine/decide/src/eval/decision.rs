//! Decisions, what was expected of them, and the statements that made them.

use std::fmt;
use std::str::FromStr;

use crate::policy::Effect;
use crate::text::{Source, Span, UnknownWord};

/// The answer of AWS to a request (policy language §5.10), spelt as its simulator does.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::Decision;
/// assert_eq!(Decision::ImplicitDeny.to_string(), "implicitDeny");
/// ```
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

/// The decision that a case expects.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, Expectation};
/// let denied: Expectation = "denied".parse().expect("a word of cases");
/// assert!(denied.is_met_by(Decision::ExplicitDeny) && denied.is_met_by(Decision::ImplicitDeny));
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Expectation {
    /// The decision [`Decision::Allowed`].
    Allowed,
    /// A deny, explicit or implicit.
    Denied,
    /// No decision: it depends on what is not known of the request.
    Depends,
    /// The decision [`Decision::ExplicitDeny`].
    ExplicitDeny,
    /// The decision [`Decision::ImplicitDeny`].
    ImplicitDeny,
}

/// The name of a statement in results.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{PolicySet, Scratch, StatementRef};
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{Request, RequestParts};
/// # use polsim::text::Source;
/// # let source = Source::new("identity.json", r#"{"Version": "2012-10-17", "Statement":
/// #   {"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}"#);
/// # let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// # let request = Request::new(RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:GetObject",
/// #     resource: "arn:aws:s3:::bucket/key",
/// #     ..RequestParts::default()
/// # }).expect("a valid request");
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let (_, by) = set.decide_by(&request, &mut Scratch::default());
/// let read: &StatementRef = by[0];
/// assert_eq!((&*read.policy, &*read.statement), ("identity.json", "Read"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct StatementRef {
    /// The name of the policy.
    pub policy: Box<str>,
    /// The statement's Sid, or its index from 0 in brackets: `[2]`.
    pub statement: Box<str>,
    /// The effect, Allow or Deny.
    pub effect: Effect,
    /// The place in the policy.
    pub span: Place,
}

/// A place in a file, for people and for editors.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::Place;
/// # use polsim::text::{Source, Span};
/// let place = Place::of(&Source::new("a", "one\ntwo"), Span { start: 4, end: 7 });
/// assert_eq!((place.line, place.column), (2, 1));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The offset of the first byte.
    pub start: u32,
    /// The end: one past the last byte.
    pub end: u32,
    /// The line of the first byte, from 1.
    pub line: u32,
    /// The column of the first byte, in characters from 1.
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
    /// The word of results and cases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }
}

impl Expectation {
    /// Tells whether the decision is as expected.
    pub fn is_met_by(self, decision: Decision) -> bool {
        match self {
            Self::Allowed => decision == Decision::Allowed,
            Self::Denied => decision != Decision::Allowed,
            Self::Depends => false,
            Self::ExplicitDeny => decision == Decision::ExplicitDeny,
            Self::ImplicitDeny => decision == Decision::ImplicitDeny,
        }
    }

    /// The word of results and cases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Depends => "depends",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
        }
    }
}

impl FromStr for Expectation {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let all =
            [Self::Allowed, Self::Denied, Self::Depends, Self::ExplicitDeny, Self::ImplicitDeny];
        all.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
            let words = all.map(Self::as_str);
            let expected = "`allowed`, `denied`, `depends`, `explicitDeny` or `implicitDeny`";
            UnknownWord::new("decision", text, words, expected)
        })
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
