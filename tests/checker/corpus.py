#!/usr/bin/env python3
"""The certificates of the corpus: written by polsim, accepted here, and refused once they are broken.

    python3 tests/checker/corpus.py target/release/polsim --jobs 2
"""

import argparse
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
# Fewer proofs than this, and something is wrong with how they are found.
LEAST = 250


def scenarios():
    """The scenarios of the corpus that have properties."""
    for path in sorted((ROOT / "corpus").rglob("*.yaml")):
        if re.search(r"^properties:", path.read_text("utf-8"), re.M):
            yield path.relative_to(ROOT)


def write(polsim, folder, path):
    """Writes the certificates of a scenario. The status tells of verdicts, which others test."""
    name = str(path).replace("/", "_") + ".json"
    command = [polsim, "verify", str(path), "--certificate", str(folder / name)]
    subprocess.run(command, cwd=ROOT, check=False, capture_output=True)


def main():
    """Writes, checks, breaks and checks again."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("polsim", type=Path, help="the binary")
    parser.add_argument("--jobs", type=int, default=2, help="so many files at once")
    arguments = parser.parse_args()
    polsim = str(arguments.polsim.resolve())
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with ThreadPoolExecutor(arguments.jobs) as pool:
            list(pool.map(lambda path: write(polsim, folder, path), scenarios()))
        check = [sys.executable, str(HERE / "check.py"), str(folder), "--quiet"]
        checked = subprocess.run(
            [*check, "--jobs", str(arguments.jobs)], check=False, stdout=subprocess.PIPE, text=True
        )
        print(checked.stdout, end="")
        found = re.search(r"^([0-9]+) proofs accepted, 0 refused", checked.stdout, re.M)
        if checked.returncode or not found or int(found.group(1)) < LEAST:
            print(f"the certificates of the corpus are not all accepted, or fewer than {LEAST}")
            return 1
        broken = [sys.executable, str(HERE / "breaks.py"), str(folder)]
        return subprocess.run(broken, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
