#!/usr/bin/env python3
"""Checks files of certificates a second time, without any of polsim's code.

    python3 tests/checker/check.py certificates.json …

docs/certificates.md says what a certificate is and what is checked. The exit
status is 0 if every proof is accepted, 1 if one is refused, 2 if there is none.
"""

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import certificate
from atoms import Refused
from yamlish import Unreadable


def check(path, count):
    """The results of a file, and why it cannot be read, if so."""
    try:
        return certificate.check_file(json.loads(Path(path).read_text("utf-8")), count), None
    except (Refused, Unreadable, OSError, ValueError) as error:
        return [], str(error)


def main():
    """Checks the files that are named; folders are searched for them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a file, or a folder of files")
    parser.add_argument(
        "--requests", type=int, default=certificate.REQUESTS, help="so many requests for each proof"
    )
    parser.add_argument("--jobs", type=int, default=1, help="so many files at once")
    parser.add_argument("--quiet", action="store_true", help="accepted proofs are only counted")
    arguments = parser.parse_args()
    paths = []
    for name in map(Path, arguments.files):
        paths.extend(sorted(name.glob("*.json")) if name.is_dir() else [name])
    accepted = refused = requests = 0
    with ProcessPoolExecutor(arguments.jobs) as pool:
        counts = [arguments.requests] * len(paths)
        for path, (results, unreadable) in zip(paths, pool.map(check, paths, counts)):
            if unreadable is not None:
                refused += 1
                print(f"{path}: REFUSED: {unreadable}")
            for scenario, name, refusal, report in results:
                if refusal is not None:
                    refused += 1
                    print(f"{scenario}: {name}\n  REFUSED: {refusal}")
                    continue
                accepted += 1
                requests += report["requests"]
                if not arguments.quiet:
                    print(f"{scenario}: {name}\n  accepted: {told(report)}")
    print(f"{accepted} proofs accepted, {refused} refused; {requests} requests tried")
    return 1 if refused else 0 if accepted else 2


def told(report):
    """A report in words."""
    text = f"{report['lemmas']} lemmas, {report['clauses']} clauses; {report['requests']} requests"
    text += f", {report['about']} of which it is about, {report['possible']} possible"
    text += f"; {report['atoms']} atoms decided one"
    if report["origins"]:
        text += "; taken as given: " + ", ".join(f"`{it}`" for it in report["origins"])
    return text


if __name__ == "__main__":
    sys.exit(main())
