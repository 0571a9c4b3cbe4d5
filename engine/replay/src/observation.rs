//! Observations: what a record says of the requests that it stands for.

use polsim_decide::request::{ContextValue, PrincipalKind};
use polsim_decide::text::KeyName;
use serde_json::{Map, Value, json};

/// The class of a record: what happens to it in a replay.
///
/// ```
/// use polsim_replay::Class;
/// assert_eq!(Class::AlreadyDenied.as_str(), "already-denied");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Class {
    /// The request was denied at the time: it has nothing to lose.
    AlreadyDenied,
    /// The record is in no form that is understood.
    NotUnderstood,
    /// The record stands for a request that a new denial would have met.
    Replayed,
    /// The record repeats another.
    Duplicate,
    /// The record of a network event, where no endpoint policy is asked about.
    NetworkActivity,
    /// The call is one that IAM never decides.
    NoAuthorization,
    /// The record is no API call.
    NotACall,
    /// The record lies outside of the filters.
    Window,
}

impl Class {
    /// The classes in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::Replayed,
        Self::AlreadyDenied,
        Self::NotACall,
        Self::NetworkActivity,
        Self::Duplicate,
        Self::NoAuthorization,
        Self::Window,
        Self::NotUnderstood,
    ];

    /// The word of reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AlreadyDenied => "already-denied",
            Self::NotUnderstood => "not-understood",
            Self::Replayed => "replayed",
            Self::Duplicate => "skipped:duplicate",
            Self::NetworkActivity => "skipped:network-activity",
            Self::NoAuthorization => "skipped:no-authorization",
            Self::NotACall => "skipped:not-a-call",
            Self::Window => "skipped:window",
        }
    }
}

/// A name that a record tells in full, in part or not at all.
///
/// ```
/// use polsim_replay::Seen;
/// assert_eq!(Seen::Pattern("arn:aws:s3:::lake/*".into()).to_json()["pattern"], "arn:aws:s3:::lake/*");
/// assert!(Seen::Unknown.to_json().is_null());
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Seen {
    /// The name itself.
    Known(Box<str>),
    /// A pattern that the name matches.
    Pattern(Box<str>),
    /// Nothing is told.
    Unknown,
}

/// The action of a request: one, or one of several.
///
/// ```
/// use polsim_replay::SeenAction;
/// let some = SeenAction::Some(vec!["dynamodb:PutItem".into(), "dynamodb:DeleteItem".into()]);
/// assert_eq!(some.to_json()["some"][1], "dynamodb:DeleteItem");
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum SeenAction {
    /// The action.
    Known(Box<str>),
    /// Actions of which the call needs one or more; `service:*` is any of the service.
    Some(Vec<Box<str>>),
}

/// The knowledge about a context key of a request.
///
/// ```
/// use polsim_replay::Knowledge;
/// assert!(matches!(Knowledge::unknown(), Knowledge::Unknown { may_be_absent: true, .. }));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Knowledge {
    /// The key was not in the request.
    Absent,
    /// The key had this value.
    Known(ContextValue),
    /// The value is not known.
    Unknown {
        /// True if the key may have been absent.
        may_be_absent: bool,
        /// A value that it did not have.
        other_than: Option<Box<str>>,
        /// The values of which it had one; none where any value may be.
        among: Option<Vec<Box<str>>>,
    },
}

/// A request as a record tells it.
///
/// ```
/// use polsim_replay::{Observer, Options, SeenAction};
/// let record = r#"{"eventVersion": "1.08", "eventType": "AwsApiCall", "eventSource": "s3.amazonaws.com",
///   "eventName": "HeadObject", "requestParameters": {"bucketName": "lake", "key": "a"},
///   "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/bob",
///                    "accountId": "111122223333", "userName": "bob"}}"#;
/// let observer = Observer::new(Options::default(), []).expect("the catalogue");
/// let observation = observer.observe(record);
/// assert_eq!(observation.requests[0].action, SeenAction::Known("s3:GetObject".into()));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// The requester.
    pub principal: Seen,
    /// The action.
    pub action: SeenAction,
    /// The resource.
    pub resource: Seen,
    /// The account that owns the resource, if it is known.
    pub resource_account: Option<Box<str>>,
    /// The keys that were asked about.
    pub keys: Vec<(KeyName, Knowledge)>,
    /// True for a request that has no record of its own.
    pub derived: bool,
    /// True if the caller belongs to the management account.
    pub management_account: bool,
    /// The account of the caller, if it is known.
    pub caller_account: Option<Box<str>>,
    /// The kind of the caller, if it is known.
    pub kind: Option<PrincipalKind>,
    /// The role or user that issued the credentials.
    pub issuer: Option<Box<str>>,
    /// The endpoint that the request came through.
    pub endpoint: Knowledge,
    /// The keys that a decision may read without a policy's naming them.
    pub own_keys: Vec<(KeyName, Knowledge)>,
}

