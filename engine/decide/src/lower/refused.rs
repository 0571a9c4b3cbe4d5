//! The calls that AWS refuses whatever policies say, as formulas (request notes §3): the other face of
//! the test that decisions make on a request.

use crate::catalog::{Refusal, RefusedOn, RefusedWhen, keys};
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate};
use crate::policy::{ActionPattern, ResourcePattern};
use crate::text::{CaseRule, KeyName, NoVariables, Pattern};

use super::principal::kind;

/// The requests that AWS refuses, as far as a request tells it. Facts about actions that nothing in
/// the store asks for are left out: leaving one out rules out less.
pub fn lower_refused(formulas: &mut Formulas) -> FormulaId {
    let rows = Refusal::all().iter().filter(|it| it.in_proofs);
    let rows: Vec<&Refusal> = rows.filter(|it| is_asked_for(it, formulas)).collect();
    let each: Vec<FormulaId> = rows.into_iter().map(|it| refused(it, formulas)).collect();
    formulas.any(each)
}

/// The requests that one fact is about.
fn refused(row: &Refusal, formulas: &mut Formulas) -> FormulaId {
    let kinds: Vec<FormulaId> = row.callers.iter().map(|it| kind(formulas, *it)).collect();
    let mut parts = vec![formulas.any(kinds)];
    if !row.of.is_empty() {
        parts.push(actions(row.of, formulas));
    }
    if !row.but.is_empty() {
        let but = actions(row.but, formulas);
        parts.push(formulas.not(but));
    }
    if !row.on.is_empty() {
        let on: Vec<FormulaId> = row.on.iter().map(|it| resource(it, formulas)).collect();
        parts.push(formulas.any(on));
    }
    parts.push(when(row.when, formulas));
    formulas.all(parts)
}

