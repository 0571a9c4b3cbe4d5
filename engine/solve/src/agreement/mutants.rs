//! Mutated certificates: accepted only if they still prove their question.
#![expect(clippy::arithmetic_side_effects, reason = "small numbers, and a test may fail")]

use proptest::prelude::*;

use crate::result::SolveResult;
use crate::solver::Solver;
use crate::solver::tests::{any_atom, combine, in_world, world};
use crate::support::{described, holds};
use polsim_check::budget::{Budget, Meter};
use polsim_check::internals::Lit;
use polsim_check::key_facts::KeyFacts;
use polsim_check::{Question, Refusal, Step};
use polsim_decide::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate};
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece};

/// A mutation of a proof.
#[derive(Clone, Copy, Debug)]
enum Spoil {
    Drop,
    DropLiteral,
    Negate,
    Other,
    Swap,
    Trust,
    Truncate,
}

fn spoils() -> impl Strategy<Value = Vec<(Spoil, usize, usize)>> {
    let way = prop::sample::select(&[
        Spoil::Drop,
        Spoil::DropLiteral,
        Spoil::Negate,
        Spoil::Other,
        Spoil::Swap,
        Spoil::Trust,
        Spoil::Truncate,
    ]);
    prop::collection::vec((way, 0..1000_usize, 0..1000_usize), 8)
}

fn spoil(steps: &[Step], (way, at, which): (Spoil, usize, usize)) -> Vec<Step> {
    let mut spoilt = steps.to_vec();
    let at = at % steps.len();
    let mut literals = |change: &dyn Fn(&mut Vec<Lit>)| {
        if let Step::Clause(clause) | Step::Lemma(clause) = &mut spoilt[at] {
            let mut list = clause.to_vec();
            if !list.is_empty() {
                change(&mut list);
            }
            *clause = list.into();
        }
    };
    match way {
        Spoil::Drop => drop(spoilt.remove(at)),
        Spoil::DropLiteral => literals(&|list| {
            let _ = list.remove(which % list.len());
        }),
        Spoil::Negate => literals(&|list| {
            let one = which % list.len();
            list[one] = -list[one];
        }),
        Spoil::Other => literals(&|list| {
            let one = which % list.len();
            list[one] = Lit::try_from(1 + which % 60).unwrap() * list[one].signum();
        }),
        Spoil::Swap => spoilt.swap(at, which % steps.len()),
        // A clause that would have to follow is said to be a lemma.
        Spoil::Trust => {
            if let Step::Clause(clause) = &steps[at] {
                spoilt[at] = Step::Lemma(clause.clone());
            }
        }
        Spoil::Truncate => spoilt.truncate(at),
    }
    spoilt
}

/// Tests that unit propagation, done the plainest way, comes to a contradiction from the clauses and the
/// opposite of `clause`.
fn follows(clauses: &[Vec<Lit>], clause: &[Lit]) -> bool {
    let mut facts: std::collections::BTreeSet<Lit> = clause.iter().map(|lit| -lit).collect();
    loop {
        if facts.iter().any(|lit| facts.contains(&-lit)) {
            return true;
        }
        let before = facts.len();
        for clause in clauses {
            if clause.iter().any(|lit| facts.contains(lit)) {
                continue;
            }
            let mut open: Vec<Lit> =
                clause.iter().copied().filter(|lit| !facts.contains(&-lit)).collect();
            // A spoilt clause may have a literal twice.
            open.sort_unstable();
            open.dedup();
            match open[..] {
                [] => return true,
                [unit] => drop(facts.insert(unit)),
                _ => (),
            }
        }
        if facts.len() == before {
            return false;
        }
    }
}

/// Tests that every step is right: RUP clauses follow, and the lemmas hold for every request of the
/// world.
fn is_right(formulas: &mut Formulas, asked: &[FormulaId], steps: &[Step]) -> bool {
    let key_facts = KeyFacts::all();
    let mut question = Question::new(formulas, &key_facts, asked.iter().copied());
    let mut clauses = question.all_clauses();
    for step in steps {
        match step {
            Step::Atom(..) => question.add_atom(step),
            Step::Clause(clause) => {
                if !follows(&clauses, clause) {
                    return false;
                }
                clauses.push(clause.to_vec());
            }
            Step::Lemma(clause) => {
                let holds_for = |request: &_| {
                    let described = described(request, "x");
                    clause.iter().any(|lit| {
                        let formula = question.formula(*lit).unwrap();
                        holds(question.formulas(), formula, &described) == (*lit > 0)
                    })
                };
                if !world().iter().all(holds_for) {
                    return false;
                }
                clauses.push(clause.to_vec());
            }
        }
    }
    matches!(steps.last(), Some(Step::Clause(clause)) if clause.is_empty())
}

