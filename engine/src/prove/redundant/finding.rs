//! Findings: redundant parts with their places and what covers them.

use super::part::{ElementName, Part};
use crate::eval::{Place, StatementRef};
use crate::lower::AttachedPolicy;
use crate::policy::{Polarity, Policy, Statement};
use crate::text::{Diagnostic, Source, Span};

/// A part of a policy that changes no decision.
///
/// ```
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::prove::{Limits, Redundancy, RedundantKind};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": ["s3:*", "s3:GetObject"], "Resource": "*"}}"#;
/// let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity);
/// let policies = [AttachedPolicy::new(policy.expect("a policy").policy)];
/// let redundancies = Redundancy::new(&policies).find(Limits::default());
/// let finding = &redundancies.found[0];
/// assert_eq!(finding.kind, RedundantKind::Value("Action"));
/// assert!(finding.message().starts_with("without this value of Action"));
/// ```
#[derive(Clone, Debug)]
pub struct Redundant {
    /// Kind of the part.
    pub kind: RedundantKind,
    /// Statement that the part is, or is in.
    pub statement: StatementRef,
    /// Text of the policy.
    pub source: Source,
    /// Location of the part.
    pub span: Span,
    mark: Span,
    /// Parts that make it redundant; for a statement that never matches, its parts that exclude each
    /// other.
    pub covered_by: Vec<Cover>,
}

/// The kind of a redundant part.
///
/// ```
/// # use polsim::prove::RedundantKind;
/// assert_eq!(serde_json::to_string(&RedundantKind::NeverMatches)?, r#""neverMatches""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum RedundantKind {
    /// A condition that changes nothing.
    Condition,
    /// A value of a condition that changes nothing.
    ConditionValue,
    /// A statement that no request matches.
    NeverMatches,
    /// A statement that changes nothing.
    Statement,
    /// A value of an element, named, that changes nothing.
    Value(&'static str),
}

/// A part that makes another one redundant.
///
/// ```
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::prove::{Limits, Redundancy, RedundantKind};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {
///     "Effect": "Allow", "Action": ["s3:*", "s3:GetObject"], "Resource": "*"}}"#;
/// let policy = Policy::parse(&Source::new("p.json", text), PolicyType::Identity);
/// let policies = [AttachedPolicy::new(policy.expect("a policy").policy)];
/// let redundancies = Redundancy::new(&policies).find(Limits::default());
/// let cover = &redundancies.found[0].covered_by[0];
/// assert_eq!(cover.source.slice(cover.span), r#""s3:*""#);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Cover {
    /// Statement that the part is, or is in.
    pub statement: StatementRef,
    /// Text of its policy.
    pub source: Source,
    /// Location of the part.
    pub span: Span,
    mark: Span,
}

/// A statement as results name it.
fn named(attached: &AttachedPolicy, index: usize, statement: &Statement) -> StatementRef {
    let policy = &attached.policy;
    StatementRef {
        policy: (&*attached.name).into(),
        statement: match &statement.sid {
            Some(sid) => sid.value.clone(),
            None => format!("[{index}]").into(),
        },
        effect: statement.effect.value,
        span: Place::of(&policy.source, statement.span),
    }
}

/// The reference for a statement that is not there.
fn nowhere(attached: &AttachedPolicy) -> StatementRef {
    let span = Place::of(&attached.policy.source, attached.policy.span);
    let effect = crate::policy::Effect::Deny;
    StatementRef { policy: (&*attached.name).into(), statement: "".into(), effect, span }
}

impl Cover {
    pub(super) fn part(attached: &AttachedPolicy, part: Part) -> Self {
        let policy = &attached.policy;
        Self {
            statement: reference(attached, part.statement()),
            source: policy.source.clone(),
            span: part.span(policy).unwrap_or(policy.span),
            mark: part.mark(policy).unwrap_or(policy.span),
        }
    }
}

fn reference(attached: &AttachedPolicy, index: usize) -> StatementRef {
    match attached.policy.statements.get(index) {
        Some(statement) => named(attached, index, statement),
        None => nowhere(attached),
    }
}

