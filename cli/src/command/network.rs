//! `polsim network`: the origins and paths of a topology and the context each gives.

use std::fmt::Write as _;

use annotate_snippets::normalize_untrusted_str as clean;
use polsim::catalog::EndpointService;
use polsim::catalog::network_keys::ServiceKey;
use polsim::network::uncertain::{Uncertainty, VIA_ABSENT};
use polsim::network::{
    Arrival, Network, Outcome as PathOutcome, Part, Path, Slot, TableRow, UnknownOrigin, Ways,
};
use polsim::request::Action;
use polsim::text::nearest;
use serde::Serialize;

use crate::{Console, Failure, Outcome, files, render};

/// Show the origins and paths of a network and what requests from each carry
///
/// For each origin: the services of the network, how requests get there, and the context keys they
/// arrive with. `*` stands for all services that the network has no endpoint for.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The topology file (YAML or JSON); `-` is standard input
    #[arg(value_name = "FILE")]
    file: String,

    /// Only this origin; repeatable
    #[arg(long, value_name = "NAME", conflicts_with = "explain")]
    origin: Vec<String>,

    /// The region that is called; the network's own if it is not given
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// The steps of each way from an origin to a service (or to where an action goes), the context at
    /// its end, and why other ways are closed
    #[arg(long, num_args = 2, value_names = ["ORIGIN", "SERVICE"])]
    explain: Option<Vec<String>>,

    /// Draw the topology into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<String>,

    /// The colours of the picture
    #[arg(long, value_enum, default_value_t, requires = "svg")]
    theme: render::Theme,

    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Table,
    /// One JSON object
    Json,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let source = files::read(&args.file)?;
    let network = Network::parse(&source)?;
    let region = args.region.as_deref().unwrap_or(&network.region);
    if let Some(path) = &args.svg {
        let picture = render::topology(&network, args.theme);
        if path == "-" {
            console.print(&picture)?;
        } else {
            files::write(path, &picture)?;
            console.note(&format!("drawn into {path}"));
        }
        return Ok(Outcome::AsWanted);
    }
    if let Some([origin, service]) = args.explain.as_deref() {
        explain(&network, origin, service, region, args.format, console)?;
        return Ok(Outcome::AsWanted);
    }
    let names: Vec<&str> = if args.origin.is_empty() {
        network.origin_names()
    } else {
        args.origin.iter().map(String::as_str).collect()
    };
    let mut origins = Vec::new();
    for name in names {
        let rows = network.table_of(name, region).map_err(|it| unknown(&it))?;
        origins.push(Origin { origin: name, rows });
    }
    match args.format {
        Format::Table => console.print(&table(&network, region, &origins))?,
        Format::Json => console.print_json(&Document { region, origins })?,
    }
    Ok(Outcome::AsWanted)
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    region: &'a str,
    origins: Vec<Origin<'a>>,
}

#[derive(Debug, Serialize)]
struct Origin<'a> {
    origin: &'a str,
    rows: Vec<TableRow>,
}

fn unknown(origin: &UnknownOrigin) -> Failure {
    Failure::message(format!("the network has no origin `{}`", origin.name))
        .with_help(origin.help.clone())
}

/// The width of the column of paths.
const PATH_WIDTH: usize = 24;
/// The width of the column of services.
const SERVICES_WIDTH: usize = 38;