/// The actions of these patterns.
fn actions(patterns: &[&'static str], formulas: &mut Formulas) -> FormulaId {
    let each: Vec<FormulaId> = patterns
        .iter()
        .filter_map(|it| it.split_once(':'))
        .map(|(service, name)| {
            let (service, name) = (Pattern::literal(service), Pattern::wildcard(name));
            formulas.atom(Atom::Action(ActionPattern::Of { service, name }))
        })
        .collect();
    formulas.any(each)
}

fn resource(on: &RefusedOn, formulas: &mut Formulas) -> FormulaId {
    let any = || Pattern::wildcard("*");
    let components = [
        Pattern::literal("arn"),
        any(),
        Pattern::literal(on.service),
        any(),
        on.account.map_or_else(any, Pattern::literal),
        Pattern::wildcard(&format!("{}*", on.start)),
    ];
    let pattern = ResourcePattern::Arn { components: components.into(), crosses_colons: None };
    formulas.atom(Atom::Resource(pattern))
}

/// The requests of which the condition holds; none where a request does not tell it.
fn when(when: RefusedWhen, formulas: &mut Formulas) -> FormulaId {
    match when {
        RefusedWhen::Always => formulas.truth(true),
        RefusedWhen::Forwarded => flag(keys::VIA_AWS_SERVICE, formulas),
        RefusedWhen::OtherAccount => {
            let same = formulas.atom(Atom::SameAccount);
            let (partition, account) = (formulas.atom(Atom::SamePartition), same);
            formulas.add(partition & !account)
        }
        RefusedWhen::RootTask => flag(keys::ASSUMED_ROOT, formulas),
        RefusedWhen::AwsManagedKey
        | RefusedWhen::AwsManagedKeyDirectly
        | RefusedWhen::Credentials(_)
        | RefusedWhen::NotConsole
        | RefusedWhen::NotFromVpc
        | RefusedWhen::OtherPartition
        | RefusedWhen::Provider { .. } => formulas.truth(false),
    }
}

/// The key is true.
fn flag(key: &'static str, formulas: &mut Formulas) -> FormulaId {
    let test = KeyTest::Some { any_of: [Predicate::Bool(true)].into(), hit: true };
    formulas.atom(Atom::Key(KeyName::from_static(key), test))
}

/// Tells whether the store asks for an action that the fact is about, and for the key that it reads.
fn is_asked_for(row: &Refusal, formulas: &Formulas) -> bool {
    let asks = |atom: &Atom, pattern: &str| match atom {
        Atom::Action(ActionPattern::Any) => true,
        Atom::Action(ActionPattern::Of { service, name }) => {
            let Some((own_service, own)) = pattern.split_once(':') else { return false };
            let exact = !own.contains('*');
            service.matches(own_service, CaseRule::Folded, &NoVariables)
                && (!exact || name.matches(own, CaseRule::Folded, &NoVariables))
        }
        _ => false,
    };
    let key = match row.when {
        RefusedWhen::Forwarded => Some(keys::VIA_AWS_SERVICE),
        RefusedWhen::RootTask => Some(keys::ASSUMED_ROOT),
        _ => None,
    };
    let reads =
        |key: &str| formulas.atoms().any(|atom| matches!(atom, Atom::Key(name, _) if name.is(key)));
    if key.is_some_and(|key| !reads(key)) {
        return false;
    }
    row.of.is_empty() || row.of.iter().any(|it| formulas.atoms().any(|atom| asks(atom, it)))
}

#[cfg(test)]
mod tests {
    use super::lower_refused;
    use crate::formula::{Atom, Evaluator, Formulas};
    use crate::policy::ActionPattern;
    use crate::request::{Request, RequestParts};

    /// The two faces of the facts agree on requests of every kind of caller.
    #[test]
    fn a_request_is_refused_by_the_formula_if_it_is_by_the_test() {
        let mut formulas = Formulas::new();
        formulas.atom(Atom::Action(ActionPattern::Any));
        super::flag(crate::catalog::keys::VIA_AWS_SERVICE, &mut formulas);
        let refused = lower_refused(&mut formulas);
        let callers = [
            "anonymous",
            "s3.amazonaws.com",
            "federated:accounts.google.com",
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:iam::444455556666:role/Other",
            "arn:aws:sts::111122223333:assumed-role/App/s1",
            "arn:aws:sts::111122223333:federated-user/bob",
        ];
        let calls = [
            ("sts:AssumeRole", "arn:aws:iam::111122223333:role/Ops"),
            ("sts:AssumeRole", "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X"),
            ("sts:AssumeRole", "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/X"),
            ("sts:AssumeRoleWithWebIdentity", "arn:aws:iam::111122223333:role/Ops"),
            ("sts:GetSessionToken", "*"),
            ("iam:PassRole", "arn:aws:iam::111122223333:role/Ops"),
            ("iam:DeleteRole", "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X"),
            ("kms:CreateAlias", "arn:aws:kms:eu-west-1:111122223333:alias/aws/mine"),
            ("kms:PutKeyPolicy", "arn:aws:kms:eu-west-1:111122223333:key/k"),
            ("s3:PutBucketPolicy", "arn:aws:s3:::b"),
            ("s3:GetObject", "arn:aws:s3:::b/k"),
            ("s3:CreateAccessPoint", "arn:aws:s3:eu-west-1:111122223333:accesspoint/a"),
            ("sqs:DeleteQueue", "arn:aws:sqs:eu-west-1:111122223333:q"),
            (
                "sagemaker:CreateTrainingJob",
                "arn:aws:sagemaker:eu-west-1:111122223333:training-job/t",
            ),
        ];
        let mut count = 0;
        for principal in callers {
            for (action, resource) in calls {
                for via in ["true", "false"] {
                    let request = Request::as_sent(RequestParts {
                        principal,
                        action,
                        resource,
                        resource_account: Some("111122223333"),
                        context: vec![("aws:ViaAWSService".into(), via.into())],
                        ..RequestParts::default()
                    })
                    .unwrap();
                    // Facts that no formula tells, or that AWS leaves open.
                    let tested = request.refusal().filter(|it| it.in_proofs).is_some();
                    let lowered = Evaluator::new(&formulas, &request).holds(refused);
                    let only_in_decisions = request.refusal().is_some_and(|it| !it.in_proofs);
                    assert!(lowered == tested || only_in_decisions, "{principal} {action} {via}");
                    count += usize::from(lowered);
                }
            }
        }
        assert!(count > 60, "{count}");
    }
}
