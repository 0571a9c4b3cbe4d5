//! Answers: whether a policy would have denied a request of which a record tells only a part.
//!
//! The names that a record leaves open (principal, action, resource) are completed by one of each
//! kind that the policy tells apart; for each, the decisions over all values of unknown keys are the
//! evaluator's ([`PolicySet::answer_partial`]).

use polsim_decide::eval::{Decision, PartialAnswer, PolicySet, Scratch, StatementRef};
use polsim_decide::formula::{Atom, KeyTest, Predicate};
use polsim_decide::policy::{ActionPattern, PolicyType};
use polsim_decide::request::{
    Constraint, ContextValue, PartialRequest, Possible, Presence, PrincipalKind, Request,
    RequestParts, Slot,
};
use polsim_decide::text::{CaseRule, KeyName, NoVariables, Pattern};

use crate::observation::{Knowledge, Observed, Seen, SeenAction};
use crate::options::Options;
use crate::question::Question;
use crate::witness;

/// An answer about a request that was allowed at the time.
///
/// ```
/// assert_eq!(polsim_replay::Answer::Denied.as_str(), "denied");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Answer {
    /// Every request that it could have been would be denied.
    Denied,
    /// Some requests that it could have been would be denied, and some not.
    Unknown,
    /// None would be denied.
    Allowed,
}

/// The answer about a record, with the reason.
///
/// ```
/// use polsim_replay::{Answer, Verdict};
/// assert_eq!(Verdict::allowed().answer, Answer::Allowed);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The answer.
    pub answer: Answer,
    /// The keys, or names of a request's parts, that would tell; sorted.
    pub keys: Vec<Box<str>>,
    /// The statement that denies: none for a want of an Allow.
    pub statement: Option<StatementRef>,
    /// The request of the record that decided, by its number.
    pub request: usize,
    /// The policy that decided, by its number.
    pub question: usize,
    /// A request that would be denied, in full.
    pub example: Option<Request>,
}

impl Answer {
    /// The word of reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Unknown => "unknown",
            Self::Allowed => "allowed",
        }
    }
}

impl Verdict {
    /// The verdict that nothing changes.
    pub fn allowed() -> Self {
        Self {
            answer: Answer::Allowed,
            keys: Vec::new(),
            statement: None,
            request: 0,
            question: 0,
            example: None,
        }
    }

    /// A verdict that one of these would decide otherwise.
    fn unknown(keys: impl IntoIterator<Item = Box<str>>) -> Self {
        let mut keys: Vec<Box<str>> = keys.into_iter().collect();
        keys.sort_unstable();
        keys.dedup();
        Self { answer: Answer::Unknown, keys, ..Self::allowed() }
    }

    /// The verdict on a call that several policies or requests decide: denied if one denies, allowed
    /// if all allow.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self.answer, other.answer) {
            (Answer::Unknown, Answer::Unknown) => {
                let (request, question) = (self.request, self.question);
                let keys = self.keys.into_iter().chain(other.keys);
                Self { request, question, ..Self::unknown(keys) }
            }
            (one, another) if one <= another => self,
            _ => other,
        }
    }
}

/// The answer of a question about one request.
pub(crate) fn ask(
    question: &Question,
    request: &Observed,
    options: &Options,
    scratch: &mut Scratch,
) -> Verdict {
    match applies(question, request, options) {
        Applies::No => Verdict::allowed(),
        Applies::Yes => over_completions(question, request, scratch),
        Applies::If(key) => match over_completions(question, request, scratch) {
            denied if denied.answer == Answer::Denied => Verdict::unknown([key]),
            other => other,
        },
    }
}

/// An answer to whether a policy is asked about a request.
enum Applies {
    No,
    Yes,
    /// It depends on this part of the request.
    If(Box<str>),
}