fn table(network: &Network, region: &str, origins: &[Origin<'_>]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "calls to {}", clean(region));
    for it in origins {
        let _ = writeln!(out, "\n{}", render::heading(&clean(it.origin)));
        for row in &it.rows {
            let services = wrapped(&row.services, SERVICES_WIDTH);
            let path = format!("{:PATH_WIDTH$}", clean(&row.path));
            let keys = keys(network, row);
            for (index, line) in services.iter().enumerate() {
                let (path, keys) = if index == 0 { (&*path, &*keys) } else { ("", "") };
                let line = format!("  {line:SERVICES_WIDTH$}  {path}  {keys}");
                let _ = writeln!(out, "{}", line.trim_end());
            }
            if row.by_choice {
                let _ = writeln!(out, "  {:SERVICES_WIDTH$}  by choice", "");
            }
            if let Some(fact) = row.only_if {
                let _ = writeln!(out, "  {:SERVICES_WIDTH$}  only if {fact}", "");
            }
        }
    }
    if network.endpoints().next().is_some() {
        out.push_str("\nWhat requests through the endpoints carry besides\n");
        out.push_str(&endpoints(network));
    }
    let facts = facts(origins);
    if !facts.is_empty() {
        out.push_str("\nWhat AWS does not document, or documents in two ways\n");
        for fact in facts {
            let _ = writeln!(out, "  {}: {} ({})", fact.name, fact.statement, fact.source);
        }
    }
    out
}

/// The facts that rows depend on.
fn facts(origins: &[Origin<'_>]) -> Vec<&'static Uncertainty> {
    let named = |fact: &&&'static Uncertainty| {
        origins.iter().flat_map(|it| &it.rows).any(|row| row.only_if == Some(fact.name))
    };
    polsim::network::uncertain::ALL.iter().filter(named).copied().collect()
}

/// The keys that are there, without the prefix that they all have. What an endpoint of the file
/// always gives stands below the table.
fn keys(network: &Network, row: &TableRow) -> String {
    let Some(keys) = &row.keys else { return String::new() };
    let known = network.endpoint(&keys.source_vpce).is_some();
    let shown = [
        ("SourceIp", &keys.source_ip, true),
        ("SourceVpce", &keys.source_vpce, !known),
        ("SourceVpc", &keys.source_vpc, !known),
        ("VpcSourceIp", &keys.vpc_source_ip, true),
        ("VpceAccount", &keys.vpce_account, !known),
        ("VpceOrgID", &keys.vpce_org_id, !known),
        ("ViaAWSService", &keys.via, true),
        ("PrincipalIsAWSService", &keys.is_service, true),
    ];
    let there =
        shown.iter().filter(|(_, value, shown)| *shown && !matches!(value.as_str(), "-" | "false"));
    let there: Vec<String> = there.map(|(key, value, _)| format!("{key} {value}")).collect();
    if there.is_empty() { "no network keys".to_owned() } else { there.join("; ") }
}

/// The context keys of every request through an endpoint.
fn endpoints(network: &Network) -> String {
    let mut out = String::new();
    for (vpc, endpoint) in network.endpoints() {
        let mut line = format!(
            "  {:20}  SourceVpce {}; SourceVpc {}",
            endpoint.display(),
            endpoint.id,
            vpc.id
        );
        let prefixes = endpoint.service.actions.iter().filter_map(|it| it.split(':').next());
        let fills_in = |key: ServiceKey| {
            prefixes.clone().any(|own| key.services().any(|service| service == own))
        };
        if let Some(account) = vpc.account.as_deref() {
            if fills_in(ServiceKey::VpceAccount) {
                let _ = write!(line, "; VpceAccount {account}");
            }
            if fills_in(ServiceKey::VpceOrgId)
                && let Some(organization) = &network.organization
                && network.is_member(account)
            {
                let _ = write!(line, "; VpceOrgID {}", organization.id);
            }
        }
        let _ = writeln!(out, "{}", clean(&line));
    }
    out
}

/// Words in lines of a width.
fn wrapped(words: &[Box<str>], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len().saturating_add(word.len()).saturating_add(2) <= width => {
                let _ = write!(line, ", {word}");
            }
            _ => lines.push(word.to_string()),
        }
    }
    lines
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Way<'a> {
    outcome: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    by_choice: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_if: Option<&'a str>,
    steps: &'a [polsim::network::Step],
    context: Vec<Key>,
    #[serde(skip_serializing_if = "Option::is_none")]
    endpoint_policy: Option<String>,
}

#[derive(Debug, Serialize)]
struct Key {
    key: String,
    value: String,
}

/// The steps from an origin to a service, and the context at the end.
fn explain(
    network: &Network,
    origin: &str,
    service: &str,
    region: &str,
    format: Format,
    console: &mut Console,
) -> Result<(), Failure> {
    let (service, action) = target(network, service, region)?;
    let mut arrivals = network.arrivals(origin, service, region).map_err(|it| unknown(&it))?;
    let plain = arrivals.len();
    let every = network.arrivals_by(origin, service, region, Ways::Every);
    for other in every.map_err(|it| unknown(&it))? {
        let same = |it: &Arrival| {
            (&it.path.outcome, it.path.uncertain) == (&other.path.outcome, other.path.uncertain)
        };
        if other.context.is_some() && !arrivals.iter().any(same) {
            arrivals.push(other);
        }
    }
    let by_choice: Vec<bool> = (0..arrivals.len()).map(|number| plain <= number).collect();
    let mut arrivals: Vec<(Arrival, bool)> = arrivals.into_iter().zip(by_choice).collect();
    // Each direct call has a twin without the forwarding flag: it is printed as `or -`, not as a
    // path.
    let twin = |it: &Arrival| it.path.uncertain == Some(&VIA_ABSENT);
    let either = arrivals.iter().any(|(it, _)| twin(it));
    arrivals.retain(|(it, _)| !twin(it));
    let ways: Vec<Way<'_>> = arrivals
        .iter()
        .map(|(arrival, by_choice)| Way {
            by_choice: *by_choice,
            outcome: network.outcome_words(&arrival.path.outcome),
            only_if: arrival.path.uncertain.map(|fact| fact.name),
            steps: &arrival.path.steps,
            context: context(arrival, &action, either),
            endpoint_policy: policy(network, arrival),
        })
        .collect();
    if matches!(format, Format::Json) {
        return Ok(console.print_json(&ways)?);
    }
    let mut out = String::new();
    let closed = network.closed_ways(origin, service, region).map_err(|it| unknown(&it))?;
    for (way, (arrival, _)) in ways.iter().zip(&arrivals) {
        let name = service.name;
        let title =
            format!("{} to {name} in {}: {}", clean(origin), clean(region), clean(&way.outcome));
        let _ = writeln!(out, "{}", render::heading(&title));
        if way.by_choice {
            out.push_str("  not the plain client's way, but open to whoever chooses it\n");
        }
        if let Some(fact) = arrival.path.uncertain {
            let _ = writeln!(out, "  only if {} ({}, {})", fact.statement, fact.name, fact.source);
        }
        for step in way.steps {
            let _ = writeln!(out, "  {:15} {}", step.part.as_str(), clean(&step.text));
        }
        if !way.context.is_empty() {
            out.push_str("  the context\n");
        }
        for Key { key, value } in &way.context {
            let _ = writeln!(out, "    {key:28} {}", clean(value));
        }
        if let Some(policy) = &way.endpoint_policy {
            let _ = writeln!(
                out,
                "  the policy of the endpoint `{}` is part of the decision",
                clean(policy)
            );
        }
        out.push('\n');
    }
    out.push_str(&closed_ways(&closed, &arrivals));
    Ok(console.print(out.trim_end_matches('\n')).and_then(|()| console.print("\n"))?)
}

