//! Every case of the corpus, through the library and through the command.
#![expect(clippy::expect_used, reason = "a test may fail in its helpers too")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use polsim::case::{CaseReader, NoFiles, readings_member};
use polsim::eval::{Decision, Expectation, PolicySet, Scratch};
use polsim::lower::{AttachedPolicy, Readings};
use polsim::policy::Policy;
use polsim::text::{Source, json};
use polsim_tests::{Line, case_files, lines, polsim};
use serde::Deserialize;

/// Fails with every complaint, if there is one.
fn report(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} lines fail:\n{}", complaints.len(), complaints.join("\n"));
}

#[expect(clippy::print_stderr, reason = "a disputed line is said aloud")]
fn complaint(line: &Line, got: &str) -> Option<String> {
    if let Some(dispute) = &line.disputed {
        eprintln!("disputed, not required: {}: {dispute} (decided: {got})", line.id);
        return None;
    }
    Some(format!("{}: {got}, expected {}: {}", line.id, line.expect, line.why))
}

/// A case of every line that can be read; complaints about the others.
fn each_case(mut check: impl FnMut(&Line, &PolicySet, &polsim::case::Case) -> Option<String>) {
    let mut complaints = Vec::new();
    let mut seen: usize = 0;
    for path in case_files() {
        let mut reader = CaseReader::new(path.display().to_string(), NoFiles);
        let lines = lines(&path);
        seen = seen.saturating_add(lines.len());
        for line in lines {
            let failed = match reader.read(&line.text, line.number) {
                Ok(case) => check(&line, &case.set.clone(), &case),
                Err(refused) => {
                    let found: Vec<String> =
                        refused.diagnostics.iter().map(ToString::to_string).collect();
                    complaint(&line, &format!("refused: {}", found.join("; ")))
                }
            };
            complaints.extend(failed);
        }
    }
    assert!(seen > 400, "only {seen} cases were found");
    report(&complaints);
}

#[test]
fn every_case_is_decided_as_expected() {
    let mut scratch = Scratch::default();
    each_case(|line, set, case| {
        let expect: Expectation = line.expect.parse().expect("a decision");
        let decision = set.answer_partial(&case.request, &mut scratch).decision();
        if decision.meets(expect) { None } else { complaint(line, decision.as_str()) }
    });
}

#[test]
fn the_explanation_tells_the_same_decision_and_statements() {
    let mut scratch = Scratch::default();
    each_case(|line, set, case| {
        let (decision, mut by) = set.decide_by(&case.request, &mut scratch);
        let mut explained = set.explain_with(&case.request, &mut scratch);
        let key = |it: &polsim::eval::StatementRef| (it.policy.clone(), it.span.start);
        by.sort_by_key(|it| key(it));
        explained.by.sort_by_key(key);
        let as_decided = explained.decision == decision && explained.by.iter().eq(by);
        // A deny names what denies, or what lacks an Allow.
        let has_reason = match decision {
            Decision::Allowed => true,
            Decision::ExplicitDeny => !explained.by.is_empty(),
            Decision::ImplicitDeny => {
                !explained.missing.is_empty() && !explained.remedies.is_empty()
            }
        };
        (!as_decided || !has_reason).then(|| format!("{}: {explained:?} for {decision}", line.id))
    });
}

#[test]
fn a_result_is_written_as_serde_writes_it() {
    let mut scratch = Scratch::default();
    each_case(|line, _, case| {
        let mut written = b"before".to_vec();
        let ok = case.write_result(&mut scratch, &mut written);
        let result = case.result_with(&mut scratch);
        let expected = format!("before{}", serde_json::to_string(&result).unwrap());
        (ok != result.ok || written != expected.as_bytes())
            .then(|| format!("{}: {}", line.id, String::from_utf8_lossy(&written)))
    });
}

/// The readings that the line of a case pins.
fn readings_of(line: &Line) -> Readings {
    let source = Source::new("case", line.text.clone());
    let case = json::parse(&source).expect("JSON");
    case.member("readings").map_or_else(Readings::default, |it| {
        readings_member(&source, &it.value, Readings::default()).expect("readings")
    })
}

