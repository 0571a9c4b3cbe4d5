//! The facts about what AWS makes of a request: who can call, which keys and resources go with an action,
//! keys that repeat another (request notes §1.5, §2, §3).

use super::{Facts, starts_with};
use crate::catalog::{Actions, ContextKey, FilledFrom, Twin, keys, own_service};
use crate::formula::{Atom, FormulaId, KeyTest, PrincipalTest};
use crate::lower::lower_refused;
use crate::policy::{ActionPattern, ResourcePattern};
use crate::text::{KeyName, Pattern};

/// The calls that AWS refuses whatever policies say.
pub(super) fn callers(facts: &mut Facts<'_>) -> FormulaId {
    let refused = lower_refused(facts.formulas);
    facts.formulas.not(refused)
}

/// Keys that repeat another are there with it, and pass the same tests. It matters where both are read.
pub(super) fn twins(facts: &mut Facts<'_>) -> FormulaId {
    let mut all = Vec::new();
    for twin in Twin::all() {
        let pairs: Vec<(KeyName, String)> = facts
            .read_keys(|_| true)
            .into_iter()
            .filter_map(|key| twin.named(key.as_str()).map(|own| (key, own)))
            .filter(|(_, own)| facts.is_read(own))
            .collect();
        for (global, own) in pairs {
            let comes = comes_with(facts, twin);
            let own = KeyName::new(&own);
            let mut tests = vec![KeyTest::Absent];
            for atom in facts.formulas.atoms() {
                if let Atom::Key(key, test @ KeyTest::Some { .. }) = atom
                    && (*key == global || *key == own)
                    && !tests.contains(test)
                {
                    tests.push(test.clone());
                }
            }
            for test in tests {
                let one = facts.formulas.atom(Atom::Key(global.clone(), test.clone()));
                let other = facts.formulas.atom(Atom::Key(own.clone(), test));
                let same = facts.iff(one, other);
                all.push(facts.formulas.implies(comes, same));
            }
        }
    }
    facts.formulas.all(all)
}

/// The requests that have a twin as far as they have what it repeats.
fn comes_with(facts: &mut Facts<'_>, twin: &Twin) -> FormulaId {
    let called = facts.action(twin.service, "*");
    let except: Vec<FormulaId> =
        twin.except.iter().map(|name| facts.action(twin.service, name)).collect();
    let except = facts.formulas.any(except);
    let except = facts.formulas.not(except);
    let mut on: Vec<FormulaId> = Vec::new();
    for start in twin.resources {
        let any = || Pattern::wildcard("*");
        let rest = Pattern::wildcard(&format!("{start}*"));
        let components = [Pattern::literal("arn"), any(), any(), any(), any(), rest];
        let arn = ResourcePattern::Arn { components: components.into(), crosses_colons: None };
        on.push(facts.formulas.atom(Atom::Resource(arn)));
    }
    let on = if on.is_empty() { facts.nothing() } else { facts.formulas.any(on) };
    facts.formulas.all([called, except, on])
}

/// The unique ids that policies name are those of deleted users and roles.
pub(super) fn stored_ids(facts: &mut Facts<'_>) -> FormulaId {
    let ids: Vec<Box<str>> = facts
        .formulas
        .atoms()
        .filter_map(|atom| match atom {
            Atom::Principal(PrincipalTest::UniqueId(id)) => Some(id.clone()),
            _ => None,
        })
        .collect();
    let living: Vec<FormulaId> =
        ids.into_iter().map(|id| facts.principal(PrincipalTest::UniqueId(id))).collect();
    let living = facts.formulas.any(living);
    facts.formulas.not(living)
}

/// Keys of a service stand in requests for the listed actions only (AX12), and an action is asked about
/// resources of its service (request notes §1.5).
pub(super) fn catalogue(facts: &mut Facts<'_>) -> FormulaId {
    let mut all = own_resources(facts);
    all.extend(own_keys(facts));
    for key in facts.read_keys(|key| starts_with(key, "sagemaker:")) {
        let present = facts.present(key.as_str());
        let carried = match ContextKey::find(key.as_str()).map(|row| row.from) {
            Some(FilledFrom::Parameters(Actions::Only(actions))) => {
                let actions: Vec<FormulaId> =
                    actions.iter().map(|action| facts.action("sagemaker", action)).collect();
                facts.formulas.any(actions)
            }
            Some(_) => facts.action("sagemaker", "*"),
            // No such key: below.
            None => continue,
        };
        all.push(facts.formulas.implies(present, carried));
    }
    for key in [keys::SAGEMAKER_VPC_SUBNETS, keys::SAGEMAKER_VPC_SECURITY_GROUP_IDS] {
        if facts.is_read(key) {
            let empty = facts.has_text(key, &[""]);
            all.push(facts.formulas.not(empty));
        }
    }
    // Global keys are added every year: one that is not listed may hold anything.
    let of_sagemaker = |key: &str| starts_with(key, "sagemaker:");
    let misspelt = |key: &str| of_sagemaker(key) && ContextKey::find(key).is_none();
    for key in facts.read_keys(misspelt) {
        all.push(facts.absent(key.as_str()));
    }
    facts.formulas.all(all)
}

/// For each service that something asks for: its actions are asked about its resources, or about `*`.
/// Resources of other services matter only where something asks for them.
fn own_resources(facts: &mut Facts<'_>) -> Vec<FormulaId> {
    let mut services: Vec<String> = Vec::new();
    let mut in_arns: Vec<String> = Vec::new();
    for atom in facts.formulas.atoms() {
        match atom {
            Atom::Action(ActionPattern::Of { service, .. }) => {
                services.extend(service.as_literal().map(str::to_ascii_lowercase));
            }
            Atom::Resource(ResourcePattern::Arn { components, .. }) => {
                in_arns.extend(components.get(2).and_then(Pattern::as_literal).map(str::to_owned));
            }
            _ => (),
        }
    }
    services.sort_unstable();
    services.dedup();
    in_arns.sort_unstable();
    in_arns.dedup();
    let mut all = Vec::new();
    for service in services {
        let Some(own) = own_service::of_resources(&service) else { continue };
        let foreign: Vec<FormulaId> = in_arns
            .iter()
            .filter(|it| !own.contains(&it.as_str()))
            .map(|it| of_service(facts, it))
            .collect();
        if foreign.is_empty() {
            continue;
        }
        let called = facts.action(&service, "*");
        let foreign = facts.formulas.any(foreign);
        let both = facts.formulas.all([called, foreign]);
        all.push(facts.formulas.not(both));
    }
    all
}

/// The resources of a service, by its name in their ARNs.
fn of_service(facts: &mut Facts<'_>, service: &str) -> FormulaId {
    let any = || Pattern::wildcard("*");
    let components =
        [Pattern::literal("arn"), any(), Pattern::literal(service), any(), any(), any()];
    let arn = ResourcePattern::Arn { components: components.into(), crosses_colons: None };
    facts.formulas.atom(Atom::Resource(arn))
}

/// A service's key comes with requests of its own.
fn own_keys(facts: &mut Facts<'_>) -> Vec<FormulaId> {
    let mut all = Vec::new();
    for key in facts.read_keys(|key| !starts_with(key, "sagemaker:")) {
        let Some(services) = own_service::of_key(key.as_str()) else { continue };
        let called: Vec<FormulaId> = services.iter().map(|it| facts.action(it, "*")).collect();
        let called = facts.formulas.any(called);
        let present = facts.present(key.as_str());
        all.push(facts.formulas.implies(present, called));
    }
    all
}
