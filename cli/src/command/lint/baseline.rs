//! Baselines: findings that are known, and hidden until they are mended.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::files::{read, write_whole};
use crate::report::lint::{Lint, Notice, State};

/// The version of the format.
const VERSION: u32 = 1;

/// A file of known findings.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Baseline {
    schema_version: u32,
    findings: Vec<Known>,
}

/// A known finding.
#[derive(Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(deny_unknown_fields)]
struct Known {
    file: String,
    code: String,
    fingerprint: String,
    message: String,
}

/// Writes the findings that are shown; what AWS refuses is never hidden.
pub(super) fn write(path: &str, lint: &Lint) -> Result<(), Failure> {
    let mut findings: Vec<Known> = lint
        .shown()
        .filter(|it| !it.finding.code().starts_with('P'))
        .map(|it| Known {
            file: it.file.clone(),
            code: it.finding.code().to_owned(),
            fingerprint: it.fingerprint.clone(),
            message: it.finding.diagnostic.message.clone(),
        })
        .collect();
    findings.sort();
    let baseline = Baseline { schema_version: VERSION, findings };
    let text = serde_json::to_string_pretty(&baseline).unwrap_or_default();
    write_whole(path, &format!("{text}\n"))
}

/// Hides the findings of a baseline, and tells of those that no longer occur.
pub(super) fn hide(path: &str, lint: &mut Lint) -> Result<(), Failure> {
    let source = read(path)?;
    let baseline: Baseline = serde_json::from_str(source.text()).map_err(|error| {
        Failure::message(format!("{path}: this is no baseline: {error}"))
            .with_help("`polsim lint --write-baseline FILE` writes one")
    })?;
    if baseline.schema_version != VERSION {
        let other = baseline.schema_version;
        return Err(Failure::message(format!(
            "{path}: a baseline of version {other}, not {VERSION}"
        ))
        .with_help("write it again with `--write-baseline`"));
    }
    let known: BTreeSet<&str> = baseline.findings.iter().map(|it| &*it.fingerprint).collect();
    let mut met: BTreeSet<String> = BTreeSet::new();
    for entry in &mut lint.entries {
        let hidden = known.contains(&*entry.fingerprint) && !entry.finding.code().starts_with('P');
        if hidden && entry.state == State::Shown {
            entry.state = State::Baselined;
        }
        met.insert(entry.fingerprint.clone());
    }
    let gone = known.iter().filter(|it| !met.contains(**it)).count();
    if gone > 0 {
        let text = format!(
            "{path}: {gone} findings no longer occur; `polsim lint --write-baseline {path}` shrinks it"
        );
        lint.notices.push(Notice { code: "W0902", level: polsim::text::Severity::Info, text });
    }
    Ok(())
}