/// A record as a replay reads it.
///
/// ```
/// use polsim_replay::{Class, Observer, Options};
/// let observer = Observer::new(Options::default(), []).expect("the catalogue");
/// let observation = observer.observe(r#"{"eventVersion": "2.0"}"#);
/// assert_eq!(observation.class, Class::NotUnderstood);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The id of the record.
    pub event_id: Box<str>,
    /// The class.
    pub class: Class,
    /// The reason, where the record is not understood.
    pub reason: Option<Box<str>>,
    /// The requests, for a record that is replayed.
    pub requests: Vec<Observed>,
    /// The facts for a report.
    pub about: About,
}

/// The facts of a record that reports group by.
///
/// ```
/// assert_eq!(polsim_replay::About::default().failed, false);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// The time of the record.
    pub time: Box<str>,
    /// The principal, a role without its session.
    pub principal: Box<str>,
    /// The account of the caller.
    pub account: Box<str>,
    /// The origin: the endpoint, the service or the address.
    pub source: Box<str>,
    /// True if the call failed for another reason than a denial.
    pub failed: bool,
    /// The assumptions that the keys rest on.
    pub assumptions: Vec<&'static str>,
    /// The id that the copies of a record in several accounts have in common.
    pub shared: Option<Box<str>>,
    /// The rank of the copy: 0 for that of the caller's account, then those with the caller's ARN.
    pub copy_rank: u8,
}

impl Knowledge {
    /// A key of which nothing is known.
    pub fn unknown() -> Self {
        Self::Unknown { may_be_absent: true, other_than: None, among: None }
    }

    /// A key that was in the request, with a value that is not known.
    pub fn present() -> Self {
        Self::Unknown { may_be_absent: false, other_than: None, among: None }
    }

    /// A key with one value.
    pub fn text(value: &str) -> Self {
        Self::Known(ContextValue::from(value))
    }

    /// A key that is absent where the text is missing.
    pub(crate) fn given(value: Option<&str>) -> Self {
        value.map_or(Self::Absent, Self::text)
    }
}

impl Seen {
    /// The notation of `--observe`.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Known(text) => json!(text),
            Self::Pattern(text) => json!({"pattern": text}),
            Self::Unknown => Value::Null,
        }
    }
}

impl SeenAction {
    /// The notation of `--observe`.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Known(text) => json!(text),
            Self::Some(list) => json!({"some": list}),
        }
    }
}

impl Observed {
    /// The notation of `--observe`.
    pub fn to_json(&self) -> Value {
        let (mut known, mut absent, mut unknown) = (Map::new(), Vec::new(), Vec::new());
        for (key, knowledge) in &self.keys {
            let name = key.as_str();
            match knowledge {
                Knowledge::Absent => absent.push(name),
                Knowledge::Known(ContextValue::One(text)) => {
                    known.insert(name.to_owned(), json!(text));
                }
                Knowledge::Known(value) => {
                    known.insert(name.to_owned(), json!(value.as_slice()));
                }
                Knowledge::Unknown { .. } => unknown.push(name),
            }
        }
        let mut object = json!({
            "principal": self.principal.to_json(),
            "action": self.action.to_json(),
            "resource": self.resource.to_json(),
            "known": known,
            "absent": absent,
            "unknown": unknown,
        });
        if let (true, Some(object)) = (self.derived, object.as_object_mut()) {
            object.insert("derived".to_owned(), json!(true));
        }
        object
    }
}

impl Observation {
    /// The line of `--observe`.
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("eventID".to_owned(), json!(self.event_id));
        object.insert("class".to_owned(), json!(self.class.as_str()));
        if let Some(reason) = &self.reason {
            object.insert("reason".to_owned(), json!(reason));
        }
        if self.class == Class::Replayed {
            let requests: Vec<Value> = self.requests.iter().map(Observed::to_json).collect();
            object.insert("requests".to_owned(), json!(requests));
        }
        Value::Object(object)
    }
}
