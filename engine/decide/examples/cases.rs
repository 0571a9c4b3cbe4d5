//! Decides the cases on standard input, one JSON object a line, up to the first that is not decided
//! as it expects.
//!
//! ```console
//! $ cargo run -p polsim-decide --example cases < corpus/cases/language.jsonl
//! ```

use std::error::Error;
use std::io::{self, BufRead, Write};

use polsim_decide::case::{CaseReader, NoFiles};
use polsim_decide::eval::Scratch;

fn main() -> Result<(), Box<dyn Error>> {
    let mut reader = CaseReader::new("standard input", NoFiles);
    // Used again for every case: a decision leaves nothing behind.
    let mut scratch = Scratch::default();
    let mut count: u32 = 0;
    for line in io::stdin().lock().lines() {
        count = count.saturating_add(1);
        let case = reader.read(&line?, count)?;
        let result = case.result_with(&mut scratch);
        if result.ok != Some(true) {
            return Err(format!("not as expected: {}", serde_json::to_string(&result)?).into());
        }
    }
    if count == 0 {
        return Err("no cases".into());
    }
    writeln!(io::stdout(), "{count} cases are decided as they expect")?;
    Ok(())
}
