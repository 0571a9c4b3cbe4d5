//! The answer about a request of which a part is not known, as text: the decisions that are possible,
//! the keys that tell them, and the flags that say these.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::eval::{Completion, Decision, Depends, PartialAnswer, PartialDecision};
use polsim::request::Request;

use super::prose::{location, named, paragraph, section};
use super::style::{BAD, HEADING, styled};

/// The answer as text, ending in a line break.
pub(crate) fn depends(request: &Request, answer: &PartialAnswer, depends: &Depends) -> String {
    let mut out = String::new();
    let (word, verb) = match answer.decision() {
        PartialDecision::Depends => (styled(HEADING, "depends"), "may or may not be"),
        _ => (styled(BAD, "denied"), "is not"),
    };
    let _ = writeln!(out, "{word}: {}", clean(request.principal().id()));
    let _ = writeln!(out, "  {verb} authorized to perform: {}", clean(request.action().as_str()));
    let _ = writeln!(out, "  on resource: {}", clean(request.resource().as_str()));
    let keys: Vec<&str> = depends.on.iter().map(|it| &*it.key).collect();
    let are = if keys.len() == 1 { "which is" } else { "which are" };
    let text = format!("the decision depends on {}, {are} not known", keys.join(" and "));
    paragraph(&mut out, "  ", &text);
    out.push('\n');
    for case in &depends.cases {
        paragraph(&mut out, &format!("  {:<19}", words(case.decision)), &when(case));
    }
    if !depends.complete {
        out.push('\n');
        let text = "Not every value of these keys was tried: another decision may be possible for \
                    some, or one of these for none.";
        paragraph(&mut out, "  ", text);
    }
    section(&mut out, "Say it with");
    for it in &depends.on {
        let absent = match &*it.settle {
            settle if settle.starts_with("--context") => format!(", or --absent {}", it.key),
            _ => String::new(),
        };
        paragraph(&mut out, "  - ", &format!("{}{absent}", it.settle));
    }
    out
}

fn words(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allowed",
        Decision::ExplicitDeny => "explicitly denied",
        Decision::ImplicitDeny => "implicitly denied",
    }
}

/// The values that make a case, and the statements that decide it.
fn when(case: &Completion) -> String {
    let value = |(key, values): &(polsim::text::KeyName, Vec<Box<str>>)| match &values[..] {
        [] => format!("{key} is absent"),
        [one] => format!("{key} is `{one}`"),
        many => format!("{key} is `{}`", many.join("`, `")),
    };
    let values: Vec<String> = case.keys.iter().map(value).collect();
    let by: Vec<String> =
        case.by.iter().map(|it| format!("{} ({})", named(it), location(it))).collect();
    let by = if by.is_empty() { String::new() } else { format!(": by {}", by.join(", ")) };
    format!("if {}{by}", values.join(" and "))
}
