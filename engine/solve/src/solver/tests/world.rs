//! A small world: few principals, resources, actions and values. A question about it is decided by
//! trying every request.

use super::{arn, key, resource};
use polsim_decide::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use polsim_decide::policy::{ActionPattern, ResourcePattern};
use polsim_decide::request::{ContextValue, PrincipalKind, Request, RequestParts};
use polsim_decide::text::{CaseRule, KeyName, Pattern};
use proptest::prelude::*;

const PRINCIPALS: [&str; 5] = [
    "arn:aws:iam::111122223333:user/al",
    "arn:aws:iam::444455556666:user/x/bo",
    "arn:aws:sts::111122223333:assumed-role/al/s",
    "s3.amazonaws.com",
    "anonymous",
];
const RESOURCES: [&str; 4] =
    ["*", "arn:aws:s3:::al/k", "arn:aws:s3:::b/al/k", "arn:aws:sqs:eu-west-1:444455556666:bo"];
const ACTIONS: [&str; 2] = ["s3:GetObject", "sqs:SendMessage"];
const VALUES: [&[&str]; 6] = [&[], &["al"], &["bo"], &["b/al"], &["AL"], &["al", "bo"]];

pub(crate) fn world() -> Vec<Request> {
    let mut requests = Vec::new();
    for principal in PRINCIPALS {
        for resource in RESOURCES {
            for action in ACTIONS {
                for a in VALUES {
                    for b in VALUES {
                        let key = |name: &str, values: &[&str]| {
                            let values = values.iter().map(|it| Box::from(*it)).collect();
                            (KeyName::new(name), ContextValue::Many(values))
                        };
                        let owner = match resource {
                            "*" if principal.contains("4444") => "444455556666",
                            _ if resource.contains("4444") => "444455556666",
                            _ => "111122223333",
                        };
                        let mut context = vec![key("a", a), key("b", b)];
                        let id = if principal.contains(":user/") { "AIDAX" } else { "AROAX:s" };
                        if principal.starts_with("arn") {
                            context.push((KeyName::new("aws:userid"), ContextValue::from(id)));
                        }
                        requests.push(
                            Request::new(RequestParts {
                                principal,
                                action,
                                resource,
                                resource_account: Some(owner),
                                context,
                                ..RequestParts::default()
                            })
                            .unwrap(),
                        );
                    }
                }
            }
        }
    }
    requests
}

/// Patterns that tell the values of the world apart, with and without variables.
const PATTERNS: [&str; 17] = [
    "al",
    "AL",
    "bo",
    "*",
    "a*",
    "*o",
    "b/*",
    "?l",
    "*/al",
    "${a}",
    "${b}",
    "b/${a}",
    "${aws:username}",
    // Two of these make a circle, with characters beside the values and without.
    "${a}*",
    "*${b}",
    "*${b}*",
    "?${a}",
];

pub(crate) fn any_atom() -> impl Strategy<Value = Atom> {
    let pattern = || {
        prop::sample::select(&PATTERNS).prop_map(|it| Pattern::with_variables(it, true).unwrap())
    };
    let case = prop::sample::select(&[CaseRule::Exact, CaseRule::Exact, CaseRule::Folded]);
    let predicate = (pattern(), case).prop_map(|(pattern, case)| Predicate::Text(pattern, case));
    let predicates = prop::collection::vec(predicate, 1..3);
    let name = prop::sample::select(&["a", "b", "a", "b", "aws:username", "aws:PrincipalAccount"]);
    let test = (0..8_u8, predicates).prop_map(|(which, any_of)| match which {
        0 => KeyTest::Absent,
        1 => KeyTest::Several,
        2 => KeyTest::Some { any_of: any_of.into(), hit: false },
        _ => KeyTest::Some { any_of: any_of.into(), hit: true },
    });
    let resources = prop::sample::select(&[
        "arn:aws:s3:::*",
        "arn:aws:s3:::al/*",
        "arn:aws:s3:::b/${aws:username}/*",
        "arn:aws:s3:::${a}/k",
        "arn:*:*:*:444455556666:*",
        "arn:aws:*:*:*:*o",
    ]);
    let principals = (0..6_usize).prop_map(|which| match which {
        0 => PrincipalTest::Id("arn:aws:iam::111122223333:user/al".into()),
        1 => PrincipalTest::Account("444455556666".into()),
        2 => PrincipalTest::Kind(PrincipalKind::User),
        3 => PrincipalTest::Kind(PrincipalKind::RoleSession),
        4 => PrincipalTest::SessionOf("arn:aws:iam::111122223333:role/al".parse().unwrap()),
        _ => PrincipalTest::Kind(PrincipalKind::Anonymous),
    });
    prop_oneof![
        6 => (name, test).prop_map(|(name, test)| Atom::Key(KeyName::new(name), test)),
        2 => resources.prop_map(|it| {
            Atom::Resource(ResourcePattern::Arn { components: arn(it).into(), crosses_colons: None })
        }),
        1 => principals.prop_map(Atom::Principal),
        1 => prop::sample::select(&[Atom::SameAccount, Atom::SamePartition]),
        1 => prop::sample::select(&["s3", "sqs"]).prop_map(|service| {
            Atom::Action(ActionPattern::Of {
                service: Pattern::literal(service),
                name: Pattern::wildcard("*e*"),
            })
        }),
    ]
}

