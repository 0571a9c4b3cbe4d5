//! The answer about several checks, for people and as JSON.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::call::{Actor, CallAnswer, CallDecision, Check, CheckAnswer, Derived};
use polsim::eval::{Decision, Depends, Expectation, Explanation};
use serde::Serialize;

use super::Format;
use super::json::RequestJson;
use crate::{Console, Failure, Outcome, render};

/// An answer and all that is said about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report<'a> {
    /// The call; none for actions and resources of `polsim eval`.
    pub(super) api: Option<&'a str>,
    pub(super) principal: &'a str,
    pub(super) answer: &'a CallAnswer,
    pub(super) derived: &'a Derived,
    /// What is open counts.
    pub(super) strict: bool,
    /// Every statement of what is not allowed is listed.
    pub(super) all: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AnswerJson<'a> {
    schema_version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'a str>,
    decision: CallDecision,
    failed: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
    checks: Vec<CheckJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    later: Vec<LaterJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    open: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: &'a Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expect: Option<Expectation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ok: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckJson<'a> {
    id: &'a str,
    action: &'a str,
    resource: &'a str,
    decision: CallDecision,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    depends_on: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    request: RequestJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cases: Option<&'a Depends>,
    explanation: Explanation,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LaterJson<'a> {
    id: &'a str,
    #[serde(rename = "as")]
    actor: String,
    action: &'a str,
    resource: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<CallDecision>,
}

/// Prints the answer, and gives the outcome of the command.
pub(super) fn tell(
    report: &Report<'_>,
    format: Format,
    expect: Option<Expectation>,
    readings_are_open: bool,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let ok = expect.map(|expect| report.meets(expect));
    match format {
        Format::Human => console.print(&report.text())?,
        Format::Json => console.print_json(&report.json(expect, ok))?,
        Format::Aws => {
            return Err(Failure::message("`--format aws` has one action on one resource")
                .with_help("use `--format json`"));
        }
    }
    let rests = report.answer.checks.iter().any(|it| !it.explain().rests_on.is_empty());
    if readings_are_open && rests {
        console.note("the decision depends on what AWS leaves open");
        return Ok(Outcome::Finding);
    }
    match (expect, ok) {
        (Some(expect), Some(false)) => {
            let word = report.word();
            console.note(&format!(
                "not as expected: `{expect}` was expected, the decision is `{word}`"
            ));
            Ok(Outcome::Finding)
        }
        (None, _) if report.decision() == CallDecision::Depends => Ok(Outcome::Finding),
        _ => Ok(Outcome::AsWanted),
    }
}

