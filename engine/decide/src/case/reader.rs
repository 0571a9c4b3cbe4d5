//! The reader of many cases.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use memchr::memmem::Finder;
use serde_json::value::RawValue;

use super::cache::{KeyNames, TextHashes};
use super::fast::{CaseLine, PolicyLine};
use super::strict::{self, PolicyMember};
use super::{KnownResources, SessionRoles, type_for_target};
use crate::eval::{Expectation, PolicySet};
use crate::lower::{AttachedPolicy, Readings, Scope};
use crate::policy::{Parsed, Policy, PolicyType};
use crate::request::{CallFacts, PartialRequest, RequestParts, ResourceFacts};
use crate::text::{Diagnostic, Diagnostics, Source, Span, json};

/// A case that has been read: ready to be decided.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::{Case, CaseReader, NoFiles};
/// let line = r#"{"id": "nobody", "policies": [], "expect": "implicitDeny", "request":
///   {"principal": "arn:aws:iam::111122223333:user/alice",
///    "action": "s3:GetObject", "resource": "arn:aws:s3:::bucket/key"}}"#;
/// let case: Case = CaseReader::new("cases", NoFiles).read(line, 1).expect("a valid case");
/// assert_eq!(case.result().ok, Some(true));
/// ```
#[derive(Clone, Debug)]
pub struct Case {
    /// The id of the case, or the number of its line.
    pub id: Box<str>,
    /// The compiled policies of the case.
    pub set: Arc<PolicySet>,
    /// The request that they decide.
    pub request: PartialRequest,
    /// The resources that the case describes.
    pub resources: Option<Arc<KnownResources>>,
    /// The decision that the case expects.
    pub expect: Option<Expectation>,
    /// The keys that the case expects its decision to depend on.
    pub depends_on: Option<Box<[Box<str>]>>,
}

/// The error of reading a case: its id, and everything that is wrong with it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::{CaseReader, NoFiles};
/// let text = r#"{"id": "typo", "policies": [], "reqest": {}}"#;
/// let refused = CaseReader::new("cases.jsonl", NoFiles).read(text, 7).unwrap_err();
/// assert_eq!(&*refused.id, "typo");
/// assert!(refused.to_string().contains("unknown member `reqest` in a case\n --> cases.jsonl:7:32"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct UnreadableCase {
    /// The id of the case, or the number of its line.
    pub id: Box<str>,
    /// The complaints, each with its place.
    pub diagnostics: Diagnostics,
}

impl std::fmt::Display for UnreadableCase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "case `{}` cannot be read:\n{}", self.id, self.diagnostics)
    }
}

impl std::error::Error for UnreadableCase {}

/// The source of the files that cases name. The engine itself opens none.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::Files;
/// # use polsim::text::Source;
/// struct OnePolicy;
/// impl Files for OnePolicy {
///     fn read(&self, _from: &str, path: &str) -> Result<Source, String> {
///         let text = r#"{"Version": "2012-10-17", "Statement": []}"#;
///         if path == "policy.json" { Ok(Source::new(path, text)) } else { Err("no such file".into()) }
///     }
/// }
/// assert!(OnePolicy.read("case.json", "other.json").is_err());
/// ```
pub trait Files {
    /// The file at `path`, written in the text called `from`.
    ///
    /// # Errors
    /// The reason why it cannot be read, in the words of a message.
    fn read(&self, from: &str, path: &str) -> Result<Source, String>;
}

impl<F: Files + ?Sized> Files for &F {
    fn read(&self, from: &str, path: &str) -> Result<Source, String> {
        (**self).read(from, path)
    }
}

/// The absence of files: policies are inline.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::{Files, NoFiles};
/// assert!(NoFiles.read("case.json", "policy.json").is_err());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _from: &str, _path: &str) -> Result<Source, String> {
        Err("files cannot be read here: put the document inline".to_owned())
    }
}

/// A reader of many cases, which keeps the policy sets that it has seen.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::{CaseReader, NoFiles};
/// let mut reader = CaseReader::new("cases.jsonl", NoFiles);
/// let refused = reader.read(r#"{"id": "broken"}"#, 7).expect_err("no policies");
/// assert_eq!((&*refused.id, refused.diagnostics[0].code), ("broken", "C0005"));
/// ```
#[derive(Debug)]
pub struct CaseReader<F> {
    files: F,
    name: Box<str>,
    /// The sets, by the text of their policies.
    sets: HashMap<Box<str>, SetsByTarget, TextHashes>,
    names: KeyNames,
    kept_bytes: usize,
    finder: PolicyFinder,
    /// A line without the text of its policies.
    short: String,
}

