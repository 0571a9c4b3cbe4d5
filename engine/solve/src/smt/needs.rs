//! Needs: the number of values of a context key that suffices for a formula.
//!
//! A key has any number of values, and a script only so many constants. Let a request satisfy the
//! formula. Where its key has one value or none, one constant is enough. Where it has several, keep a
//! value for each atom that asks for one and holds, two at least, and drop the rest. The atoms that
//! were true for a kept value still are; those that are false for all values still are; absence,
//! blankness, having several values and what a variable of the key stands for have not changed. So
//! a key never needs more constants than there are atoms that ask for a value, and two. Of these
//! atoms, only those count that occur under an even number of negations: any other may become false
//! as well, for a formula in which it occurs only negated still holds then.
//!
//! An atom that stands beside "and not several values", as the plain operators have it, asks for
//! nothing: where the key has several values, the conjunction is false whatever the atom says.

use polsim_decide::formula::{Atom, FormulaId, Formulas, KeyTest, Node};
use polsim_decide::text::KeyName;

/// The polarity in which a formula occurs in others.
#[derive(Clone, Copy, Debug, Default)]
struct Occurs {
    /// Under an even number of negations.
    positive: bool,
    /// Under an odd number.
    negative: bool,
    /// As an atom that has to have a value of its own.
    counts: bool,
}

/// The number of values that each key needs.
#[derive(Debug)]
pub(super) struct Needs {
    wanted: Vec<(KeyName, usize)>,
}

impl Needs {
    /// The needs of the conjunction of `roots`.
    pub(super) fn of(formulas: &Formulas, roots: &[FormulaId]) -> Self {
        let mut occurs = vec![Occurs::default(); formulas.len()];
        for root in roots {
            mark(&mut occurs, *root, (true, false, true));
        }
        let mut wanted: Vec<(KeyName, usize)> = Vec::new();
        // Wholes have larger ids than parts.
        for id in formulas.ids().rev() {
            let Some(Occurs { positive, negative, counts }) = occurs.get(id.index()).copied()
            else {
                continue;
            };
            if !positive && !negative {
                continue;
            }
            match formulas.node(id) {
                Node::All(parts) => {
                    let guarded: Vec<&KeyName> =
                        parts.iter().filter_map(|it| not_several(formulas, *it)).collect();
                    for part in parts {
                        let asked = asked_of(formulas, *part);
                        let exempt = asked.is_some_and(|key| guarded.contains(&key));
                        mark(&mut occurs, *part, (positive, negative, !exempt));
                    }
                }
                Node::Any(parts) => {
                    for part in parts {
                        mark(&mut occurs, *part, (positive, negative, true));
                    }
                }
                Node::Not(inner) => mark(&mut occurs, *inner, (negative, positive, counts)),
                Node::Atom(atom) => {
                    if let Some(Atom::Key(key, KeyTest::Some { .. })) = formulas.atom_of(*atom)
                        && positive
                        && counts
                    {
                        match wanted.iter_mut().find(|(known, _)| known == key) {
                            Some((_, count)) => *count = count.saturating_add(1),
                            None => wanted.push((key.clone(), 1)),
                        }
                    }
                }
                Node::Truth(_) => (),
            }
        }
        Self { wanted }
    }

    /// The number of values of a key that suffices.
    pub(super) fn values_of(&self, key: &KeyName) -> usize {
        let wanted = self.wanted.iter().find(|(known, _)| known == key);
        wanted.map_or(2, |(_, count)| (*count).max(2))
    }
}

fn mark(occurs: &mut [Occurs], id: FormulaId, (positive, negative, counts): (bool, bool, bool)) {
    if let Some(it) = occurs.get_mut(id.index()) {
        it.positive |= positive;
        it.negative |= negative;
        it.counts |= counts;
    }
}

/// The key that must not have several values for this formula to hold, if it says that.
fn not_several(formulas: &Formulas, id: FormulaId) -> Option<&KeyName> {
    let Node::Not(inner) = formulas.node(id) else { return None };
    match key_test(formulas, *inner)? {
        (key, KeyTest::Several) => Some(key),
        _ => None,
    }
}

/// The key that a formula asks for a value of, if it is such an atom or the negation of one.
fn asked_of(formulas: &Formulas, id: FormulaId) -> Option<&KeyName> {
    let atom = match formulas.node(id) {
        Node::Not(inner) => *inner,
        _ => id,
    };
    match key_test(formulas, atom)? {
        (key, KeyTest::Some { .. }) => Some(key),
        _ => None,
    }
}

fn key_test(formulas: &Formulas, id: FormulaId) -> Option<(&KeyName, &KeyTest)> {
    let Node::Atom(atom) = formulas.node(id) else { return None };
    match formulas.atom_of(*atom)? {
        Atom::Key(key, test) => Some((key, test)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Needs;
    use polsim_decide::formula::{Atom, Formulas, KeyTest, Predicate};
    use polsim_decide::text::{CaseRule, KeyName, Pattern};

    #[test]
    fn values_are_needed_by_what_asks_for_them() {
        let mut formulas = Formulas::new();
        let key = KeyName::new("k");
        let mut some = |text: &str| {
            let text = Predicate::Text(Pattern::literal(text), CaseRule::Exact);
            let test = KeyTest::Some { any_of: [text].into(), hit: true };
            formulas.atom(Atom::Key(key.clone(), test))
        };
        let asked = ["a", "b", "c", "d"].map(&mut some);
        let several = formulas.atom(Atom::Key(key.clone(), KeyTest::Several));
        let one = formulas.not(several);
        // Three different values at once.
        let all = formulas.all([asked[0], asked[1], asked[2]]);
        assert_eq!(Needs::of(&formulas, &[all]).values_of(&key), 3);
        // No such value: none is needed.
        let none = formulas.not(all);
        assert_eq!(Needs::of(&formulas, &[none]).values_of(&key), 2);
        // The plain operators.
        let plain: Vec<_> = asked.iter().map(|it| formulas.all([*it, one])).collect();
        let any = formulas.any(plain);
        assert_eq!(Needs::of(&formulas, &[any]).values_of(&key), 2);
        let neither = formulas.not(any);
        assert_eq!(Needs::of(&formulas, &[neither]).values_of(&key), 2);
        // One of them also without the guard.
        assert_eq!(Needs::of(&formulas, &[any, all]).values_of(&key), 3);
    }
}