fn check(formulas: &mut Formulas, asked: &[FormulaId], steps: &[Step]) -> Result<(), Refusal> {
    let key_facts = KeyFacts::all();
    Question::new(formulas, &key_facts, asked.iter().copied()).check(steps)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_spoilt_proof_is_accepted_only_if_it_is_still_one(
        atoms in prop::collection::vec(any_atom(), 1..7),
        shape in prop::collection::vec((0..20_usize, any::<bool>()), 1..8),
        more in prop::collection::vec((0..20_usize, any::<bool>()), 1..8),
        spoils in spoils(),
    ) {
        let mut formulas = Formulas::new();
        let first = combine(&mut formulas, &atoms, &shape);
        let in_world = in_world(&mut formulas);
        let first = formulas.all([first, in_world]);
        let second = combine(&mut formulas, &atoms, &more);
        let both = formulas.all([first, second]);
        let key_facts = KeyFacts::all();
        let mut solver = Solver::new(key_facts.clone(), Vec::new());
        let limits = &mut Meter::new(Budget::default(), &|| false);
        let SolveResult::Unsat(used) = solver.ask(&mut formulas, both, limits) else { return Ok(()) };
        let raw = solver.proof(&used, &formulas);
        let asked = [first, second];
        let steps = Question::new(&mut formulas, &key_facts, asked).steps(&raw).unwrap();
        prop_assert_eq!(check(&mut formulas, &asked, &steps), Ok(()));
        prop_assert!(is_right(&mut formulas, &asked, &steps));
        // The same steps do not prove another question that has an answer.
        let answered = world().iter().any(|request| holds(&formulas, first, request));
        let yes = formulas.truth(true);
        if answered {
            prop_assert!(check(&mut formulas, &[first], &steps).is_err());
            prop_assert!(check(&mut formulas, &[first, yes], &steps).is_err());
        }
        for change in spoils {
            let spoilt = spoil(&steps, change);
            if spoilt != steps && check(&mut formulas, &asked, &spoilt).is_ok() {
                prop_assert!(is_right(&mut formulas, &asked, &spoilt), "{:?} {:?}", change, steps);
            }
            if answered {
                prop_assert!(check(&mut formulas, &[first], &spoilt).is_err());
            }
        }
    }

    #[test]
    fn steps_survive_their_json(
        literals in prop::collection::vec(prop_oneof![-99..0_i32, 1..99_i32], 0..5),
        like in "[a*?$${}/]{0,6}",
        kind in 0..4_u8,
    ) {
        let pattern = Pattern::from_pieces([Piece::Text(like.into()), Piece::AnyRun]);
        let step = match kind {
            0 => Step::Lemma(literals.into()),
            1 => Step::Clause(literals.into()),
            _ => {
                let case = if kind == 2 { CaseRule::Exact } else { CaseRule::Folded };
                let any_of = [Predicate::Text(pattern, case)].into();
                let test = KeyTest::Some { any_of, hit: true };
                Step::of_atom(&Atom::Key(KeyName::new("aws:username"), test)).unwrap()
            }
        };
        prop_assert_eq!(Step::from_json(&step.to_json()), Some(step));
    }
}

#[test]
fn steps_of_no_known_kind_are_not_read() {
    for text in [
        r#"{"clause": [0]}"#,
        r#"{"clause": [1.5]}"#,
        r#"{"clause": [4294967296]}"#,
        r#"{"clause": []  , "lemma": []}"#,
        r#"{"axiom": []}"#,
        r#"{"atom": {"key": "a"}}"#,
        r#"{"atom": {"key": "a", "like": "${a"}}"#,
        "[]",
        "{}",
    ] {
        assert_eq!(Step::from_json(&serde_json::from_str(text).unwrap()), None, "{text}");
    }
}
