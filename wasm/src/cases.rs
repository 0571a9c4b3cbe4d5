//! Many cases at once: JSON lines in, JSON lines out, as `polsim eval --cases` has them.

use polsim::case::{CaseError, CaseReader, ErrorBody, NoFiles};
use polsim::eval::Scratch;

/// A result line for each case of `text`, which is called `name` in complaints. A case that cannot
/// be read gives a line that says why, and the others go on.
pub fn decide_cases(name: &str, text: &str) -> String {
    let mut reader = CaseReader::new(name, NoFiles);
    let mut scratch = Scratch::default();
    let mut results = String::new();
    for (number, line) in (1..).zip(text.split('\n')) {
        let line = line.trim_ascii_end();
        if line.trim_ascii_start().is_empty() {
            continue;
        }
        let result = match reader.read(line, number) {
            Ok(case) => serde_json::to_string(&case.result_with(&mut scratch)),
            Err(refused) => match refused.diagnostics.first() {
                Some(first) => {
                    let error = ErrorBody::from(first);
                    serde_json::to_string(&CaseError { id: refused.id, error })
                }
                None => continue,
            },
        };
        // A result is text and numbers: it can always be written.
        results += &result.unwrap_or_default();
        results.push('\n');
    }
    results
}
