//! The strict reading of a case: from the spanned tree, with a place for every complaint.
//!
//! Scenarios have the same policies and requests in them, so the parts are public.

use crate::eval::Expectation;
use crate::lower::Readings;
use crate::policy::PolicyType;
use crate::request::{
    Constraint, ContextValue, PartialRequest, Possible, RequestError, RequestParts, Slot,
};
use crate::text::{Diagnostic, Diagnostics, KeyName, Member, Node, Source, Span, Value, nearest};

use super::{KnownResources, readings_member};

/// A policy of a case or scenario: the place of its document, and its attachment.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::policy_member;
/// # use polsim::policy::PolicyType;
/// # use polsim::text::{Source, json};
/// let source = Source::new("case.json", r#"{"type": "scp", "level": 1, "file": "scp.json"}"#);
/// let node = json::parse(&source).expect("JSON");
/// let policy = policy_member(&source, &node).expect("a policy");
/// assert_eq!((policy.policy_type, policy.level), (PolicyType::Scp, 1));
/// ```
#[derive(Clone, Debug)]
pub struct PolicyMember<'a> {
    /// The place of the whole member.
    pub span: Span,
    /// The type of the policy.
    pub policy_type: PolicyType,
    /// The name that it is given.
    pub name: Option<&'a str>,
    /// The document, if it is inline.
    pub document: Option<&'a Node>,
    /// The path of its file and the place of that path, if it is not.
    pub file: Option<(&'a str, Span)>,
    /// The level at which an SCP or RCP hangs.
    pub level: u32,
    /// The ARN of the resource that it is attached to, and its place.
    pub of: Option<(&'a str, Span)>,
    /// The account that it belongs to.
    pub account: Option<&'a str>,
    /// The ARN of the user or role that carries it, and its place.
    pub principal: Option<(&'a str, Span)>,
}

/// The names of the members of a case.
const CASE: &[&str] = &[
    "id",
    "policies",
    "readings",
    "request",
    "resources",
    "expect",
    "dependsOn",
    "why",
    "source",
    "pattern",
];
const POLICY: &[&str] =
    &["type", "name", "document", "file", "level", "of", "account", "principal"];
const REQUEST: &[&str] = &[
    "principal",
    "action",
    "resource",
    "resourceAccount",
    "issuer",
    "region",
    "now",
    "via",
    "roleArn",
    "credentials",
    "absent",
    "unknown",
    "context",
    "complete",
    "managementAccount",
];

/// Complaints about a text.
struct Complaints<'a> {
    source: &'a Source,
    found: Vec<Diagnostic>,
}

impl Complaints<'_> {
    fn add(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.found.push(Diagnostic::error(code, self.source, span, message));
    }

    fn object<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> &'n [Member] {
        if !matches!(node.value, Value::Object(_)) {
            self.add("C0001", node.span, format!("{what} is an object, found {}", node.kind()));
        }
        for member in node.members().iter().filter(|member| !known.contains(&&*member.key)) {
            let message = format!("unknown member `{}` in {what}", member.key);
            let complaint = Diagnostic::error("C0002", self.source, member.key_span, message);
            let help = match nearest(&member.key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its members are {}", quoted(known)),
            };
            self.found.push(complaint.with_help(help));
        }
        node.members()
    }

    fn text<'n>(&mut self, member: &'n Member) -> Option<&'n str> {
        let text = member.value.as_str();
        if text.is_none() {
            let message = format!("`{}` is a string, found {}", member.key, member.value.kind());
            self.add("C0003", member.value.span, message);
        }
        text
    }

    /// The texts of a list.
    fn texts<'n>(&mut self, member: &'n Member) -> Vec<&'n str> {
        let texts: Option<Vec<&str>> = match &member.value.value {
            Value::Array(items) => items.iter().map(Node::as_str).collect(),
            _ => None,
        };
        if texts.is_none() {
            let message = format!("`{}` is a list of strings", member.key);
            self.add("C0003", member.value.span, message);
        }
        texts.unwrap_or_default()
    }

    fn flag(&mut self, member: &Member) -> bool {
        if let Value::Bool(value) = member.value.value {
            return value;
        }
        let message = format!("`{}` is true or false, found {}", member.key, member.value.kind());
        self.add("C0003", member.value.span, message);
        false
    }
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The parts of a case.
pub(super) struct CaseNode<'a> {
    pub(super) id: Option<&'a str>,
    pub(super) policies: Vec<PolicyMember<'a>>,
    pub(super) request: Option<&'a Node>,
    pub(super) resources: KnownResources,
    pub(super) expect: Option<Expectation>,
    pub(super) depends_on: Option<Box<[Box<str>]>>,
    pub(super) readings: Readings,
}

