//! `polsim perimeter`: what inputs let through, without a line of configuration.

use std::path::Path;

use polsim_inputs::{Options, Pack, ask};

use crate::arguments::{Limits, seconds};
use crate::files::{self, inputs, source_files};
use crate::report::{self, Format, Perimeters, Report};
use crate::{Console, Failure, Outcome};

/// Tell what a Terraform plan lets through: each bucket, key, endpoint and role proved or shown open
///
/// Reads what people already have: `terraform show -json` of a plan or a state. Ids that do not exist
/// yet are told apart by name, policies that are computed later are holes, and nothing that is not
/// known passes: it is `depends`, with what settles it. The exit status is 1 if a question is
/// violated, depends or unknown, and 2 if there is no policy to ask about.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Plans, states, folders of them, or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,

    /// Questions to ask: entry, network, identities, resources, public, notebook, vpc-config, alive,
    /// guard (all but vpc-config and guard)
    #[arg(long, value_name = "PACK", value_delimiter = ',', value_parser = pack)]
    pack: Vec<Pack>,

    /// The account, where the inputs do not tell it
    #[arg(long, value_name = "ID")]
    account: Option<String>,

    /// The region, where the inputs do not tell it
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// An endpoint or VPC that policies name and no input has is ours
    #[arg(long, value_name = "ID")]
    own: Vec<String>,

    /// An endpoint or VPC that policies name and no input has is a stranger's
    #[arg(long, value_name = "ID")]
    foreign: Vec<String>,

    /// An account that is ours, too
    #[arg(long, value_name = "ID")]
    own_account: Vec<String>,

    /// Public addresses of the company, which are on the network
    #[arg(long, value_name = "CIDR")]
    office: Vec<String>,

    /// A principal that may: the questions leave it out
    #[arg(long, value_name = "ARN")]
    exempt: Vec<String>,

    /// Only things whose address or ARN is like this
    #[arg(long, value_name = "PATTERN")]
    only: Vec<String>,

    /// The value of a parameter of templates
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    parameter: Vec<(String, String)>,

    /// Properties of your own, as a scenario lists them (YAML or JSON), asked besides; `--pack own`
    /// asks these alone
    #[arg(long, value_name = "FILE")]
    property: Option<String>,

    /// The folder of the `.tf` files of a plan (its own, where it has some)
    #[arg(long, value_name = "DIR", conflicts_with = "no_source")]
    source: Option<String>,

    /// Read no `.tf` files
    #[arg(long)]
    no_source: bool,

    /// Show this many findings in full
    #[arg(long, value_name = "N", default_value_t = 10)]
    max: usize,

    /// What depends on unknowns passes, with a warning
    #[arg(long)]
    allow_unknown: bool,

    /// Write the requests that were found to this file, as cases for `polsim eval --cases`
    #[arg(long, value_name = "FILE")]
    examples: Option<String>,

    /// How to print the answers
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Give a question up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    timeout: f64,

    /// Give a question up when its search takes so many megabytes
    #[arg(long, value_name = "MB", default_value_t = 400)]
    memory: usize,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let files = inputs(&args.inputs)?;
    let options = options(args)?;
    let limits = Limits { timeout: args.timeout, memory: args.memory };
    let perimeter = ask(&files, &options, &|search| limits.run(search)).map_err(files::not_read)?;
    if let Some(file) = &args.examples {
        let cases = perimeter.answers.iter().filter_map(|it| it.example.as_ref());
        let lines: Vec<&str> = cases.flat_map(|it| [it.case.as_str(), "\n"]).collect();
        let lines = lines.concat();
        files::write(file, &lines)?;
    }
    let results = Perimeters { perimeter, max: args.max, allow_unknown: args.allow_unknown };
    let report = Report::Perimeters(Box::new(results));
    report::print(&report, args.format, console)?;
    Ok(report.outcome())
}

fn options(args: &Args) -> Result<Options, Failure> {
    let sources = match (&args.source, args.no_source) {
        (_, true) => None,
        (Some(folder), _) => source_files(Path::new(folder))?,
        (None, false) => {
            let first = args.inputs.first().map_or("-", String::as_str);
            let path = Path::new(first);
            let beside = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new("")) };
            if has_sources(beside) { source_files(beside)? } else { None }
        }
    };
    let boxed = |text: &Option<String>| text.as_deref().map(Box::from);
    Ok(Options {
        account: boxed(&args.account),
        region: boxed(&args.region),
        packs: args.pack.clone(),
        own: args.own.clone(),
        foreign: args.foreign.clone(),
        own_accounts: args.own_account.clone(),
        offices: args.office.clone(),
        exempt: args.exempt.clone(),
        only: args.only.clone(),
        parameters: args.parameter.clone(),
        properties: properties(args.property.as_deref())?,
        sources,
    })
}

/// The properties of a file: a list, or the member `properties` of an object.
fn properties(path: Option<&str>) -> Result<Vec<serde_json::Value>, Failure> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let source = files::read(path)?;
    let found = polsim_inputs::properties(&source)?;
    if found.is_empty() {
        return Err(Failure::message(format!("`{path}` lists no properties"))
            .with_help("write a list of properties, as `properties` of a scenario"));
    }
    Ok(found)
}

/// True if a folder itself has `.tf` files.
fn has_sources(folder: &Path) -> bool {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|it| it.path().extension().is_some_and(|it| it == "tf" || it == "tofu"))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn pack(text: &str) -> Result<Pack, String> {
    text.parse()
}
