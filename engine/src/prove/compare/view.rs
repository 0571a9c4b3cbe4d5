//! Views: two policy sets as one kind of caller meets them, with premises about the policies that
//! were not supplied.

use std::sync::Arc;

use serde_json::json;

use super::difference::Direction;
use super::{Actions, Comparison, Difference, Premise, actions};
use crate::case::type_for_target;
use crate::eval::Decision;
use crate::formula::{Atom, ChoiceId, Evaluator, FormulaId, Formulas, World};
use crate::lower::{
    AttachedPolicy, Grantee, Lowered, OwnersGrant, Readings, Scope, at_most_one_alternative,
    lower_scope,
};
use crate::policy::{ActionPattern, Effect, Policy, PolicyType};
use crate::prove::caller::{self, Callers};
use crate::prove::limits::Limits;
use crate::prove::property::{Asker, is_carried};
use crate::prove::queries::Queries;
use crate::prove::verdict::UnknownReason;
use crate::prove::witness::{self, Wanted, Witness};
use crate::request::{PrincipalKind, Request};
use crate::text::Source;
use polsim_solve::result::{Model, SolveResult, UnknownReason as SolverReason};

/// Two policy sets as one kind of caller meets them.
pub(in crate::prove) struct View {
    pub(in crate::prove) queries: Queries,
    number: usize,
    old: Side,
    pub(in crate::prove) new: Side,
    /// The requests of such callers that need permission.
    pub(in crate::prove) requests: FormulaId,
    /// Requests of such callers, those that need no permission included.
    pub(in crate::prove) all_requests: FormulaId,
    /// Requests on resources that no policy is attached to, and the callers that owners let in.
    pub(in crate::prove) owners: Option<OwnersGrant>,
    patterns: Vec<ActionPattern>,
}

/// A policy set, lowered.
pub(in crate::prove) struct Side {
    pub(in crate::prove) policies: Vec<AttachedPolicy>,
    pub(in crate::prove) lowered: Lowered,
}

/// A policy that allows everything, as the policies of a set are written.
fn allow_all(policy_type: PolicyType, name: &str, sid: &str) -> Option<AttachedPolicy> {
    let text = json!({
        "Version": "2012-10-17",
        "Statement": [{"Sid": sid, "Effect": "Allow", "Action": "*", "Resource": "*"}],
    });
    let source = Source::new(name, text.to_string());
    // The text is ours and valid.
    let policy = Policy::parse(&source, policy_type).ok()?.policy;
    Some(AttachedPolicy::new(policy))
}

/// The views of all callers whose requests the sets may decide differently.
pub(super) fn all(comparison: &Comparison<'_>, premises: &mut Vec<Premise>) -> Vec<View> {
    let (old, new) = (comparison.old, comparison.new);
    let has = |pick: fn(&AttachedPolicy) -> bool| old.iter().chain(new).any(pick);
    let carried = has(is_carried);
    let resources = has(is_of_resource);
    let others = has(|it| !is_carried(it));
    let mut views = Vec::new();
    let mut add = |asker, sets: [Vec<AttachedPolicy>; 2], owners: Option<Grantee>| {
        let number = views.len();
        views.push(View::new(comparison, number, asker, sets, owners));
    };
    let [full_old, full_new] = with_full_access(old, new, premises);
    if carried {
        let [mut old, mut new] = [full_old.clone(), full_new.clone()];
        if !old.iter().chain(&new).any(|it| is_a(it, PolicyType::Identity) && allows(it)) {
            premises.push(Premise::AnotherIdentityPolicy);
            let another = allow_all(PolicyType::Identity, "another identity policy", "Anything");
            old.extend(another.clone());
            new.extend(another);
        }
        premises.push(Premise::OwnersTrustAccounts);
        add(Asker::Holder, [old, new], Some(Grantee::Account));
    }
    if others || !carried {
        premises.extend([Premise::CallersAllowAnything, Premise::OwnersAllowEveryone]);
        let anyone = |policies: &[AttachedPolicy]| Callers::anyone(policies).policies().to_vec();
        let sets = [anyone(&full_old), anyone(&full_new)];
        add(Asker::Anyone, sets, Some(Grantee::Everyone));
    }
    if resources {
        // A grant that a resource's policy makes by itself is hidden where the caller may do
        // everything anyway.
        let named =
            |it: &&AttachedPolicy| !is_carried(it) || matches!(it.scope, Scope::Principals(_));
        let unaided =
            |policies: &[AttachedPolicy]| policies.iter().filter(named).cloned().collect();
        add(Asker::Anyone, [unaided(&full_old), unaided(&full_new)], None);
    }
    views
}

fn is_a(policy: &AttachedPolicy, policy_type: PolicyType) -> bool {
    policy.policy.policy_type == policy_type
}

fn is_of_resource(policy: &AttachedPolicy) -> bool {
    [PolicyType::Resource, PolicyType::Key, PolicyType::Trust].iter().any(|it| is_a(policy, *it))
}

