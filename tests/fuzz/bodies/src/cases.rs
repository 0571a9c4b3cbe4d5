//! Cases and scenarios.

use polsim::case::{CaseReader, NoFiles};
use polsim::eval::Scratch;
use polsim::scenario::{Scenario, run_tests};
use polsim::text::Source;

use crate::text_of;

/// A case: never a panic, and its three answers (decision, by whom, explanation) agree. Reading it
/// again, with its policies known, changes nothing.
///
/// # Panics
/// Where polsim is wrong.
pub fn case_text(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    let mut reader = CaseReader::new("fuzz.jsonl", NoFiles);
    let mut scratch = Scratch::default();
    match reader.read(text, 1) {
        Err(refused) => assert!(!refused.diagnostics.is_empty(), "refused without a reason"),
        Ok(case) => {
            let decision = case.set.decide_with(&case.request, &mut scratch);
            let result = case.result_with(&mut scratch);
            let explanation = case.set.explain_with(&case.request, &mut scratch);
            assert_eq!(explanation.decision, decision);
            if !case.set.reads_unknown(&case.request) {
                assert_eq!(result.decision, decision);
                assert_eq!(explanation.by.iter().collect::<Vec<_>>(), result.by);
            }
            let again = reader.read(text, 1).ok();
            let again = again.as_ref().map(|case| case.result_with(&mut scratch));
            assert_eq!(again, Some(result), "a second reading differs");
        }
    }
}

/// A scenario without files, as YAML and as JSON: never a panic, and its tests can be run.
///
/// # Panics
/// Where polsim is wrong.
pub fn scenario_text(data: &[u8]) {
    let Some(text) = text_of(data) else { return };
    for name in ["fuzz.yaml", "fuzz.json"] {
        match Scenario::load(&Source::new(name, text), &NoFiles) {
            Err(complaints) => assert!(!complaints.is_empty(), "refused without a reason"),
            Ok(scenario) => {
                for outcome in run_tests(&scenario, |_| true) {
                    let _passed = outcome.passed();
                }
            }
        }
    }
}
