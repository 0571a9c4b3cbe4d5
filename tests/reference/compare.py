#!/usr/bin/env python3
"""The reference against `polsim eval --cases -` on generated cases.

    python3 tests/reference/compare.py target/release/polsim --count 200000 --seeds 1..1

Prints a table of who decided what, and which rules the cases reached. Every
disagreement is written, made as small as it goes, to the file of `--out`. Ctrl-C
ends the run with the table of what was compared. Exit status: 0 they agree, 1
they do not, or a rule was never reached, 2 polsim gave no answer to compare.
"""

import argparse
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from copy import deepcopy
from decimal import Decimal
from functools import partial
from multiprocessing import Pool

import coverage
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


class Block:
    """What came of a block of cases."""

    def __init__(self):
        self.pairs = Counter()  # cases by (reference, polsim)
        self.differing = []  # line and answer of each case on which they differ
        self.no_answer = None  # why polsim answered nothing
        self.seen = Counter()  # the rules that were reached
        self.microseconds = 0  # what polsim took for all
        self.kilobytes = 0  # the most memory polsim had so far


def compare_block(binary, worlds):
    """Decides each case twice."""
    block = Block()
    cases = [
        case for seed, number, count in worlds for case in world_cases(seed, number, count, block.seen)
    ]
    start = time.monotonic()
    try:
        answers = ask_polsim(binary, "".join(line for line, _ in cases), len(cases))
    except NoAnswer as error:
        first, last = worlds[0], worlds[-1]
        block.no_answer = f"seed {first[0]}, worlds {first[1]} to {last[1]}: {error}"
        return block
    block.microseconds = int((time.monotonic() - start) * 1e6)
    block.kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    for (line, decision), answer in zip(cases, answers):
        actual = outcome_of(answer)
        block.pairs[decision.outcome, actual] += 1
        agree = actual == decision.outcome and deciding_of(answer) == decision.by
        if not agree or answer.get("ok") is not True:
            block.differing.append((line, answer))
    return block


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


class Comparison:
    """What came of all blocks so far."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.pairs, self.seen = Counter(), Counter()
        self.found = 0
        self.no_answer = []
        self.worst_microseconds = self.peak_kilobytes = 0

    def run(self, workers, out):
        """Compares block by block; memory does not grow with the number of cases."""
        blocks = (
            worlds[start : start + WORLDS_PER_BLOCK]
            for worlds in (worlds_of(seed, self.arguments.count) for seed in self.arguments.seeds)
            for start in range(0, len(worlds), WORLDS_PER_BLOCK)
        )
        start = time.monotonic()
        for block in workers.imap(partial(compare_block, self.arguments.polsim), blocks):
            self.add(block, out)
            self.write_summary()
            if self.arguments.seconds and time.monotonic() - start > self.arguments.seconds:
                break

    def add(self, block, out):
        """Counts a block and writes down what differs."""
        self.pairs.update(block.pairs)
        self.seen.update(block.seen)
        self.worst_microseconds = max(self.worst_microseconds, block.microseconds)
        self.peak_kilobytes = max(self.peak_kilobytes, block.kilobytes)
        if block.no_answer:
            self.no_answer.append(block.no_answer)
            print(f"no answer: {block.no_answer}", file=sys.stderr)
        for line, answer in block.differing:
            self.found += 1
            if self.found <= self.arguments.keep:
                smallest = minimise(self.arguments.polsim, line, answer)
                if "error" in answer:
                    smallest["error"] = answer["error"]
                out.write(json.dumps(smallest) + "\n")
                out.flush()

    def write_summary(self):
        """The figures as JSON, whole at any moment."""
        if self.arguments.summary is None:
            return
        figures = {
            "cases": sum(self.pairs.values()),
            "disagreements": self.found,
            "noAnswer": len(self.no_answer),
            "worstMicroseconds": self.worst_microseconds,
            "peakKilobytes": self.peak_kilobytes,
        }
        half = self.arguments.summary + ".part"
        with open(half, "w", encoding="utf-8") as file:
            json.dump(figures, file)
        os.replace(half, self.arguments.summary)

    def unreached(self):
        """The rules that no case reached, in a run that is large enough to reach all."""
        if sum(self.pairs.values()) < coverage.ENOUGH_CASES:
            return []
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            return coverage.write_report(self.seen, nowhere)


def main():
    """Compares, prints and says by the status how it went."""
    arguments = _arguments()
    comparison = Comparison(arguments)
    try:
        # The workers leave Ctrl-C to this process.
        ignore = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
        with open(arguments.out, "w", encoding="utf-8") as out:
            with Pool(arguments.jobs, initializer=ignore) as workers:
                comparison.run(workers, out)
    except KeyboardInterrupt:
        print("stopped before the end", file=sys.stderr)
    except (NoAnswer, OSError) as error:
        print(f"no comparison: {error}", file=sys.stderr)
        return 2
    comparison.write_summary()
    print_table(comparison.pairs, comparison.found)
    unreached = comparison.unreached()
    expected = len(list(coverage.expected_buckets()))
    print(f"{'rules reached':20}{expected - len(unreached):14,} of {expected:,}")
    for bucket in unreached:
        print(f"no case reached {bucket}", file=sys.stderr)
    if comparison.no_answer:
        return 2
    return 1 if comparison.found or unreached else 0


def _arguments():
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
        "--seconds", type=int, metavar="S", help="end after about S seconds with what was compared"
    )
    parser.add_argument(
        "--summary", metavar="FILE", help="keep the figures so far in FILE, as JSON"
    )
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
    return arguments


if __name__ == "__main__":
    sys.exit(main())
