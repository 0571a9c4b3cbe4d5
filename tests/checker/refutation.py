"""Learnt clauses by unit propagation, the plainest way that is not slow."""


class Clauses:
    """Clauses, and whether another follows by unit propagation."""

    def __init__(self):
        self.clauses = []
        self.by_literal = {}
        self.facts = set()
        self.broken = False

    def add(self, clause):
        """Adds a clause and what follows from it."""
        clause = frozenset(clause)
        if any(-literal in clause for literal in clause):
            return
        number = len(self.clauses)
        self.clauses.append(clause)
        for literal in clause:
            self.by_literal.setdefault(literal, []).append(number)
        open_ = [it for it in clause if -it not in self.facts]
        if not open_:
            self.broken = True
        elif len(open_) == 1 and not any(it in self.facts for it in clause):
            self.broken |= self._propagate(self.facts, open_)

    def _propagate(self, facts, new):
        """Makes the new literals true, and what follows; true if clauses contradict that."""
        new = list(new)
        while new:
            literal = new.pop()
            if -literal in facts:
                return True
            if literal in facts:
                continue
            facts.add(literal)
            for number in self.by_literal.get(-literal, ()):
                clause = self.clauses[number]
                unit = None
                for other in clause:
                    if other in facts:
                        break
                    if -other not in facts:
                        if unit is not None:
                            break
                        unit = other
                else:
                    if unit is None:
                        return True
                    new.append(unit)
        return False

    def implies(self, clause):
        """Whether the opposite of the clause comes to a contradiction."""
        if self.broken or any(-literal in clause for literal in clause):
            return True
        return self._propagate(set(self.facts), [-literal for literal in clause])