/// A search for the text of a line's policies that does not parse the line.
#[derive(Debug)]
struct PolicyFinder {
    policies: Finder<'static>,
    request: Finder<'static>,
}

/// The policy sets of one text: one for each type as which its `resource` documents were read.
type SetsByTarget = Vec<(PolicyType, Arc<CachedSet>)>;

/// A policy set and the endpoint that its requests cross, if it names exactly one.
#[derive(Debug)]
struct CachedSet {
    set: Arc<PolicySet>,
    endpoint: Option<Box<str>>,
    roles: SessionRoles,
}

/// Bound on the policy text that a reader keeps before it starts over.
const KEEP_BYTES: usize = 16 * 1024 * 1024;

/// The member that holds the policies.
const POLICIES: &[u8] = b"\"policies\"";

impl<F: Files> CaseReader<F> {
    /// A reader of the cases in the text called `name`.
    pub fn new(name: impl Into<Box<str>>, files: F) -> Self {
        Self {
            files,
            name: name.into(),
            sets: HashMap::default(),
            names: KeyNames::default(),
            kept_bytes: 0,
            finder: PolicyFinder {
                policies: Finder::new(POLICIES),
                request: Finder::new(b"\"request\""),
            },
            short: String::new(),
        }
    }

    /// Reads the case in `text`, which begins at line `line` (from 1) of the whole.
    ///
    /// # Errors
    /// The id as far as it can be told, and every complaint with its place.
    pub fn read(&mut self, text: &str, line: u32) -> Result<Case, UnreadableCase> {
        match self.read_fast(text, line) {
            Some(case) => Ok(case),
            None => self.read_strictly(text, line),
        }
    }

    /// The case, if the fast reading takes it.
    fn read_fast(&mut self, text: &str, line: u32) -> Option<Case> {
        if let Some(known) = self.without_known_policies(text, line) {
            return Some(known);
        }
        let case: CaseLine<'_> = serde_json::from_str(text).ok()?;
        let target = case.request.target();
        let prepared = self.prepared(case.policies, target)?;
        finish(case, &prepared, &mut self.names, line)
    }

    /// The case, if its policies are a text that was seen before: then that text is not parsed, not
    /// even to find its end. A JSON list ends where its brackets close, so where a line goes on with
    /// a list seen before, the value there is that list.
    fn without_known_policies(&mut self, text: &str, line: u32) -> Option<Case> {
        let Self { sets, names, finder, short, .. } = self;
        let policies = finder.policies_in(text)?;
        let by_target = sets.get(text.get(policies.clone())?)?;
        short.clear();
        short.push_str(text.get(..policies.start)?);
        short.push('0');
        short.push_str(text.get(policies.end..)?);
        let case: CaseLine<'_> = serde_json::from_str(short).ok()?;
        // What was left out was the case's own member, and nothing inside something else.
        let place = case.policies.get().as_ptr().addr().checked_sub(short.as_ptr().addr());
        if place != Some(policies.start) || case.policies.get() != "0" {
            return None;
        }
        let target = case.request.target();
        let (_, prepared) = by_target.iter().find(|(seen, _)| *seen == target)?;
        finish(case, prepared, names, line)
    }

    /// The policy set written in `raw`, from memory where it was seen before.
    fn prepared(&mut self, raw: &RawValue, target: PolicyType) -> Option<Arc<CachedSet>> {
        let known = self.sets.get(raw.get()).into_iter().flatten();
        if let Some((_, prepared)) = known.into_iter().find(|(seen, _)| *seen == target) {
            return Some(Arc::clone(prepared));
        }
        let lines: Vec<PolicyLine<'_>> = serde_json::from_str(raw.get()).ok()?;
        let policies =
            lines.iter().enumerate().map(|(index, line)| self.policy(line, index, target));
        let prepared = Arc::new(prepare(policies.collect::<Option<_>>()?, &Readings::default()));
        if self.kept_bytes > KEEP_BYTES {
            self.sets.clear();
            self.kept_bytes = 0;
        }
        self.kept_bytes = self.kept_bytes.saturating_add(raw.get().len());
        self.sets.entry(raw.get().into()).or_default().push((target, Arc::clone(&prepared)));
        Some(prepared)
    }

