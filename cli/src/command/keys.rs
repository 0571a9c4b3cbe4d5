//! `polsim keys`: the context keys that policies read.

use polsim::policy::{Policy, PolicyType};
use polsim::text::KeyName;
use serde::Serialize;

use crate::arguments::policy_type;
use crate::files::{self, likely_type};
use crate::{Console, Failure, Outcome};

/// List the context keys that policies read, in conditions and as policy variables
///
/// A request that leaves one of these keys out may be decided differently from one that has it.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Policy documents; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,

    /// What the policies are, where the document does not tell: `identity`, `scp`, `endpoint`, …
    #[arg(long = "type", value_name = "TYPE", value_parser = policy_type)]
    policy_type: Option<PolicyType>,

    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum Format {
    /// A key a line
    #[default]
    Human,
    /// Each key with the policies that read it
    Json,
    /// As `GetContextKeysForCustomPolicy` of AWS's API answers
    Aws,
}

/// A key and the policies that read it.
#[derive(Debug, Serialize)]
struct Key {
    key: KeyText,
    policies: Vec<Box<str>>,
}

/// A key name, written as its first spelling.
#[derive(Debug)]
struct KeyText(KeyName);

impl Serialize for KeyText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

#[derive(Debug, Serialize)]
struct Keys {
    keys: Vec<Key>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ContextKeyNames {
    context_key_names: Vec<KeyText>,
}

pub(crate) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    let keys = read_keys(args)?;
    match args.format {
        Format::Human => {
            for it in &keys {
                console.print(&format!("{}\n", it.key.0))?;
            }
            if keys.is_empty() {
                console.note("these policies read no context keys");
            }
        }
        Format::Json => console.print_json(&Keys { keys })?,
        Format::Aws => console.print_json(&ContextKeyNames {
            context_key_names: keys.into_iter().map(|it| it.key).collect(),
        })?,
    }
    Ok(Outcome::AsWanted)
}

/// The keys of all files, in the order in which they are met, each in its first spelling.
fn read_keys(args: &Args) -> Result<Vec<Key>, Failure> {
    let mut keys: Vec<Key> = Vec::new();
    let mut refused = Vec::new();
    for path in &args.files {
        let source = files::read(path)?;
        let policy_type = args.policy_type.unwrap_or_else(|| likely_type(&source));
        let policy = match Policy::parse(&source, policy_type) {
            Ok(parsed) => parsed.policy,
            Err(found) => {
                refused.extend(found);
                continue;
            }
        };
        for name in policy.context_keys() {
            match keys.iter_mut().find(|it| it.key.0 == *name) {
                Some(known) => known.policies.push(path.as_str().into()),
                None => keys
                    .push(Key { key: KeyText(name.clone()), policies: vec![path.as_str().into()] }),
            }
        }
    }
    if refused.is_empty() { Ok(keys) } else { Err(refused.into()) }
}
