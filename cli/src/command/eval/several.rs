//! `polsim eval` with several actions or resources: every pair that fits is a check, and all have to
//! be allowed. A request through an access point is one on its bucket, too.

use polsim::call::{
    Asked, Calls, Check, Derived, also_needed, fits, goes_through_access_point, signer,
};
use polsim::case::{SessionRoles, endpoint_crossed};
use polsim::catalog::Catalog;
use polsim::lower::Readings;
use polsim::policy::{Parsed, Policy, PolicyType};
use polsim::request::{Request, RequestParts};
use polsim::text::{ActionPattern, Diagnostics, Source};

use super::checks::{self, Report};
use super::{Args, one};
use crate::arguments::ReadingsFlag;
use crate::{Console, Failure, Outcome};

/// Tells whether the arguments ask for more than one check.
pub(super) fn is_several(args: &Args) -> bool {
    let super::Target { action, resource, .. } = &args.target;
    let through_bucket = |action: &String| {
        resource.iter().any(|resource| goes_through_access_point(action, resource))
    };
    action.len() > 1
        || resource.len() > 1
        || (!args.request.no_derive && action.iter().any(through_bucket))
}

pub(super) fn run(args: &Args, console: &mut Console) -> Result<Outcome, Failure> {
    if args.origin.from.is_some() {
        return Err(Failure::message("`--from` asks about one action on one resource")
            .with_help("ask for each by itself"));
    }
    let (policies, warnings) = one::load(&args.policies, None)?;
    console.warn(&warnings);
    let (checks, left_out) = pairs(args)?;
    let asked = one::Asked {
        principal: args.target.principal.as_deref().unwrap_or_default(),
        ..one::Asked::default()
    };
    let known_role = SessionRoles::of(&policies).of_session(asked.principal);
    let parts = RequestParts { known_role, ..one::parts(&args.request, asked) };
    let readings = args.readings.as_ref().map(|flag| flag.on(Readings::default()));
    let question = Asked::new(&policies, parts)
        .reading(readings.unwrap_or_default())
        .through(endpoint_crossed(&policies))
        .not_knowing(one::unknown(&args.request));
    let mut derived = Derived { checks, ..Derived::default() };
    derived.notes.extend(left_out);
    let answer = question.decide(&derived).map_err(|error| one::wrong_flag(&error))?;
    for it in answer.checks.iter().filter(|_| !args.request.no_derive) {
        let remarks =
            remarks(it.request.known()).into_iter().filter(|it| !derived.notes.contains(it));
        let remarks: Vec<String> = remarks.collect();
        derived.notes.extend(remarks);
    }
    let report = Report {
        api: None,
        principal: args.target.principal.as_deref().unwrap_or_default(),
        answer: &answer,
        derived: &derived,
        strict: false,
        all: args.explain_all,
    };
    let open = args.readings.as_ref().is_some_and(ReadingsFlag::is_all);
    checks::tell(&report, args.format, args.expect, open, console)
}

/// The checks: each action on each resource that it takes, and a note for what is left out.
fn pairs(args: &Args) -> Result<(Vec<Check>, Vec<String>), Failure> {
    let catalog = catalog()?;
    let super::Target { action: actions, resource: resources, .. } = &args.target;
    let is_one = actions.len() == 1 && resources.len() == 1;
    let (mut checks, mut left_out) = (Vec::new(), Vec::new());
    for action in actions {
        for resource in resources {
            if !is_one && fits(&catalog, action, resource) == Some(false) {
                left_out.push(format!("{action} takes no resource of the form of {resource}"));
                continue;
            }
            let id = match (actions.len(), resources.len()) {
                (_, 1) => action.clone(),
                (1, _) => resource.clone(),
                _ => format!("{action} {resource}"),
            };
            checks.push(Check { id: id.into(), ..Check::of(action, resource) });
        }
    }
    if checks.is_empty() {
        return Err(Failure::message("none of the actions takes any of the resources")
            .with_help("`polsim catalog ACTION` shows the forms of its resources"));
    }
    Ok((checks, left_out))
}

/// What a request shows of the rest of its call, and of who signs it.
pub(super) fn remarks(request: &Request) -> Vec<String> {
    let mut remarks = also_needed(&Calls::embedded(), request);
    remarks.extend(signer(request));
    remarks
}

/// The catalogue.
pub(super) fn catalog() -> Result<Catalog, Failure> {
    Catalog::embedded().map_err(|error| Failure::message(format!("internal error: {error}")))
}

/// The type of the policy of a resource.
pub(super) fn type_of(arn: &str) -> PolicyType {
    let mut parts = arn.splitn(6, ':').skip(2);
    match (parts.next(), parts.nth(2).and_then(|it| it.split('/').next())) {
        (Some("kms"), Some("key")) => PolicyType::Key,
        (Some("iam"), Some("role")) => PolicyType::Trust,
        _ => PolicyType::Resource,
    }
}

/// Reads the policy of some resource: its elements tell of which kind.
pub(super) fn parse_any(source: &Source) -> Result<Parsed, Diagnostics> {
    let parsed = match Policy::parse(source, PolicyType::Resource) {
        Ok(parsed) => parsed,
        // A trust policy has no Resource.
        Err(refused) => return Policy::parse(source, PolicyType::Trust).map_err(|_| refused),
    };
    let mut actions = parsed.policy.statements.iter().flat_map(|it| &it.action.values);
    let of_kms = actions.all(|it| match &it.value {
        ActionPattern::Any => false,
        ActionPattern::Of { service, .. } => service.as_literal() == Some("kms"),
    });
    if of_kms { Policy::parse(source, PolicyType::Key).or(Ok(parsed)) } else { Ok(parsed) }
}
