//! A certificate: a proof is written to a file, read back, and checked without the prover. The same
//! certificate beside another policy is refused.
//!
//! ```text
//! nothing is public: proved, in 1 proof with all its texts
//! checked: accepted
//! beside another policy: refused
//! ```
//!
//! Run it with `cargo run -p polsim --example certificate`.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use polsim::prelude::*;
use polsim::scenario::{CertificateFile, Files, Recorder};

const SCENARIO: &str = "
policies:
  - {type: resource, resource: 'arn:aws:s3:::lake', file: bucket.json}
properties:
  - name: nothing is public
    deny: {principals: [anonymous], actions: ['s3:*'], resources: ['arn:aws:s3:::lake/*']}
";

/// The bucket's policy, for the accounts that `principal` names.
fn bucket(principal: &str) -> String {
    format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "s3:GetObject",
            "Principal": {principal}, "Resource": "arn:aws:s3:::lake/*"}}}}"#
    )
}

/// The files that the scenario names: in a program of yours, the file system.
struct Folder;

impl Files for Folder {
    fn read(&self, _from: &str, path: &str) -> Result<Source, String> {
        match path {
            "bucket.json" => Ok(Source::new(path, bucket(r#"{"AWS": "111122223333"}"#))),
            _ => Err(format!("there is no `{path}`")),
        }
    }
}

/// The lines that the example prints.
pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let mut answer = String::new();
    // The prover's side. The recorder keeps what the scenario read, for the certificates.
    let recorder = Recorder::new(&Folder);
    let scenario = Scenario::load(&Source::new("scenario.yaml", SCENARIO), &recorder)?;
    let mut file = CertificateFile::default();
    for report in scenario.verifier()?.with_certificates().reports(Limits::default()) {
        file.add(&scenario, &recorder, &report);
        let (name, verdict) = (&report.name, report.verdict.as_str());
        writeln!(answer, "{name}: {verdict}, in {} proof with all its texts", file.proofs().len())?;
    }
    let written = file.to_json().to_string();

    // The checker's side: only the text of the certificates.
    let altered = written.replace("111122223333", "*");
    for (name, text) in [("checked", &written), ("beside another policy", &altered)] {
        let file = CertificateFile::parse(text)?;
        for checked in file.check()? {
            let outcome = if checked.outcome.is_ok() { "accepted" } else { "refused" };
            writeln!(answer, "{name}: {outcome}")?;
        }
    }
    Ok(answer)
}

fn main() -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(answer()?.as_bytes())?)
}
