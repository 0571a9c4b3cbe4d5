#!/usr/bin/env python3
"""Random cases for `polsim eval --cases -`, each with what the reference expects.

    python3 tests/reference/generate.py --count 20000 --seed 1 | polsim eval --cases -

The same seed and count give the same bytes, whatever `--jobs` says.
"""

import argparse
import json
import sys
from collections import Counter
from multiprocessing import Pool
from random import Random

import coverage
from reference import ALTERNATIVES, Evaluation
from worlds import World

CASES_PER_WORLD = 45


def world_cases(seed, number, count, seen=None):
    """The first `count` cases of one world: their lines and the reference's decisions."""
    world = World(seed, number)
    # Drawn apart, so that cases are the same with and without readings.
    draw = Random(f"readings {seed} {number}")
    for index in range(count):
        request, policies, texts = world.case()
        readings = _readings(draw)
        evaluation = Evaluation(policies, request.prepared, seen, frozenset(readings.items()))
        decision = evaluation.decide()
        if seen is not None:
            coverage.record(seen, request, policies, evaluation, decision)
        line = (
            f'{{"id":"{seed}-{number}-{index}","policies":[{",".join(texts)}],'
            f'{_member(readings)}"request":{request.text},"expect":"{decision.outcome}"}}\n'
        )
        yield line, decision


def _readings(draw):
    """The alternatives that a case takes: of every fifth case some, of the others none."""
    if draw.random() >= 0.2:
        return {}
    return dict(draw.sample(ALTERNATIVES, draw.choice((1, 1, 1, 2, 3, 6))))


def _member(readings):
    """The `readings` member of a case with its comma, nothing if it takes every default."""
    return f'"readings":{json.dumps(readings)},' if readings else ""


def worlds_of(seed, count):
    """How many cases each world gives: (seed, world, cases)."""
    full, rest = divmod(count, CASES_PER_WORLD)
    shares = [CASES_PER_WORLD] * full + ([rest] if rest else [])
    return [(seed, number, share) for number, share in enumerate(shares)]


def _lines(task):
    seed, number, count, wants_coverage = task
    seen = Counter() if wants_coverage else None
    return "".join(line for line, _ in world_cases(seed, number, count, seen)), seen


def main():
    """Writes cases, and if asked what they reached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=1000, help="how many cases (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="which cases (default 1)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument(
        "--coverage",
        metavar="FILE",
        help="write what was reached; exit 1 if a bucket of a run of 20000 or more is empty",
    )
    arguments = parser.parse_args()
    if arguments.count < 1 or arguments.jobs < 1:
        parser.error("`--count` and `--jobs` start at 1")
    tasks = [
        (*w, arguments.coverage is not None) for w in worlds_of(arguments.seed, arguments.count)
    ]
    seen = Counter()
    sys.stdout.reconfigure(encoding="utf-8")

    def write(results):
        for lines, reached in results:
            sys.stdout.write(lines)
            if reached:
                seen.update(reached)

    try:
        if arguments.jobs == 1:
            write(map(_lines, tasks))
        else:
            with Pool(arguments.jobs) as workers:
                write(workers.imap(_lines, tasks, chunksize=4))
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    if arguments.coverage is None:
        return 0
    with open(arguments.coverage, "w", encoding="utf-8") as report:
        empty = coverage.write_report(seen, report)
    if empty and arguments.count >= coverage.ENOUGH_CASES:
        print(
            f"{len(empty)} buckets were never reached, see `{arguments.coverage}`", file=sys.stderr
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
