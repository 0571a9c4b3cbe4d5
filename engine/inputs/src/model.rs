//! The one model that every reader makes: policies with attachments, things, facts, a network.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use polsim::policy::PolicyType;

use crate::value::{Object, Text, Value};

/// Place in a file of the inputs, from 1.
///
/// ```
/// # use polsim_inputs::Place;
/// let place = Place { file: "main.tf".into(), line: 31, column: 9 };
/// assert_eq!(place.to_string(), "main.tf:31:9");
/// ```
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// Path of the file.
    pub file: Arc<str>,
    /// Line, from 1; 0 where the file is one line and only the file is named.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}:{}", self.file, self.column),
        }
    }
}

/// Kind of a symbol: what a text must look like to be its value.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Kind {
    Vpc,
    Vpce,
    Subnet,
    Sg,
    Rtb,
    Igw,
    Nat,
    Eigw,
    Tgw,
    Pcx,
    PrefixList,
    KmsKey,
    Address,
    Cidr,
    Account,
    Region,
    Org,
    Name,
    Text,
}

/// Class of a symbol: who chooses its value.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Class {
    /// AWS, when a resource of the inputs is created: the value equals no other.
    Created,
    /// Somebody outside the inputs: the value may equal anything of its kind.
    Given,
}

/// A value that is not known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Symbol {
    pub(crate) kind: Kind,
    pub(crate) class: Class,
    pub(crate) place: Option<Place>,
}

/// Source of a document.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Origin {
    /// The text is in the input.
    Planned,
    /// Put together from a policy-document data source.
    Document,
    /// Evaluated from the source beside the plan.
    Source,
    /// AWS's own, as nothing is written.
    Default,
    /// Not known.
    Hole,
}

/// Bound on a document that is not known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Bound {
    /// It may allow and deny anything.
    Any,
    /// It denies nothing.
    OnlyAllow,
    /// It denies nothing and allows only actions of a service.
    OnlyAllowService(Box<str>),
}

/// Document of a policy.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Document {
    /// JSON in which single elements may be unknown.
    Written(Value),
    /// Nothing is known but a bound.
    Hole { bound: Bound, why: Box<str>, settle: Box<str> },
}

/// Carrier of a policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Attachment {
    Principals(Vec<Text>),
    Resources(Vec<Text>),
    Endpoint(Text),
    Level(u32),
}

/// A policy of the inputs.
#[expect(clippy::struct_field_names, reason = "`type` is a word of the language")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Policy {
    pub(crate) policy_type: PolicyType,
    pub(crate) document: Document,
    pub(crate) attachment: Attachment,
    /// Address of the resource that carries it, as the user wrote it.
    pub(crate) at: Box<str>,
    /// Attribute that holds it.
    pub(crate) attribute: Box<str>,
    pub(crate) place: Option<Place>,
    pub(crate) origin: Origin,
    /// Data sources and named policies on the way from the attribute to the text.
    pub(crate) through: Vec<Box<str>>,
}

/// Kind of a thing that packs ask about.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum ThingKind {
    Bucket,
    Key,
    Secret,
    Queue,
    Topic,
    Repository,
    Table,
}

/// A resource with data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Thing {
    pub(crate) kind: ThingKind,
    pub(crate) arn: Text,
    pub(crate) at: Box<str>,
    /// The name that people call it.
    pub(crate) name: Text,
    /// Bucket with RestrictPublicBuckets.
    pub(crate) restricts_public: bool,
}

/// A finding that needs no policy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Fact {
    pub(crate) at: Box<str>,
    pub(crate) says: String,
}

/// A remark about the inputs.
///
/// ```
/// # use polsim_inputs::Note;
/// let note = Note { code: "I0207", text: "`aws_iam_policy.x` is attached to nobody".to_owned() };
/// assert_eq!(note.code, "I0207");
/// ```
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Note {
    /// Code of the remark.
    pub code: &'static str,
    /// Sentence.
    pub text: String,
}

/// An input as it was read.
///
/// ```
/// # use polsim_inputs::ReadInput;
/// let read = ReadInput { path: "plan.json".into(), kind: "terraform-plan", version: None, resources: 41 };
/// assert_eq!(read.kind, "terraform-plan");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReadInput {
    /// Path on the command line.
    pub path: Box<str>,
    /// Kind by its content.
    pub kind: &'static str,
    /// Version of the tool that wrote it.
    pub version: Option<Box<str>>,
    /// Number of resources that it has.
    pub resources: usize,
}