/// Reads a case from its tree.
pub(super) fn case<'a>(source: &Source, node: &'a Node) -> (CaseNode<'a>, Vec<Diagnostic>) {
    let mut complaints = Complaints { source, found: Vec::new() };
    let mut case = CaseNode {
        id: None,
        policies: Vec::new(),
        request: None,
        resources: KnownResources::default(),
        expect: None,
        depends_on: None,
        readings: Readings::default(),
    };
    let mut found = Vec::new();
    for member in complaints.object(node, "a case", CASE) {
        match &*member.key {
            "id" => case.id = complaints.text(member),
            "policies" => {
                for item in member.value.items() {
                    match policy_member(source, item) {
                        Ok(policy) => case.policies.push(policy),
                        Err(refused) => found.extend(refused),
                    }
                }
            }
            "readings" => match readings_member(source, &member.value, Readings::default()) {
                Ok(readings) => case.readings = readings,
                Err(refused) => found.extend(refused),
            },
            "dependsOn" => {
                let keys = complaints.texts(member);
                case.depends_on = Some(keys.into_iter().map(Box::from).collect());
            }
            "request" => case.request = Some(&member.value),
            "resources" => match KnownResources::read(source, &member.value) {
                Ok(resources) => case.resources = resources,
                Err(refused) => found.extend(refused),
            },
            "expect" => {
                case.expect = complaints.text(member).and_then(|text| text.parse().ok());
                if case.expect.is_none() && member.value.as_str().is_some() {
                    let words = "`allowed`, `explicitDeny`, `implicitDeny`, `denied` or `depends`";
                    complaints.add("C0004", member.value.span, format!("`expect` is {words}"));
                }
            }
            _ => (),
        }
    }
    if matches!(node.value, Value::Object(_)) {
        for name in ["policies", "request"] {
            if node.member(name).is_none() {
                complaints.add("C0005", node.span, format!("the case has no `{name}`"));
            }
        }
    }
    complaints.found.extend(found);
    (case, complaints.found)
}