    fn policy(
        &self,
        line: &PolicyLine<'_>,
        index: usize,
        target: PolicyType,
    ) -> Option<AttachedPolicy> {
        let policy_type = line.policy_type.parse().ok()?;
        let (source, name) = match (line.document, &line.file) {
            (Some(document), None) => {
                let name = policy_name(line.name.as_deref(), policy_type, index);
                (Source::new(name.clone(), document.get()), name)
            }
            (None, Some(path)) => {
                let name = line.name.as_deref().unwrap_or(path).to_owned();
                (self.files.read(&self.name, path).ok()?, name)
            }
            _ => return None,
        };
        let policy = parse_for(&source, policy_type, target).ok()?.policy;
        Some(AttachedPolicy { name: name.into(), level: line.level, ..AttachedPolicy::new(policy) })
    }

    /// The case with a place for every complaint. Slower, and the only judge of what is refused.
    fn read_strictly(&mut self, text: &str, line: u32) -> Result<Case, UnreadableCase> {
        let number = || -> Box<str> { line.to_string().into() };
        let source = Source::at_line(self.name.clone(), text, line);
        let node = json::parse(&source)
            .map_err(|refused| UnreadableCase { id: number(), diagnostics: refused.into() })?;
        let (case, mut complaints) = strict::case(&source, &node);
        let id = case.id.map_or_else(number, Box::from);
        let request = case.request.map(|node| (node, strict::request_parts(&source, node)));
        let (member, (mut parts, unknown)) = match request {
            Some((member, Ok(written))) => (Some(member), written),
            Some((_, Err(refused))) => {
                complaints.extend(refused);
                (None, (RequestParts::default(), Vec::new()))
            }
            None => (None, (RequestParts::default(), Vec::new())),
        };
        let target = type_for_target(PolicyType::Resource, parts.action, parts.resource);
        let mut known = case.resources;
        let mut policies = Vec::new();
        for (index, member) in case.policies.iter().enumerate() {
            match self.strict_policy(&source, member, index, target) {
                Ok(policy) => policies.push(policy),
                Err(refused) => complaints.extend(refused),
            }
            if let (Some((arn, _)), Some(account)) = (member.of, member.account) {
                let place = format!("policies[{index}].account");
                let added = known.add_policy((arn, account), place, (&source, member.span));
                complaints.extend(added.err().into_iter().flatten());
            }
        }
        let Some(member) = member.filter(|_| complaints.is_empty()) else {
            return Err(UnreadableCase { id, diagnostics: complaints.into() });
        };
        let prepared = prepare(policies, &case.readings);
        parts.about_resource = known.facts(parts.resource);
        parts.known_role = prepared.roles.of_session(parts.principal);
        let complete = parts.complete;
        let request = PartialRequest::as_sent(parts, unknown).map_err(|error| {
            let complaint = strict::about_request(&source, member, &error);
            UnreadableCase { id: id.clone(), diagnostics: complaint.into() }
        })?;
        let request = match &prepared.endpoint {
            Some(endpoint) if !complete => request.through_endpoint(endpoint),
            _ => request,
        };
        let CachedSet { set, .. } = prepared;
        let resources = Some(Arc::new(known));
        Ok(Case { id, set, request, resources, expect: case.expect, depends_on: case.depends_on })
    }

    fn strict_policy(
        &self,
        source: &Source,
        member: &PolicyMember<'_>,
        index: usize,
        target: PolicyType,
    ) -> Result<AttachedPolicy, Diagnostics> {
        let policy_type = member.policy_type;
        let (policy, name) = if let Some(document) = member.document {
            // Refusals name the place in the whole text; what is kept stands on its own, so that a
            // result does not depend on which line the document was first seen in.
            let name = policy_name(member.name, policy_type, index);
            let own = Source::new(name.clone(), source.slice(document.span));
            let parsed = parse_for(&own, policy_type, target)
                .or_else(|_| Policy::from_node(source, document, as_target(policy_type, target)))?;
            (parsed.policy, name)
        } else {
            let (path, span) = member.file.unwrap_or(("", Span::default()));
            let refuse = |reason| Diagnostic::error("C0012", source, span, reason);
            let file = self.files.read(&self.name, path).map_err(refuse)?;
            (parse_for(&file, policy_type, target)?.policy, member.name.unwrap_or(path).to_owned())
        };
        let scope = scope(source, member)?;
        let attached = AttachedPolicy::new(policy);
        Ok(AttachedPolicy { name: name.into(), level: member.level, scope, ..attached })
    }
}

