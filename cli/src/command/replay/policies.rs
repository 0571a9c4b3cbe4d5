//! The policies in question.

use polsim::policy::{Policy, PolicyType};
use polsim::text::Diagnostic;
use polsim_replay::Question;

use crate::files::read;
use crate::{Console, Failure};

/// The policies in question, each with what it is attached to.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct PolicyArgs {
    /// A new service control policy, perhaps for one account
    #[arg(long, value_name = "[ACCOUNT=]FILE")]
    scp: Vec<String>,

    /// A new resource control policy, perhaps for one account
    #[arg(long, value_name = "[ACCOUNT=]FILE")]
    rcp: Vec<String>,

    /// A new policy of a VPC endpoint, or of all
    #[arg(long, value_name = "[VPCE=]FILE")]
    endpoint: Vec<String>,

    /// A new policy of a bucket, key, queue, …
    #[arg(long, value_name = "ARN=FILE")]
    resource_policy: Vec<String>,

    /// A new permissions boundary of a user or role
    #[arg(long, value_name = "PRINCIPAL=FILE")]
    boundary: Vec<String>,

    /// A new session policy of a principal
    #[arg(long, value_name = "PRINCIPAL=FILE")]
    session: Vec<String>,

    /// The policies that the new ones replace, of the type of the first: what these deny anyway
    /// is no change
    #[arg(long, value_name = "FILE")]
    instead_of: Vec<String>,

    /// A new identity policy of a user or role
    #[arg(long, value_name = "PRINCIPAL=FILE")]
    identity: Vec<String>,
}

impl PolicyArgs {
    fn all(&self) -> Vec<(PolicyType, &str)> {
        let lists: [(PolicyType, &[String]); 7] = [
            (PolicyType::Scp, &self.scp),
            (PolicyType::Rcp, &self.rcp),
            (PolicyType::Endpoint, &self.endpoint),
            (PolicyType::Resource, &self.resource_policy),
            (PolicyType::Boundary, &self.boundary),
            (PolicyType::Session, &self.session),
            (PolicyType::Identity, &self.identity),
        ];
        let all = lists.into_iter();
        all.flat_map(|(policy_type, list)| list.iter().map(move |it| (policy_type, it.as_str())))
            .collect()
    }

    /// The flags with the texts of their files.
    pub(super) fn texts(&self) -> Vec<(PolicyType, String, String)> {
        let text = |path: &str| read(path).map(|it| it.text().to_owned()).unwrap_or_default();
        let all = self.all().into_iter();
        let old = self.instead_of.iter().map(|it| (PolicyType::Scp, it.as_str()));
        all.chain(old)
            .map(|(policy_type, flag)| (policy_type, flag.to_owned(), text(split(flag).1)))
            .collect()
    }
}

/// The target and the file of a flag. A file name with an equals sign is written `./a=b.json`.
fn split(flag: &str) -> (Option<&str>, &str) {
    match flag.split_once('=') {
        Some((target, file)) if !target.starts_with(['.', '/']) => (Some(target), file),
        _ => (None, flag),
    }
}

/// The questions of the flags; what AWS would refuse is refused.
pub(super) fn questions(
    args: &PolicyArgs,
    console: &mut Console,
) -> Result<Vec<Question>, Failure> {
    of_flags(&args.all(), console)
}

/// The policies that those in question replace, attached where the first of them is.
pub(super) fn replaced(args: &PolicyArgs, console: &mut Console) -> Result<Vec<Question>, Failure> {
    let Some((policy_type, flag)) = args.all().first().copied() else { return Ok(Vec::new()) };
    let target = split(flag).0;
    let with_target = |file: &String| match target {
        Some(target) => format!("{target}={file}"),
        None => file.clone(),
    };
    let flags: Vec<String> = args.instead_of.iter().map(with_target).collect();
    let flags: Vec<(PolicyType, &str)> =
        flags.iter().map(|it| (policy_type, it.as_str())).collect();
    of_flags(&flags, console)
}

fn of_flags(flags: &[(PolicyType, &str)], console: &mut Console) -> Result<Vec<Question>, Failure> {
    let mut questions = Vec::new();
    let mut refused: Vec<Diagnostic> = Vec::new();
    for (policy_type, flag) in flags.iter().copied() {
        let (target, file) = split(flag);
        check_target(policy_type, target, flag)?;
        let source = read(file)?;
        let policy_type = match (policy_type, target) {
            (PolicyType::Resource, Some(arn)) if arn.contains(":kms:") => PolicyType::Key,
            (PolicyType::Resource, Some(arn)) if arn.contains(":role/") => PolicyType::Trust,
            (other, _) => other,
        };
        match Policy::parse(&source, policy_type) {
            Ok(parsed) => {
                console.warn(&parsed.warnings);
                questions.push(Question::new(parsed.policy, target));
            }
            Err(found) => refused.extend(found),
        }
    }
    if refused.is_empty() { Ok(questions) } else { Err(refused.into()) }
}

fn check_target(policy_type: PolicyType, target: Option<&str>, flag: &str) -> Result<(), Failure> {
    let is_account = |it: &str| it.len() == 12 && it.bytes().all(|byte| byte.is_ascii_digit());
    match (policy_type, target) {
        (PolicyType::Scp | PolicyType::Rcp, Some(target)) if !is_account(target) => {
            Err(Failure::message(format!("`{target}` is no account: {flag}")).with_help(
                "without an organization a policy is attached to one account (`ID=FILE`) or to all",
            ))
        }
        (PolicyType::Scp | PolicyType::Rcp | PolicyType::Endpoint, _) | (_, Some(_)) => Ok(()),
        (_, None) => Err(Failure::message(format!("`{flag}` does not say whose policy it is"))
            .with_help("write `ARN=FILE`")),
    }
}