/// Tests whether a policy has an Allow statement.
fn allows(policy: &AttachedPolicy) -> bool {
    policy.policy.statements.iter().any(|it| it.effect.value == Effect::Allow)
}

/// The sets, with `FullAWSAccess` at levels whose service control policies only deny: AWS attaches
/// it there (policy language §5.2).
fn with_full_access(
    old: &[AttachedPolicy],
    new: &[AttachedPolicy],
    premises: &mut Vec<Premise>,
) -> [Vec<AttachedPolicy>; 2] {
    let scps = |policies: &[AttachedPolicy]| -> Vec<AttachedPolicy> {
        policies.iter().filter(|it| is_a(it, PolicyType::Scp)).cloned().collect()
    };
    let all = [scps(old), scps(new)].concat();
    let mut levels: Vec<u32> = all.iter().map(|it| it.level).collect();
    levels.sort_unstable();
    levels.dedup();
    levels.retain(|level| !all.iter().any(|it| it.level == *level && allows(it)));
    premises.extend(levels.iter().map(|level| Premise::FullAccess(*level)));
    [old, new].map(|policies| {
        let mut full = policies.to_vec();
        for level in &levels {
            let has_some =
                policies.iter().any(|it| is_a(it, PolicyType::Scp) && it.level == *level);
            let policy = allow_all(PolicyType::Scp, "FullAWSAccess", "FullAWSAccess");
            full.extend(
                policy.filter(|_| has_some).map(|it| AttachedPolicy { level: *level, ..it }),
            );
        }
        full
    })
}

/// Requests on resources that none of the policies is attached to.
fn uncovered(policies: &[&[AttachedPolicy]], formulas: &mut Formulas) -> FormulaId {
    let scopes: Vec<FormulaId> = policies
        .iter()
        .copied()
        .flatten()
        .filter(|it| is_of_resource(it))
        .map(|it| lower_scope(&it.scope, formulas))
        .collect();
    let covered = formulas.any(scopes);
    formulas.not(covered)
}

/// The requests of `asker` in either set.
fn requests_of(asker: Asker, sets: &[&[AttachedPolicy]], formulas: &mut Formulas) -> FormulaId {
    if asker == Asker::Anyone {
        return formulas.truth(true);
    }
    let of_each: Vec<FormulaId> = sets
        .iter()
        .filter(|policies| policies.iter().any(is_carried))
        .map(|policies| caller::requests_of_holders(policies, formulas))
        .collect();
    formulas.any(of_each)
}

impl View {
    fn new(
        comparison: &Comparison<'_>,
        number: usize,
        asker: Asker,
        [old, new]: [Vec<AttachedPolicy>; 2],
        grantee: Option<Grantee>,
    ) -> Self {
        let sets = [&old[..], &new[..]];
        let mut formulas = Formulas::new();
        let owners = grantee.map(|to| OwnersGrant { to, when: uncovered(&sets, &mut formulas) });
        let all_requests = requests_of(asker, &sets, &mut formulas);
        let patterns = actions::patterns(&sets);
        let old = Side::new(&mut formulas, old, owners);
        let new = Side::new(&mut formulas, new, owners);
        let needs_permission = formulas.not(new.lowered.always_allowed);
        let requests = formulas.all([all_requests, needs_permission]);
        let queries = Queries::new(formulas, &comparison.assumptions, comparison.network);
        let queries = queries.checked_along();
        Self { queries, number, old, new, requests, all_requests, owners, patterns }
    }

    /// The requests that one of the sets allows.
    pub(super) fn anything(&mut self) -> FormulaId {
        let formulas = &mut self.queries.formulas;
        let either = formulas.any([self.old.lowered.allowed, self.new.lowered.allowed]);
        formulas.all([self.requests, either])
    }

    /// The requests for other actions than these that differ.
    pub(super) fn difference(&mut self, direction: Direction, but: &[Actions]) -> FormulaId {
        let formulas = &mut self.queries.formulas;
        let (old, new) = (self.old.lowered.allowed, self.new.lowered.allowed);
        let (allowed, not_allowed) = match direction {
            Direction::New => (new, formulas.not(old)),
            Direction::Removed => (old, formulas.not(new)),
        };
        let seen: Vec<FormulaId> = but.iter().map(|it| it.lower(formulas)).collect();
        let seen = formulas.any(seen);
        let others = formulas.not(seen);
        let question = formulas.all([self.requests, allowed, not_allowed, others]);
        let choices = formulas.choices(question);
        let possible = at_most_one_alternative(formulas, &choices);
        formulas.all([question, possible])
    }

    /// The question in the default world: no reading takes an alternative.
    pub(in crate::prove) fn by_default(&mut self, question: FormulaId) -> FormulaId {
        let formulas = &mut self.queries.formulas;
        let mut parts = vec![question];
        for choice in formulas.choices(question) {
            let taken = formulas.atom(Atom::Choice(choice));
            parts.push(formulas.not(taken));
        }
        formulas.all(parts)
    }

