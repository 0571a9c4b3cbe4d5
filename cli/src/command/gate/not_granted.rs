//! `polsim gate not-granted`: none of these actions is allowed.

use polsim::lower::AttachedPolicy;
use polsim::policy::{Policy, PolicyType};
use polsim::prove::{Comparison, DiffVerdict, Directions};
use polsim::text::Source;
use serde_json::{Value, json};

use super::{Answer, Format, Reason};
use crate::arguments::{Limits, policy_type, seconds};
use crate::files::{likely_type, read};
use crate::{Console, Failure, Outcome};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Policy documents; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,

    /// Actions, with wildcards or without
    #[arg(long, required = true, value_name = "ACTIONS", value_delimiter = ',')]
    actions: Vec<String>,

    /// Resources; every one without this flag
    #[arg(long, value_name = "RESOURCES", value_delimiter = ',')]
    resources: Vec<String>,

    /// What the policies are, where they do not tell: `identity`, `resource`, …
    #[arg(long = "type", value_name = "TYPE", value_parser = policy_type)]
    policy_type: Option<PolicyType>,

    /// How to print the answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Give a policy up after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = seconds)]
    timeout: f64,
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let mut reasons = Vec::new();
    for path in &args.files {
        let source = read(path)?;
        let kind = args.policy_type.unwrap_or_else(|| likely_type(&source));
        let policy = Policy::parse(&source, kind)?.policy;
        reasons.extend(granted(args, policy)?);
    }
    let passes = "the policies grant none of these actions";
    Answer::of(reasons, passes, "the policies grant some of these actions")
        .print(args.format, console)
}

/// What a policy grants of the actions: what it allows, and would not with a Deny of them.
fn granted(args: &Args, policy: Policy) -> Result<Option<Reason>, Failure> {
    let with_deny = denying(args, &policy)?;
    let (old, new) = ([AttachedPolicy::new(with_deny)], [AttachedPolicy::new(policy)]);
    let limits = Limits { timeout: args.timeout, memory: 400 };
    let diff = limits.run(|limits| Comparison::new(&old, &new).compare(Directions::New, limits, 1));
    let shown = diff.new_access.iter().flat_map(|it| &it.differences).next();
    Ok(match (diff.verdict(), shown) {
        (DiffVerdict::Equal | DiffVerdict::Vacuous, _) => None,
        (_, Some(difference)) => {
            let by = difference.new_side().explanation().by.clone();
            let [policy] = &new;
            let place = by.iter().find(|it| *it.policy == *policy.name);
            let at =
                |start: u32| policy.policy.statements.iter().position(|it| it.span.start == start);
            Some(Reason {
                description: difference.sentence().to_owned(),
                statement_index: place.and_then(|it| at(it.span.start)),
                statement_id: place
                    .map(|it| it.statement.to_string())
                    .filter(|it| !it.starts_with('[')),
            })
        }
        (_, None) => Some(Reason {
            description: format!(
                "`{}`: it is not decided whether it grants them",
                new.iter().map(|it| &*it.name).collect::<String>()
            ),
            statement_index: None,
            statement_id: None,
        }),
    })
}

/// The policy with a Deny of the actions on the resources.
fn denying(args: &Args, policy: &Policy) -> Result<Policy, Failure> {
    let kind = policy.policy_type;
    let mut deny = json!({"Effect": "Deny", "Action": args.actions});
    let resources = match &args.resources[..] {
        [] => json!("*"),
        some => json!(some),
    };
    if let Some(members) = deny.as_object_mut() {
        if kind != PolicyType::Trust {
            members.insert("Resource".to_owned(), resources);
        }
        if kind.has_principal() {
            members.insert("Principal".to_owned(), Value::from("*"));
        }
    }
    let document = json!({"Version": "2012-10-17", "Statement": [deny]}).to_string();
    let source = Source::new("--actions and --resources", document);
    let denial = Policy::parse(&source, kind)?.policy;
    let mut with = policy.clone();
    with.statements.extend(denial.statements);
    Ok(with)
}