/// Everything that was read.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub(crate) account: Option<Box<str>>,
    pub(crate) region: Option<Box<str>>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) things: Vec<Thing>,
    pub(crate) facts: Vec<Fact>,
    /// Users and roles of the inputs: carriers of policies, but for service-linked roles.
    pub(crate) principals: Vec<Text>,
    /// Topology in the form of a network file, ids may be symbols.
    pub(crate) network: Object,
    pub(crate) symbols: BTreeMap<Arc<str>, Symbol>,
    /// Assumptions of readers that were relied on, with what they were relied on for.
    pub(crate) assumed: BTreeMap<&'static str, Vec<Box<str>>>,
    pub(crate) notes: Vec<Note>,
    /// Policies that were seen and are in no set, as what carries them is not known: no answer is
    /// whole without them.
    pub(crate) lost: Vec<String>,
    pub(crate) inputs: Vec<ReadInput>,
    /// Types of resources that were read, with their numbers.
    pub(crate) types: BTreeMap<Box<str>, usize>,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Vpc => "vpc",
            Self::Vpce => "vpce",
            Self::Subnet => "subnet",
            Self::Sg => "sg",
            Self::Rtb => "rtb",
            Self::Igw => "igw",
            Self::Nat => "nat",
            Self::Eigw => "eigw",
            Self::Tgw => "tgw",
            Self::Pcx => "pcx",
            Self::PrefixList => "pl",
            Self::KmsKey => "kms-key",
            Self::Address => "address",
            Self::Cidr => "cidr",
            Self::Account => "account",
            Self::Region => "region",
            Self::Org => "org",
            Self::Name => "name",
            Self::Text => "text",
        }
    }
}

impl Class {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Given => "given",
        }
    }
}

impl Origin {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Document => "document",
            Self::Source => "source",
            Self::Default => "default",
            Self::Hole => "hole",
        }
    }
}

impl ThingKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::Key => "key",
            Self::Secret => "secret",
            Self::Queue => "queue",
            Self::Topic => "topic",
            Self::Repository => "repository",
            Self::Table => "table",
        }
    }
}

impl Policy {
    /// The name in results: the address, and the attribute where it is not the usual one.
    pub(crate) fn name(&self) -> String {
        match &*self.attribute {
            "policy" | "PolicyDocument" | "Policy" | "KeyPolicy" | "" => self.at.to_string(),
            attribute => format!("{} {attribute}", self.at),
        }
    }

    /// The place of a statement, by its Sid or its index in brackets; that of the policy otherwise.
    pub(crate) fn place_of(&self, statement: &str) -> Option<&Place> {
        let written = match &self.document {
            Document::Written(document) => document.get("Statement"),
            Document::Hole { .. } => None,
        };
        let statements = written.map(Value::items).unwrap_or_default();
        let index = statement.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let found = match index.and_then(|it| it.parse::<usize>().ok()) {
            Some(index) => statements.get(index),
            None => statements
                .iter()
                .find(|it| it.get("Sid").and_then(Value::as_literal).as_deref() == Some(statement)),
        };
        match found {
            Some(Value::Object(object)) if object.at.is_some() => object.at.as_ref(),
            _ => self.place.as_ref(),
        }
    }
}

impl Model {
    pub(crate) fn symbol(&mut self, name: &str, kind: Kind, class: Class) -> Text {
        let name: Arc<str> = name.into();
        self.symbols.entry(Arc::clone(&name)).or_insert(Symbol { kind, class, place: None });
        Text::symbol(name)
    }

    pub(crate) fn note(&mut self, code: &'static str, text: impl Into<String>) {
        let note = Note { code, text: text.into() };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Says that a policy is left out, as what carries it is not known.
    pub(crate) fn lose(&mut self, address: &str, what: &str) {
        let text = format!("`{address}` is left out: {what} is not known");
        if !self.lost.contains(&text) {
            self.lost.push(text);
        }
    }

    pub(crate) fn assume(&mut self, name: &'static str, what: impl Into<Box<str>>) {
        let list = self.assumed.entry(name).or_default();
        let what = what.into();
        if !list.contains(&what) {
            list.push(what);
        }
    }

    /// The remarks about the inputs, in the order in which they were made.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The inputs as they were read.
    pub fn inputs(&self) -> &[ReadInput] {
        &self.inputs
    }

    /// The number of policies, things, and users and roles.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.policies.len(), self.things.len(), self.principals.len())
    }
}