    /// The readings whose alternatives a request needs to make a difference, as few as can be.
    pub(super) fn readings_of(&self, difference: FormulaId, found: &Model) -> Vec<Box<str>> {
        let formulas = &self.queries.formulas;
        let mut world = found.world.clone();
        let taken = |world: &World| -> Vec<ChoiceId> {
            let values = world.values().iter();
            values.filter(|(_, value)| *value).map(|(choice, _)| choice.clone()).collect()
        };
        for choice in taken(&world) {
            let mut less = world.clone();
            less.set(choice, false);
            if Evaluator::in_world(formulas, &found.request, less.clone()).holds(difference) {
                world = less;
            }
        }
        taken(&world).iter().map(|it| it.name().into()).collect()
    }

    /// The difference that a request shows, made small and decided by the evaluator.
    pub(super) fn show(
        &self,
        direction: Direction,
        question: FormulaId,
        found: &Request,
    ) -> Option<Difference> {
        let default_world = World::default();
        let wanted = Wanted {
            formulas: &self.queries.formulas,
            all: self.queries.with_assumptions([question]),
            choices: &[],
            worlds: Vec::new(),
            pinned: &default_world,
        };
        let request = witness::smallest(found, &wanted)?;
        let owners = self.owners_policy(&request);
        let decide = |side: &Side, owners: Option<&AttachedPolicy>, allowed: bool| {
            let policies: Vec<AttachedPolicy> =
                side.policies.iter().chain(owners).cloned().collect();
            let decides = |decision| (decision == Decision::Allowed) == allowed;
            Witness::decided(request.clone(), &policies, &World::default(), decides)
        };
        let both = |owners: Option<&AttachedPolicy>| {
            let old = decide(&self.old, owners, direction == Direction::Removed)?;
            Some([old, decide(&self.new, owners, direction == Direction::New)?])
        };
        // An owner is only named where it needs one.
        let sides = both(None).or_else(|| both(Some(owners.as_ref()?)))?;
        let actions = Actions::like(request.action(), &self.patterns);
        Some(Difference::new(actions, sides, direction, self.number))
    }

    /// A plainer request that shows the same, if there is one: within an account. Between accounts
    /// two sides have to agree.
    pub(super) fn plainer(
        &mut self,
        question: FormulaId,
        found: Request,
        limits: Limits<'_>,
    ) -> Request {
        let formulas = &mut self.queries.formulas;
        let parts = [Atom::SameAccount, Atom::SamePartition].map(|atom| formulas.atom(atom));
        let within = formulas.all(parts);
        let question = formulas.all([question, within]);
        if Evaluator::new(formulas, &found).holds(within) {
            return found;
        }
        match self.queries.ask(question, limits) {
            SolveResult::Sat(plainer) => plainer.request,
            _ => found,
        }
    }

    /// The policy that the resource's owner is assumed to have written.
    fn owners_policy(&self, request: &Request) -> Option<AttachedPolicy> {
        let owners = self.owners?;
        if !Evaluator::new(&self.queries.formulas, request).holds(owners.when) {
            return None;
        }
        let principal = request.principal();
        let name = principal.to_string();
        let whom = match (owners.to, principal.kind()) {
            (Grantee::Account, _) => json!({"AWS": principal.account()?}),
            (Grantee::Everyone, PrincipalKind::Service) => json!({"Service": name}),
            (Grantee::Everyone, PrincipalKind::Provider) => json!({"Federated": name}),
            (Grantee::Everyone, _) => json!("*"),
        };
        let (action, resource) = (request.action().as_str(), request.resource().as_str());
        let policy_type = type_for_target(PolicyType::Resource, action, resource);
        let sid = "WhateverTheOwnerGrants";
        let statement = match policy_type {
            PolicyType::Trust => {
                json!({"Sid": sid, "Effect": "Allow", "Principal": whom, "Action": "sts:*"})
            }
            _ => json!({
                "Sid": sid, "Effect": "Allow", "Principal": whom, "Action": "*", "Resource": "*",
            }),
        };
        let document = json!({"Version": "2012-10-17", "Statement": [statement]});
        let source = Source::new("whatever the owner grants", document.to_string());
        let policy = Policy::parse(&source, policy_type).ok()?.policy;
        Some(AttachedPolicy::new(Arc::new(policy)))
    }

    /// The reason why an answer is unknown.
    pub(in crate::prove) fn reason(&self, doubts: &[SolverReason]) -> UnknownReason {
        self.queries.reason(doubts, &[&self.old.lowered, &self.new.lowered])
    }
}

impl Side {
    /// The set, lowered into `formulas` with every reading open: no proof rests on a default.
    pub(in crate::prove) fn new(
        formulas: &mut Formulas,
        policies: Vec<AttachedPolicy>,
        owners: Option<OwnersGrant>,
    ) -> Self {
        let before = std::mem::take(formulas);
        let mut lowered =
            Lowered::read(before, policies.iter().cloned(), owners, &Readings::open());
        *formulas = std::mem::take(&mut lowered.formulas);
        Self { policies, lowered }
    }
}