/// The ways that are closed, each with the decision that closes it.
fn closed_ways(closed: &[Path], shown: &[(Arrival, bool)]) -> String {
    let told = |path: &&Path| shown.iter().any(|(it, _)| it.path.steps.last() == path.steps.last());
    let closed: Vec<&Path> = closed.iter().filter(|path| !told(path)).collect();
    if closed.is_empty() {
        return String::new();
    }
    let mut out = format!("{}\n", render::heading("closed ways"));
    for path in closed {
        let Some(end) = path.steps.last() else { continue };
        let tried = path.steps.iter().rfind(|step| step.part == Part::Dns);
        let tried = tried.map(|step| format!("{}: ", step.text)).unwrap_or_default();
        let _ = writeln!(out, "  {:15} {}{}", end.part.as_str(), clean(&tried), clean(&end.text));
    }
    out
}

/// The service called `name`, or the one that an action goes to, with an action for it.
fn target(
    network: &Network,
    name: &str,
    region: &str,
) -> Result<(&'static EndpointService, Action), Failure> {
    if let Ok(action) = name.parse::<Action>() {
        let service = EndpointService::of_action(&action).or_else(|| network.unlisted_service());
        if let Some(service) = service {
            return Ok((service, action));
        }
    }
    let found = EndpointService::find(name, region).and_then(|service| {
        let pattern = service.actions.first()?.replace('*', "Any");
        Some((service, pattern.parse::<Action>().ok()?))
    });
    found.ok_or_else(|| {
        let failure =
            Failure::message(format!("no service of region `{region}` is called `{name}`"));
        let names = EndpointService::all().iter().map(|service| service.name);
        match nearest(name, names) {
            Some(near) => failure.with_help(format!("did you mean `{near}`?")),
            None => failure.with_help("name a service, such as sagemaker.api, or an action"),
        }
    })
}

/// The keys at the end of a path; `-` is a key that is surely not there, `either` says that the
/// flag of forwarded calls may be left out.
fn context(arrival: &Arrival, action: &Action, either: bool) -> Vec<Key> {
    let Some(set) = &arrival.context else { return Vec::new() };
    let own = set.keys.iter().map(|(key, slot)| (*key, slot));
    let more = set
        .service_keys
        .iter()
        .filter_map(|(key, _)| Some((key.name(), set.slot_for(*key, action)?)));
    let all = own.chain(more);
    let called = |key: &str| key.starts_with("aws:CalledVia");
    all.filter(|(key, slot)| **slot != Slot::Absent || !called(key))
        .map(|(key, slot)| {
            let open = either && key == "aws:ViaAWSService" && *slot == Slot::Flag(false);
            let value = if open { format!("{slot} or -") } else { slot.to_string() };
            Key { key: key.to_owned(), value }
        })
        .collect()
}

/// The endpoint whose policy is asked, if the file gives it one.
fn policy(network: &Network, arrival: &Arrival) -> Option<String> {
    match &arrival.path.outcome {
        PathOutcome::Gateway { endpoint, .. } | PathOutcome::Interface { endpoint, .. } => {
            network.endpoint(endpoint).map(|(_, it)| it.display().to_owned())
        }
        _ => None,
    }
}
