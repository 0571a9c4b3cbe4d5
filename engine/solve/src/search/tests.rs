//! The search against truth tables, with a theory that knows a few forbidden pairs.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::unreachable,
    reason = "a test may fail, in its helpers too"
)]

use self::log::Entry;
use self::query::luby;
use super::*;
use polsim_check::budget::Budget;
use polsim_decide::formula::{Atom, KeyTest, Node};
use polsim_decide::text::KeyName;
use proptest::prelude::*;

/// Atoms are free, but for pairs that cannot both be true; some of the pairs it tells at once.
#[derive(Default)]
struct Pairs {
    forbidden: Vec<(AtomId, AtomId, bool)>,
}

impl AtomCosts for Pairs {
    fn costs(&self, _atom: AtomId) -> [u32; 2] {
        [2, 1]
    }
}

impl Theory for Pairs {
    type Model = Vec<AtomValue>;

    fn register(&mut self, _atom: AtomId, _formulas: &Formulas) {}

    fn propagate(
        &mut self,
        (atom, value): AtomValue,
        _formulas: &Formulas,
        _values: &dyn Fn(AtomId) -> Option<bool>,
        out: &mut Propagations,
    ) {
        if !value {
            return;
        }
        for (one, other, eager) in &self.forbidden {
            if *eager && *one == atom {
                out.implied.push((*other, false));
            }
            if *eager && *other == atom {
                out.implied.push((*one, false));
            }
        }
    }

    fn final_check(
        &mut self,
        atoms: &[AtomValue],
        _formulas: &mut Formulas,
        _limits: &mut Meter<'_>,
    ) -> TheoryResult<Self::Model> {
        let has = |atom: AtomId| atoms.contains(&(atom, true));
        match self.forbidden.iter().find(|(one, other, _)| has(*one) && has(*other)) {
            Some((one, other, _)) => TheoryResult::Conflict(vec![(*one, true), (*other, true)]),
            None => TheoryResult::Sat(atoms.to_vec()),
        }
    }
}

const ATOMS: usize = 8;

fn atoms(formulas: &mut Formulas) -> Vec<FormulaId> {
    (0..ATOMS)
        .map(|n| formulas.atom(Atom::Key(KeyName::new(&format!("k{n}")), KeyTest::Absent)))
        .collect()
}

/// A formula in Polish notation over the bytes of `text`.
fn read(formulas: &mut Formulas, text: &mut std::slice::Iter<'_, u8>, depth: u8) -> FormulaId {
    let atoms = atoms(formulas);
    let byte = text.next().copied().unwrap_or(0);
    match byte % 8 {
        _ if depth == 0 => atoms[usize::from(byte) % ATOMS],
        0 => atoms[usize::from(byte / 8) % ATOMS],
        1 => {
            let inner = read(formulas, text, depth - 1);
            formulas.not(inner)
        }
        2..=4 => {
            let parts: Vec<_> =
                (0..2 + byte / 64).map(|_| read(formulas, text, depth - 1)).collect();
            formulas.all(parts)
        }
        _ => {
            let parts: Vec<_> =
                (0..2 + byte / 64).map(|_| read(formulas, text, depth - 1)).collect();
            formulas.any(parts)
        }
    }
}

fn truth(formulas: &Formulas, id: FormulaId, row: usize) -> bool {
    use polsim_decide::formula::Node;
    match formulas.node(id) {
        Node::All(parts) => parts.iter().all(|part| truth(formulas, *part, row)),
        Node::Any(parts) => parts.iter().any(|part| truth(formulas, *part, row)),
        Node::Not(inner) => !truth(formulas, *inner, row),
        Node::Truth(value) => *value,
        Node::Atom(atom) => row >> atom.index() & 1 == 1,
    }
}

fn possible(theory: &Pairs, row: usize) -> bool {
    let has = |atom: AtomId| row >> atom.index() & 1 == 1;
    !theory.forbidden.iter().any(|(one, other, _)| has(*one) && has(*other))
}

/// Every clause of the log must hold in every possible row in which facts and question hold.
fn log_holds(search: &Search, formulas: &Formulas, theory: &Pairs, question: FormulaId) {
    let rows = (0..1 << ATOMS).filter(|row| possible(theory, *row));
    for row in rows.filter(|row| truth(formulas, question, *row)) {
        for entry in search.log().entries() {
            let (Entry::TheoryLemma(clause) | Entry::Rup(clause)) = entry;
            let holds = clause.iter().any(|lit| {
                let formula = search.formula(lit.var()).unwrap();
                truth(formulas, formula, row) == lit.is_positive()
            });
            assert!(holds, "{entry:?} fails in row {row:08b}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_search_agrees_with_the_truth_table(
        text in prop::collection::vec(any::<u8>(), 1..60),
        more in prop::collection::vec(any::<u8>(), 1..30),
        forbidden in prop::collection::vec((0..ATOMS, 0..ATOMS, any::<bool>()), 0..12),
    ) {
        let mut formulas = Formulas::new();
        let atoms = atoms(&mut formulas);
        let id_of = |formulas: &Formulas, at: usize| match formulas.node(atoms[at]) {
            Node::Atom(id) => *id,
            _ => unreachable!(),
        };
        let forbidden = forbidden
            .into_iter()
            .map(|(one, other, eager)| (id_of(&formulas, one), id_of(&formulas, other), eager))
            .collect();
        let mut theory = Pairs { forbidden };
        let fact = read(&mut formulas, &mut more.iter(), 3);
        let mut search = Search::new();
        search.add_fact(fact, &formulas, &mut theory);
        let assumed = read(&mut formulas, &mut more[more.len() / 2..].iter(), 2);
        search.assume(assumed, &formulas, &mut theory);
        // Several questions on one search: what was learnt must serve all of them.
        for round in 0..3 {
            let question = read(&mut formulas, &mut text[round.min(text.len() - 1)..].iter(), 6);
            let expected = (0..1 << ATOMS).any(|row| {
                possible(&theory, row)
                    && truth(&formulas, fact, row)
                    && truth(&formulas, assumed, row)
                    && truth(&formulas, question, row)
            });
            let meter = &mut Meter::new(Budget::default(), &|| false);
            match search.solve(question, &mut formulas, &mut theory, meter) {
                SolveResult::Sat(model) => {
                    prop_assert!(expected);
                    // Whatever the other atoms are, the model's own suffice.
                    for row in 0..1 << ATOMS {
                        let agrees =
                            model.iter().all(|(atom, value)| (row >> atom.index() & 1 == 1) == *value);
                        if agrees && possible(&theory, row) {
                            prop_assert!(truth(&formulas, question, row));
                            prop_assert!(truth(&formulas, fact, row));
                            prop_assert!(truth(&formulas, assumed, row));
                        }
                    }
                }
                SolveResult::Unsat(used) => {
                    prop_assert!(!expected);
                    // Without the assumption that was not used it is the same.
                    let sure = (0..1 << ATOMS).any(|row| {
                        possible(&theory, row)
                            && truth(&formulas, fact, row)
                            && (used.is_empty() || truth(&formulas, assumed, row))
                            && truth(&formulas, question, row)
                    });
                    prop_assert!(!sure);
                }
                other => prop_assert!(false, "{other:?}"),
            }
            let both = formulas.all([fact, assumed, question]);
            log_holds(&search, &formulas, &theory, both);
        }
    }
}

#[test]
fn luby_is_lubys_sequence() {
    let sequence: Vec<u64> = (1..=15).map(luby).collect();
    assert_eq!(sequence, [1, 1, 2, 1, 1, 2, 4, 1, 1, 2, 1, 1, 2, 4, 8]);
}
