#!/usr/bin/env python3
"""The reference against `polsim eval --cases -` on generated cases.

    python3 tests/reference/compare.py target/release/polsim --count 200000 --seeds 1..1

Prints a table of who decided what. Every disagreement is written, made as small
as it goes, to the file of `--out`. Exit status: 0 they agree, 1 they do not,
2 polsim gave no answer to compare.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import Counter
from copy import deepcopy
from decimal import Decimal
from functools import partial
from multiprocessing import Pool

from generate import world_cases, worlds_of
from reference import ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY, decide

WORLDS_PER_BLOCK = 100
OUTCOMES = (ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY)
ERROR = "error"


class NoAnswer(Exception):
    """polsim did not write one line for each case."""


def ask_polsim(binary, text, count):
    """What polsim answers to cases given as JSON lines, in order."""
    run = subprocess.run(
        [binary, "eval", "--cases", "-"], input=text.encode("utf-8"), capture_output=True
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if len(answers) != count or run.returncode not in (0, 1, 2):
        message = run.stderr.decode("utf-8", "replace").strip()
        raise NoAnswer(
            f"exit status {run.returncode}, {len(answers)} answers to {count} cases: {message}"
        )
    return answers


def outcome_of(answer):
    """The decision of an answer, or `error`."""
    return answer.get("decision", ERROR)


def deciding_of(answer):
    """The statements that polsim says decided."""
    return sorted(by["policy"] + by["statement"] for by in answer.get("by", ()))


def compare_block(binary, worlds):
    """Counts of (reference, polsim) and the lines on which they differ."""
    cases = [case for seed, number, count in worlds for case in world_cases(seed, number, count)]
    answers = ask_polsim(binary, "".join(line for line, _ in cases), len(cases))
    pairs, differing = Counter(), []
    for (line, decision), answer in zip(cases, answers):
        actual = outcome_of(answer)
        pairs[decision.outcome, actual] += 1
        agree = actual == decision.outcome and deciding_of(answer) == decision.by
        if not agree or answer.get("ok") is not True:
            differing.append((line, answer))
    return pairs, differing


def smaller(case):
    """The case with one thing less, in every way there is."""
    policies = case["policies"]
    for index in range(len(policies)):
        yield _changed(case, ("policies",), index)
    for index, policy in enumerate(policies):
        for path, key in _removable(policy["document"], ("policies", index, "document")):
            yield _changed(case, path, key)
    request = case["request"]
    for name in ("managementAccount", "resourceAccount"):
        if name in request:
            yield _changed(case, ("request",), name)
    for key, value in request["context"].items():
        yield _changed(case, ("request", "context"), key)
        if isinstance(value, list) and len(value) > 1:
            for index in range(len(value)):
                yield _changed(case, ("request", "context", key), index)


def _removable(document, path):
    statements = document["Statement"]
    if len(statements) > 1:
        for index in range(len(statements)):
            yield (*path, "Statement"), index
    for index, statement in enumerate(statements):
        here = (*path, "Statement", index)
        if "Condition" in statement:
            yield here, "Condition"
        for operator, keys in statement.get("Condition", {}).items():
            yield (*here, "Condition"), operator
            for key, values in keys.items():
                if len(keys) > 1:
                    yield (*here, "Condition", operator), key
                yield from _shorter_list(values, (*here, "Condition", operator, key))
        for element in ("Action", "NotAction", "Resource", "NotResource"):
            yield from _shorter_list(statement.get(element), (*here, element))
        for element in ("Principal", "NotPrincipal"):
            kinds = statement.get(element)
            if isinstance(kinds, dict):
                for kind, values in kinds.items():
                    if len(kinds) > 1:
                        yield (*here, element), kind
                    yield from _shorter_list(values, (*here, element, kind))


def _shorter_list(values, path):
    if isinstance(values, list) and len(values) > 1:
        for index in range(len(values)):
            yield path, index


def _changed(case, path, key):
    copy = deepcopy(case)
    place = copy
    for step in path:
        place = place[step]
    del place[key]
    return copy


def minimise(binary, line, answer):
    """The smallest case, by greedy removal, on which the two still differ in the same way.

    A case that polsim answers differently when asked again stays as it is.
    """
    case = json.loads(line)
    difference = _differing(binary, [case])[0]
    if difference is None:
        return {**case, "polsim": answer}
    while True:
        found = (d for d in _differing(binary, list(smaller(case))) if d)
        next_one = next((d for d in found if d["kind"] == difference["kind"]), None)
        if next_one is None:
            expected, actual = difference["kind"]
            shown = {"expect": expected, "polsim": actual}
            if expected == actual:
                shown |= {"by": difference["by"], "polsim by": difference["polsim by"]}
            return {**case, **shown}
        difference = next_one
        case = difference["case"]


def _differing(binary, cases):
    """What differs in each case, `None` where nothing does."""
    if not cases:
        return []
    # Numbers are written as they were read.
    expected = [decide(json.loads(json.dumps(c), parse_float=Decimal)) for c in cases]
    text = "".join(
        json.dumps({**c, "expect": e["decision"]}) + "\n" for c, e in zip(cases, expected)
    )
    answers = ask_polsim(binary, text, len(cases))
    return [_difference(*triple) for triple in zip(cases, expected, answers)]


def _difference(case, expected, answer):
    kind = (expected["decision"], outcome_of(answer))
    deciding = deciding_of(answer)
    if kind[0] == kind[1] and deciding == expected["by"]:
        return None
    return {"case": case, "kind": kind, "by": expected["by"], "polsim by": deciding}


def print_table(pairs, found):
    """Cases by the reference's outcome and polsim's; differing statements count too."""
    columns = (*OUTCOMES, ERROR)
    print(f"{'reference / polsim':20}" + "".join(f"{c:>14}" for c in columns))
    for row in OUTCOMES:
        print(f"{row:20}" + "".join(f"{pairs[row, c]:14,}" for c in columns))
    print(f"{'cases':20}{sum(pairs.values()):14,}")
    print(f"{'disagreements':20}{found:14,}")
    outcomes = sum(n for (expected, actual), n in pairs.items() if expected != actual)
    print(f"{'  by statement only':20}{found - outcomes:14,}")


def _seeds(text):
    found = re.fullmatch(r"([0-9]+)(?:\.\.([0-9]+))?", text)
    if not found:
        raise argparse.ArgumentTypeError(f"`{text}` is neither a seed nor a range `a..b`")
    first, last = int(found[1]), int(found[2] or found[1])
    if last < first:
        raise argparse.ArgumentTypeError(f"`{text}` is empty")
    return range(first, last + 1)


def main():
    """Compares block by block; memory does not grow with the number of cases."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("polsim", help="the binary, such as `target/release/polsim`")
    parser.add_argument(
        "--count", type=int, default=20_000, help="cases for each seed (default 20000)"
    )
    parser.add_argument(
        "--seeds", type=_seeds, default=range(1, 2), metavar="A..B", help="which seeds (default 1)"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument(
        "--out",
        default="disagreements.jsonl",
        metavar="FILE",
        help="where disagreements go (default disagreements.jsonl)",
    )
    parser.add_argument(
        "--keep",
        type=int,
        default=1000,
        metavar="N",
        help="how many disagreements to make small and write; all are counted (default 1000)",
    )
    arguments = parser.parse_args()
    if arguments.count < 1 or arguments.jobs < 1:
        parser.error("`--count` and `--jobs` start at 1")
    try:
        with open(arguments.out, "w", encoding="utf-8") as out, Pool(arguments.jobs) as workers:
            pairs, found = compare(workers, out, arguments)
    except (NoAnswer, OSError) as error:
        print(f"no comparison: {error}", file=sys.stderr)
        return 2
    print_table(pairs, found)
    return 1 if found else 0


def compare(workers, out, arguments):
    """Runs every block; answers the counts of outcomes and of disagreements."""
    blocks = (
        worlds[start : start + WORLDS_PER_BLOCK]
        for worlds in (worlds_of(seed, arguments.count) for seed in arguments.seeds)
        for start in range(0, len(worlds), WORLDS_PER_BLOCK)
    )
    pairs, found = Counter(), 0
    for counts, differing in workers.imap(partial(compare_block, arguments.polsim), blocks):
        pairs.update(counts)
        for line, answer in differing:
            found += 1
            if found <= arguments.keep:
                smallest = minimise(arguments.polsim, line, answer)
                if "error" in answer:
                    smallest["error"] = answer["error"]
                out.write(json.dumps(smallest) + "\n")
                out.flush()
    return pairs, found


if __name__ == "__main__":
    sys.exit(main())