/// Reads a policy of a case.
///
/// # Errors
/// Every complaint about it, with its place. The document itself is not read here.
pub fn policy_member<'a>(source: &Source, node: &'a Node) -> Result<PolicyMember<'a>, Diagnostics> {
    let mut complaints = Complaints { source, found: Vec::new() };
    let mut policy = PolicyMember {
        span: node.span,
        policy_type: PolicyType::Identity,
        name: None,
        document: None,
        file: None,
        level: 0,
        of: None,
        account: None,
        principal: None,
    };
    for member in complaints.object(node, "a policy", POLICY) {
        match &*member.key {
            "type" => match complaints.text(member).map(str::parse) {
                Some(Ok(policy_type)) => policy.policy_type = policy_type,
                Some(Err(_)) => {
                    let names = PolicyType::ALL.map(PolicyType::as_str);
                    let written = member.value.as_str().unwrap_or_default();
                    let message = format!("`{written}` is no policy type");
                    let complaint = Diagnostic::error("C0006", source, member.value.span, message);
                    let help = match nearest(written, names) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the types are {}", quoted(&names)),
                    };
                    complaints.found.push(complaint.with_help(help));
                }
                None => (),
            },
            "name" => policy.name = complaints.text(member),
            "document" => policy.document = Some(&member.value),
            "file" => policy.file = complaints.text(member).map(|text| (text, member.value.span)),
            "of" => policy.of = complaints.text(member).map(|text| (text, member.value.span)),
            "account" => policy.account = complaints.text(member),
            "principal" => {
                policy.principal = complaints.text(member).map(|text| (text, member.value.span));
            }
            "level" => match &member.value.value {
                Value::Number(text) if text.parse::<u32>().is_ok() => {
                    policy.level = text.parse().unwrap_or_default();
                }
                _ => complaints.add("C0007", member.value.span, "`level` is a whole number from 0"),
            },
            _ => (),
        }
    }
    if matches!(node.value, Value::Object(_)) {
        if node.member("type").is_none() {
            complaints.add("C0008", node.span, "the policy has no `type`");
        }
        if policy.document.is_some() == node.member("file").is_some() {
            let message = "a policy has either a `document` or a `file`";
            complaints.add("C0009", node.span, message);
        }
    }
    Diagnostics::check(complaints.found)?;
    Ok(policy)
}

/// Reads the request of a case.
///
/// # Errors
/// Every complaint about it, with its place.
pub fn request_member(source: &Source, node: &Node) -> Result<PartialRequest, Diagnostics> {
    let (parts, unknown) = request_parts(source, node)?;
    let request = PartialRequest::as_sent(parts, unknown);
    Ok(request.map_err(|error| about_request(source, node, &error))?)
}

/// The parts of a request, and the slots that are not known.
pub(super) type WrittenParts<'a> = (RequestParts<'a>, Vec<(Slot, Constraint)>);

/// Reads the parts of the request of a case.
///
/// # Errors
/// Every complaint about it, with its place.
pub(super) fn request_parts<'a>(
    source: &Source,
    node: &'a Node,
) -> Result<WrittenParts<'a>, Diagnostics> {
    let mut complaints = Complaints { source, found: Vec::new() };
    let mut parts = RequestParts::default();
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for member in complaints.object(node, "a request", REQUEST) {
        match &*member.key {
            "principal" => parts.principal = complaints.text(member).unwrap_or_default(),
            "action" => parts.action = complaints.text(member).unwrap_or_default(),
            "resource" => parts.resource = complaints.text(member).unwrap_or_default(),
            "resourceAccount" => parts.resource_account = complaints.text(member),
            "issuer" => parts.issuer = complaints.text(member),
            "region" => parts.call.region = complaints.text(member),
            "now" => parts.call.now = complaints.text(member),
            "via" => parts.call.via = complaints.texts(member),
            "roleArn" => parts.call.role_arn = complaints.text(member),
            "credentials" => parts.call.credentials = complaints.text(member),
            "absent" => parts.call.absent = complaints.texts(member),
            "unknown" => match unknown_member(source, &member.value) {
                Ok(slots) => unknown = slots,
                Err(refused) => found.extend(refused),
            },
            "complete" => parts.complete = complaints.flag(member),
            "managementAccount" => parts.management_account = complaints.flag(member),
            "context" => match context(source, &member.value) {
                Ok(context) => parts.context = context,
                Err(refused) => found.extend(refused),
            },
            _ => (),
        }
    }
    if matches!(node.value, Value::Object(_)) {
        for name in ["principal", "action", "resource"] {
            if node.member(name).is_none() {
                complaints.add("C0005", node.span, format!("the request has no `{name}`"));
            }
        }
    }
    complaints.found.extend(found);
    Diagnostics::check(complaints.found)?;
    Ok((parts, unknown))
}

