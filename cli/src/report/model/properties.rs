//! Verdicts on properties.

use std::borrow::Cow;
use std::time::Duration;

use polsim::formula::ChoiceId;
use polsim::prove::{Fix, Report, UnknownReason, Verdict, Witness};
use polsim::scenario::Scenario;

use super::{Check, Finding, Results, Suite, finding_if};
use crate::Outcome;
use crate::wording::plural;

/// The results of `polsim verify`.
#[derive(Debug)]
pub(crate) struct Properties<'a> {
    pub(crate) files: Vec<PropertyFile<'a>>,
}

/// The verdicts on the properties of one file.
#[derive(Debug)]
pub(crate) struct PropertyFile<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) results: Vec<PropertyResult>,
}

/// The verdict on one property.
#[derive(Debug)]
pub(crate) struct PropertyResult {
    pub(crate) report: Report,
    /// The time that the search took, where `--times` asks for it.
    pub(crate) took: Option<Duration>,
    /// Changes with which a property that is violated, and should not be, holds.
    pub(crate) fixes: Vec<Fix>,
    /// The request that comes closest to an `allow` that nothing fulfils.
    pub(crate) nearest: Option<Witness>,
}

impl Properties<'_> {
    /// The verdicts on all properties.
    pub(crate) fn reports(&self) -> impl Iterator<Item = &Report> {
        self.files.iter().flat_map(|file| &file.results).map(|it| &it.report)
    }

    /// The number of verdicts that are not the stated ones.
    pub(crate) fn not_as_stated(&self) -> usize {
        self.reports().filter(|report| !report.is_as_wanted()).count()
    }
}

impl Results for Properties<'_> {
    fn suites(&self) -> Vec<Suite<'_>> {
        self.files
            .iter()
            .map(|file| Suite {
                file: file.scenario.source.name(),
                checks: file.results.iter().map(|it| check(file.scenario, it)).collect(),
            })
            .collect()
    }

    fn totals(&self) -> String {
        let properties = plural(self.reports().count(), "property");
        format!("{properties}, {} not as stated", self.not_as_stated())
    }

    fn outcome(&self) -> Outcome {
        finding_if(self.not_as_stated() > 0)
    }
}

fn check<'a>(scenario: &'a Scenario, result: &'a PropertyResult) -> Check<'a> {
    let report = &result.report;
    let at = scenario.source.position(report.span.start);
    let finding =
        (!report.is_as_wanted()).then(|| Finding { summary: summary(result), details: None });
    Check {
        name: Cow::Borrowed(&report.name),
        file: scenario.source.name(),
        line: at.line,
        column: at.column,
        finding,
    }
}

/// The verdict in a sentence.
fn summary(PropertyResult { report, nearest, .. }: &PropertyResult) -> String {
    let stated = report.expected.as_str();
    let verdict = report.verdict.as_str();
    let why = match &report.verdict {
        Verdict::Unknown(reason) => match place_of(reason) {
            Some(ReasonPlace { file, line, column, .. }) => {
                format!("{reason} ({file}:{line}:{column})")
            }
            None => reason.to_string(),
        },
        Verdict::Vacuous(_) => match &report.missing {
            Some(missing) => format!("no request is of this shape: {missing}"),
            None => "no request is of this shape".to_owned(),
        },
        Verdict::Depends(depends) => {
            let names: Vec<&str> = depends.on.iter().map(ChoiceId::name).collect();
            format!("it depends on what AWS leaves open: {}", names.join(", "))
        }
        verdict => match verdict.witness() {
            Some(example) => example.sentence().to_owned(),
            None => match nearest {
                Some(nearest) => format!("there is no such request: {}", denied_by(nearest)),
                None => "there is no such request".to_owned(),
            },
        },
    };
    format!("{verdict}, stated is {stated}: {why}")
}

/// A denied request in a sentence, with the statements that deny it.
fn denied_by(nearest: &Witness) -> String {
    let by: Vec<String> = nearest
        .explanation()
        .by
        .iter()
        .map(|it| format!("`{}` of {}", it.statement, it.policy))
        .collect();
    if by.is_empty() {
        return nearest.sentence().to_owned();
    }
    format!("{}, by {}", nearest.sentence(), by.join(", "))
}

/// The part of a policy that a reason for `unknown` points at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReasonPlace<'a> {
    pub(crate) file: &'a str,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) text: &'a str,
}

/// The place of a reason; none where it is about the whole question.
pub(crate) fn place_of(reason: &UnknownReason) -> Option<ReasonPlace<'_>> {
    let place = reason.source()?;
    let at = place.source.position(place.span.start);
    Some(ReasonPlace {
        file: place.source.name(),
        line: at.line,
        column: at.column,
        text: place.source.slice(place.span),
    })
}
