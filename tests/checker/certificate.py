"""A certificate against the texts that it is about: its steps, and its formulas on many requests."""

import zlib
from itertools import combinations

import assumptions
import claims
import probes
import steps
import steps
from atoms import Formula, Refused, need, value_of
from scenario import Files, Scenario
from subject import Subject

REQUESTS = 1200
VERDICTS = {
    "proved": ("deny", "always", "guard", "no-more-than"),
    "violated": ("allow",),
    "vacuous": ("allow", "always", "deny", "guard", "no-more-than"),
}
KEY_FACTS = ("typed-keys", "single-valued-keys", "username-charset", "service-principals")


def check_file(file, count=None):
    """Checks all proofs of a file: (scenario, property, why it is refused or `None`, report)."""
    need(isinstance(file, dict) and file.get("polsimCertificates") == 2, "it is not of version 2")
    count = REQUESTS if count is None else count
    files, scenarios, results = Files(file), {}, []
    for proof in file["proofs"]:
        name = proof["scenario"]
        try:
            if name not in scenarios:
                scenarios[name] = Scenario(files, name)
            report, refusal = Proof(scenarios[name], proof).check(count), None
        except Refused as refused:
            report, refusal = None, str(refused)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            report, refusal = None, f"it is not understood: {type(error).__name__}: {error}"
        results.append((name, proof["property"], refusal, report))
    return results


class Proof:
    """One proof, and what it has to be about."""

    def __init__(self, scenario, proof):
        self.scenario, self.proof = scenario, proof
        self.certificate = proof["certificate"]
        self.property = scenario.property(proof["property"])
        claim, verdict = self.property.claim, proof["verdict"]
        need(claim in VERDICTS.get(verdict, ()), f"`{claim}` is never `{verdict}` by a proof")
        self.is_vacuous = verdict == "vacuous"
        self.formula = Formula(self.certificate["formula"]["nodes"])
        self.roots = [
            (it["name"], it["literal"]) for it in self.certificate["formula"]["roots"]
        ]
        for _, literal in self.roots:
            self.formula._literal(literal, len(self.formula))
        self.facts = assumptions.Facts(scenario.network)
        self.assumed = self._assumed()
        self.shape, self.wanted, self.question = self._parts()
        origins = self.certificate["origins"]
        self.origins = (Formula(origins["nodes"]), origins["named"])
        for literal in origins["named"].values():
            self.origins[0]._literal(literal, len(self.origins[0]))
        atoms = [*self.formula.atoms, *self.origins[0].atoms]
        read = {it.subject[1] for it in atoms if it is not None and it.kind == "key"}
        self.choices = sorted({it.subject[1] for it in atoms if it is not None and it.kind == "choice"})
        self.claim = claims.Claim(self.property, self.origins, sorted(read))

    def _assumed(self):
        names = self.certificate["assume"]
        allowed = self._allowed_assumptions()
        for name in names:
            need(name in allowed, f"the scenario does not assume `{name}`")
        asserted = [name for name, _ in self.roots if name.startswith("assume:")]
        need(
            asserted == [f"assume:{name}" for name in names],
            "the roots are not those of what is assumed",
        )
        return names

    def _allowed_assumptions(self):
        """The names that the scenario lets a proof assume; `aws` stands for all but what is optional."""
        tests = [it.replace("_", "-") for it in dir(assumptions.Facts) if not it.startswith("_")]
        usual = [it for it in tests if it not in assumptions.OPTIONAL]
        _, assume = self.scenario.member("assume")
        written = ["aws"] if assume is None else assume if isinstance(assume, list) else [assume]
        return [name for it in written for name in (usual if it == "aws" else [it])]

    def _parts(self):
        """The literals of the shape, of what is wanted, and of the question, which is both."""
        named = [(name, it) for name, it in self.roots if not name.startswith(("assume:", "universe"))]
        parts = ["shape"] if self.is_vacuous else ["shape", "wanted"]
        expected = [*parts, "worlds", "under", "question"]
        need([name for name, _ in named] == expected, "the roots are not those of a question")
        literals = dict(named)
        return literals["shape"], literals.get("wanted"), literals["question"]

    # The checks

    def check(self, count):
        """Refuses the proof unless all is well; a report otherwise."""
        self._check_witness()
        literals = [literal for _, literal in self.roots]
        counts = steps.follow(self.formula, literals, self.certificate["steps"], set(self.assumed))
        report = Requests(self).run(count)
        origins = sorted({it.split(":", 1)[1] for it in self.origins[1]})
        counts = {"lemmas": counts["lemma"], "clauses": counts["clause"]}
        return {**report, **counts, "origins": origins}

    def _check_witness(self):
        """The request that shows that the property is about something."""
        if self.is_vacuous:
            return
        witness = self.certificate.get("witness")
        need(witness is not None, "the certificate has no witness")
        need(witness.get("complete") is True, "the witness is not complete")
        refused = None
        for choices in _worlds(self.choices):
            subject = Subject(witness, choices=choices)
            known = self.formula.read(subject)
            missing = [
                name for name, it in self.roots
                if name not in ("wanted", "question") and not value_of(known, it)
            ]  # fmt: skip
            if self.claim.is_about(subject) and not missing:
                break
            why = f"the witness does not fulfil `{missing[0]}`" if missing else None
            refused = refused or why or "the property is not about the witness"
        else:
            raise Refused(refused)
        if not choices:
            self.check_request(subject)

    def check_request(self, subject):
        """Holds the formulas against the texts for one request; what it showed."""
        known = self.formula.read(subject)

        def refuse(why):
            raise Refused(f"{why}: {subject.case}")

        for name, literal in self.roots:
            if name == "universe" and not value_of(known, literal):
                refuse("the universe lacks the request")
        shape = self.claim.is_about(subject)
        if value_of(known, self.shape) != shape:
            refuse(f"the property is {'' if shape else 'not '}about the request, by its text")
        question = shape
        if self.wanted is not None and subject.is_ordinary and claims.needs_permission(subject):
            wanted = self.claim.is_wanted(subject)
            if value_of(known, self.wanted) != wanted:
                refuse(f"the request is {'' if wanted else 'not '}wanted, by the policies' texts")
            question = shape and wanted
        names = ("shape", "wanted", "worlds", "under")
        parts = [literal for name, literal in self.roots if name in names]
        if value_of(known, self.question) != all(value_of(known, it) for it in parts):
            refuse("the question is not its parts")
        possible = subject.is_ordinary
        for name, literal in self.roots:
            if name.startswith("assume:"):
                holds = self.facts.holds(name.removeprefix("assume:"), subject)
                if holds is None:
                    refuse(f"`{name}` is not understood")
                if holds and not value_of(known, literal):
                    refuse(f"`{name}` says too much")
                possible = possible and holds
        if possible and question:
            refuse("the property is wrong")
        return known, shape, possible