impl Redundant {
    pub(super) fn part(attached: &AttachedPolicy, part: Part, covered_by: Vec<Cover>) -> Self {
        let policy = &attached.policy;
        Self {
            kind: kind(policy, part),
            statement: reference(attached, part.statement()),
            source: policy.source.clone(),
            span: part.span(policy).unwrap_or(policy.span),
            mark: part.mark(policy).unwrap_or(policy.span),
            covered_by,
        }
    }

    /// The finding of a statement that no request matches because these parts exclude each other.
    pub(super) fn never(attached: &AttachedPolicy, index: usize, together: &[Span]) -> Self {
        let whole = Self::part(attached, Part::Statement(index), Vec::new());
        let covered_by = together
            .iter()
            .map(|span| Cover {
                statement: whole.statement.clone(),
                source: whole.source.clone(),
                span: *span,
                mark: *span,
            })
            .collect();
        Self { kind: RedundantKind::NeverMatches, covered_by, ..whole }
    }

    /// The text of the part; of a statement, its name.
    pub fn text(&self) -> &str {
        match self.kind {
            RedundantKind::NeverMatches | RedundantKind::Statement => &self.statement.statement,
            _ => self.source.slice(self.span),
        }
    }

    /// A sentence that says what is wrong.
    pub fn message(&self) -> String {
        let name = &self.statement.statement;
        match self.kind {
            RedundantKind::NeverMatches => format!("no request matches the statement `{name}`"),
            RedundantKind::Statement => {
                format!("without the statement `{name}` every decision is the same")
            }
            RedundantKind::Condition => {
                format!("without this condition in `{name}` every decision is the same")
            }
            RedundantKind::ConditionValue => {
                format!("without this value of a condition in `{name}` every decision is the same")
            }
            RedundantKind::Value(element) => {
                format!("without this value of {element} in `{name}` every decision is the same")
            }
        }
    }

    /// The finding as a warning with its place and the places of what covers it in the same text;
    /// what covers it elsewhere is in the help.
    pub fn diagnostic(&self) -> Diagnostic {
        let code = match self.kind {
            RedundantKind::NeverMatches => "V0201",
            RedundantKind::Statement => "V0202",
            RedundantKind::Condition => "V0203",
            RedundantKind::ConditionValue | RedundantKind::Value(_) => "V0204",
        };
        let mut it = Diagnostic::warning(code, &self.source, self.mark, self.message());
        let never = self.kind == RedundantKind::NeverMatches;
        let mut elsewhere = Vec::new();
        for cover in &self.covered_by {
            if cover.source == self.source {
                let word = if never { "not together with the rest" } else { "covers it" };
                it = it.with_label(cover.mark, word);
            } else {
                let at = cover.source.position(cover.span.start);
                let file = cover.source.name();
                let (line, name) = (at.line, &cover.statement.statement);
                elsewhere.push(format!("`{name}` ({file}:{line}:{})", at.column));
            }
        }
        if !elsewhere.is_empty() {
            return it.with_help(format!("covered by {}", elsewhere.join(", ")));
        }
        if self.kind == RedundantKind::Condition && self.covered_by.is_empty() {
            return it
                .with_help("it holds for every request that the rest of the statement matches");
        }
        it
    }
}

fn kind(policy: &Policy, part: Part) -> RedundantKind {
    let polarity = |pick: fn(&Statement) -> Option<Polarity>| {
        policy.statements.get(part.statement()).and_then(pick) == Some(Polarity::AllBut)
    };
    match part {
        Part::Condition(..) => RedundantKind::Condition,
        Part::ConditionValue(..) => RedundantKind::ConditionValue,
        Part::Statement(_) => RedundantKind::Statement,
        Part::Value(_, ElementName::Action, _) => {
            let not = polarity(|it| Some(it.action.polarity));
            RedundantKind::Value(if not { "NotAction" } else { "Action" })
        }
        Part::Value(_, ElementName::Principal, _) => {
            let not = polarity(|it| it.principal.as_ref().map(|it| it.polarity));
            RedundantKind::Value(if not { "NotPrincipal" } else { "Principal" })
        }
        Part::Value(_, ElementName::Resource, _) => {
            let not = polarity(|it| it.resource.as_ref().map(|it| it.polarity));
            RedundantKind::Value(if not { "NotResource" } else { "Resource" })
        }
    }
}
