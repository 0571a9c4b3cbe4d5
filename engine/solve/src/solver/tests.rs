//! Questions against brute force over small worlds.
#![expect(clippy::arithmetic_side_effects, reason = "small numbers and ASCII, made here")]

mod world;

pub(crate) use self::world::{any_atom, combine, in_world, world};
use super::*;
use crate::search::literal::Lit;
use crate::search::log::Entry;
use crate::support::{described, holds};
use polsim_check::budget::Budget;
use polsim_decide::formula::{Atom, ChoiceId, KeyTest, Node, Predicate, PrincipalTest};
use polsim_decide::policy::ResourcePattern;
use polsim_decide::request::{PrincipalKind, Request};
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
        SolveResult::Sat(model) => &model.request,
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
fn values_that_contain_each_other_are_equal_or_not_at_all() {
    let mut f = Formulas::new();
    // Each would be longer than the other.
    let a = key(&mut f, "a", "x${b}");
    let b = key(&mut f, "b", "${a}*");
    let question = f.all([a, b]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let longer = key(&mut f, "b", "?${c}*");
    let c = key(&mut f, "c", "*${a}");
    let open = key(&mut f, "a", "*${b}*");
    let question = f.all([open, longer, c]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    // Letters folded or not, a text has as many characters.
    let folded = KeyTest::Some {
        any_of: [Predicate::Text(Pattern::with_variables("${b}", true).unwrap(), CaseRule::Folded)]
            .into(),
        hit: true,
    };
    let folded = f.atom(Atom::Key(KeyName::new("a"), folded));
    let longer = key(&mut f, "b", "${a}?");
    let question = f.all([folded, longer]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    // Nothing is beside the values: they are the same.
    let same = key(&mut f, "a", "${b}");
    let not_same = f.not(same);
    let question = f.all([open, b, not_same]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let begins = key(&mut f, "b", "team-*");
    let question = f.all([open, b, begins]);
    let finding = ask(&mut f, question);
    let context = found(&finding).context();
    assert_eq!(context.one("a"), context.one("b"));
    let ends = key(&mut f, "a", "other-*");
    let question = f.all([open, b, begins, ends]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    // Of several values one may be longer, as long as no variable speaks of them.
    let several = f.atom(Atom::Key(KeyName::new("a"), KeyTest::Several));
    let pattern = Pattern::with_variables("x${b}", true).unwrap();
    let any_of = [Predicate::Text(pattern, CaseRule::Exact)].into();
    let some = f.atom(Atom::Key(KeyName::new("a"), KeyTest::Some { any_of, hit: true }));
    let question = f.all([some, several]);
    assert!(matches!(ask(&mut f, question), SolveResult::Sat(_)));
}

#[test]
fn texts_in_any_case_are_cases_and_captured_too() {
    let mut f = Formulas::new();
    let folded = |f: &mut Formulas, name: &str, texts: &[&str]| {
        let pattern = |text: &&str| Pattern::with_variables(text, true).unwrap();
        let any_of = texts.iter().map(|it| Predicate::Text(pattern(it), CaseRule::Folded));
        let test = KeyTest::Some { any_of: any_of.collect(), hit: true };
        let hits = f.atom(Atom::Key(KeyName::new(name), test));
        let several = f.atom(Atom::Key(KeyName::new(name), KeyTest::Several));
        let one = f.not(several);
        f.all([hits, one])
    };
    // Three that differ, letters aside, are not among two.
    let mut parts = Vec::new();
    for name in ["a", "b", "c"] {
        parts.push(folded(&mut f, name, &["Ada", "bob"]));
    }
    for (one, other) in [("a", "${b}"), ("a", "${c}"), ("b", "${c}")] {
        let same = folded(&mut f, one, &[other]);
        parts.push(f.not(same));
    }
    let question = f.all(parts.clone());
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let but_one = f.all(parts.iter().skip(1).copied());
    assert!(matches!(ask(&mut f, but_one), SolveResult::Sat(_)));
    // The folder's owner is bob in some spelling, as the prefix is.
    let owned = key(&mut f, "prefix", "home/${owner}/*");
    let bobs = folded(&mut f, "prefix", &["HOME/Bob/x"]);
    let bob = folded(&mut f, "owner", &["bob"]);
    let not_bob = f.not(bob);
    let question = f.all([owned, bobs, not_bob]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
    let spelled = key(&mut f, "owner", "BOB");
    let question = f.all([owned, bobs, spelled]);
    let finding = ask(&mut f, question);
    assert_eq!(found(&finding).context().one("prefix"), Some("home/BOB/x"));
    // Who is bob is in bob's folder, in this spelling at least.
    let not_bobs = f.not(bobs);
    let whole = key(&mut f, "prefix", "home/${owner}/x");
    let question = f.all([whole, bob, not_bobs]);
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
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
            SolveResult::Sat(model) => {
                prop_assert!(holds(&formulas, both, &model.request));
                prop_assert!(expected, "{:?} {:?}", model, atoms);
            }
            other => prop_assert!(false, "{:?} {:?} {:?}", other, atoms, shape),
        }
    }
}

#[test]
fn a_choice_is_part_of_the_model() {
    let mut f = Formulas::new();
    let reading = ChoiceId::world("reading:x");
    let choice = f.atom(Atom::Choice(reading.clone()));
    let same = f.atom(Atom::SameAccount);
    let question = f.add(same & !choice);
    let SolveResult::Sat(model) = ask(&mut f, question) else { panic!("no model") };
    assert_eq!(model.world.value(&reading), Some(false));
    let question = f.add(same & choice);
    let SolveResult::Sat(model) = ask(&mut f, question) else { panic!("no model") };
    assert_eq!(model.world.value(&reading), Some(true));
}

#[test]
fn what_holds_on_either_side_of_a_choice_is_proved_and_certified() {
    let mut f = Formulas::new();
    let choice = f.atom(Atom::Choice(ChoiceId::world("reading:x")));
    let same = f.atom(Atom::SameAccount);
    let question = f.add((choice | same) & (!choice | same) & !same);
    // `ask` has the proof certified and checked.
    assert!(matches!(ask(&mut f, question), SolveResult::Unsat(_)));
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