fn applies(question: &Question, request: &Observed, options: &Options) -> Applies {
    let resource = match &request.resource {
        Seen::Known(text) | Seen::Pattern(text) => &**text,
        Seen::Unknown => "",
    };
    match question.policy_type {
        PolicyType::Scp => {
            match request.caller_account.as_deref().and_then(|it| options.is_ours(it)) {
                Some(false) => Applies::No,
                _ => Applies::Yes,
            }
        }
        PolicyType::Rcp => match &request.resource_account {
            Some(account) if options.management_account.as_deref() == Some(&**account) => {
                Applies::No
            }
            Some(account) if options.is_ours(account) == Some(false) => Applies::No,
            _ => Applies::Yes,
        },
        PolicyType::Endpoint => match (&request.endpoint, &question.target) {
            (Knowledge::Absent, _) => Applies::No,
            (Knowledge::Known(id), Some(target)) => {
                if id.as_slice().iter().any(|it| it == target) {
                    Applies::Yes
                } else {
                    Applies::No
                }
            }
            (Knowledge::Known(_), None) => Applies::Yes,
            (Knowledge::Unknown { .. }, _) => Applies::If("aws:SourceVpce".into()),
        },
        PolicyType::Resource | PolicyType::Key | PolicyType::Trust => {
            let Some(target) = &question.target else { return Applies::Yes };
            let below = resource.strip_prefix(&**target);
            match &request.resource {
                _ if below.is_some_and(|it| it.is_empty() || it.starts_with(['/', ':'])) => {
                    Applies::Yes
                }
                Seen::Unknown => Applies::If("resource".into()),
                Seen::Pattern(pattern) if witness::common(pattern, target).is_some() => {
                    Applies::If("resource".into())
                }
                _ => Applies::No,
            }
        }
        PolicyType::Identity | PolicyType::Boundary | PolicyType::Session => {
            let Some(target) = &question.target else { return Applies::Yes };
            let is = |text: &str| text == &**target;
            match &request.principal {
                Seen::Known(name) if is(name) || request.issuer.as_deref().is_some_and(is) => {
                    Applies::Yes
                }
                Seen::Known(_) => Applies::No,
                _ => Applies::If("principal".into()),
            }
        }
    }
}

/// The names of a request that a record leaves open, as one of each kind.
struct Candidates {
    actions: Vec<String>,
    resources: Vec<String>,
    principals: Vec<String>,
}

/// The most completions of names that are decided.
const LIMIT: usize = 2_000;

fn over_completions(question: &Question, request: &Observed, scratch: &mut Scratch) -> Verdict {
    let candidates = Candidates::of(question, request);
    let mut seen: Vec<([usize; 3], Verdict)> = Vec::new();
    for (a, action) in candidates.actions.iter().enumerate() {
        for (r, resource) in candidates.resources.iter().enumerate() {
            for (p, principal) in candidates.principals.iter().enumerate() {
                if seen.len() >= LIMIT {
                    break;
                }
                let names = (action.as_str(), resource.as_str(), principal.as_str());
                let verdict = decide(question, request, names, scratch);
                seen.push(([a, r, p], verdict));
            }
        }
    }
    combine(seen)
}

/// The verdict over all completions of names: where they differ, with the parts that tell.
fn combine(mut seen: Vec<([usize; 3], Verdict)>) -> Verdict {
    let first = seen.first().map(|(_, it)| it.answer);
    if seen.iter().all(|(_, it)| Some(it.answer) == first) {
        if first == Some(Answer::Unknown) {
            let keys = seen.into_iter().flat_map(|(_, it)| it.keys);
            return Verdict::unknown(keys);
        }
        return if seen.is_empty() { Verdict::allowed() } else { seen.swap_remove(0).1 };
    }
    let mut keys: Vec<Box<str>> = Vec::new();
    for (part, name) in ["action", "resource", "principal"].into_iter().enumerate() {
        let tells = seen.iter().enumerate().any(|(at, (one, verdict))| {
            seen.iter().skip(at).any(|(other, it)| {
                let others_agree = (0..3).all(|n| n == part || one.get(n) == other.get(n));
                others_agree && it.answer != verdict.answer
            })
        });
        if tells {
            keys.push(name.into());
        }
    }
    keys.extend(seen.into_iter().flat_map(|(_, it)| it.keys));
    Verdict::unknown(keys)
}

impl Candidates {
    fn of(question: &Question, request: &Observed) -> Self {
        let actions = actions(question, &request.action);
        let service = match actions.first() {
            Some(action) => action.split(':').next().unwrap_or_default(),
            None => "",
        };
        let resources = resources(question, &request.resource, (service, request));
        let principals = principals(question, request);
        Self { actions, resources, principals }
    }
}

fn actions(question: &Question, action: &SeenAction) -> Vec<String> {
    let list = match action {
        SeenAction::Known(action) => return vec![action.to_string()],
        SeenAction::Some(list) => list,
    };
    let mut found = Vec::new();
    for action in list {
        let Some(service) = action.strip_suffix(":*") else {
            found.push(action.to_string());
            continue;
        };
        found.push(format!("{service}:PolsimUnknown"));
        for pattern in &question.actions {
            let ActionPattern::Of { service: of, name } = pattern else { continue };
            if of.matches(service, CaseRule::AsciiFolded, &NoVariables) {
                let name = name.to_string().replace('*', "").replace('?', "x");
                let name = if name.is_empty() { "PolsimUnknown" } else { &name };
                found.push(format!("{service}:{name}"));
            }
        }
    }
    found.dedup();
    found
}

