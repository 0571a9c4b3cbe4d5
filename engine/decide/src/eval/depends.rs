//! The answers about requests of which a part is not known.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::{Decision, Expectation, RestsOn, StatementRef};
use crate::catalog::keys;
use crate::request::Request;
use crate::text::KeyName;

/// The answer about a request: the decisions of its completions.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{PartialAnswer, PartialDecision, PolicySet, Scratch};
/// # use polsim::lower::AttachedPolicy;
/// # use polsim::policy::{Policy, PolicyType};
/// # use polsim::request::{PartialRequest, RequestParts};
/// # use polsim::text::Source;
/// let source = Source::new("identity.json", r#"{"Version": "2012-10-17", "Statement":
///   {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
///    "Condition": {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}}}"#);
/// let policy = Policy::parse(&source, PolicyType::Identity).expect("a valid policy").policy;
/// let request = PartialRequest::as_sent(RequestParts {
///     principal: "arn:aws:iam::111122223333:user/alice",
///     action: "s3:ListAllMyBuckets",
///     resource: "*",
///     ..RequestParts::default()
/// }, Vec::new()).expect("a valid request");
/// let set = PolicySet::new([AttachedPolicy::new(policy)]);
/// let answer: PartialAnswer = set.answer_partial(&request, &mut Scratch::default());
/// assert_eq!(answer.decision(), PartialDecision::Depends);
/// assert_eq!(&*answer.depends.expect("a reason").on[0].key, "aws:CurrentTime");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PartialAnswer {
    /// The decisions of completions, each once, in their order.
    pub possible: Vec<Decision>,
    /// The keys that tell the decision, where there are several.
    pub depends: Option<Depends>,
    /// The readings that the answer rests on.
    pub rests_on: Vec<RestsOn>,
    /// Some completion, where the answer took one.
    pub completion: Option<Request>,
}

/// The word for an answer: a decision, or one that is not told.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Decision, Expectation, PartialDecision};
/// let denied = PartialDecision::of(&[Decision::ExplicitDeny, Decision::ImplicitDeny]);
/// assert_eq!(denied, PartialDecision::Denied);
/// assert!(denied.meets(Expectation::Denied) && !denied.meets(Expectation::ExplicitDeny));
/// assert_eq!(PartialDecision::of(&[Decision::Allowed]), Decision::Allowed);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PartialDecision {
    /// The decision of every completion.
    Decided(Decision),
    /// Every completion is denied, some explicitly and some not.
    Denied,
    /// Some completions are allowed and some are not.
    Depends,
}

/// The keys that an answer depends on, and a completion for each decision.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::Depends;
/// let nothing = Depends { on: Vec::new(), cases: Vec::new(), complete: true };
/// assert!(nothing.on.is_empty());
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Depends {
    /// The smallest set of keys whose values tell the decision, by name.
    pub on: Vec<Dependency>,
    /// A completion for each decision.
    pub cases: Vec<Completion>,
    /// True if every class of values was tried, so that no decision is missed and none is there that
    /// no request has.
    pub complete: bool,
}

/// A key that an answer depends on.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::Dependency;
/// let region = Dependency::of("aws:RequestedRegion");
/// assert_eq!(&*region.settle, "--region REGION");
/// ```
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Dependency {
    /// The name of the key.
    pub key: Box<str>,
    /// The flag that says its value.
    pub settle: Box<str>,
}

/// A completion of a request with its decision.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::{Completion, PolicySet, Scratch};
/// # use polsim::request::{Constraint, PartialRequest, RequestParts, Slot};
/// # let parts = RequestParts {
/// #     principal: "arn:aws:iam::111122223333:user/alice",
/// #     action: "s3:ListAllMyBuckets",
/// #     resource: "*",
/// #     ..RequestParts::default()
/// # };
/// let slot = (Slot::named("aws:SourceVpce"), Constraint::default());
/// let request = PartialRequest::as_sent(parts, vec![slot]).expect("a valid request");
/// let answer = PolicySet::new([]).answer_partial(&request, &mut Scratch::default());
/// let cases: Vec<Completion> = answer.depends.into_iter().flat_map(|it| it.cases).collect();
/// assert!(cases.is_empty(), "whatever the endpoint, nothing is allowed");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// The values of the keys that make the decision; none is an absent key.
    pub keys: Vec<(KeyName, Vec<Box<str>>)>,
    /// The decision.
    pub decision: Decision,
    /// The statements that made it.
    pub by: Vec<StatementRef>,
    /// The whole request.
    pub request: Request,
}

