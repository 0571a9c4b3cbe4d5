//! `polsim import`: inputs written out as a scenario.

use polsim_inputs::{Options, import, read};

use crate::files::{self, inputs};
use crate::{Console, Failure, Outcome};

/// Write a plan, template or dump out as a scenario file, to go on by hand
///
/// The scenario has the policies with their attachments and the network, and gives the same verdicts.
/// Ids that do not exist yet are written as ids of the right shape, and listed. What is not known has no
/// place in a scenario: an input with such parts is refused, and `polsim perimeter` says what they are.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Plans, states, templates, dumps
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,

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

    /// Write to this file (standard output)
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let options = Options {
        account: args.account.as_deref().map(Box::from),
        region: args.region.as_deref().map(Box::from),
        own: args.own.clone(),
        foreign: args.foreign.clone(),
        ..Options::default()
    };
    let model = read(&inputs(&args.inputs)?, &options).map_err(files::not_read)?;
    let scenario = import(&model, &options).map_err(files::not_read)?;
    match &args.output {
        Some(path) => files::write(path, &format!("{scenario:#}\n"))?,
        None => console.print_json(&scenario)?,
    }
    Ok(Outcome::AsWanted)
}