/// Reads a list of slots that are not known: a text is a key (a family with a slash at its end), an
/// object says more of it: `key`, `like`, `among`, `present`.
///
/// # Errors
/// Every complaint about an entry, with its place (C0015).
pub fn unknown_member(
    source: &Source,
    node: &Node,
) -> Result<Vec<(Slot, Constraint)>, Diagnostics> {
    let refuse = |node: &Node| {
        let message = "an entry of `unknown` is a key, or an object with `key` and `like`, `among` or \
                       `present`";
        Diagnostic::error("C0015", source, node.span, message)
    };
    let Value::Array(items) = &node.value else { return Err(refuse(node).into()) };
    let (mut slots, mut found) = (Vec::new(), Vec::new());
    for item in items {
        match unknown_entry(item) {
            Some(slot) => slots.push(slot),
            None => found.push(refuse(item)),
        }
    }
    Diagnostics::check(found)?;
    Ok(slots)
}

/// The slot of one entry; none if it is not of the form.
fn unknown_entry(node: &Node) -> Option<(Slot, Constraint)> {
    if let Some(name) = node.as_str() {
        return (!name.is_empty()).then(|| (slot(name), Constraint::default()));
    }
    let (mut key, mut constraint) = (None, Constraint::default());
    for member in node.members() {
        match (&*member.key, &member.value.value) {
            ("key", Value::String(name)) if !name.is_empty() => key = Some(&**name),
            ("like", Value::String(pattern)) => {
                constraint.values = Constraint::like(pattern).values;
            }
            ("among", Value::Array(items)) => {
                let values: Option<Vec<Box<str>>> =
                    items.iter().map(|it| it.as_str().map(Box::from)).collect();
                constraint.values = Possible::Among(values.filter(|it| !it.is_empty())?.into());
            }
            ("present", Value::Bool(true)) => constraint = constraint.and_present(),
            ("present", Value::Bool(false)) => (),
            _ => return None,
        }
    }
    Some((slot(key?), constraint))
}

/// The slot of this name.
fn slot(name: &str) -> Slot {
    if name == "managementAccount" { Slot::ManagementAccount } else { Slot::named(name) }
}

pub(super) fn about_request(source: &Source, node: &Node, error: &RequestError) -> Diagnostic {
    let span = node.member(error.member).map_or(node.span, |member| member.value.span);
    Diagnostic::error("C0010", source, span, error.to_string())
}

fn context(source: &Source, node: &Node) -> Result<Vec<(KeyName, ContextValue)>, Diagnostics> {
    if !matches!(node.value, Value::Object(_)) {
        let message = format!("`context` is an object, found {}", node.kind());
        return Err(Diagnostic::error("C0001", source, node.span, message).into());
    }
    let mut entries = Vec::new();
    let mut refused = Vec::new();
    for member in node.members() {
        match context_value(source, &member.value) {
            Ok(value) => entries.push((KeyName::new(&member.key), value)),
            Err(complaint) => refused.push(complaint),
        }
    }
    Diagnostics::check(refused)?;
    Ok(entries)
}

/// Reads the value of a context key: a string, number, boolean or a list of them.
///
/// # Errors
/// The complaint about any other value.
pub fn context_value(source: &Source, node: &Node) -> Result<ContextValue, Diagnostic> {
    let one = |node: &Node| match &node.value {
        Value::String(text) => Ok(text.clone()),
        Value::Bool(value) => Ok(if *value { "true".into() } else { "false".into() }),
        Value::Number(text) => Ok(ContextValue::number_text(text)),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            let expected = "a context value is a string, number, boolean or a list of them";
            let complaint = format!("{expected}, found {}", node.kind());
            let complaint = Diagnostic::error("C0011", source, node.span, complaint);
            Err(match node.value {
                Value::Null => {
                    complaint.with_help("leave the key out if the request does not have it")
                }
                _ => complaint,
            })
        }
    };
    match &node.value {
        Value::Array(items) => {
            Ok(ContextValue::Many(items.iter().map(one).collect::<Result<_, _>>()?))
        }
        _ => one(node).map(ContextValue::One),
    }
}
