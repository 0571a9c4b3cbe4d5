//! Findings as JSON.

use polsim::text::{Severity, Source, Span};
use serde_json::{Value, json};

use super::{Entry, Lint, State};

/// The version of the format.
const VERSION: u32 = 1;

/// The run as one object.
pub(super) fn text(lint: &Lint) -> String {
    let files = {
        let mut files: Vec<&str> = lint.policies.iter().map(|it| &*it.file).collect();
        files.sort_unstable();
        files.dedup();
        files.len()
    };
    let shown: Vec<Value> = lint.shown().map(entry).collect();
    let suppressed: Vec<Value> = lint
        .entries
        .iter()
        .filter_map(|it| match &it.state {
            State::Suppressed(reason) => Some((it, reason)),
            State::Baselined | State::Shown => None,
        })
        .map(|(it, reason)| {
            let mut value = entry(it);
            if let Some(members) = value.as_object_mut() {
                members.insert("reason".to_owned(), reason.as_str().into());
            }
            value
        })
        .collect();
    let notices: Vec<Value> = lint
        .notices
        .iter()
        .map(|it| json!({"code": it.code, "level": it.level, "message": it.text}))
        .collect();
    let value = json!({
        "schemaVersion": VERSION,
        "tool": {"name": "polsim", "version": env!("CARGO_PKG_VERSION")},
        "catalog": {"date": lint.catalog_date, "sources": lint.catalog_sources},
        "summary": {
            "files": files,
            "policies": lint.policies.len(),
            "skipped": lint.skipped,
            "error": lint.count(Severity::Error),
            "warning": lint.count(Severity::Warning),
            "info": lint.count(Severity::Info),
            "suppressed": lint.suppressed(),
            "baselined": lint.baselined(),
            "fixable": lint.fixable(),
            "undecided": lint.undecided,
        },
        "findings": shown,
        "suppressed": suppressed,
        "notices": notices,
    });
    let text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text + "\n"
}

/// A place: lines from 1, columns and offsets from 0, end exclusive.
fn place(source: &Source, span: Span) -> Value {
    let at = |offset: u32| {
        let position = source.position(offset);
        json!({"line": position.line, "column": position.column.saturating_sub(1), "offset": offset})
    };
    json!({"start": at(span.start), "end": at(span.end)})
}

fn entry(entry: &Entry) -> Value {
    let finding = &entry.finding;
    let diagnostic = &finding.diagnostic;
    let mut value = json!({
        "code": finding.code(),
        "name": finding.name(),
        "level": finding.level(),
        "group": finding.group(),
        "message": diagnostic.message,
        "file": entry.file,
        "policyType": entry.policy_type,
        "typeInferred": entry.inferred,
        "path": finding.path,
        "span": place(&diagnostic.source, diagnostic.span),
        "related": diagnostic.labels.iter().map(|it| json!({
            "span": place(&diagnostic.source, it.span),
            "message": it.text,
        })).collect::<Vec<_>>(),
        "fingerprint": entry.fingerprint,
    });
    let Some(members) = value.as_object_mut() else { return value };
    let mut add = |key: &str, value: Value| members.insert(key.to_owned(), value);
    if let Some(name) = &entry.policy {
        add("policy", name.as_str().into());
    }
    if let Some(help) = &diagnostic.help {
        add("help", help.as_str().into());
    }
    if let Some((index, sid)) = &finding.statement {
        let sid: Option<&str> = sid.as_deref();
        add("statement", json!({"index": index, "sid": sid}));
    }
    if let Some(shown) = &finding.witness {
        let case: Value = serde_json::from_str(&shown.case).unwrap_or(Value::Null);
        add("witness", json!({"sentence": shown.sentence, "case": case}));
    }
    if !finding.assumptions.is_empty() {
        add("assumptions", finding.assumptions.clone().into());
    }
    if let Some(fix) = &finding.fix {
        let edits: Vec<Value> = fix
            .edits
            .iter()
            .map(|(span, text)| json!({"span": place(&diagnostic.source, *span), "text": text}))
            .collect();
        add("fix", json!({"safety": if fix.safe { "safe" } else { "unsafe" }, "edits": edits}));
    }
    value
}