fn resources(
    question: &Question,
    resource: &Seen,
    (service, request): (&str, &Observed),
) -> Vec<String> {
    let patterns: Vec<String> = match resource {
        Seen::Known(text) => return vec![text.to_string()],
        Seen::Pattern(text) if text.contains(":iam:") => match text.split_once("/*") {
            // A path is unknown: there is none, or it ends before the name.
            Some((before, name)) => vec![format!("{before}/{name}"), format!("{before}/*/{name}")],
            None => vec![text.to_string()],
        },
        Seen::Pattern(text) => vec![text.to_string()],
        Seen::Unknown => {
            let account = request.resource_account.as_deref().unwrap_or("*");
            // Buckets and some other ARNs leave the account out.
            vec![format!("arn:*:{service}:*:{account}:*"), format!("arn:*:{service}:*::*")]
        }
    };
    let mut found: Vec<String> = Vec::new();
    for pattern in &patterns {
        let plain = match resource {
            Seen::Unknown => continue,
            _ => witness::filled(pattern),
        };
        found.push(plain);
    }
    if *resource == Seen::Unknown {
        let account = request.resource_account.as_deref().unwrap_or_default();
        found.push(format!("arn:aws:{service}:polsim-unknown:{account}:polsim-unknown"));
    }
    for own in &question.resources {
        for pattern in &patterns {
            if let Some(both) = witness::common(pattern, own) {
                let both = both.replace("arn:x:", "arn:aws:").replace("arn::", "arn:aws:");
                if both.parse::<polsim_decide::text::Arn>().is_ok() {
                    found.push(both);
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn principals(question: &Question, request: &Observed) -> Vec<String> {
    if let Seen::Known(name) = &request.principal {
        return vec![name.to_string()];
    }
    let Some(account) = request.caller_account.as_deref() else {
        let mut found = vec!["polsim-unknown.amazonaws.com".to_owned()];
        found.extend(
            question.principals.iter().filter(|it| it.ends_with(".amazonaws.com")).cloned(),
        );
        return found;
    };
    let role = format!("arn:aws:sts::{account}:assumed-role/polsim-unknown/session");
    let user = format!("arn:aws:iam::{account}:user/polsim-unknown");
    let mut found = match request.kind {
        Some(PrincipalKind::User) => vec![user],
        Some(_) => vec![role],
        None => vec![role, user, format!("arn:aws:iam::{account}:root")],
    };
    let of_account = format!("::{account}:");
    found.extend(question.principals.iter().filter(|it| it.contains(&of_account)).cloned());
    found
}

/// The verdict on one completion of names, over all values of keys that are not known.
fn decide(
    question: &Question,
    request: &Observed,
    names: (&str, &str, &str),
    scratch: &mut Scratch,
) -> Verdict {
    let Some(partial) = partial(question, request, names) else {
        return Verdict::unknown(["request".into()]);
    };
    let set = &question.set;
    let answer = set.answer_partial(&partial, scratch);
    match question.policy_type {
        PolicyType::Scp | PolicyType::Rcp => {
            let is_denied = |it: &Decision| *it == Decision::ExplicitDeny;
            by_gate(set, (&partial, &answer), is_denied, scratch)
        }
        PolicyType::Endpoint | PolicyType::Boundary | PolicyType::Session => {
            let is_denied = |it: &Decision| *it != Decision::Allowed;
            by_gate(set, (&partial, &answer), is_denied, scratch)
        }
        PolicyType::Identity => {
            let denied =
                by_gate(set, (&partial, &answer), |it| *it == Decision::ExplicitDeny, scratch);
            let other = || {
                let is_cross = request.resource_account.is_some()
                    && request.caller_account != request.resource_account;
                let is_denied = |it: &Decision| *it != Decision::Allowed;
                match by_gate(set, (&partial, &answer), is_denied, &mut Scratch::default()) {
                    it if it.answer == Answer::Allowed || is_cross => it,
                    it => Verdict::unknown(it.keys.into_iter().chain(["resource policy".into()])),
                }
            };
            if denied.answer == Answer::Allowed { other() } else { denied }
        }
        PolicyType::Resource | PolicyType::Key | PolicyType::Trust => {
            let denied =
                by_gate(set, (&partial, &answer), |it| *it == Decision::ExplicitDeny, scratch);
            if denied.answer != Answer::Allowed {
                return denied;
            }
            let is_denied = |it: &Decision| *it != Decision::Allowed;
            let same = request.caller_account.is_some()
                && request.caller_account == request.resource_account;
            if !same {
                return by_gate(set, (&partial, &answer), is_denied, scratch);
            }
            let Some(alone) = &question.alone else { return denied };
            let answer = alone.answer_partial(&partial, scratch);
            match by_gate(alone, (&partial, &answer), is_denied, scratch) {
                it if it.answer == Answer::Allowed => it,
                it => Verdict::unknown(it.keys.into_iter().chain(["identity policies".into()])),
            }
        }
    }
}

/// The verdict of a gate: of the possible decisions, all, some or none are denials.
fn by_gate(
    set: &PolicySet,
    (partial, answer): (&PartialRequest, &PartialAnswer),
    is_denied: impl Fn(&Decision) -> bool,
    scratch: &mut Scratch,
) -> Verdict {
    let denied = answer.possible.iter().filter(|it| is_denied(it)).count();
    if denied == 0 {
        return Verdict::allowed();
    }
    if denied < answer.possible.len() {
        let on = answer.depends.iter().flat_map(|it| &it.on);
        return Verdict::unknown(on.map(|it| it.key.clone()));
    }
    let example = answer.completion.clone().or_else(|| {
        let cases = answer.depends.iter().flat_map(|it| &it.cases);
        cases.map(|it| it.request.clone()).next()
    });
    let example = example.unwrap_or_else(|| partial.known().clone());
    let (_, by) = set.decide_by(&example, scratch);
    Verdict {
        answer: Answer::Denied,
        statement: by.first().map(|it| (*it).clone()),
        example: Some(example),
        ..Verdict::allowed()
    }
}

/// The partial request of a completion of names; none where these cannot be.
fn partial(
    question: &Question,
    request: &Observed,
    (action, resource, principal): (&str, &str, &str),
) -> Option<PartialRequest> {
    let mut context: Vec<(KeyName, ContextValue)> = Vec::new();
    let mut unknown = Vec::new();
    for (key, knowledge) in request.keys.iter().chain(&request.own_keys) {
        let is_told = context.iter().any(|(it, _)| it == key)
            || unknown.iter().any(|(it, _)| *it == Slot::Key(key.clone()));
        if is_told {
            continue;
        }
        match knowledge {
            Knowledge::Absent => (),
            Knowledge::Known(value) => context.push((key.clone(), value.clone())),
            // A caller of whom only the account is known stands for those of its kind.
            Knowledge::Unknown { .. }
                if request.principal == Seen::Unknown
                    && key.is("aws:PrincipalArn")
                    && !question.keys().contains(key) => {}
            Knowledge::Unknown { may_be_absent, other_than, among } => {
                let presence = if *may_be_absent { Presence::Either } else { Presence::Present };
                let values = match (among, other_than) {
                    (Some(among), _) => Possible::Among(among.clone().into()),
                    (None, Some(other)) => Possible::Among(others(question, key, other).into()),
                    (None, None) => Possible::Any,
                };
                unknown.push((Slot::Key(key.clone()), Constraint { presence, values }));
            }
        }
    }
    let parts = RequestParts {
        principal,
        action,
        resource,
        resource_account: request.resource_account.as_deref(),
        context,
        complete: true,
        management_account: request.management_account,
        ..RequestParts::default()
    };
    PartialRequest::as_sent(parts, unknown).ok()
}

/// The values that the policy names for a key, and one more, but for the value that it does not have.
fn others(question: &Question, key: &KeyName, but: &str) -> Vec<Box<str>> {
    let mut values: Vec<Box<str>> = vec!["polsim-other".into()];
    for atom in question.set.lowered().formulas.atoms() {
        let Atom::Key(own, KeyTest::Some { any_of, .. }) = atom else { continue };
        if own != key {
            continue;
        }
        for pattern in any_of.iter().flat_map(Predicate::patterns) {
            let text = as_text(pattern);
            if text != but && !values.iter().any(|it| **it == *text) {
                values.push(text.into());
            }
        }
    }
    values
}

fn as_text(pattern: &Pattern) -> String {
    pattern.as_literal().map_or_else(|| witness::filled(&pattern.to_string()), str::to_owned)
}
