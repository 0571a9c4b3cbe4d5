//! `polsim replay`: what new policies would have denied, by the records of CloudTrail.

mod checkpoint;
mod logs;
mod policies;
mod report;
mod work;

use std::fmt::Write as _;

use polsim::text::Pattern;
use polsim_replay::{Answer, Filters, GroupBy, Options, Replay};

use crate::files::read;
use crate::{Console, Failure, Outcome};
use work::{Found, Job};

/// Tell what new policies would have denied
///
/// Reads the records of CloudTrail (files of a trail, packed or not, JSON lines, EventBridge
/// envelopes, answers of LookupEvents; a folder stands for all files below it) and tells of each
/// request whether the policies would have denied it: *would be denied*, *would go on*, or
/// *cannot tell*, with the keys that would tell. The exit status is 1 if something would be denied or
/// cannot be told, and 2 if a file cannot be read or no record was replayed.
#[expect(clippy::struct_excessive_bools, reason = "flags")]
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Files and folders of records, `-` for standard input
    #[arg(value_name = "LOGS", required_unless_present = "list_assumptions")]
    logs: Vec<String>,

    #[command(flatten)]
    policies: policies::PolicyArgs,

    /// The management account: SCPs do not apply to it
    #[arg(long, value_name = "ID")]
    management_account: Option<String>,

    /// The accounts of the organization, with commas between them
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    accounts: Vec<String>,

    /// Facts as JSON: `organizationId`, `organizationAccounts`, `endpoints`, `trust`, …
    #[arg(long, value_name = "FILE")]
    options: Option<String>,

    #[command(flatten)]
    filters: FilterArgs,

    /// How to group: `principal`, `action`, `source`, with commas
    #[arg(long, value_name = "PARTS", default_value = "principal,action,source", value_parser = GroupBy::read)]
    group_by: GroupBy,

    /// How many groups to show of each kind: a number, or `all`
    #[arg(long, value_name = "N", default_value = "20", value_parser = top)]
    top: usize,

    /// How many records to name of each group
    #[arg(long, value_name = "N", default_value_t = 1)]
    examples: usize,

    /// Write the examples that would be denied as cases for `polsim eval --cases`
    #[arg(long, value_name = "FILE")]
    cases: Option<String>,

    /// Write the records that would be denied, or of which it cannot be told, as JSON lines
    #[arg(long, num_args = 2, value_names = ["denied|unknown|both", "FILE"])]
    records: Vec<String>,

    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Print what each record is read as, a JSON line each
    #[arg(long)]
    observe: bool,

    /// Tell this key too with `--observe`
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,

    /// Assume nothing that a record does not say
    #[arg(long)]
    strict: bool,

    /// Do not assume this
    #[arg(long, value_name = "NAME")]
    no_assume: Vec<String>,

    /// List the assumptions
    #[arg(long)]
    list_assumptions: bool,

    /// Take *cannot tell* as fine
    #[arg(long)]
    allow_unknown: bool,

    /// Take files that cannot be read as fine
    #[arg(long)]
    skip_broken: bool,

    /// The number of threads; that of the cores by default
    #[arg(long, value_name = "N", value_parser = crate::arguments::at_least_one)]
    threads: Option<usize>,

    /// Keep what is done in this file, and go on from there if it is there
    #[arg(long, value_name = "FILE", conflicts_with_all = ["observe", "records"])]
    checkpoint: Option<String>,

    /// The seconds between two writings of the checkpoint
    #[arg(long, value_name = "SECONDS", default_value_t = 30, hide = true)]
    checkpoint_every: u64,
}

/// The records that count.
#[derive(Debug, clap::Args)]
struct FilterArgs {
    /// Only records from this time on: `2026-01-01`, or longer
    #[arg(long, value_name = "TIME")]
    since: Option<String>,

    /// Only records before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,

    /// Only callers of this account
    #[arg(long, value_name = "ID")]
    account: Vec<String>,

    /// Only calls to this region
    #[arg(long, value_name = "REGION")]
    region: Vec<String>,

    /// Only events of this name
    #[arg(long, value_name = "NAME")]
    event: Vec<String>,

    /// Only principals that match this pattern; a role without its session
    #[arg(long, value_name = "PATTERN")]
    principal: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// One JSON object
    Json,
    /// The groups, a JSON object a line
    Jsonl,
    /// The groups, a row each
    Csv,
}

