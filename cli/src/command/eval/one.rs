//! `polsim eval` by flags: one request, explained.

use std::sync::Arc;

use polsim::case::{SessionRoles, endpoint_crossed, parse_for, type_for_target};
use polsim::catalog::ContextKey;
use polsim::eval::{Expectation, Explanation, PartialAnswer, PartialDecision, PolicySet, Scratch};
use polsim::lower::{AttachedPolicy, Readings, Scope};
use polsim::policy::{Parsed, Policy, PolicyType, unlisted_keys};
use polsim::request::{
    CallFacts, Constraint, ContextValue, Note, PartialRequest, Request, RequestError, RequestParts,
    Slot,
};
use polsim::text::{Diagnostic, Diagnostics, KeyName, Source, nearest};

use super::{Args, Format, Policies, RequestArgs, advice, aws, json, origin, several};
use crate::arguments::ReadingsFlag;
use crate::{Console, Failure, Outcome, files, render};

/// A decided request and all that belongs to the answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) set: PolicySet,
    /// The request that is explained: where not everything is known, a completion.
    pub(super) request: Request,
    pub(super) explanation: Explanation,
    pub(super) partial: PartialAnswer,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let asked = asked(args);
    let target = type_for_target(PolicyType::Resource, asked.action, asked.resource);
    let (policies, warnings) = load(&args.policies, Some(target))?;
    let mut parts = parts(&args.request, asked);
    // With an origin the network tells the region, and `--region` which of its ways.
    if args.origin.from.is_some() {
        parts.call.region = None;
    }
    let arriving = origin::arriving(&args.origin, &args.request, &parts)?;
    let unknown = unknown(&args.request);
    let around = |known: &Request| {
        PartialRequest::around(known.clone(), &parts, unknown.clone()).map_err(|it| wrong_flag(&it))
    };
    let (request, policies) = match &arriving {
        Some(arriving) => (around(arriving.request())?, arriving.attach(policies)?),
        None => (request(parts.clone(), unknown.clone(), &policies)?, policies),
    };
    console.warn(&warnings);
    if let Some(arriving) = &arriving {
        arriving.tell_path(console);
    }
    let given = &args.request.context;
    for warning in unread_keys(given, &policies).iter().chain(&unreadable(given, &policies)) {
        console.note(render::message(warning).trim_end());
    }
    if !args.request.no_derive {
        for remark in advice::remarks(&request, &policies) {
            console.note(render::message(&remark).trim_end());
        }
    }
    let readings = args.readings.as_ref().map(|flag| flag.on(Readings::default()));
    let set = PolicySet::with_readings(policies, &readings.unwrap_or_default());
    let partial = set.answer_partial(&request, &mut Scratch::default());
    let decision = partial.decision();
    if let Some(arriving) = &arriving {
        arriving.tell_others(&set, decision, around, console)?;
    }
    let mut explanation = set.explain_partial(&request, &partial);
    if !args.request.no_derive {
        let remarks = several::remarks(request.known());
        explanation.notes.extend(remarks.into_iter().map(|it| Note::new("call", it)));
    }
    let explained = partial.completion.clone().filter(|_| partial.depends.is_none());
    let request = explained.unwrap_or_else(|| request.into_known());
    let answer = Answer { set, request, explanation, partial };
    match args.format {
        Format::Human => {
            let Answer { set, request, explanation, partial } = &answer;
            let view = render::View { set, request, explanation, all: args.explain_all };
            console.print(&match &partial.depends {
                Some(depends) => render::depends(request, partial, depends),
                None => render::explanation(&view),
            })?;
        }
        Format::Json => console.print_json(&json::answer(&answer, args.expect))?,
        Format::Aws => {
            tell_depends(&answer.partial, console);
            console.print_json(&aws::response(&answer))?;
        }
    }
    let rests = !answer.partial.rests_on.is_empty();
    if rests && args.readings.as_ref().is_some_and(ReadingsFlag::is_all) {
        console.note("the decision depends on what AWS leaves open");
        return Ok(Outcome::Finding);
    }
    Ok(outcome(decision, args.expect, console))
}

/// The decision as it was expected, or a finding. One that depends is as wanted only if that was
/// expected.
fn outcome(
    decision: PartialDecision,
    expect: Option<Expectation>,
    console: &mut Console,
) -> Outcome {
    match expect {
        None if decision == PartialDecision::Depends => Outcome::Finding,
        None => Outcome::AsWanted,
        Some(expect) if decision.meets(expect) => Outcome::AsWanted,
        Some(expect) => {
            let text =
                format!("not as expected: `{expect}` was expected, the decision is `{decision}`");
            console.note(&text);
            Outcome::Finding
        }
    }
}

/// Says what a decision depends on, for a format that has no word for it.
fn tell_depends(partial: &PartialAnswer, console: &mut Console) {
    for it in partial.depends.iter().flat_map(|it| &it.on) {
        console.note(&format!("the decision depends on {}: say it with {}", it.key, it.settle));
    }
}