/// A formula over the atoms: a conjunction of small disjunctions, some negated.
pub(crate) fn combine(
    formulas: &mut Formulas,
    atoms: &[Atom],
    shape: &[(usize, bool)],
) -> FormulaId {
    let mut clauses = Vec::new();
    for chunk in shape.chunks(2) {
        let mut parts = Vec::new();
        for (at, negated) in chunk {
            let atom = formulas.atom(atoms[at % atoms.len()].clone());
            parts.push(if *negated { formulas.not(atom) } else { atom });
        }
        clauses.push(formulas.any(parts));
    }
    formulas.all(clauses)
}

/// Checks that the request is one of the world: every part has a value that occurs there.
pub(crate) fn in_world(formulas: &mut Formulas) -> FormulaId {
    let mut facts = Vec::new();
    let ids = PRINCIPALS.map(|id| formulas.atom(Atom::Principal(PrincipalTest::Id(id.into()))));
    facts.push(formulas.any(ids));
    let named = RESOURCES[1..].iter().map(|it| resource(formulas, it)).collect::<Vec<_>>();
    // `*` is what no ARN pattern matches.
    let anything = resource(formulas, "arn:*:*:*:*:*");
    let none = formulas.not(anything);
    facts.push(formulas.any(named.into_iter().chain([none])));
    let actions = ACTIONS.map(|action| {
        let (service, name) = action.split_once(':').unwrap();
        let pattern =
            ActionPattern::Of { service: Pattern::literal(service), name: Pattern::literal(name) };
        formulas.atom(Atom::Action(pattern))
    });
    facts.push(formulas.any(actions));
    let owner =
        |formulas: &mut Formulas, account: &str| key(formulas, "aws:ResourceAccount", account);
    let (one, other) = (owner(formulas, "111122223333"), owner(formulas, "444455556666"));
    facts.push(formulas.any([one, other]));
    let sqs = resource(formulas, "arn:aws:s3:::*");
    facts.push(formulas.implies(sqs, one));
    let session = formulas.atom(Atom::Principal(PrincipalTest::Kind(PrincipalKind::RoleSession)));
    let role = key(formulas, "aws:PrincipalArn", "arn:aws:iam::111122223333:role/al");
    facts.push(formulas.implies(session, role));
    for name in ["a", "b"] {
        let mut ways = Vec::new();
        for values in VALUES {
            let some = |formulas: &mut Formulas, any_of: Vec<Predicate>, hit: bool| {
                formulas.atom(Atom::Key(
                    KeyName::new(name),
                    KeyTest::Some { any_of: any_of.into(), hit },
                ))
            };
            let text = |it: &&str| Predicate::Text(Pattern::literal(it), CaseRule::Exact);
            let mut parts = Vec::new();
            for value in values {
                parts.push(some(formulas, vec![text(value)], true));
            }
            let others = some(formulas, values.iter().map(text).collect(), false);
            parts.push(formulas.not(others));
            let several = formulas.atom(Atom::Key(KeyName::new(name), KeyTest::Several));
            parts.push(if values.len() > 1 { several } else { formulas.not(several) });
            ways.push(formulas.all(parts));
        }
        facts.push(formulas.any(ways));
    }
    formulas.all(facts)
}
