//! The properties of the corpus: each gets its stated verdict, and every example replays.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test may fail in its helpers too"
)]

use polsim::case::{CaseReader, NoFiles};
use polsim::prove::{Limits, Report};
use polsim::scenario::Scenario;
use polsim_tests::scenarios;

fn reports(scenario: &Scenario) -> Vec<Report> {
    let verifier = match scenario.verifier() {
        Ok(verifier) => verifier,
        Err(found) => {
            let found: Vec<String> = found.iter().map(ToString::to_string).collect();
            panic!("{}", found.join("\n"));
        }
    };
    (0..verifier.len()).filter_map(|number| verifier.decide(number, Limits::default())).collect()
}

/// What is not as the corpus says.
fn wrong(folder: &str) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let mut count = 0;
    for written in scenarios(folder, "properties") {
        for report in reports(&written.scenario) {
            count += 1;
            let name = format!("{}: {}", written.path, report.name);
            if !report.is_as_wanted() {
                let told = match report.verdict.witness() {
                    Some(example) => example.case().to_owned(),
                    None => format!("{:?}", report.verdict).chars().take(400).collect(),
                };
                let (got, wanted) = (report.verdict.as_str(), report.expected.as_str());
                wrong.push(format!("{name}: {got}, not {wanted}: {told}"));
            }
            if let Some(example) = report.verdict.witness() {
                let case = CaseReader::new("example", NoFiles).read(example.case(), 1);
                let again = case.map(|it| it.set.decide(&it.request));
                if again.ok() != Some(example.decision()) {
                    wrong.push(format!("{name}: the example does not replay"));
                }
            }
        }
    }
    (count, wrong)
}

#[test]
fn the_proof_cases_get_their_verdicts() {
    let (count, wrong) = wrong("corpus/proofs");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 60, "only {count} cases");
}

#[test]
fn the_scenarios_that_the_page_opens_get_their_verdicts() {
    let (count, wrong) = wrong("corpus/page");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(count, 6);
}

#[test]
fn ways_patterns_and_pitfalls_get_the_verdicts_that_they_state() {
    for (folder, least) in [("corpus/ways", 40), ("corpus/patterns", 120), ("corpus/pitfalls", 200)]
    {
        let (count, wrong) = wrong(folder);
        assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(count >= least, "only {count} properties in {folder}");
    }
}
