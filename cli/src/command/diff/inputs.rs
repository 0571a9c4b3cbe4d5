//! The policies that are compared: two documents, or the sets of two scenarios.

use std::sync::Arc;

use polsim::lower::AttachedPolicy;
use polsim::network::{Assumption, Network};
use polsim::policy::{Policy, PolicyType};
use polsim::scenario::ScenarioSets;
use polsim::text::{Diagnostic, Source, nearest};

use super::Args;
use crate::Failure;
use crate::files::{RelativeFiles, is_scenario, likely_type, read};

/// The policies to compare, and the facts about all requests that both assume.
pub(super) struct Inputs {
    pub(super) pairs: Vec<Pair>,
    pub(super) network: Option<Arc<Network>>,
    pub(super) assumptions: Vec<&'static Assumption>,
    /// Remarks for the user.
    pub(super) notes: Vec<String>,
    /// Sets that only one of the scenarios has.
    pub(super) not_compared: Vec<Box<str>>,
}

/// Two sets of policies.
pub(super) struct Pair {
    /// Their name in the scenarios.
    pub(super) set: Option<Box<str>>,
    pub(super) old: Vec<AttachedPolicy>,
    pub(super) new: Vec<AttachedPolicy>,
}

/// Reads what the arguments name.
pub(super) fn read_all(args: &Args) -> Result<Inputs, Failure> {
    if args.old == "-" && args.new == "-" {
        let message = "standard input can be read once only: OLD and NEW are both `-`";
        return Err(Failure::message(message));
    }
    let (old, new) = (read(&args.old)?, read(&args.new)?);
    match (is_scenario(&old), is_scenario(&new)) {
        (false, false) => documents(args, &old, &new),
        (true, true) => scenarios(args, &old, &new),
        (old_is_one, _) => {
            let (scenario, policy) =
                if old_is_one { (&args.old, &args.new) } else { (&args.new, &args.old) };
            let message = format!("`{scenario}` is a scenario and `{policy}` a policy document");
            Err(Failure::message(message).with_help("compare two of a kind"))
        }
    }
}

fn documents(args: &Args, old: &Source, new: &Source) -> Result<Inputs, Failure> {
    if let Some(set) = &args.set {
        let message = format!("`--set {set}` names a set of scenarios, and these are policies");
        return Err(Failure::message(message));
    }
    let policy_type = match args.policy_type {
        Some(given) => given,
        None => one_type(old, new)?,
    };
    let mut refused: Vec<Diagnostic> = Vec::new();
    let mut parsed = |source: &Source| match Policy::parse(source, policy_type) {
        Ok(parsed) => vec![AttachedPolicy::new(parsed.policy)],
        Err(found) => {
            refused.extend(found);
            Vec::new()
        }
    };
    let pair = Pair { set: None, old: parsed(old), new: parsed(new) };
    if !refused.is_empty() {
        return Err(refused.into());
    }
    Ok(Inputs {
        pairs: vec![pair],
        network: None,
        assumptions: Assumption::all().iter().collect(),
        notes: Vec::new(),
        not_compared: Vec::new(),
    })
}

/// The probable type of both documents.
fn one_type(old: &Source, new: &Source) -> Result<PolicyType, Failure> {
    let (of_old, of_new) = (likely_type(old), likely_type(new));
    if of_old == of_new {
        return Ok(of_old);
    }
    let message = format!(
        "`{}` looks like a policy of type `{of_old}` and `{}` like one of type `{of_new}`",
        old.name(),
        new.name(),
    );
    Err(Failure::message(message).with_help("say which they are with `--type`"))
}

fn scenarios(args: &Args, old: &Source, new: &Source) -> Result<Inputs, Failure> {
    if let Some(given) = args.policy_type {
        let message =
            format!("`--type {given}` is about policy documents, and these are scenarios");
        return Err(Failure::message(message));
    }
    let wanted = args.set.as_deref();
    let mut refused: Vec<Diagnostic> = Vec::new();
    let mut loaded = |source: &Source| match ScenarioSets::load(source, &RelativeFiles, wanted) {
        Ok(sets) => Some(sets),
        Err(found) => {
            let new = |it: &Diagnostic| !refused.contains(it);
            let found: Vec<Diagnostic> = found.into_iter().filter(new).collect();
            refused.extend(found);
            None
        }
    };
    let (Some(old), Some(new)) = (loaded(old), loaded(new)) else { return Err(refused.into()) };
    let assumptions = common(old.assumptions()?, &new.assumptions()?);
    let mut notes = Vec::new();
    let mut network = new.network.clone();
    if !old.is_in_network_of(&new) {
        network = None;
        notes.push(
            "the networks differ: nothing is assumed about the endpoints and accounts of either"
                .to_owned(),
        );
    }
    let mut pairs = Vec::new();
    for name in old.sets.keys() {
        if let (Some(before), Some(after)) = (old.attached(name), new.attached(name)) {
            pairs.push(Pair { set: Some(name.clone()), old: before, new: after });
        }
    }
    let only = |one: &ScenarioSets, other: &ScenarioSets| -> Vec<Box<str>> {
        one.sets.keys().filter(|name| !other.sets.contains_key(*name)).cloned().collect()
    };
    let (only_old, only_new) = (only(&old, &new), only(&new, &old));
    if let Some(name) = wanted
        && pairs.is_empty()
    {
        return Err(no_such_set(args, name, &old)?);
    }
    if pairs.is_empty() {
        let message = format!("no policy set is in both `{}` and `{}`", args.old, args.new);
        return Err(Failure::message(message)
            .with_help("sets are compared by name: `policies` and those in `sets`"));
    }
    for (names, file) in [(&only_old, &args.old), (&only_new, &args.new)] {
        for name in names {
            notes.push(format!("the set `{name}` is only in `{file}`: not compared"));
        }
    }
    let not_compared = [only_old, only_new].concat();
    Ok(Inputs { pairs, network, assumptions, notes, not_compared })
}

/// Failure for a set that cannot be compared: only one scenario has it, or none.
fn no_such_set(args: &Args, name: &str, old: &ScenarioSets) -> Result<Failure, Failure> {
    let file = if old.sets.contains_key(name) { &args.new } else { &args.old };
    let all = read(file)?;
    let names =
        ScenarioSets::load(&all, &RelativeFiles, None).map(|it| it.sets).unwrap_or_default();
    let names: Vec<&str> = names.keys().map(|it| &**it).collect();
    let failure = Failure::message(format!("no policy set of `{file}` is called `{name}`"));
    Ok(match nearest(name, names.iter().copied()) {
        Some(near) => failure.with_help(format!("did you mean `{near}`?")),
        None if names.is_empty() => failure.with_help("it has none"),
        None => failure.with_help(format!("the sets are: {}", names.join(", "))),
    })
}

/// The facts that both assume.
fn common(old: Vec<&'static Assumption>, new: &[&'static Assumption]) -> Vec<&'static Assumption> {
    old.into_iter().filter(|fact| new.iter().any(|it| it.name == fact.name)).collect()
}
