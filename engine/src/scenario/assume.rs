//! The `assume` member of a scenario.

use crate::network::Assumption;
use crate::text::{Diagnostic, Diagnostics, Node, Source, nearest};

/// The facts that `assume` names: all facts if it is `aws` or left out.
///
/// # Errors
/// The names that are no facts.
pub(super) fn assumptions(
    assume: Option<(&Source, &Node)>,
) -> Result<Vec<&'static Assumption>, Diagnostics> {
    let Some((source, node)) = assume.filter(|(_, node)| node.as_str() != Some("aws")) else {
        return Ok(Assumption::all().iter().collect());
    };
    let (mut facts, mut refused) = (Vec::new(), Vec::new());
    for item in node.items() {
        let name = item.as_str().unwrap_or_default();
        if name == "aws" {
            facts.extend(Assumption::all());
            continue;
        }
        match Assumption::find(name) {
            Some(fact) => facts.push(fact),
            None => refused.push(unknown(source, item, name)),
        }
    }
    Diagnostics::check(refused)?;
    Ok(facts)
}

fn unknown(source: &Source, item: &Node, name: &str) -> Diagnostic {
    let message = match item.as_str() {
        Some(_) => format!("there is no assumption `{name}`"),
        None => format!("`assume` is `aws` or a list of names, found {}", item.kind()),
    };
    let names = Assumption::all().iter().map(|fact| fact.name);
    let help = match nearest(name, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`polsim verify --list-assumptions` lists them".to_owned(),
    };
    Diagnostic::error("V0009", source, item.span, message).with_help(help)
}
