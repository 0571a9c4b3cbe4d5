//! Questions against brute force over small worlds.
#![expect(clippy::arithmetic_side_effects, reason = "small numbers and ASCII, made here")]

use super::*;
use crate::search::literal::Lit;
use crate::search::log::Entry;
use crate::support::{described, holds};
use polsim_check::budget::Budget;
use polsim_decide::formula::{Atom, KeyTest, Node, Predicate, PrincipalTest};
use polsim_decide::policy::{ActionPattern, ResourcePattern};
use polsim_decide::request::{ContextValue, PrincipalKind, Request, RequestParts};
use polsim_decide::text::{CaseRule, KeyName, Pattern};
use proptest::prelude::*;

fn ask(formulas: &mut Formulas, question: FormulaId) -> SolveResult {
    let mut solver = Solver::new(KeyFacts::all(), Vec::new());
    let finding = solver.ask(formulas, question, &mut Meter::new(Budget::default(), &|| false));
    if let SolveResult::Unsat(used) = &finding {
        certified(&solver, formulas, question, used);
    }
    finding
}

/// Checks that an unsatisfiable question has a certificate that the checker accepts.
fn certified(solver: &Solver, formulas: &mut Formulas, question: FormulaId, used: &[usize]) {
    let raw = solver.proof(used, formulas);
    let documented = KeyFacts::all();
    let steps = polsim_check::Question::new(formulas, &documented, [question]).steps(&raw).unwrap();
    let accepted = polsim_check::Question::new(formulas, &documented, [question]).check(&steps);
    assert_eq!(accepted, Ok(()), "{steps:?}");
}

fn arn(text: &str) -> [Pattern; 6] {
    let parts = Pattern::with_variables(text, true).unwrap().split_components(6);
    <[Pattern; 6]>::try_from(parts).unwrap()
}

fn resource(formulas: &mut Formulas, text: &str) -> FormulaId {
    formulas.atom(Atom::Resource(ResourcePattern::Arn {
        components: arn(text).into(),
        crosses_colons: None,
    }))
}

fn key(formulas: &mut Formulas, key: &str, text: &str) -> FormulaId {
    let pattern = Pattern::with_variables(text, true).unwrap();
    let any_of = [Predicate::Text(pattern, CaseRule::Exact)].into();
    let hits = formulas.atom(Atom::Key(KeyName::new(key), KeyTest::Some { any_of, hit: true }));
    let several = formulas.atom(Atom::Key(KeyName::new(key), KeyTest::Several));
    let one = formulas.not(several);
    formulas.all([hits, one])
}

/// Every lemma holds for every request of the world, and everything learnt for those that answer the
/// question.
fn log_holds(solver: &Solver, formulas: &Formulas, question: FormulaId, world: &[Request]) {
    for request in world {
        let described = described(request, "x");
        let answers = holds(formulas, question, &described);
        for entry in solver.search.log().entries() {
            let clause = match entry {
                Entry::TheoryLemma(clause) => clause,
                Entry::Rup(clause) if answers => clause,
                Entry::Rup(_) => continue,
            };
            let true_of = |lit: &Lit| {
                let formula = solver.search.formula(lit.var()).unwrap();
                holds(formulas, formula, &described) == lit.is_positive()
            };
            assert!(
                clause.iter().any(true_of),
                "{entry:?} fails for {request:?}: {:?}",
                clause
                    .iter()
                    .map(|lit| (lit, solver.search.formula(lit.var()).map(|id| show(formulas, id))))
                    .collect::<Vec<_>>()
            );
        }
    }
}

fn show(formulas: &Formulas, id: FormulaId) -> String {
    match formulas.node(id) {
        Node::Atom(atom) => format!("{:?}", formulas.atom_of(*atom).unwrap()),
        node => format!("{node:?}"),
    }
}

