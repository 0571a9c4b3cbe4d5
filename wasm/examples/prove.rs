//! The verdicts on the properties of the workspaces on standard input, a line of JSON each, as the
//! native engine gives them. The tests of the npm package compare the WebAssembly build with it, and
//! `--rounds N` shows what it takes natively: the milliseconds of each round on standard error.

use std::io::{self, BufRead, Write};
use std::time::Instant;

use polsim_wasm::{Workspace, verify};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lines: Vec<String> = io::stdin().lock().lines().collect::<Result<_, _>>()?;
    let workspaces: Vec<Workspace> =
        lines.iter().map(|line| serde_json::from_str(line)).collect::<Result<_, _>>()?;
    let rounds = std::env::args().skip_while(|it| it != "--rounds").nth(1);
    for _ in 0..rounds.map_or(Ok(0), |it| it.parse())? {
        let start = Instant::now();
        for workspace in &workspaces {
            std::hint::black_box(verify(workspace, None));
        }
        writeln!(io::stderr(), "{} ms", start.elapsed().as_millis())?;
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    for workspace in &workspaces {
        writeln!(out, "{}", serde_json::to_string(&verify(workspace, None))?)?;
    }
    out.flush()?;
    Ok(())
}