impl PartialAnswer {
    /// The word for it.
    pub fn decision(&self) -> PartialDecision {
        PartialDecision::of(&self.possible)
    }

    /// Tells whether these are the keys that the answer depends on, in any order and letter case.
    pub fn depends_on(&self, keys: &[Box<str>]) -> bool {
        let on = self.depends.iter().flat_map(|it| &it.on);
        let mut on: Vec<String> = on.map(|it| it.key.to_ascii_lowercase()).collect();
        let mut keys: Vec<String> = keys.iter().map(|it| it.to_ascii_lowercase()).collect();
        on.sort_unstable();
        keys.sort_unstable();
        on == keys
    }
}

impl PartialDecision {
    /// The word for these possible decisions.
    pub fn of(possible: &[Decision]) -> Self {
        match possible {
            [one] => Self::Decided(*one),
            several if several.contains(&Decision::Allowed) => Self::Depends,
            _ => Self::Denied,
        }
    }

    /// Tells whether the answer is as expected.
    pub fn meets(self, expected: Expectation) -> bool {
        match self {
            Self::Decided(decision) => expected.is_met_by(decision),
            Self::Denied => expected == Expectation::Denied,
            Self::Depends => expected == Expectation::Depends,
        }
    }

    /// The decision, if it is one.
    pub fn decided(self) -> Option<Decision> {
        match self {
            Self::Decided(decision) => Some(decision),
            Self::Denied | Self::Depends => None,
        }
    }

    /// The word of results and cases.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decided(decision) => decision.as_str(),
            Self::Denied => "denied",
            Self::Depends => "depends",
        }
    }
}

impl PartialEq<Decision> for PartialDecision {
    fn eq(&self, other: &Decision) -> bool {
        *self == Self::Decided(*other)
    }
}

impl From<Decision> for PartialDecision {
    fn from(decision: Decision) -> Self {
        Self::Decided(decision)
    }
}

impl fmt::Display for PartialDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for PartialDecision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Dependency {
    /// The dependency on the key of this name.
    pub fn of(key: &str) -> Self {
        let flags = [
            (keys::REQUESTED_REGION, "--region REGION"),
            (keys::CURRENT_TIME, "--now TIME"),
            (keys::EPOCH_TIME, "--now TIME"),
            (keys::PRINCIPAL_ARN, "--role-arn ARN"),
            (keys::RESOURCE_ACCOUNT, "--resource-account ID"),
            (super::classes::MANAGEMENT_ACCOUNT, "--management-account"),
        ];
        let flag = flags.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        let settle = flag.map_or_else(|| format!("--context {key}=VALUE"), |it| it.1.to_owned());
        Self { key: key.into(), settle: settle.into() }
    }
}

/// The members `complete`, `dependsOn` and `cases`.
impl Serialize for Depends {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("Depends", 3)?;
        members.serialize_field("complete", &self.complete)?;
        members.serialize_field("dependsOn", &self.on)?;
        members.serialize_field("cases", &self.cases)?;
        members.end()
    }
}

/// A value as a context has it: `null` is absent.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Shown<'a> {
    Absent(()),
    Many(&'a [Box<str>]),
    One(&'a str),
}

/// The world of a case: the values of keys, and of choices, of which there are none here.
#[derive(serde::Serialize)]
struct When<'a> {
    keys: BTreeMap<&'a str, Shown<'a>>,
    choices: BTreeMap<&'a str, bool>,
}

/// The members `when`, `decision` and `by`.
impl Serialize for Completion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut keys = BTreeMap::new();
        for (key, values) in &self.keys {
            let shown = match &values[..] {
                [] => Shown::Absent(()),
                [one] => Shown::One(one),
                many => Shown::Many(many),
            };
            keys.insert(key.as_str(), shown);
        }
        let mut members = serializer.serialize_struct("Completion", 3)?;
        members.serialize_field("when", &When { keys, choices: BTreeMap::new() })?;
        members.serialize_field("decision", &self.decision)?;
        members.serialize_field("by", &self.by)?;
        members.end()
    }
}
