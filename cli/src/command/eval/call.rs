//! `polsim call`: an API call, decided by all its authorization checks.

use polsim::call::{Asked, Caller, Calls, Parameters};
use polsim::case::{SessionRoles, endpoint_crossed};
use polsim::eval::Expectation;
use polsim::lower::Readings;
use polsim::request::{Request, RequestParts};

use super::checks::{self, Report};
use super::{Format, Policies, RequestArgs, expectation, one, several};
use crate::arguments::{ReadingsFlag, readings};
use crate::{Console, Failure, Outcome, files, render};

/// Decide an API call by all the checks that AWS makes
///
/// A call is several authorization checks: what it is about, roles that it passes, keys, tags,
/// sources of copies. The parameters give their resources and context keys; all have to be allowed.
/// Open parts are listed: those that the parameters do not show, and what AWS does later with a passed role.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct Args {
    /// The call as the SDK names it, with its IAM prefix: `sagemaker:CreateTrainingJob`
    #[arg(value_name = "SERVICE:API")]
    api: String,

    /// The parameters as the SDK takes them: a JSON object, a file with one, or `-` for standard
    /// input
    #[arg(long, value_name = "FILE|JSON", default_value = "{}", hide_default_value = true)]
    parameters: String,

    /// Caller: an ARN, a service such as `sagemaker.amazonaws.com`, or `anonymous`
    #[arg(long, value_name = "ARN", help_heading = "Request")]
    principal: String,

    #[command(flatten)]
    policies: Policies,

    #[command(flatten)]
    request: RequestArgs,

    /// Parts that the parameters do not show count: an allowed call with open parts depends on them
    #[arg(long)]
    strict: bool,

    /// Status 1 unless this is the decision: `allowed`, `denied`, `explicitDeny`, `implicitDeny`, or
    /// `depends` on what is not known
    #[arg(long, value_name = "DECISION", value_parser = expectation)]
    expect: Option<Expectation>,

    /// Readings of what AWS leaves open: `default`, or `NAME=SIDE,…` (see `polsim readings`)
    #[arg(long, value_name = "READINGS", value_parser = readings)]
    readings: Option<ReadingsFlag>,

    /// Output format of the decision
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,

    /// Also tell what every other statement said about the checks that are not allowed
    #[arg(long)]
    explain_all: bool,
}

const EXAMPLE: &str = "Example:
  polsim call sagemaker:CreateTrainingJob --parameters job.json --region eu-west-1 \\
    --identity data-scientist.json --resource-policy key.json \\
    --principal arn:aws:sts::111122223333:assumed-role/DataScientist/alice

Exit status: 0, or 1 if the decision is not the one that `--expect` names or depends on what is not
known, or 2 if the input is wrong.";

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = several::catalog()?;
    let calls = Calls::embedded();
    let failure = |error: &dyn std::error::Error| Failure::message(error.to_string());
    let call = calls.get(&args.api, Some(&catalog)).map_err(|error| failure(&error))?;
    let parameters = Parameters::read(&text(args)?).map_err(|error| failure(&error))?;
    let missing = parameters.check(&calls, &call).map_err(|error| failure(&error))?;
    let (policies, warnings) = one::load(&args.policies, None)?;
    console.warn(&warnings);
    let asked = one::Asked { principal: &args.principal, ..one::Asked::default() };
    let known_role = SessionRoles::of(&policies).of_session(asked.principal);
    let parts = RequestParts { known_role, ..one::parts(&args.request, asked) };
    let caller = caller(&parts)?;
    let given = &args.request.context;
    for warning in
        one::unread_keys(given, &policies).iter().chain(&one::unreadable(given, &policies))
    {
        console.note(render::message(warning).trim_end());
    }
    let region = parts.call.region;
    let account = caller.principal().account();
    let caller = Caller { partition: caller.principal().partition(), account, region };
    let derived = call.derive(&parameters, &caller, Some(&catalog));
    for name in missing {
        console.note(&format!(
            "warning: {} requires `{name}`: checks on what it names are on a pattern",
            call.api
        ));
    }
    let readings = args.readings.as_ref().map(|flag| flag.on(Readings::default()));
    let question = Asked::new(&policies, parts)
        .reading(readings.unwrap_or_default())
        .through(endpoint_crossed(&policies))
        .not_knowing(one::unknown(&args.request));
    let answer = question.decide(&derived).map_err(|error| one::wrong_flag(&error))?;
    let report = Report {
        api: Some(&call.api),
        principal: &args.principal,
        answer: &answer,
        derived: &derived,
        strict: args.strict,
        all: args.explain_all,
    };
    let open = args.readings.as_ref().is_some_and(ReadingsFlag::is_all);
    checks::tell(&report, args.format, args.expect, open, console)
}

/// The text of the parameters.
fn text(args: &Args) -> Result<String, Failure> {
    let given = args.parameters.trim_start();
    if given.starts_with(['{', '[', '"']) {
        return Ok(args.parameters.clone());
    }
    Ok(files::read(&args.parameters)?.text().to_owned())
}

/// A request of the caller, which tells partition and account.
fn caller(parts: &RequestParts<'_>) -> Result<Request, Failure> {
    let parts = RequestParts { action: "sts:GetCallerIdentity", resource: "*", ..parts.clone() };
    Request::as_sent(parts).map_err(|error| one::wrong_flag(&error))
}
