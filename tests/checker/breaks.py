#!/usr/bin/env python3
"""Certificates that are broken on purpose: each has to be refused, and for the reason that is stated.

    python3 tests/checker/breaks.py FOLDER

FOLDER holds the honest certificates of the corpus. `breaks.json` lists the breaks:
which proof, what is done to it, and a part of what the refusal says.
"""

import copy
import json
import sys
from pathlib import Path

import certificate

HERE = Path(__file__).resolve().parent


class Nothing(Exception):
    """A break that finds nothing to break."""


class Broken:
    """A file with one proof in it, to be broken."""

    def __init__(self, file, property_name):
        self.file = copy.deepcopy(file)
        proofs = [it for it in self.file["proofs"] if it["property"] == property_name]
        if len(proofs) != 1:
            raise Nothing(f"no proof of `{property_name}`")
        self.file["proofs"] = proofs
        self.proof = proofs[0]
        self.certificate = self.proof["certificate"]
        self.nodes = self.certificate["formula"]["nodes"]
        self.steps = self.certificate["steps"]

    # What to break

    def step(self, kind, nth=0):
        """The number of a step of a kind."""
        found = [number for number, it in enumerate(self.steps) if kind in it]
        if nth >= len(found):
            raise Nothing(f"no such `{kind}`")
        return found[nth]

    def root(self, name):
        """A root by name."""
        return next(it for it in self.certificate["formula"]["roots"] if it["name"] == name)

    def below(self, name, wanted):
        """The nodes below a root that `wanted` picks, in the order of a walk."""
        found, seen, open_ = [], set(), [abs(self.root(name)["literal"])]
        while open_:
            number = open_.pop(0)
            if number in seen:
                continue
            seen.add(number)
            node = self.nodes[number - 1]
            if wanted(node):
                found.append(number)
            for kind in ("all", "any"):
                open_.extend(abs(part) for part in node.get(kind, ()))
        return found

    def node(self, root, wanted, nth=0):
        """The node of this number among those that `wanted` picks."""
        found = self.below(root, wanted)
        if nth >= len(found):
            raise Nothing("no such node")
        return self.nodes[found[nth] - 1]


# Ways to break a proof; the first argument is a `Broken`.


def text(b, name, old, new):
    """Another text under the name of one: `name` is the end of it."""
    found = [it for it in b.file["texts"] if it["name"].endswith(name)]
    if len(found) != 1 or old not in found[0]["text"]:
        raise Nothing(f"no `{old}` in `{name}`")
    found[0]["text"] = found[0]["text"].replace(old, new)


def read_another(b, path, name):
    """A path stands for another text."""
    found = [it for it in b.file["reads"] if it["path"].endswith(path)]
    named = [it["name"] for it in b.file["texts"] if it["name"].endswith(name)]
    if not found or len(named) != 1:
        raise Nothing(f"no `{path}`, or no `{name}`")
    for it in found:
        it["name"] = named[0]


def version(b, number):
    """Another version of the format."""
    b.file["polsimCertificates"] = number


def claim(b, **members):
    """Other members of the proof, such as its verdict."""
    b.proof.update(members)


def member(b, name, value=None):
    """Another value of a member of the certificate; none drops it."""
    if value is None:
        del b.certificate[name]
    else:
        b.certificate[name] = value


def witness(b, **members):
    """A witness that is another request."""
    b.certificate["witness"].update(members)


def drop_step(b, kind, nth=0):
    """A step is left out."""
    del b.steps[b.step(kind, nth)]


def only_steps(b, steps):
    """Other steps altogether."""
    b.certificate["steps"] = steps


def call_step(b, kind, other, nth=0):
    """A step is said to be of another kind."""
    at = b.step(kind, nth)
    b.steps[at] = {other: b.steps[at][kind]}


def move_step(b, kind, to, nth=0):
    """A step comes earlier or later."""
    step = b.steps.pop(b.step(kind, nth))
    b.steps.insert(to, step)


def drop_literal(b, kind, nth=0, at=0):
    """A clause says more than it did."""
    clause = b.steps[b.step(kind, nth)][kind]
    if at >= len(clause):
        raise Nothing("no such literal")
    del clause[at]


def negate_literal(b, kind, nth=0, at=0):
    """A literal is turned around."""
    clause = b.steps[b.step(kind, nth)][kind]
    if at >= len(clause):
        raise Nothing("no such literal")
    clause[at] = -clause[at]


def set_literal(b, kind, to, nth=0, at=0):
    """A literal is another number."""
    b.steps[b.step(kind, nth)][kind][at] = to


def add_step(b, at, step):
    """A step is put in."""
    b.steps.insert(at, step)


def swap_kind(b, root, kind, nth=0):
    """A conjunction becomes a disjunction, or the reverse."""
    node = b.node(root, lambda it: len(it.get(kind, ())) > 1, nth)
    node["any" if kind == "all" else "all"] = node.pop(kind)