/// The keys that the arguments call unknown.
pub(super) fn unknown(args: &RequestArgs) -> Vec<(Slot, Constraint)> {
    args.unknown.iter().map(|it| slot(it)).collect()
}

/// The slot of `KEY` or `KEY=PATTERN`.
fn slot(text: &str) -> (Slot, Constraint) {
    match text.split_once('=') {
        Some((key, pattern)) => (Slot::named(key), Constraint::like(pattern)),
        None if text == "managementAccount" => (Slot::ManagementAccount, Constraint::default()),
        None => (Slot::named(text), Constraint::default()),
    }
}

/// Caller, action and resource of the request, with its context.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Asked<'a> {
    pub(super) principal: &'a str,
    pub(super) action: &'a str,
    pub(super) resource: &'a str,
}

/// The one action and resource of the command line.
fn asked(args: &Args) -> Asked<'_> {
    let super::Target { principal, action, resource } = &args.target;
    Asked {
        principal: principal.as_deref().unwrap_or_default(),
        action: action.first().map(String::as_str).unwrap_or_default(),
        resource: resource.first().map(String::as_str).unwrap_or_default(),
    }
}

/// A policy file on the command line and how it is attached.
#[derive(Debug)]
struct File<'a> {
    policy_type: PolicyType,
    path: &'a str,
    /// The id of the endpoint that the policy is attached to.
    endpoint: Option<&'a str>,
    /// The ARN of the resource that the policy is attached to.
    of: Option<&'a str>,
    level: u32,
}

impl Policies {
    fn files(&self) -> Vec<File<'_>> {
        let kinds = [
            (PolicyType::Identity, &self.identity),
            (PolicyType::Resource, &self.resource_policy),
            (PolicyType::Endpoint, &self.endpoint),
            (PolicyType::Boundary, &self.boundary),
            (PolicyType::Session, &self.session),
            (PolicyType::Scp, &self.scp),
            (PolicyType::Rcp, &self.rcp),
        ];
        kinds
            .into_iter()
            .flat_map(|(policy_type, given)| {
                given.iter().map(move |text| File::new(policy_type, text))
            })
            .collect()
    }
}

impl<'a> File<'a> {
    fn new(policy_type: PolicyType, text: &'a str) -> Self {
        let plain = Self { policy_type, path: text, endpoint: None, of: None, level: 0 };
        match (policy_type, text.split_once('=')) {
            (PolicyType::Endpoint, Some((id, path))) if id.starts_with("vpce-") => {
                Self { path, endpoint: Some(id), ..plain }
            }
            (PolicyType::Resource, Some((arn, path))) if arn.starts_with("arn:") => {
                Self { path, of: Some(arn), ..plain }
            }
            (PolicyType::Scp | PolicyType::Rcp, Some((level, path))) => match level.parse() {
                Ok(level) => Self { path, level, ..plain },
                Err(_) => plain,
            },
            _ => plain,
        }
    }
}

/// The policies of the command line, and the warnings about them. Those of resources are read as
/// `target`; without one, as what they are attached to or are about.
pub(super) fn load(
    policies: &Policies,
    target: Option<PolicyType>,
) -> Result<(Vec<AttachedPolicy>, Vec<Diagnostic>), Failure> {
    let files = policies.files();
    if files.is_empty() {
        return Err(Failure::message("no policies to decide by")
            .with_help("give at least one, such as `--identity FILE`"));
    }
    if files.iter().filter(|it| it.path == "-").count() > 1 {
        return Err(Failure::message("only one policy can come from standard input"));
    }
    let mut attached = Vec::new();
    let (mut warnings, mut refused) = (Vec::new(), Vec::new());
    for it in &files {
        let source = files::read(it.path)?;
        let source = match it.endpoint {
            Some(endpoint) => files::document_of(source, endpoint)?,
            None => source,
        };
        match parse(it, &source, target) {
            Ok(parsed) => {
                warnings.extend(parsed.warnings);
                warnings.extend(unlisted_keys(&parsed.policy));
                attached.push(AttachedPolicy {
                    name: it.endpoint.unwrap_or(source.name()).into(),
                    level: it.level,
                    scope: it.of.and_then(Scope::of_resource).unwrap_or_default(),
                    ..AttachedPolicy::new(Arc::new(parsed.policy))
                });
            }
            Err(found) => refused.extend(found),
        }
    }
    if refused.is_empty() { Ok((attached, warnings)) } else { Err(refused.into()) }
}

/// Reads a policy as the type that its flag and its resource give.
fn parse(
    file: &File<'_>,
    source: &Source,
    target: Option<PolicyType>,
) -> Result<Parsed, Diagnostics> {
    match (file.policy_type, file.of, target) {
        (PolicyType::Resource, Some(arn), _) => Policy::parse(source, several::type_of(arn)),
        (PolicyType::Resource, None, None) => several::parse_any(source),
        (own, _, target) => parse_for(source, own, target.unwrap_or(PolicyType::Resource)),
    }
}