class Requests:
    """The requests of one proof."""

    def __init__(self, proof):
        self.proof = proof
        steps_ = enumerate(proof.certificate["steps"], 1)
        self.lemmas = [(number, it["lemma"]) for number, it in steps_ if "lemma" in it]
        self.facts = [it for it in KEY_FACTS if it in proof.assumed]
        self.tried = self.about = self.possible = 0
        self.vectors = set()
        roots = [it for it in (proof.shape, proof.wanted) if it is not None]
        self.below = [(it, proof.formula.below(it)) for it in roots]

    def run(self, count):
        """Tries requests; refuses at the first that is not as it should be."""
        proof = self.proof
        regions = [] if proof.scenario.network is None else _regions(proof.scenario.network)
        pools = probes.Pools([proof.formula, proof.origins[0]], regions)
        pools.take_shape(proof.claim.shape)
        for callers in proof.property.callers:
            for attached in (*callers.policies, *callers.bound):
                pools.take_policy(attached)
        first = [] if proof.is_vacuous else [probes.Draft.of(Subject(proof.certificate["witness"]))]
        seed = zlib.crc32(f"{proof.proof['scenario']} {proof.proof['property']}".encode())
        probing = probes.Probing(pools, seed, proof.formula)
        probing.run(count, self._observe, first)
        return {
            "requests": self.tried,
            "about": self.about,
            "possible": self.possible,
            "atoms": probing.decided,
        }

    def _observe(self, draft):
        subject = Subject(draft.case(), draft.noise)
        self.tried += 1
        known, shape, possible = self.proof.check_request(subject)
        self.about += shape
        self.possible += possible
        if all(self.proof.facts.holds(it, subject) for it in self.facts):
            for number, clause in self.lemmas:
                if not any(value_of(known, it) for it in clause):
                    raise Refused(f"step {number}: the lemma is wrong: {subject.case}")
        vector = bytes(known[1:])
        if vector in self.vectors:
            # Nothing is learnt from the same truth values again.
            return frozenset(), {}
        self.vectors.add(vector)
        shown = {(node, value, shape) for node, value in enumerate(known) if value is not None}
        ordinary = subject.is_ordinary and claims.needs_permission(subject)
        return shown, self._aims(known) if ordinary else {}

    def _aims(self, known):
        """How near the request is to those at which one atom decides the shape, or what is wanted."""
        proof, aims = self.proof, {}
        for literal, below in self.below:
            critical = proof.formula.critical(known, literal, below)
            for node, score in critical.items():
                if proof.formula.atoms[node] is not None:
                    aims[literal, node] = score
        return aims


def _worlds(choices):
    """Worlds as sets of choices that are so: the default first, then some with few others."""
    for count in range(min(len(choices), 3) + 1):
        yield from combinations(choices, count)


def _regions(network):
    regions = {network.node.get("region"), *[it.get("region") for it in network.vpcs]}
    return sorted(it for it in regions if it)


__all__ = ["Proof", "Refused", "check_file"]
