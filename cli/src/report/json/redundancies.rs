//! Redundant parts of policies.

use polsim::eval::{Place, StatementRef};
use polsim::prove::{Cover, Redundant};
use serde::Serialize;

use crate::report::model::{FileFindings, Redundancies};

#[derive(Serialize)]
struct Document<'a> {
    files: Vec<Checked<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Checked<'a> {
    file: &'a str,
    findings: Vec<Finding<'a>>,
    unknown: Vec<Finding<'a>>,
    premises: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    code: &'static str,
    kind: polsim::prove::RedundantKind,
    message: String,
    text: &'a str,
    statement: &'a StatementRef,
    file: &'a str,
    span: Place,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    covered_by: Vec<CoveredBy<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Serialize)]
struct CoveredBy<'a> {
    statement: &'a StatementRef,
    file: &'a str,
    span: Place,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    tried: usize,
    /// Statements that were not reached in time.
    not_tried: usize,
    findings: usize,
    unknown: usize,
}

/// The document of these results.
pub(super) fn document<'a>(results: &'a Redundancies<'a>) -> impl Serialize + 'a {
    Document {
        files: results.files.iter().map(checked).collect(),
        summary: Summary {
            tried: results.tried(),
            not_tried: results.not_tried(),
            findings: results.found(),
            unknown: results.unknown(),
        },
    }
}

fn checked<'a>(file: &'a FileFindings<'a>) -> Checked<'a> {
    let unknown = file.unknown.iter();
    Checked {
        file: file.file,
        findings: file.found.iter().map(|it| finding(it, None)).collect(),
        unknown: unknown.map(|(it, why)| finding(it, Some(why.to_string()))).collect(),
        premises: file.premises.iter().map(ToString::to_string).collect(),
    }
}

fn finding(it: &Redundant, reason: Option<String>) -> Finding<'_> {
    Finding {
        code: it.diagnostic().code,
        kind: it.kind,
        message: it.message(),
        text: it.text(),
        statement: &it.statement,
        file: it.source.name(),
        span: Place::of(&it.source, it.span),
        covered_by: it.covered_by.iter().map(covered_by).collect(),
        reason,
    }
}

fn covered_by(it: &Cover) -> CoveredBy<'_> {
    CoveredBy {
        statement: &it.statement,
        file: it.source.name(),
        span: Place::of(&it.source, it.span),
    }
}
