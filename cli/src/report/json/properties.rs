//! Properties and their verdicts.

use std::collections::BTreeMap;

use polsim::catalog::readings;
use polsim::eval::{Decision, Explanation};
use polsim::formula::ChoiceId;
use polsim::prove::{
    AskedAbout, Asker, Claim, Expected, Fix, FixKind, Outcome, Report, Side, Verdict, Witness,
};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::report::model::{Properties, PropertyFile, PropertyResult, place_of};

#[derive(Serialize)]
struct Document<'a> {
    files: Vec<File<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    properties: Vec<Property<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Property<'a> {
    name: &'a str,
    line: u32,
    column: u32,
    claim: Claim,
    by: Asker,
    asked_about: &'a AskedAbout,
    verdict: &'a str,
    expect: Expected,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    assuming: Option<&'a [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Shown<'a>>,
    /// The request that comes closest, where an `allow` is violated.
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<Shown<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pinned: BTreeMap<&'a str, Word<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<Dependency<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cases: Vec<Case<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Change<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<f64>,
}

/// A change with which the property holds.
#[derive(Serialize)]
struct Change<'a> {
    kind: FixKind,
    policy: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    /// The statement that is added, or the condition block.
    #[serde(skip_serializing_if = "Option::is_none")]
    json: Option<&'a RawValue>,
}

/// The request that shows the verdict.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    sentence: &'a str,
    decision: Decision,
    /// A case for `polsim eval --cases`.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<&'a RawValue>,
    explanation: &'a Explanation,
}

/// A choice that the verdict depends on.
#[derive(Serialize)]
struct Dependency<'a> {
    choice: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settle: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sure: Option<&'a str>,
}

/// The outcome where choices have these values.
#[derive(Serialize)]
struct Case<'a> {
    when: BTreeMap<&'a str, Word<'a>>,
    verdict: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    assuming: Option<&'a [&'static str]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<Shown<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The value of a choice.
#[derive(Serialize)]
#[serde(untagged)]
enum Word<'a> {
    Side(&'a str),
    Value(bool),
}

#[derive(Serialize)]
struct Reason<'a> {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    files: usize,
    properties: usize,
    as_stated: usize,
    not_as_stated: usize,
}

/// The document of these results.
pub(super) fn document<'a>(results: &'a Properties<'a>) -> impl Serialize + 'a {
    let (properties, not_as_stated) = (results.reports().count(), results.not_as_stated());
    Document {
        files: results.files.iter().map(file).collect(),
        summary: Summary {
            files: results.files.len(),
            properties,
            as_stated: properties.saturating_sub(not_as_stated),
            not_as_stated,
        },
    }
}

fn file<'a>(file: &'a PropertyFile<'a>) -> File<'a> {
    let source = &file.scenario.source;
    let properties = file.results.iter().map(|it| {
        let at = source.position(it.report.span.start);
        property(it, at.line, at.column)
    });
    File { file: source.name(), properties: properties.collect() }
}

fn property(it: &PropertyResult, line: u32, column: u32) -> Property<'_> {
    let report: &Report = &it.report;
    let verdict = &report.verdict;
    Property {
        name: &report.name,
        line,
        column,
        claim: report.claim,
        by: report.by,
        asked_about: &report.asked_about,
        verdict: verdict.as_str(),
        expect: report.expected,
        ok: report.is_as_wanted(),
        assuming: verdict.proof().map(polsim::prove::Proof::assumptions),
        example: verdict.witness().map(shown),
        nearest: it.nearest.as_ref().map(shown),
        pinned: report.pinned.values().iter().map(|(it, value)| word(it, *value)).collect(),
        complete: match verdict {
            Verdict::Depends(depends) => Some(depends.complete),
            _ => None,
        },
        depends_on: verdict.depends_on().iter().map(dependency).collect(),
        cases: verdict.cases().iter().map(|it| case(it, report.claim)).collect(),
        reason: match verdict {
            Verdict::Unknown(reason) => {
                let place = place_of(reason);
                Some(Reason {
                    message: reason.to_string(),
                    file: place.map(|it| it.file),
                    line: place.map(|it| it.line),
                    column: place.map(|it| it.column),
                    text: place.map(|it| it.text),
                })
            }
            _ => None,
        },
        fixes: it.fixes.iter().map(change).collect(),
        milliseconds: it.took.map(|took| took.as_secs_f64() * 1e3),
    }
}

fn shown(example: &Witness) -> Shown<'_> {
    Shown {
        sentence: example.sentence(),
        decision: example.decision(),
        case: serde_json::from_str(example.case()).ok(),
        explanation: example.explanation(),
    }
}

/// A choice and the word of the side that its value takes: of readings that of the register, of
/// others true or false.
fn word(choice: &ChoiceId, value: bool) -> (&str, Word<'static>) {
    let side = readings::of_choice(choice.name())
        .map(|(reading, side)| if value { side.word } else { reading.default.word });
    (choice.name(), side.map_or(Word::Value(value), Word::Side))
}

fn dependency(choice: &ChoiceId) -> Dependency<'_> {
    let reading = readings::of_choice(choice.name()).map(|(reading, _)| reading);
    Dependency {
        choice: choice.name(),
        sentence: reading.map(|it| it.about),
        settle: reading.map(|it| it.settle),
        source: reading.map(|it| it.pages),
        sure: reading.map(|it| it.sure.as_str()),
    }
}

fn case(side: &Side, claim: Claim) -> Case<'_> {
    Case {
        when: side.when.values().iter().map(|(it, value)| word(it, *value)).collect(),
        verdict: side.as_str(claim),
        assuming: match &side.outcome {
            Outcome::Proof(proof) | Outcome::Vacuous(proof) => Some(proof.assumptions()),
            Outcome::Unknown(_) | Outcome::Witness(_) => None,
        },
        example: side.witness().map(shown),
        reason: match &side.outcome {
            Outcome::Unknown(reason) => Some(reason.to_string()),
            _ => None,
        },
    }
}

fn change(fix: &Fix) -> Change<'_> {
    let at = fix.source.position(fix.span.start);
    Change {
        kind: fix.kind,
        policy: &fix.policy,
        file: fix.source.name(),
        line: at.line,
        column: at.column,
        json: serde_json::from_str(&fix.text).ok(),
    }
}
