//! The grammar corpus: documents that must be accepted, and documents that must be refused with a
//! message that says what is wrong and where.
#![expect(clippy::disallowed_methods, reason = "a test reads files")]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use std::path::Path;

use polsim_decide::policy::{Policy, PolicyType};
use polsim_decide::text::{Diagnostic, Node, Source, json};

#[test]
fn every_row_of_the_grammar_corpus() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/grammar/grammar.jsonl");
    let lines = std::fs::read_to_string(path).unwrap();
    let failures: Vec<String> = lines.lines().filter_map(|line| check(line).err()).collect();
    let rows = lines.lines().count();
    assert!(rows > 400, "only {rows} rows were found");
    assert!(failures.is_empty(), "{} of {rows} rows:\n{}", failures.len(), failures.join("\n"));
}

fn check(line: &str) -> Result<(), String> {
    let row = json::parse(&Source::new("grammar.jsonl", line)).map_err(|e| e.to_string())?;
    let field = |key| row.member(key).and_then(|member| member.value.as_str());
    let (id, why) = (field("id").unwrap(), field("why").unwrap());
    let policy_type: PolicyType = field("type").unwrap().parse().unwrap();
    let source = Source::new(id, field("text").unwrap());
    let parsed = Policy::parse(&source, policy_type);
    let said = match (field("verdict").unwrap(), parsed) {
        ("accept", Ok(_)) => return Ok(()),
        ("accept", Err(refused)) => {
            let said: Vec<_> = refused.iter().map(ToString::to_string).collect();
            return Err(format!("{id} ({policy_type}) is refused: {}\n    {why}", said.join("; ")));
        }
        ("reject", Ok(_)) => return Err(format!("{id} ({policy_type}) is accepted\n    {why}")),
        ("reject", Err(refused)) => refused,
        (verdict, _) => return Err(format!("{id}: unknown verdict {verdict}")),
    };
    let fits = |diagnostic: &Diagnostic| says(diagnostic, &row) && is_there(diagnostic, &row);
    if said.iter().any(fits) {
        return Ok(());
    }
    let shown: Vec<_> = said.iter().map(|d| format!("{d} [{}]", source.slice(d.span))).collect();
    let (contains, at) = (field("contains"), field("at"));
    Err(format!("{id}: expected {contains:?} at {at:?}, said {}\n    {why}", shown.join("; ")))
}

/// True if the message, or the code's name for it, has the fragment that the row asks for.
fn says(diagnostic: &Diagnostic, row: &Node) -> bool {
    let contains = row.member("contains").and_then(|member| member.value.as_str());
    contains.is_none_or(|fragment| diagnostic.message.to_lowercase().contains(fragment))
}

/// True if the place covers the text that the row points at, or starts where it starts.
fn is_there(diagnostic: &Diagnostic, row: &Node) -> bool {
    let Some(at) = row.member("at").and_then(|member| member.value.as_str()) else { return true };
    let nth = row.member("nth").map_or(1, |member| match &member.value.value {
        polsim_decide::text::Value::Number(number) => number.parse().unwrap(),
        other => panic!("nth is {other:?}"),
    });
    let text = diagnostic.source.text();
    let start = text.match_indices(at).nth(nth - 1_usize).unwrap().0;
    let span = diagnostic.span.range();
    span.start == start || (span.start <= start && start + at.len() <= span.end)
}