/// The parts of the request on the command line.
pub(super) fn parts<'a>(args: &'a RequestArgs, asked: Asked<'a>) -> RequestParts<'a> {
    let mut context: Vec<(KeyName, ContextValue)> = Vec::new();
    for (key, value) in &args.context {
        let key = KeyName::new(key);
        match context.iter_mut().find(|(known, _)| *known == key) {
            None => context.push((key, ContextValue::from(value.as_str()))),
            Some((_, known)) => {
                let mut values = known.as_slice().to_vec();
                values.push(value.as_str().into());
                *known = ContextValue::Many(values);
            }
        }
    }
    RequestParts {
        principal: asked.principal,
        action: asked.action,
        resource: asked.resource,
        resource_account: args.resource_account.as_deref(),
        issuer: args.issuer.as_deref(),
        call: CallFacts {
            region: args.region.as_deref(),
            now: args.now.as_deref(),
            via: args.via.iter().map(String::as_str).collect(),
            role_arn: args.role_arn.as_deref(),
            credentials: args.credentials.as_deref(),
            absent: args.absent.iter().map(String::as_str).collect(),
        },
        context,
        complete: args.no_derive,
        management_account: args.management_account,
        ..RequestParts::default()
    }
}

/// The request of these parts, through the endpoint whose policy is given.
fn request(
    parts: RequestParts<'_>,
    unknown: Vec<(Slot, Constraint)>,
    policies: &[AttachedPolicy],
) -> Result<PartialRequest, Failure> {
    let complete = parts.complete;
    let known_role = SessionRoles::of(policies).of_session(parts.principal);
    let parts = RequestParts { known_role, ..parts };
    let request = PartialRequest::as_sent(parts, unknown).map_err(|error| wrong_flag(&error))?;
    match endpoint_crossed(policies) {
        Some(endpoint) if !complete => Ok(request.through_endpoint(endpoint)),
        _ => Ok(request),
    }
}

/// The failure of a flag that gives no part of a request.
pub(super) fn wrong_flag(error: &RequestError) -> Failure {
    Failure::message(format!("`--{}`: {error}", flag(error.member)))
}

/// The flag that gives a member of the request.
fn flag(member: &str) -> &str {
    match member {
        "resourceAccount" => "resource-account",
        "roleArn" => "role-arn",
        member => member,
    }
}

/// Complaints about values of the command line that a condition on their key cannot read.
pub(super) fn unreadable(
    given: &[(String, String)],
    policies: &[AttachedPolicy],
) -> Vec<render::Remark> {
    let statements = || policies.iter().flat_map(|it| &it.policy.statements);
    let complaint = |(text, value): &(String, String)| {
        let key = KeyName::new(text);
        let mut conditions = statements().flat_map(|it| &it.conditions);
        conditions.find_map(|condition| {
            let operator = condition.operator.value;
            let expected =
                operator.base.unreadable(value).filter(|_| condition.key.value == key)?;
            Some(render::Remark {
                text: format!("`{text}` is `{value}`, which `{operator}` cannot read"),
                help: Some(format!("it reads {expected}; anything else hits no value of a policy")),
            })
        })
    };
    given.iter().filter_map(complaint).collect()
}

/// Complaints about context keys of the command line that no policy reads and that look misspelt.
pub(super) fn unread_keys(
    given: &[(String, String)],
    policies: &[AttachedPolicy],
) -> Vec<render::Remark> {
    let read: Vec<&KeyName> = policies.iter().flat_map(|it| it.policy.context_keys()).collect();
    let global = ContextKey::of_prefix("aws").into_iter().filter(|row| !row.is_family());
    let global: Vec<&str> = global.map(ContextKey::name).collect();
    let mut reported: Vec<KeyName> = Vec::new();
    let mut remarks = Vec::new();
    for (text, _) in given {
        let key = KeyName::new(text);
        let is_global = text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
        let is_known = is_global && ContextKey::is_listed(text) == Some(true);
        if read.contains(&&key) || is_known || reported.contains(&key) {
            continue;
        }
        let names = read.iter().map(|it| it.as_str()).chain(global.iter().copied());
        let meant = nearest(text, names);
        let message = match (is_global, meant) {
            (true, _) => format!("`{text}` is no global condition key, and no policy reads it"),
            (false, Some(_)) => format!("no policy reads the context key `{text}`"),
            (false, None) if !text.contains(':') => {
                format!("context key `{text}` has no prefix such as `aws:`, and no policy reads it")
            }
            (false, None) => continue,
        };
        let help = meant.map(|meant| format!("did you mean `{meant}`?"));
        remarks.push(render::Remark { text: message, help });
        reported.push(key);
    }
    remarks
}
