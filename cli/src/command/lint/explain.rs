//! `polsim lint --explain`: the page of a rule.

use polsim_lint::Rule;

use super::config;
use crate::{Console, Failure, Outcome};

pub(super) fn run(word: &str, console: &mut Console) -> Result<Outcome, Failure> {
    if word == "all" {
        for rule in Rule::all() {
            let off = if rule.on { "" } else { " (off)" };
            console.print(&format!("{} {}: {}{off}\n", rule.code, rule.name, rule.title))?;
        }
        return Ok(Outcome::AsWanted);
    }
    console.print(&config::rule(word)?.page())?;
    Ok(Outcome::AsWanted)
}
