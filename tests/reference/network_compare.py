"""The engine's networks against the second model: generated topologies, every origin, ten services.

    cargo build --release -p polsim --example ways
    python3 tests/reference/network_compare.py target/release/examples/ways --count 500 --jobs 2

Of each origin and service the set of ways is compared, plain ones and all, and what each key may hold
at their ends. Exits with 1 if anything differs; each difference is told with its seed.
"""

import argparse
import collections
import functools
import ipaddress
import json
import multiprocessing
import subprocess
import sys
import time

from network import NOT_PUBLIC, Net
from network_generate import ACTIONS, AWAY, HOME, topology
from network_origins import Origins, told

# A direct call may lack aws:ViaAWSService altogether; that twin is said of every direct call alike.
LEFT_OUT = "via-service-absent"
BATCH = 50
EVERYWHERE = {"0.0.0.0/0", "2000::/3"}
STANDARD = {str(it) for it in NOT_PUBLIC} | {"2002::/16"}


def calls(seed):
    """Ten services in the home region, and one of them abroad. The origins that every network has are
    asked about two of them, which change from topology to topology."""
    count = len(ACTIONS)
    everything = {seed % count, (seed + 3) % count}
    home = [[it, HOME, "all" if at in everything else "places"] for at, it in enumerate(ACTIONS)]
    return home + [[ACTIONS[seed % count], AWAY, "all" if seed % 4 == 0 else "places"]]


def same_form(slot):
    """What the engine says of a key, as the second model says it."""
    if not isinstance(slot, dict):
        return slot
    if "maybe" in slot:
        return ("maybe", same_form(slot["maybe"]))
    if "one" in slot:
        return ("one", tuple(sorted(slot["one"])))
    if "all" in slot:
        return ("all", tuple(slot["all"]))
    if "chain" in slot:
        return ("chain", tuple(slot["with"]))
    if "shape" in slot:
        return ("not", slot["shape"], tuple(sorted(slot["except"])))
    within, excluded = set(slot["within"]), set(slot["except"])
    if within == {"0.0.0.0/0", "::/0"} and not excluded:
        return ("any address",)
    if within <= EVERYWHERE and excluded >= STANDARD:
        families = tuple(sorted(4 if "." in it else 6 for it in within))
        return ("public", collapsed(excluded - STANDARD), families)
    return ("addresses", collapsed(within))


def collapsed(ranges):
    return in_order(frozenset(map(str, ranges)))


@functools.cache
def in_order(ranges):
    nets = [ipaddress.ip_network(it) for it in ranges]
    four = ipaddress.collapse_addresses(it for it in nets if it.version == 4)
    six = ipaddress.collapse_addresses(it for it in nets if it.version == 6)
    return tuple(map(str, four)) + tuple(map(str, six))


def settled(slot):
    """The second model's form, with ranges in order."""
    if isinstance(slot, tuple) and slot[0] == "addresses":
        return ("addresses", collapsed(slot[1]))
    if isinstance(slot, tuple) and slot[0] == "public":
        return ("public", collapsed(slot[1]), tuple(slot[2]))
    return slot


def united(arrivals):
    """Arrivals that differ only in the client's addresses, as one; the rest as a set."""
    seen = collections.defaultdict(set)
    for end, fact, caller, keys in arrivals:
        rest, own = [], ()
        for key, slot in sorted(keys.items()):
            if isinstance(slot, tuple) and slot[0] == "addresses":
                own += tuple((key, it) for it in slot[1])
                slot = "addresses"
            rest.append((key, slot))
        seen[end, fact, caller, tuple(rest)].update(own)
    return {key: tuple(sorted(by_key(own).items())) for key, own in seen.items()}


def by_key(own):
    ranges = collections.defaultdict(set)
    for key, net in own:
        ranges[key].add(net)
    return {key: collapsed(nets) for key, nets in ranges.items()}


def of_engine(ways):
    found = collections.defaultdict(list)
    for way in ways:
        if way["onlyIf"] == LEFT_OUT:
            continue
        keys = {key: same_form(slot) for key, slot in way["keys"].items()}
        place = way["origin"], way["action"], way["region"], way["ways"]
        found[place].append((way["end"], way["onlyIf"], way["caller"], keys))
    return {place: united(arrivals) for place, arrivals in found.items()}


def of_model(doc, questions):
    found, net = {}, Net(doc)
    for action, region, which in questions:
        origins = Origins(net, action, region)
        for name in origins.names() if which == "all" else origins.places():
            for word in ("plain", "every"):
                arrivals = []
                for it in origins.arrivals(name, word == "every"):
                    keys = {key: settled(slot) for key, slot in told(it, action).items()}
                    arrivals.append((it.end, it.fact, it.caller, keys))
                if arrivals:
                    found[name, action, region, word] = united(arrivals)
    return found


def compare(job):
    """The differences of some seeds, and how many sets of ways were compared."""
    binary, seeds = job
    docs = [topology(seed) for seed in seeds]
    lines = [json.dumps({"network": doc, "calls": calls(seed)}) for seed, doc in zip(seeds, docs)]
    run = subprocess.run([binary], input="\n".join(lines) + "\n", capture_output=True, text=True)
    answers = run.stdout.splitlines()
    if run.returncode or len(answers) != len(docs):
        return [(seeds[0], "the engine ended: " + run.stderr[-300:])], 0, 0
    differences, count, ways = [], 0, 0
    for seed, doc, answer in zip(seeds, docs, map(json.loads, answers)):
        if isinstance(answer, dict):
            differences.append((seed, "refused: " + answer["error"]))
            continue
        engine, model = of_engine(answer), of_model(doc, calls(seed))
        for place in sorted(engine.keys() | model.keys()):
            left, right = engine.get(place, {}), model.get(place, {})
            count += 1
            ways += len(right)
            if left != right:
                differences.append((seed, tell(place, left, right)))
    return differences, count, ways


def tell(place, engine, model):
    name, action, region, word = place
    lines = [f"{name} to {action} in {region}, {word}"]
    for who, own, other in (("engine", engine, model), ("model", model, engine)):
        for key, ranges in own.items():
            if other.get(key) != ranges:
                end, fact, caller, keys = key
                keys = ", ".join(f"{it.removeprefix('aws:')} {slot}" for it, slot in keys if slot not in (None, False))
                lines.append(f"  only the {who}: {end} (if {fact}, {caller}) {keys} {dict(ranges)}")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="stop when this time is over")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--summary", help="write the figures into this file, as JSON")
    args = parser.parse_args()
    seeds = range(args.first, args.first + args.count)
    jobs = [(args.binary, seeds[at : at + BATCH]) for at in range(0, len(seeds), BATCH)]
    differences, count, ways, done = [], 0, 0, 0
    start = time.monotonic()
    with multiprocessing.Pool(args.jobs) as pool:
        for (_, batch), (found, compared, seen) in zip(jobs, pool.imap(compare, jobs)):
            differences += found
            count += compared
            ways += seen
            done += len(batch)
            if args.seconds and args.seconds < time.monotonic() - start:
                pool.terminate()
                break
    for seed, text in differences[: args.show]:
        print(f"seed {seed}: {text}")
    print(f"{done} topologies, {count} sets of ways, {ways} ways: {len(differences)} differences")
    if args.summary:
        with open(args.summary, "w", encoding="utf-8") as file:
            json.dump({"cases": done, "sets": count, "disagreements": len(differences)}, file)
    sys.exit(1 if differences or not count else 0)


if __name__ == "__main__":
    main()
