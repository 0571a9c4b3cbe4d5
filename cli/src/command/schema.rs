//! `polsim schema`: what the files that polsim reads may hold.

use polsim::network::Network;
use polsim::scenario::Scenario;

use crate::{Console, Failure, Outcome};

/// Print what a scenario or network file may hold
///
/// As JSON Schema it tells editors members and values while they are typed: name it in the first
/// line of a file, `# yaml-language-server: $schema=scenario.schema.json`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The kind of file
    #[arg(value_enum, value_name = "KIND")]
    kind: Kind,

    /// The output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// Places, endpoints and routes
    Network,
    /// Policies, a network, tests and properties
    Scenario,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Format {
    /// JSON Schema, draft 2020-12
    #[default]
    Json,
    /// Tables for people
    Markdown,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    match (args.kind, args.format) {
        (Kind::Network, Format::Json) => console.print_json(&Network::json_schema())?,
        (Kind::Scenario, Format::Json) => console.print_json(&Scenario::json_schema())?,
        (Kind::Network, Format::Markdown) => console.print(&Network::reference())?,
        (Kind::Scenario, Format::Markdown) => console.print(&Scenario::reference())?,
    }
    Ok(Outcome::AsWanted)
}
