//! Findings as SARIF 2.1.0.

use std::fmt::Write as _;

use polsim::text::{Severity, Source, Span};
use polsim_lint::Rule;
use serde_json::{Value, json};

use super::{Entry, Lint, State};

/// Upper bound on the results of a run that code scanning takes.
const MAX_RESULTS: usize = 25_000;

/// The run as a SARIF log.
pub(super) fn text(lint: &Lint) -> String {
    let mut entries: Vec<&Entry> =
        lint.entries.iter().filter(|it| it.state != State::Baselined).collect();
    let all = entries.len();
    if all > MAX_RESULTS {
        entries.sort_by_key(|it| std::cmp::Reverse(it.finding.level()));
        entries.truncate(MAX_RESULTS);
    }
    let mut codes: Vec<&str> = entries.iter().map(|it| it.finding.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    let rules: Vec<Value> = codes.iter().map(|code| rule(code)).collect();
    let results: Vec<Value> = entries.iter().map(|it| result(it, &codes)).collect();
    let mut invocation = json!({"executionSuccessful": true});
    if all > MAX_RESULTS {
        let left = all.saturating_sub(MAX_RESULTS);
        let text = format!("{left} findings of the lowest levels are left out");
        if let Some(members) = invocation.as_object_mut() {
            let note = json!([{"level": "warning", "message": {"text": text}}]);
            members.insert("toolExecutionNotifications".to_owned(), note);
        }
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "polsim",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "automationDetails": {"id": "polsim/lint/"},
            "columnKind": "unicodeCodePoints",
            "invocations": [invocation],
            "results": results,
        }],
    });
    let text = serde_json::to_string_pretty(&log).unwrap_or_default();
    text + "\n"
}

fn level(level: Severity) -> &'static str {
    match level {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn rule(code: &str) -> Value {
    let Some(rule) = Rule::find(code) else {
        return json!({
            "id": code,
            "shortDescription": {"text": "the policy's text or grammar"},
            "properties": {"tags": ["correctness"]},
        });
    };
    let security = code.starts_with("W05");
    let mut properties = json!({"tags": [if security { "security" } else { "correctness" }]});
    if security && let Some(members) = properties.as_object_mut() {
        let severity = match rule.level {
            Severity::Error => "8.0",
            Severity::Warning => "5.5",
            Severity::Info => "2.0",
        };
        members.insert("security-severity".to_owned(), severity.into());
    }
    json!({
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.condition},
        "help": {"text": rule.why, "markdown": rule.page()},
        "defaultConfiguration": {"level": level(rule.level)},
        "properties": properties,
    })
}

fn result(entry: &Entry, codes: &[&str]) -> Value {
    let finding = &entry.finding;
    let diagnostic = &finding.diagnostic;
    let uri = uri(&entry.file);
    let artifact = json!({"uri": uri, "uriBaseId": "%SRCROOT%"});
    let index = codes.iter().position(|code| *code == finding.code()).unwrap_or_default();
    let mut text = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        text = format!("{text} ({help})");
    }
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            json!({
                "physicalLocation": {
                    "artifactLocation": artifact,
                    "region": region(&diagnostic.source, label.span),
                },
                "message": {"text": label.text},
            })
        })
        .collect();
    let mut value = json!({
        "ruleId": finding.code(),
        "ruleIndex": index,
        "level": level(finding.level()),
        "message": {"text": text},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": artifact,
                "region": region(&diagnostic.source, diagnostic.span),
            },
            "logicalLocations": [{"fullyQualifiedName": finding.path}],
        }],
        "relatedLocations": related,
        "partialFingerprints": {
            "polsim/v1": entry.fingerprint,
            "primaryLocationLineHash": format!("{}:1", entry.fingerprint),
        },
    });
    let Some(members) = value.as_object_mut() else { return value };
    if let State::Suppressed(reason) = &entry.state {
        let why = json!([{"kind": "external", "justification": reason}]);
        members.insert("suppressions".to_owned(), why);
    }
    if let Some(fix) = &finding.fix {
        let replacements: Vec<Value> = fix
            .edits
            .iter()
            .map(|(span, text)| {
                json!({
                    "deletedRegion": region(&diagnostic.source, *span),
                    "insertedContent": {"text": text},
                })
            })
            .collect();
        let change = json!({"artifactLocation": artifact, "replacements": replacements});
        members.insert("fixes".to_owned(), json!([{"artifactChanges": [change]}]));
    }
    value
}

/// A region: lines and columns from 1, the end column exclusive.
fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A relative path as a URI reference.
fn uri(file: &str) -> String {
    let file = file.strip_prefix("./").unwrap_or(file).replace('\\', "/");
    let file = file.trim_start_matches('/');
    let mut out = String::new();
    for byte in file.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_relative_uris() {
        assert_eq!(uri("./a b/ü.json"), "a%20b/%C3%BC.json");
        assert_eq!(uri("/infra/p.json"), "infra/p.json");
    }
}