#[test]
fn the_order_of_statements_and_policies_is_irrelevant() {
    let mut scratch = Scratch::default();
    each_case(|line, set, case| {
        let decision = set.decide_with(&case.request, &mut scratch);
        let reversed = set.lowered().policies.iter().rev().map(|attached| {
            let mut policy: Policy = (*attached.policy).clone();
            policy.statements.reverse();
            AttachedPolicy { policy: policy.into(), ..attached.clone() }
        });
        let other = PolicySet::with_readings(reversed, &readings_of(line))
            .decide_with(&case.request, &mut scratch);
        (other != decision).then(|| format!("{}: {decision}, reversed {other}", line.id))
    });
}

/// Cases that say `"complete": true` are decided alike without it wherever the derived keys are the
/// ones that the request lists: then nothing is left to derive.
#[test]
fn a_request_that_lists_what_is_derived_is_decided_alike() {
    let mut scratch = Scratch::default();
    let mut compared = 0_u32;
    each_case(|line, set, case| {
        let text = line.text.replace("\"complete\":true", "\"complete\":false");
        let mut reader = CaseReader::new("derived", NoFiles);
        let derived = reader.read(&text, line.number).ok()?;
        let listed = |case: &polsim::case::Case| {
            let entries = case.request.context().entries().iter();
            entries.map(|(key, value)| (key.clone(), value.clone())).collect::<BTreeMap<_, _>>()
        };
        if listed(case) != listed(&derived) {
            return None;
        }
        compared += 1;
        let (left, right) = (
            set.decide_with(&case.request, &mut scratch),
            derived.set.decide_with(&derived.request, &mut scratch),
        );
        (left != right).then(|| format!("{}: {left}, derived {right}", line.id))
    });
    assert!(compared > 20, "only {compared} cases list everything that is derived");
}

#[derive(Debug, Deserialize)]
struct ResultLine {
    id: String,
    decision: Option<String>,
    ok: Option<bool>,
    error: Option<serde_json::Value>,
}

#[test]
fn the_command_decides_every_case_as_expected_and_in_order() {
    let mut complaints = Vec::new();
    for path in case_files() {
        let mut wanted: Vec<Line> = lines(&path);
        let disputed = wanted.iter().filter(|line| line.disputed.is_some()).count();
        let mut command = polsim(env!("CARGO_BIN_EXE_polsim-under-test"));
        let output = command.args(["eval", "--cases"]).arg(&path).output().expect("polsim runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let results: Vec<ResultLine> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("a result is JSON"))
            .collect();
        assert_eq!(results.len(), wanted.len(), "{}: a result for each line", path.display());
        for (line, result) in wanted.drain(..).zip(results) {
            assert_eq!(line.id, result.id, "{}: results keep the order", path.display());
            if result.ok != Some(true) {
                let mut got = result.decision.unwrap_or_default();
                if let Some(error) = result.error {
                    let _ = write!(got, "refused: {error}");
                }
                complaints.extend(complaint(&line, &got));
            }
        }
        if disputed == 0 && complaints.is_empty() {
            assert_eq!(output.status.code(), Some(0), "{}", path.display());
        }
    }
    report(&complaints);
}

#[test]
fn ids_are_unique_over_all_files() {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut complaints = Vec::new();
    for path in case_files() {
        let file = path.display().to_string();
        for line in lines(&path) {
            if let Some(first) = seen.insert(line.id.clone(), file.clone()) {
                complaints.push(format!("{} is in {first} and in {file}", line.id));
            }
        }
    }
    report(&complaints);
}

/// Case files are one JSON object a line, and end in a line break.
#[test]
fn case_files_are_well_formed() {
    for path in case_files() {
        let text = fs::read_to_string(&path).expect("the file can be read");
        assert!(text.ends_with('\n'), "{} ends in a line break", path.display());
        assert!(!text.contains("\n\n"), "{} has no blank line", path.display());
    }
}