impl Report<'_> {
    fn decision(&self) -> CallDecision {
        let is_open = self.strict && !self.derived.open.is_empty();
        match self.answer.decision {
            CallDecision::Allowed if is_open => CallDecision::Depends,
            decision => decision,
        }
    }

    /// The decision of the policies on the whole.
    fn policies(&self) -> Decision {
        let mut denied = self.answer.checks.iter().filter(|it| it.decision == CallDecision::Denied);
        if denied.any(|it| it.policies == Decision::ExplicitDeny) {
            Decision::ExplicitDeny
        } else {
            Decision::ImplicitDeny
        }
    }

    fn meets(&self, expect: Expectation) -> bool {
        match self.decision() {
            CallDecision::Allowed => expect.is_met_by(Decision::Allowed),
            CallDecision::Denied => expect.is_met_by(self.policies()),
            CallDecision::Depends => expect == Expectation::Depends,
        }
    }

    fn word(&self) -> &'static str {
        match self.decision() {
            CallDecision::Denied => self.policies().as_str(),
            other => other.as_str(),
        }
    }

    fn depends_on(&self) -> Vec<String> {
        if self.decision() != CallDecision::Depends {
            return Vec::new();
        }
        let mut all: Vec<String> =
            self.answer.depends_on().into_iter().map(str::to_owned).collect();
        if self.strict {
            let open = self.derived.open.iter().enumerate();
            all.extend(open.map(|(at, _)| format!("open:{}", at.saturating_add(1))));
        }
        all
    }

    fn json(&self, expect: Option<Expectation>, ok: Option<bool>) -> impl Serialize {
        let Self { answer, derived, .. } = *self;
        AnswerJson {
            schema_version: 1,
            call: self.api,
            decision: self.decision(),
            failed: answer.failed(),
            depends_on: self.depends_on(),
            checks: answer.checks.iter().map(CheckJson::of).collect(),
            later: derived.later.iter().map(|it| LaterJson::of(it, answer)).collect(),
            open: derived.open.iter().map(|it| &**it).collect(),
            notes: &derived.notes,
            expect,
            ok,
        }
    }

    fn text(&self) -> String {
        let mut out = String::new();
        self.headline(&mut out);
        render::section(&mut out, "Checks");
        for it in &self.answer.checks {
            let _ = writeln!(out, "  {}", self.line(it));
            for note in &it.notes {
                render::paragraph(&mut out, "    - ", note);
            }
        }
        self.explanations(&mut out);
        self.later(&mut out);
        let open: Vec<String> = self.derived.open.iter().map(ToString::to_string).collect();
        list(&mut out, "Not shown by the parameters", &open);
        list(&mut out, "Notes", &self.derived.notes);
        out
    }

    /// The decision as one sentence, and the check that made it.
    fn headline(&self, out: &mut String) {
        let (word, verb) = match self.decision() {
            CallDecision::Allowed => (render::good("allowed"), "is"),
            CallDecision::Depends => (render::bad("depends"), "may or may not be"),
            CallDecision::Denied => match self.policies() {
                Decision::ExplicitDeny => (render::bad("explicitly denied"), "is not"),
                _ => (render::bad("implicitly denied"), "is not"),
            },
        };
        let _ = writeln!(out, "{word}: {}", clean(self.principal));
        if let Some(api) = self.api {
            let _ = writeln!(out, "  {verb} authorized to call: {}", clean(api));
        } else {
            let mut actions: Vec<&str> = Vec::new();
            for it in &self.answer.checks {
                if !actions.contains(&&*it.check.action) {
                    actions.push(&it.check.action);
                }
            }
            let actions = clean(&actions.join(", "));
            let _ = writeln!(out, "  {verb} authorized to perform: {actions}");
            let _ = writeln!(out, "  on all of the resources below");
        }
        let wanted = self.answer.decision;
        let first = self.answer.checks.iter().find(|it| it.decision == wanted);
        match (wanted, first) {
            (CallDecision::Denied, Some(it)) => {
                let _ = writeln!(out, "  because of {}", check(&it.check));
            }
            (CallDecision::Depends, Some(it)) => {
                let _ = writeln!(out, "  it depends on {}", check(&it.check));
            }
            _ if self.decision() == CallDecision::Depends => {
                let _ = writeln!(out, "  it depends on what the parameters do not show");
            }
            _ => (),
        }
    }

    /// A line of the list of checks.
    fn line(&self, it: &CheckAnswer) -> String {
        let word = match (it.decision, it.policies == Decision::ExplicitDeny) {
            (CallDecision::Denied, true) => "explicitly denied",
            (CallDecision::Denied, false) => "implicitly denied",
            (other, _) => other.as_str(),
        };
        let what = format!("{} on {}", it.check.action, it.check.target.shown());
        // Checks of `polsim eval` are named by their action or resource.
        let name = self.api.map(|_| format!("{}: ", it.check.id)).unwrap_or_default();
        format!("{word:<18} {}{}", clean(&name), clean(&what))
    }

    /// The whole explanation of each check that is not allowed.
    fn explanations(&self, out: &mut String) {
        let failing = |it: &&CheckAnswer| it.decision != CallDecision::Allowed;
        for it in self.answer.checks.iter().filter(failing) {
            render::section(out, &format!("About {}", it.check.id));
            let explanation = it.explain();
            if it.check.target.is_pattern() {
                let text = "which resource it is, the parameters do not show; for one it is";
                let _ = writeln!(out, "  {text}");
            }
            let view = render::View {
                set: &it.set,
                request: it.shown(),
                explanation: &explanation,
                all: self.all,
            };
            match &it.answer.depends {
                Some(depends) => {
                    out.push_str(&render::depends(it.shown(), &it.answer, depends));
                }
                None => out.push_str(&render::explanation(&view)),
            }
        }
    }

    /// What AWS does afterwards.
    fn later(&self, out: &mut String) {
        if self.derived.later.is_empty() {
            return;
        }
        render::section(out, "Afterwards, no part of the decision");
        for it in &self.derived.later {
            let decided = LaterJson::of(it, self.answer).decision;
            let word = decided.map(|it| format!(": {it}")).unwrap_or_default();
            let actor = match &it.actor {
                Actor::Service(name) => name.to_string(),
                actor => actor.to_string(),
            };
            let (action, resource) = (&it.action, it.target.shown());
            let text = format!("as {actor}: {action} on {}{word}", clean(resource));
            let _ = writeln!(out, "  {}  {text}", it.id);
        }
    }
}

impl<'a> CheckJson<'a> {
    fn of(it: &'a CheckAnswer) -> Self {
        Self {
            id: &it.check.id,
            action: &it.check.action,
            resource: it.check.target.shown(),
            decision: it.decision,
            depends_on: &it.depends_on,
            unknown: it.check.unknown.iter().map(polsim::text::KeyName::as_str).collect(),
            notes: &it.notes,
            request: RequestJson::of(it.shown()),
            cases: it.answer.depends.as_ref(),
            explanation: it.explain(),
        }
    }
}

impl<'a> LaterJson<'a> {
    fn of(check: &'a Check, answer: &CallAnswer) -> Self {
        let decided = answer.later.iter().find(|it| it.check == *check);
        Self {
            id: &check.id,
            actor: match &check.actor {
                Actor::Role(arn) => format!("role:{arn}"),
                Actor::Service(name) => format!("service:{name}"),
                Actor::Caller => "caller".to_owned(),
            },
            action: &check.action,
            resource: check.target.shown(),
            decision: decided.map(|it| it.decision),
        }
    }
}

/// A check in words.
fn check(check: &Check) -> String {
    let text = format!("{} on {}", check.action, check.target.shown());
    if text.contains(&*check.id) {
        clean(&text)
    } else {
        format!("{}: {}", clean(&check.id), clean(&text))
    }
}

fn list(out: &mut String, heading: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    render::section(out, heading);
    for item in items {
        render::paragraph(out, "  - ", item);
    }
}
