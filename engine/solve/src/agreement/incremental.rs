//! Incremental checking of a search, and of mutated steps.
#![expect(clippy::arithmetic_side_effects, reason = "small numbers, and a test may fail")]

use proptest::prelude::*;

use crate::result::SolveResult;
use crate::solver::Solver;
use crate::solver::tests::{any_atom, combine, in_world, world};
use crate::support::holds;
use polsim_check::budget::{Budget, Interrupt, Meter};
use polsim_check::fields::Universe;
use polsim_check::key_facts::KeyFacts;
use polsim_check::{IncrementalChecker, ProofStep};
use polsim_decide::formula::{FormulaId, Formulas};

/// A mutation of the steps of a search.
#[derive(Clone, Copy, Debug)]
enum Spoil {
    DropLiteral,
    Forget,
    Negate,
    Trust,
}

fn spoils() -> impl Strategy<Value = Vec<(Spoil, usize, usize)>> {
    let all = [Spoil::DropLiteral, Spoil::Forget, Spoil::Negate, Spoil::Trust];
    let way = prop::sample::select(all.to_vec());
    prop::collection::vec((way, 0..1000_usize, 0..1000_usize), 1..4)
}

fn spoil(steps: &mut Vec<ProofStep>, (way, at, which): (Spoil, usize, usize)) {
    if steps.is_empty() {
        return;
    }
    let at = at % steps.len();
    let literals = steps[at].clause().len();
    match way {
        Spoil::DropLiteral if literals > 0 => drop(steps[at].clause_mut().remove(which % literals)),
        Spoil::Negate if literals > 0 => {
            let (_, value) = &mut steps[at].clause_mut()[which % literals];
            *value = !*value;
        }
        Spoil::Forget => drop(steps.remove(at)),
        Spoil::DropLiteral | Spoil::Negate => (),
        Spoil::Trust => steps[at] = ProofStep::TheoryLemma(steps[at].clause().clone()),
    }
}

/// The questions in which two of these formulas differ, both ways, within the world.
fn differences(formulas: &mut Formulas, decided: &[FormulaId]) -> Vec<FormulaId> {
    let in_world = in_world(formulas);
    let mut questions = Vec::new();
    for (at, one) in decided.iter().enumerate() {
        for other in &decided[at + 1..] {
            let (not_one, not_other) = (formulas.not(*one), formulas.not(*other));
            let (more, less) = (formulas.all([*one, not_other]), formulas.all([not_one, *other]));
            let either = formulas.any([more, less]);
            questions.push(formulas.all([either, in_world]));
        }
    }
    questions
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_checker_confirms_every_answer_and_no_other(
        atoms in prop::collection::vec(any_atom(), 2..6),
        shapes in prop::collection::vec(
            prop::collection::vec((0..20_usize, any::<bool>()), 1..6), 3..5,
        ),
        spoils in spoils(),
    ) {
        let mut formulas = Formulas::new();
        let decided: Vec<FormulaId> =
            shapes.iter().map(|shape| combine(&mut formulas, &atoms, shape)).collect();
        let questions = differences(&mut formulas, &decided);
        let key_facts = KeyFacts::all();
        let mut solver = Solver::new(key_facts.clone(), Vec::new());
        let mut checker = IncrementalChecker::new(&mut formulas, key_facts.clone());
        let limits = &mut Meter::new(Budget::default(), &|| false);
        for question in &questions {
            let finding = solver.ask(&mut formulas, *question, limits);
            let asked = (*question, &[][..]);
            let confirmed = solver.confirms(&mut checker, asked, &mut formulas, limits);
            prop_assert_eq!(confirmed, Ok(matches!(finding, SolveResult::Unsat(_))), "{:?}", finding);
        }
        // Steps that are wrong show nothing that is wrong.
        let mut steps: Vec<ProofStep> = solver.steps(&formulas);
        for change in spoils {
            spoil(&mut steps, change);
        }
        let mut checker = IncrementalChecker::new(&mut formulas, key_facts);
        prop_assert_eq!(checker.take(steps, &formulas, limits), Ok(()));
        let mut universe = Universe::new();
        for question in questions {
            let expanded = universe.expand(&mut formulas, question);
            if checker.refutes(&[expanded], &formulas) {
                prop_assert!(world().iter().all(|request| !holds(&formulas, question, request)));
            }
        }
    }
}

#[test]
fn a_checker_that_is_interrupted_confirms_nothing() {
    let mut formulas = Formulas::new();
    let key_facts = KeyFacts::all();
    let question = {
        let kinds = Universe::facts(&mut formulas);
        formulas.not(kinds[0])
    };
    let mut solver = Solver::new(key_facts.clone(), Vec::new());
    let limits = &mut Meter::new(Budget::default(), &|| false);
    let finding = solver.ask(&mut formulas, question, limits);
    assert!(matches!(finding, SolveResult::Unsat(_)), "{finding:?}");
    let mut checker = IncrementalChecker::new(&mut formulas, key_facts);
    let interrupted = &mut Meter::new(Budget::default(), &|| true);
    let asked = (question, &[][..]);
    let stopped = solver.confirms(&mut checker, asked, &mut formulas, interrupted);
    assert_eq!(stopped, Err(Interrupt::Interrupted));
    assert_eq!(solver.confirms(&mut checker, asked, &mut formulas, limits), Ok(true));
}
