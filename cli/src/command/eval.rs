//! `polsim eval`: decide requests.
//!
//! One request from flags, explained; or with `--cases` as many as there are lines.

mod advice;
mod aws;
mod batch;
mod call;
mod cases;
mod checks;
mod json;
mod lines;
mod one;
mod origin;
mod several;

pub(crate) use call::{Args as CallArgs, run as run_call};

use std::num::NonZeroUsize;

use polsim::eval::Expectation;

use crate::arguments::{ReadingsFlag, readings};
use crate::{Console, Failure, Outcome};

/// Decide requests as AWS does, and say why
///
/// One request, given by flags, is decided and explained. With `--cases`, each line of a file is
/// a case (policies, one request and perhaps the decision it expects) and gives a result line.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    #[command(flatten)]
    policies: Policies,

    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    request: RequestArgs,

    #[command(flatten)]
    origin: OriginArgs,

    /// Status 1 unless this is the decision: `allowed`, `denied`, `explicitDeny`, `implicitDeny`, or
    /// `depends` on what is not known of the request
    #[arg(long, value_name = "DECISION", value_parser = expectation)]
    expect: Option<Expectation>,

    /// How to read what AWS leaves open: `default`, `NAME=SIDE,…` (see `polsim readings`), or `all`,
    /// with which a decision that rests on a reading is a finding
    #[arg(long, value_name = "READINGS", value_parser = readings)]
    readings: Option<ReadingsFlag>,

    /// Output format of the decision
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,

    /// Also tell what every other statement said
    #[arg(long)]
    explain_all: bool,

    /// Cases as JSON lines, a result line for each; `-` is standard input
    #[arg(long, value_name = "FILE", help_heading = "Many requests")]
    #[arg(conflicts_with_all = ["format", "explain_all", "expect", "readings"])]
    #[arg(conflicts_with_all = OF_ONE_REQUEST)]
    cases: Option<String>,

    /// How many cores `--cases` may use; all by default
    #[arg(long, value_name = "N", requires = "cases", help_heading = "Many requests")]
    jobs: Option<NonZeroUsize>,
}

/// The policies of a request, by what they are attached to.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policies (each may be given several times; `-` is standard input)")]
struct Policies {
    /// Identity-based policy of the requester
    #[arg(long, value_name = "FILE")]
    identity: Vec<String>,

    /// Policy of the resource: bucket, key, role trust and all others; `arn:…=FILE` says of which
    #[arg(long, value_name = "[ARN=]FILE")]
    resource_policy: Vec<String>,

    /// Policy of the VPC endpoint that the request crosses; `vpce-…=FILE` fills in aws:SourceVpce
    #[arg(long, value_name = "[VPCE=]FILE")]
    endpoint: Vec<String>,

    /// Permissions boundary of the requester
    #[arg(long, value_name = "FILE")]
    boundary: Vec<String>,

    /// Session policy
    #[arg(long, value_name = "FILE")]
    session: Vec<String>,

    /// Service control policy; `LEVEL=FILE` says where it hangs: 0 (the default) the root, 1 and on
    /// the organizational units, the account last. Every level must allow
    #[arg(long, value_name = "[LEVEL=]FILE")]
    scp: Vec<String>,

    /// Resource control policy, with levels as for `--scp`
    #[arg(long, value_name = "[LEVEL=]FILE")]
    rcp: Vec<String>,
}

/// Caller, action and resource of the request, with its context.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Request")]
struct Target {
    /// Who asks: an ARN, a service such as `sagemaker.amazonaws.com`, `federated:<provider>` or
    /// `anonymous`
    #[arg(long, value_name = "ARN", required_unless_present = "cases")]
    principal: Option<String>,

    /// Action, `service:Name`; given several times, all have to be allowed
    #[arg(long, value_name = "ACTION", required_unless_present = "cases")]
    action: Vec<String>,

    /// On what: an ARN, or `*` for actions that have no resource; given several times, all have to be
    /// allowed
    #[arg(long, value_name = "ARN", required_unless_present = "cases")]
    resource: Vec<String>,
}

