//! Two versions of a policy compared: what the new one allows that the old one did not, and what it
//! allows no longer. Where nothing is listed, that is proved.
//!
//! ```text
//! different
//! new access: s3:DeleteObject
//! removed access: none, proved
//! ```
//!
//! Run it with `cargo run -p polsim --example diff`.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use polsim::prelude::*;
use polsim::prove::{Changes, Directions, Rest};

/// The identity policy that allows these actions.
fn policy(name: &str, actions: &str) -> Result<Vec<AttachedPolicy>, Diagnostics> {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement":
            {{"Effect": "Allow", "Action": {actions}, "Resource": "arn:aws:s3:::reports/*"}}}}"#
    );
    let parsed = Policy::parse(&Source::new(name, text), PolicyType::Identity)?;
    Ok(vec![AttachedPolicy::new(parsed.policy)])
}

/// The actions that differ in one direction, or why none is listed.
fn in_words(changes: &Changes) -> String {
    let actions = changes.differences.iter().flat_map(|it| &it.actions);
    let actions: Vec<String> = actions.map(ToString::to_string).collect();
    match &changes.rest {
        Rest::None(_) if actions.is_empty() => "none, proved".to_owned(),
        Rest::None(_) => actions.join(", "),
        Rest::Bound => format!("{} and perhaps others", actions.join(", ")),
        Rest::Unknown(reason) => format!("unknown: {reason}"),
    }
}

/// The lines that the example prints.
pub(crate) fn answer() -> Result<String, Box<dyn Error>> {
    let old = policy("old.json", r#"["s3:GetObject", "s3:PutObject"]"#)?;
    let new = policy("new.json", r#"["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]"#)?;
    let diff = Comparison::new(&old, &new).compare(Directions::Both, Limits::default(), 100);

    let mut answer = String::new();
    writeln!(answer, "{}", diff.verdict().as_str())?;
    for (name, changes) in
        [("new access", &diff.new_access), ("removed access", &diff.removed_access)]
    {
        let changes = changes.as_ref().ok_or("both directions were asked for")?;
        writeln!(answer, "{name}: {}", in_words(changes))?;
    }
    Ok(answer)
}

fn main() -> Result<(), Box<dyn Error>> {
    Ok(io::stdout().write_all(answer()?.as_bytes())?)
}
