//! A batch of cases as a scenario: a test for each line.

use super::model::{Claims, Run, Scenario, Test};
use crate::case::{CaseReader, Files};
use crate::text::{Diagnostic, Source, Span};

/// Reads the cases in `source`, a JSON object on each line.
pub(super) fn load(source: &Source, files: &dyn Files) -> Result<Scenario, Vec<Diagnostic>> {
    let mut reader = CaseReader::new(source.name(), files);
    let mut found = Vec::new();
    let mut tests: Vec<Test> = Vec::new();
    let mut at: usize = 0;
    for (index, line) in source.text().split_inclusive('\n').enumerate() {
        let number = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let text = line.trim_end();
        let span = Span::new(at, at.saturating_add(text.len()));
        at = at.saturating_add(line.len());
        if text.is_empty() {
            continue;
        }
        let case = match reader.read(text, number) {
            Ok(case) => case,
            Err(refused) => {
                found.extend(refused.diagnostics);
                continue;
            }
        };
        let Some(expect) = case.expect else {
            let message = "a case without `expect` tests nothing";
            let help = "expect allowed, explicitDeny, implicitDeny or denied";
            found.push(Diagnostic::error("S0002", source, span, message).with_help(help));
            continue;
        };
        let runs = vec![Run { arrival: None, request: case.request, set: case.set }];
        let depends_on = case.depends_on.map(|it| it.to_vec());
        let by = Vec::new();
        tests.push(Test { name: case.id, span, why: None, runs, expect, depends_on, by });
    }
    if !found.is_empty() {
        return Err(found);
    }
    Ok(Scenario {
        source: source.clone(),
        network: None,
        policies: Vec::new(),
        tests,
        warnings: Vec::new(),
        claims: Ok(Claims::default()),
    })
}