/// The request.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Request")]
struct RequestArgs {
    /// A context key and its value; repeat a key for several values
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_value)]
    context: Vec<(String, String)>,

    /// The account that owns the resource, where neither its ARN nor the context tells
    #[arg(long, value_name = "ID")]
    resource_account: Option<String>,

    /// For a federated user: the ARN of the IAM user that made the session
    #[arg(long, value_name = "ARN")]
    issuer: Option<String>,

    /// The time of the call, such as `2026-01-02T03:04:05Z`
    #[arg(long, value_name = "TIME")]
    now: Option<String>,

    /// A service that forwards the call with its caller's credentials; repeatable, in order
    #[arg(long, value_name = "SERVICE")]
    via: Vec<String>,

    /// The ARN of a session's role, with its path
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,

    /// How the caller got its credentials: `longTerm`, `session` (of GetSessionToken), `mfa`,
    /// `console`, `assumeRoot`, `webIdentity`, `saml`, `instance`
    #[arg(long, value_name = "KIND")]
    credentials: Option<String>,

    /// A context key that the request does not have; repeatable
    #[arg(long, value_name = "KEY")]
    absent: Vec<String>,

    /// A context key that is not known, with a pattern for its value if there is one: `aws:userid`,
    /// `aws:PrincipalTag/`, `aws:SourceVpce=vpce-*`; repeatable
    #[arg(long, value_name = "KEY[=PATTERN]")]
    unknown: Vec<String>,

    /// The requester lives in the organization's management account
    #[arg(long)]
    management_account: bool,

    /// The region that is called, where neither context nor resource tells
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// The context is all there is: nothing is derived from principal and resource
    #[arg(long)]
    no_derive: bool,
}

/// The origin of the request.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Request")]
struct OriginArgs {
    /// The network that `--from` names an origin of; its keys fill the context in
    #[arg(long, value_name = "FILE", requires = "from")]
    network: Option<String>,

    /// Where the request comes from: a site, subnet or VPC of the network, `internet`, …
    #[arg(long, value_name = "ORIGIN", requires = "network", conflicts_with = "via")]
    from: Option<String>,

    /// The endpoint service that is called, where the action does not tell: `sagemaker.notebook`
    #[arg(long, value_name = "SERVICE", requires = "from")]
    service: Option<String>,
}

/// The flags that make up one request, which `--cases` takes the place of.
const OF_ONE_REQUEST: [&str; 23] = [
    "identity",
    "resource_policy",
    "endpoint",
    "boundary",
    "session",
    "scp",
    "rcp",
    "principal",
    "action",
    "resource",
    "context",
    "resource_account",
    "issuer",
    "now",
    "via",
    "role_arn",
    "credentials",
    "absent",
    "unknown",
    "management_account",
    "network",
    "region",
    "no_derive",
];

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
enum Format {
    /// For people: the decision, why, and what would have to be different
    #[default]
    Human,
    /// The whole explanation, with places
    Json,
    /// As `SimulateCustomPolicy` of AWS's API answers
    Aws,
}

const EXAMPLE: &str = "Example:
  polsim eval --identity data-scientist.json \\
    --principal arn:aws:sts::111122223333:assumed-role/DataScientist/alice \\
    --action sagemaker:CreatePresignedNotebookInstanceUrl \\
    --resource arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/alice \\
    --context aws:SourceVpce=vpce-0a1b2c3d4e5f60718

Exit status: 0, or 1 if the decision is not the one that `--expect` or the case expects, or depends on
what is not known, or 2 if the input is wrong or there is nothing to decide.";

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    match &args.cases {
        Some(path) => cases::run(path, args.jobs, console),
        None if several::is_several(args) => several::run(args, console),
        None => one::run(args, console),
    }
}

fn expectation(text: &str) -> Result<Expectation, String> {
    text.parse()
        .map_err(|_| "it is allowed, denied, explicitDeny, implicitDeny or depends".to_owned())
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a context key is written KEY=VALUE, such as aws:SourceIp=203.0.113.7".to_owned()),
    }
}