impl PolicyFinder {
    /// The range in which the text of the policies probably is: from the member's value to the request after it,
    /// or to the end.
    fn policies_in(&self, text: &str) -> Option<Range<usize>> {
        let bytes = text.as_bytes();
        let name = self.policies.find(bytes)?.saturating_add(POLICIES.len());
        let value = bytes.get(name..)?.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        let start = bytes.len().saturating_sub(value.len());
        let whole = match self.request.find(value) {
            Some(at) => value.get(..at)?.trim_ascii_end().strip_suffix(b",")?,
            None => value.trim_ascii_end().strip_suffix(b"}")?,
        };
        let list = whole.trim_ascii_end();
        (list.first() == Some(&b'[')).then(|| start..start.saturating_add(list.len()))
    }
}

/// The case with these policies.
fn finish(
    case: CaseLine<'_>,
    prepared: &CachedSet,
    names: &mut KeyNames,
    line: u32,
) -> Option<Case> {
    let expect = match &case.expect {
        Some(text) => Some(text.parse().ok()?),
        None => None,
    };
    let request = case.request;
    let parts = RequestParts {
        principal: &request.principal,
        action: &request.action,
        resource: &request.resource,
        resource_account: request.resource_account.as_deref(),
        issuer: request.issuer.as_deref(),
        call: CallFacts::default(),
        about_resource: ResourceFacts::default(),
        known_role: prepared.roles.of_session(&request.principal),
        context: request.context.entries(|key| names.get(key)),
        complete: request.complete,
        management_account: request.management_account,
    };
    let mut read = PartialRequest::as_sent(parts, Vec::new()).ok()?;
    if let (Some(endpoint), false) = (&prepared.endpoint, request.complete) {
        read = read.through_endpoint(endpoint);
    }
    let id = case.id.as_deref().map_or_else(|| line.to_string().into(), Box::from);
    let set = Arc::clone(&prepared.set);
    Some(Case { id, set, request: read, resources: None, expect, depends_on: None })
}

/// The requests that a policy of a case is asked about, by the resource or principal that has it.
fn scope(source: &Source, member: &PolicyMember<'_>) -> Result<Scope, Diagnostics> {
    let refuse = |span, message: String| Diagnostic::error("C0018", source, span, message);
    match (member.of, member.principal) {
        (Some((arn, span)), None) => Scope::of_resource(arn)
            .ok_or_else(|| refuse(span, format!("`{arn}` is no ARN of a resource")).into()),
        (None, Some((text, span))) => match text.parse() {
            Ok(arn) => Ok(Scope::Principals(vec![arn])),
            Err(error) => Err(refuse(span, format!("`{text}`: {error}")).into()),
        },
        (Some((_, span)), Some(_)) => {
            let message = "a policy is attached to a resource or to a principal, not to both";
            Err(refuse(span, message.to_owned()).into())
        }
        (None, None) => Ok(Scope::EveryRequest),
    }
}

/// The name of an inline policy that is given none: its type and its place in the list.
fn policy_name(given: Option<&str>, policy_type: PolicyType, index: usize) -> String {
    given.map_or_else(|| format!("{policy_type}[{index}]"), str::to_owned)
}

/// A `resource` document is read as the type of the request's target.
fn as_target(policy_type: PolicyType, target: PolicyType) -> PolicyType {
    if policy_type == PolicyType::Resource { target } else { policy_type }
}

/// Parses a document for a request whose `resource` documents are read as `target`
/// ([`type_for_target`]). Such a document may be written in the grammar of resource policies,
/// Resource included.
///
/// # Errors
/// Every complaint about the document, with its place.
pub fn parse_for(
    source: &Source,
    policy_type: PolicyType,
    target: PolicyType,
) -> Result<Parsed, Diagnostics> {
    let read_as = as_target(policy_type, target);
    Policy::parse(source, read_as).or_else(|refused| match Policy::parse(source, policy_type) {
        Ok(Parsed { policy, warnings }) if read_as != policy_type => {
            Ok(Parsed { policy: Policy { policy_type: read_as, ..policy }, warnings })
        }
        _ => Err(refused),
    })
}

fn prepare(policies: Vec<AttachedPolicy>, readings: &Readings) -> CachedSet {
    let endpoint = endpoint_crossed(&policies).map(Box::from);
    let roles = SessionRoles::of(&policies);
    CachedSet { roles, set: Arc::new(PolicySet::with_readings(policies, readings)), endpoint }
}

/// The endpoint that a request crosses because its policies are listed with the request: the one
/// that the endpoint policies are named after, if they name exactly one.
pub fn endpoint_crossed(policies: &[AttachedPolicy]) -> Option<&str> {
    let mut endpoints = policies
        .iter()
        .filter(|it| it.policy.policy_type == PolicyType::Endpoint && it.name.starts_with("vpce-"))
        .map(|it| &*it.name);
    let first = endpoints.next()?;
    endpoints.all(|other| other == first).then_some(first)
}
