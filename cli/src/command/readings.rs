//! `polsim readings`: what AWS leaves open.

use std::fmt::Write as _;

use polsim::catalog::readings::{self, Kind, Reading, Side};
use serde::Serialize;

use crate::{Console, Failure, Outcome};

/// List what AWS leaves open, and how polsim reads it
///
/// Requests are decided by the default of each reading; a proof holds on every side of it, unless
/// `readings` of a scenario or `--readings` pins one.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only the reading of this name
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
}

#[derive(Serialize)]
struct Document {
    readings: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    kind: &'static str,
    entry: &'static str,
    about: &'static str,
    default: Word,
    alternatives: Vec<Word>,
    pages: &'static str,
    others: &'static str,
    sure: &'static str,
    settle: &'static str,
}

#[derive(Serialize)]
struct Word {
    word: &'static str,
    says: &'static str,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let all: Vec<&'static Reading> = match args.name.as_deref() {
        None => readings::all().collect(),
        Some(name) => vec![readings::find(name).ok_or_else(|| unknown(name))?],
    };
    match args.format {
        Format::Human => console.print(&human(&all))?,
        Format::Json => {
            console.print_json(&Document { readings: all.into_iter().map(row).collect() })?;
        }
    }
    Ok(Outcome::AsWanted)
}

fn unknown(name: &str) -> Failure {
    let names = readings::all().map(|it| it.name);
    let failure = Failure::message(format!("there is no reading `{name}`"));
    match polsim::text::nearest(name, names) {
        Some(near) => failure.with_help(format!("did you mean `{near}`?")),
        None => failure.with_help("`polsim readings` lists them"),
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Language => "language",
        Kind::Network => "network",
    }
}

fn row(reading: &'static Reading) -> Row {
    let word = |side: &Side| Word { word: side.word, says: side.says };
    Row {
        name: reading.name,
        kind: kind(reading.kind),
        entry: reading.entry,
        about: reading.about,
        default: word(&reading.default),
        alternatives: reading.alternatives.iter().map(word).collect(),
        pages: reading.pages,
        others: reading.others,
        sure: reading.sure.as_str(),
        settle: reading.settle,
    }
}

fn human(all: &[&Reading]) -> String {
    let mut out = String::new();
    for reading in all {
        let _ = writeln!(out, "{} ({}, {})", reading.name, reading.entry, reading.sure.as_str());
        let _ = writeln!(out, "  {}", reading.about);
        let _ = writeln!(out, "  default     {}: {}", reading.default.word, reading.default.says);
        for side in reading.alternatives {
            let _ = writeln!(out, "  alternative {}: {}", side.word, side.says);
        }
        let _ = writeln!(out, "  AWS's pages: {}", reading.pages);
        let _ = writeln!(out, "  others: {}", reading.others);
        let _ = writeln!(out, "  to be on every side: {}", reading.settle);
    }
    out
}