fn top(text: &str) -> Result<usize, String> {
    if text == "all" {
        return Ok(usize::MAX);
    }
    text.parse().map_err(|_| "expected a number or `all`".to_owned())
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    if args.list_assumptions {
        let mut text = String::new();
        for (name, says) in Options::ASSUMPTIONS {
            let _ = writeln!(text, "{name:20} {says}");
        }
        console.print(&text)?;
        return Ok(Outcome::AsWanted);
    }
    let questions = policies::questions(&args.policies, console)?;
    if questions.is_empty() && !args.observe {
        return Err(Failure::message("no policy is in question").with_help(
            "name one with `--scp FILE`, `--rcp FILE`, `--endpoint FILE`, …, or say `--observe`",
        ));
    }
    let replaced = policies::replaced(&args.policies, console)?;
    let replay = Replay::new(options(args)?, questions)
        .and_then(|it| it.instead_of(replaced))
        .map_err(Failure::message)?
        .with_filters(filters(&args.filters));
    let files = logs::find(&args.logs)?;
    let job = Job {
        replay: &replay,
        files: &files,
        by: args.group_by,
        examples: args.examples,
        cases: args.cases.is_some(),
        threads: args.threads,
    };
    if args.observe {
        return observe(&job, args, console);
    }
    let found = match (&args.checkpoint, records_wanted(args)?) {
        (Some(path), _) => checkpoint::run(&job, path, args.checkpoint_every, &settings(args))?,
        (None, Some((which, path))) => work::with_records(&job, which, path)?,
        (None, None) => work::all(&job),
    };
    finish(args, &replay, found, console)
}

/// Prints what was found, and tells the exit status.
fn finish(
    args: &Args,
    replay: &Replay,
    mut found: Found,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    found.tally.finish(args.examples);
    for message in &found.broken {
        console.note(&format!("warning: {message}"));
    }
    if let Some(path) = &args.cases {
        let mut text = String::new();
        for (_, group) in found.tally.sorted() {
            for case in group.examples.iter().filter_map(|it| it.case.as_ref()) {
                let _ = writeln!(text, "{case}");
            }
        }
        crate::files::write(path, &text)?;
    }
    let shown = report::Shown { replay, found: &found, top: args.top };
    match args.format {
        Format::Human => console.print(&shown.human())?,
        Format::Json => console.print_json(&shown.json())?,
        Format::Jsonl => console.print(&shown.lines_of_json())?,
        Format::Csv => console.print(&shown.table())?,
    }
    let replayed = found.tally.of_class(polsim_replay::Class::Replayed);
    if replayed == 0 || (!found.broken.is_empty() && !args.skip_broken) {
        if replayed == 0 {
            console.note("warning: no record was replayed");
        }
        return Ok(Outcome::NoAnswer);
    }
    let unknown = found.tally.answered(Answer::Unknown) > 0 && !args.allow_unknown;
    let is_found = found.tally.answered(Answer::Denied) > 0 || unknown;
    Ok(if is_found { Outcome::Finding } else { Outcome::AsWanted })
}

fn observe(job: &Job<'_>, args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let mut broken = Vec::new();
    work::in_order(job, |text| console.print(text).map_err(Failure::from), &mut broken)?;
    for message in &broken {
        console.note(&format!("warning: {message}"));
    }
    let is_whole = broken.is_empty() || args.skip_broken;
    Ok(if is_whole { Outcome::AsWanted } else { Outcome::NoAnswer })
}

/// The facts of the flags and of `--options`.
fn options(args: &Args) -> Result<Options, Failure> {
    let mut options = match &args.options {
        Some(path) => {
            let source = read(path)?;
            Options::read(source.text())
                .map_err(|why| Failure::message(format!("`{path}` holds no options: {why}")))?
        }
        None => Options::default(),
    };
    if args.management_account.is_some() {
        options.management_account.clone_from(&args.management_account);
    }
    if !args.accounts.is_empty() {
        options.organization_accounts = Some(args.accounts.iter().cloned().collect());
    }
    options.strict |= args.strict;
    options.keys.extend(args.keys.iter().cloned());
    for name in &args.no_assume {
        if !Options::ASSUMPTIONS.iter().any(|(known, _)| known == name) {
            return Err(Failure::message(format!("there is no assumption `{name}`"))
                .with_help("`polsim replay --list-assumptions` lists them"));
        }
        options.no_assume.push(name.clone());
    }
    Ok(options)
}

fn filters(args: &FilterArgs) -> Filters {
    Filters {
        since: args.since.clone(),
        until: args.until.clone(),
        accounts: args.account.clone(),
        regions: args.region.clone(),
        events: args.event.clone(),
        principals: args.principal.iter().map(|it| Pattern::wildcard(it)).collect(),
    }
}

/// The records that are written, and where.
fn records_wanted(args: &Args) -> Result<Option<(work::Which, &str)>, Failure> {
    let [which, path] = &args.records[..] else { return Ok(None) };
    let which = match which.as_str() {
        "denied" => work::Which { denied: true, unknown: false },
        "unknown" => work::Which { denied: false, unknown: true },
        "both" => work::Which { denied: true, unknown: true },
        other => {
            let text = format!("`--records {other}` is none of `denied`, `unknown`, `both`");
            return Err(Failure::message(text));
        }
    };
    Ok(Some((which, path)))
}

/// The settings that a checkpoint belongs to, as text.
fn settings(args: &Args) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {} {} {:?} {}",
        args.policies.texts(),
        args.management_account,
        args.accounts,
        args.options
            .as_deref()
            .map(|it| read(it).map(|it| it.text().to_owned()).unwrap_or_default()),
        args.filters,
        args.group_by,
        args.examples,
        args.strict,
        args.no_assume,
        args.cases.is_some(),
    )
}