fn found(finding: &SolveResult) -> &Request {
    match finding {
        SolveResult::Sat(request) => request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_user_reaches_only_his_own_home() {
    let mut f = Formulas::new();
    let granted = resource(&mut f, "arn:aws:s3:::b/home/${aws:username}/*");
    let bobs = resource(&mut f, "arn:aws:s3:::b/home/bob/*");
    let bob = key(&mut f, "aws:username", "bob");
    let not_bob = f.not(bob);
    let question = f.all([granted, bobs, not_bob]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let question = f.all([granted, bobs]);
    let finding = ask(&mut f, question);
    assert_eq!(found(&finding).context().one("aws:username"), Some("bob"));
    // Without the slash behind it, the variable may be longer and shorter.
    let granted = resource(&mut f, "arn:aws:s3:::b/home/${aws:username}*");
    let question = f.all([granted, bobs, not_bob]);
    assert!(matches!(ask(&mut f, question), SolveResult::Sat(_)));
}

#[test]
fn equal_keys_share_what_is_known_of_them() {
    let mut f = Formulas::new();
    let same = key(&mut f, "a", "${b}");
    let chain = key(&mut f, "b", "${c}");
    let a = key(&mut f, "a", "x*");
    let c = key(&mut f, "c", "y*");
    let question = f.all([same, chain, a, c]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let ends = key(&mut f, "c", "${a}");
    let not_ends = f.not(ends);
    let question = f.all([same, chain, a, not_ends]);
    // `c` and `a` are equal and each has one value.
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let question = f.all([chain, a, not_ends]);
    assert!(matches!(ask(&mut f, question), SolveResult::Sat(_)));
}

#[test]
fn accounts_of_requester_and_resource() {
    let mut f = Formulas::new();
    let same = f.atom(Atom::SameAccount);
    let other = f.not(same);
    let account = f.atom(Atom::Principal(PrincipalTest::Account("111122223333".into())));
    let owner = resource(&mut f, "arn:aws:sqs:*:111122223333:q");
    let question = f.all([other, account, owner]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let foreign = resource(&mut f, "arn:aws:sqs:*:444455556666:q");
    let question = f.all([same, account, foreign]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let question = f.all([other, account, foreign]);
    assert!(matches!(ask(&mut f, question), SolveResult::Sat(_)));
    let user = f.atom(Atom::Principal(PrincipalTest::Kind(PrincipalKind::User)));
    let question = f.all([other, user]);
    let finding = ask(&mut f, question);
    let request = found(&finding);
    assert_ne!(request.principal().account(), request.resource_account());
}

#[test]
fn a_role_is_known_by_several_names() {
    let mut f = Formulas::new();
    let role: polsim_decide::text::Arn = "arn:aws:iam::111122223333:role/x/admin".parse().unwrap();
    let session = f.atom(Atom::Principal(PrincipalTest::SessionOf(role)));
    let id = f.atom(Atom::Principal(PrincipalTest::Id(
        "arn:aws:sts::111122223333:assumed-role/admin/me".into(),
    )));
    let question = f.all([session, id]);
    let finding = ask(&mut f, question);
    let arn = found(&finding).context().one("aws:PrincipalArn").unwrap().to_owned();
    assert_eq!(arn, "arn:aws:iam::111122223333:role/x/admin");
    let id = f.atom(Atom::Principal(PrincipalTest::Id(
        "arn:aws:sts::111122223333:assumed-role/other/me".into(),
    )));
    let question = f.all([session, id]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let user = key(&mut f, "aws:username", "*");
    let question = f.all([session, user]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
}

// A small world: few principals, resources, actions and values. A question about it is decided by
// trying every request.

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
const PATTERNS: [&str; 13] = [
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_answer_is_that_of_brute_force(
        atoms in prop::collection::vec(any_atom(), 1..7),
        shape in prop::collection::vec((0..20_usize, any::<bool>()), 1..12),
    ) {
        let mut formulas = Formulas::new();
        let question = combine(&mut formulas, &atoms, &shape);
        let in_world = in_world(&mut formulas);
        let both = formulas.all([question, in_world]);
        let world = world();
        let expected = world.iter().any(|request| holds(&formulas, question, request));
        let mut solver = Solver::new(KeyFacts::all(), Vec::new());
        let meter = &mut Meter::new(Budget::default(), &|| false);
        let finding = solver.ask(&mut formulas, both, meter);
        log_holds(&solver, &formulas, both, &world);
        match finding {
            SolveResult::Unsat(used) => {
                prop_assert!(!expected, "{:?}", atoms);
                certified(&solver, &mut formulas, both, &used);
            }
            SolveResult::Sat(request) => {
                prop_assert!(holds(&formulas, both, &request));
                prop_assert!(expected, "{:?} {:?}", request, atoms);
            }
            other => prop_assert!(false, "{:?} {:?} {:?}", other, atoms, shape),
        }
    }
}

#[test]
fn a_value_and_a_key_that_is_equal_to_it() {
    let mut formulas = Formulas::new();
    let some = |formulas: &mut Formulas, text: &str, hit: bool| {
        let pattern = Pattern::with_variables(text, true).unwrap();
        let any_of = [Predicate::Text(pattern, CaseRule::Exact)].into();
        formulas.atom(Atom::Key(KeyName::new("a"), KeyTest::Some { any_of, hit }))
    };
    let al = some(&mut formulas, "al", true);
    let same = some(&mut formulas, "${b}", true);
    let misses = some(&mut formulas, "al", false);
    let all_al = formulas.not(misses);
    let in_world = in_world(&mut formulas);
    let question = formulas.all([al, same, all_al, in_world]);
    let mut solver = Solver::new(KeyFacts::all(), Vec::new());
    let meter = &mut Meter::new(Budget::default(), &|| false);
    let finding = solver.ask(&mut formulas, question, meter);
    log_holds(&solver, &formulas, question, &world());
    assert!(matches!(finding, SolveResult::Sat(_)), "{finding:?}");
}

#[test]
fn the_world_is_in_the_world() {
    let mut formulas = Formulas::new();
    let fact = in_world(&mut formulas);
    assert!(world().iter().all(|request| holds(&formulas, fact, request)));
    let Node::All(parts) = formulas.node(fact) else { panic!() };
    assert!(parts.len() > 4);
}

/// Steps do not depend on the machine: forty for each pattern, where comparing all with all would
/// take more than a hundred times as many at the greatest size.
#[test]
fn infix_patterns_cost_steps_in_proportion_to_their_number() {
    for n in [50_u32, 200, 400] {
        let mut f = Formulas::new();
        let mut like = |pattern: String| key(&mut f, "k", &pattern);
        let narrow: Vec<FormulaId> = (0..2 * n)
            .map(|i| like(format!("data/*w{:03}*w{:03}*", i / 2, (i / 2 * 7 + i % 2 + 1) % 1000)))
            .collect();
        let wide: Vec<FormulaId> = (0..n).map(|i| like(format!("data/*w{i:03}*"))).collect();
        let (inside, data) = (like(format!("data/*w{:03}*", n / 2)), like("data/*".to_owned()));
        let (narrow, wide) = (f.any(narrow), f.any(wide));
        let not_wide = f.not(wide);
        let covered = [f.all([narrow, not_wide, data]), f.all([narrow, not_wide, inside])];
        let open = f.all([not_wide, data]);
        for (question, is_open) in covered.into_iter().map(|it| (it, false)).chain([(open, true)]) {
            let budget = Budget { steps: u64::from(n) * 40, ..Budget::default() };
            let meter = &mut Meter::new(budget, &|| false);
            let result = Solver::new(KeyFacts::all(), Vec::new()).ask(&mut f, question, meter);
            match result {
                SolveResult::Sat(_) => assert!(is_open, "{n}"),
                SolveResult::Unsat(_) => assert!(!is_open, "{n}"),
                other => panic!("{n}: {other:?}"),
            }
        }
    }
}
