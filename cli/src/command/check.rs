//! `polsim check`: certificates of `polsim verify`, followed by the independent checker.

use std::fmt::Write as _;

use polsim::catalog::readings;
use polsim::formula::ChoiceId;
use polsim::scenario::{CertificateFile, CheckedProof};
use polsim::text::Source;
use sha2::{Digest, Sha256};

use crate::wording::plural;
use crate::{Console, Failure, Outcome, files};

/// Check certificates that `polsim verify --certificate` wrote
///
/// A file of certificates holds the scenarios and policies that its proofs are about. They are read
/// and lowered again, and every step of every proof is followed by a checker that shares nothing
/// with the prover but the meaning of policies. What was proved of which texts is printed, with the
/// SHA-256 of each text: compare them with the files in force. The exit status is 1 if a proof is
/// refused, 2 if a file cannot be read or holds no proof.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files of certificates (`-` is standard input)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let mut all_accepted = true;
    for path in &args.files {
        let source = files::read(path)?;
        let unreadable = |why| Failure::message(format!("cannot check `{path}`: {why}"));
        let file = CertificateFile::parse(source.text()).map_err(unreadable)?;
        if file.proofs().is_empty() {
            return Err(Failure::message(format!("there is no proof in `{path}`"))
                .with_help("only verdicts that no request can show rest on a proof"));
        }
        let checked = file.check()?;
        all_accepted &= checked.iter().all(|it| it.outcome.is_ok());
        console.print(&summary(path, &file, &checked))?;
    }
    Ok(if all_accepted { Outcome::AsWanted } else { Outcome::Finding })
}

/// The result of each proof, and the texts that they are about.
fn summary(path: &str, file: &CertificateFile, checked: &[CheckedProof<'_>]) -> String {
    let mut out = String::new();
    let refused = checked.iter().filter(|it| it.outcome.is_err()).count();
    let proofs = plural(checked.len(), "proof");
    let result = match refused {
        0 => "accepted".to_owned(),
        some if some == checked.len() => "refused".to_owned(),
        some => format!("{some} refused"),
    };
    let _ = writeln!(out, "{path}: {proofs} {result}");
    for one in checked {
        out.push_str(&proof(one));
    }
    let _ = writeln!(out, "of the texts");
    for text in file.texts() {
        let _ = writeln!(out, "  sha256:{} {}", digest(text), text.name());
    }
    out
}

fn proof(one: &CheckedProof<'_>) -> String {
    let CheckedProof { proof, claim, policies, pinned, outcome } = one;
    let mut out = String::new();
    let word = if outcome.is_ok() { "accepted" } else { "REFUSED" };
    let _ = writeln!(out, "  {word}: {} is {}", proof.property, proof.verdict);
    for (choice, value) in proof.certificate.under().values() {
        let _ = writeln!(out, "    only if {}", said(choice, *value));
    }
    for (choice, value) in pinned.values() {
        let _ = writeln!(out, "    pinned: {}", said(choice, *value));
    }
    if let Err(refusal) = outcome {
        let _ = writeln!(out, "    {refusal}");
    }
    if let Some(claim) = claim {
        let _ = writeln!(out, "    {} in {}", claim.as_str(), proof.scenario);
    }
    let _ = writeln!(out, "    policies: {}", list(policies));
    let assumed: Vec<String> = proof.certificate.assumptions().map(str::to_owned).collect();
    let _ = writeln!(out, "    assuming: {}", list(&assumed));
    let (steps, lemmas) = (proof.certificate.len(), proof.certificate.lemmas());
    let _ = writeln!(out, "    {steps} steps, {lemmas} of them lemmas");
    out
}

/// A choice that has a value, as a sentence about AWS.
fn said(choice: &ChoiceId, value: bool) -> String {
    match readings::of_choice(choice.name()) {
        Some((reading, side)) if value => format!("{} ({})", side.says, reading.name),
        Some((reading, _)) => format!("{} ({})", reading.default.says, reading.name),
        None => format!("{choice} is {value}"),
    }
}

fn list(items: &[String]) -> String {
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}

fn digest(text: &Source) -> String {
    let mut out = String::new();
    for byte in Sha256::digest(text.text().as_bytes()) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