def drop_part(b, root, kind, nth=0, at=0):
    """A node loses a part."""
    node = b.node(root, lambda it: len(it.get(kind, ())) > 1, nth)
    del node[kind][at]


def negate_part(b, root, kind, nth=0, at=0):
    """A part of a node is turned around."""
    node = b.node(root, lambda it: len(it.get(kind, ())) > at, nth)
    node[kind][at] = -node[kind][at]


def circle(b, root):
    """A node becomes a part of itself."""
    number = b.below(root, lambda it: "all" in it or "any" in it)[-1]
    node = b.nodes[number - 1]
    node["all" if "all" in node else "any"].append(abs(b.root(root)["literal"]))


def atom(b, root, old, new, nth=0):
    """In the JSON of an atom, one text is another."""
    node = b.node(root, lambda it: "atom" in it and old in json.dumps(it), nth)
    node["atom"] = json.loads(json.dumps(node["atom"]).replace(old, new, 1))


def any_atom(b, old, new, nth=0):
    """The same for an atom anywhere in the formula."""
    found = [it for it in b.nodes if "atom" in it and old in json.dumps(it)]
    if nth >= len(found):
        raise Nothing(f"no `{old}`")
    found[nth]["atom"] = json.loads(json.dumps(found[nth]["atom"]).replace(old, new, 1))


def swap_atoms(b, root, one, other):
    """Two atoms change places."""
    first = b.node(root, lambda it: "atom" in it and one in json.dumps(it))
    second = b.node(root, lambda it: "atom" in it and other in json.dumps(it))
    first["atom"], second["atom"] = second["atom"], first["atom"]


def node_kind(b, kind, value):
    """The last node becomes something else."""
    b.nodes[-1].clear()
    b.nodes[-1][kind] = value


def set_root(b, name, to=None, sign=1):
    """A root is another literal: that of another root, or its opposite."""
    literal = b.root(to or name)["literal"]
    b.root(name)["literal"] = sign * literal


def drop_root(b, name):
    """A root is left out."""
    b.certificate["formula"]["roots"].remove(b.root(name))


def rename_root(b, name, to):
    """A root has another name."""
    b.root(name)["name"] = to


def drop_assumption(b, name):
    """An assumption is neither named nor asserted."""
    b.certificate["assume"].remove(name)
    drop_root(b, f"assume:{name}")


def add_assumption(b, name, root=None):
    """Something more is assumed; with a root of its own or without."""
    b.certificate["assume"].append(name)
    if root is not None:
        roots = b.certificate["formula"]["roots"]
        at = next(n for n, it in enumerate(roots) if it["name"] == "shape")
        roots.insert(at, {"name": f"assume:{name}", "literal": b.root(root)["literal"]})


def origin(b, name, to=None):
    """An origin is another one, or is left out."""
    named = b.certificate["origins"]["named"]
    if name not in named:
        raise Nothing(f"no origin `{name}`")
    if to is None:
        del named[name]
    else:
        named[name] = to * named[name] if isinstance(to, int) else named[to]


WAYS = {name: way for name, way in globals().items() if callable(way) and name.islower()}


def broken(entry, folder):
    """The honest file with the one proof, and the broken one."""
    name = entry["file"].replace("/", "_") + ".json"
    file = json.loads((Path(folder) / name).read_text("utf-8"))
    honest, spoilt = Broken(file, entry["property"]), Broken(file, entry["property"])
    WAYS[entry["do"]](spoilt, **entry.get("with", {}))
    return honest.file, spoilt.file


def refusal(file):
    """Why the one proof of a file is refused, `None` if it is not."""
    try:
        ((_, _, why, _),) = certificate.check_file(file)
        return why
    except certificate.Refused as refused:
        return str(refused)


def main():
    """Breaks certificates, and says which were not refused."""
    folder = sys.argv[1]
    entries = json.loads((HERE / "breaks.json").read_text("utf-8"))
    wrong, accepted = 0, {}
    for entry in entries:
        honest, spoilt = broken(entry, folder)
        key = entry["file"], entry["property"]
        if key not in accepted:
            accepted[key] = refusal(honest)
        why = refusal(spoilt)
        if accepted[key] is not None:
            told = f"the honest one is refused: {accepted[key]}"
        elif honest == spoilt:
            told = "nothing was broken"
        elif why is None:
            told = "NOT REFUSED"
        elif entry["refused"] not in why:
            told = f"refused for another reason: {why}"
        else:
            continue
        wrong += 1
        print(f"{entry['id']}: {told}")
    names = {entry["id"] for entry in entries}
    if len(names) != len(entries):
        wrong += 1
        print("two breaks have one name")
    print(f"{len(entries)} broken certificates, {len(entries) - wrong} refused as they should be")
    return 1 if wrong or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
