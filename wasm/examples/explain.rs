//! The explanations of the cases on standard input, a line of JSON each, as the native engine gives
//! them. The tests of the npm package compare the WebAssembly build with it, byte for byte.

use std::io::{self, BufRead, Write};

use polsim::case::{CaseReader, NoFiles};
use polsim::eval::Scratch;

fn main() -> io::Result<()> {
    let mut reader = CaseReader::new("case", NoFiles);
    let mut scratch = Scratch::default();
    let mut out = io::BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let read = reader.read(&line?, 1);
        let explanation = read.ok().map(|case| {
            let answer = case.set.answer_partial(&case.request, &mut scratch);
            case.set.explain_partial(&case.request, &answer)
        });
        writeln!(out, "{}", serde_json::to_string(&explanation)?)?;
    }
    out.flush()
}
