"""The steps of a certificate: followed down to the empty clause."""

import lemmas
from atoms import Refused, need
from refutation import Clauses


def follow(formula, roots, steps, facts):
    """Refuses the certificate unless the steps show that not all of the roots hold.

    Returns how many lemmas and learnt clauses there were.
    """
    known = Clauses()
    for clause in formula.clauses():
        known.add(clause)
    for root in roots:
        known.add([root])
    need(isinstance(steps, list) and steps, "a certificate has steps")
    counts = {"lemma": 0, "clause": 0, "atom": 0}
    for number, step in enumerate(steps, 1):
        need(isinstance(step, dict) and len(step) == 1, f"step {number} is not understood")
        ((kind, value),) = step.items()
        need(kind in counts, f"step {number} is of no known kind")
        counts[kind] += 1
        if kind == "atom":
            _add_atom(formula, value, number)
            continue
        clause = _literals(formula, value, number)
        if kind == "clause":
            need(known.implies(clause), f"step {number}: the clause does not follow")
        else:
            _confirm(formula, clause, facts, number)
        known.add(clause)
    need(steps[-1] == {"clause": []}, "the last step is not the empty clause")
    return counts


def _add_atom(formula, value, number):
    need(isinstance(value, dict), f"step {number} is not understood")
    formula.add_atom(value)


def _literals(formula, value, number):
    need(isinstance(value, list), f"step {number} has no list of literals")
    for literal in value:
        good = isinstance(literal, int) and not isinstance(literal, bool)
        need(good and 0 < abs(literal) <= len(formula), f"step {number}: {literal} is no literal")
    return value


def _confirm(formula, clause, facts, number):
    literals = []
    for literal in clause:
        atom = formula.atoms[abs(literal)]
        need(atom is not None, f"step {number}: a lemma is about atoms")
        # The lemma excludes the requests in which no literal holds.
        literals.append((atom, literal < 0))
    if not lemmas.contradict(literals, facts):
        told = " and ".join(("" if value else "not ") + str(a.json) for a, value in literals)
        raise Refused(f"step {number}: the lemma is not confirmed: {told}")
