"""Compares polsim's verdicts with what z3 and cvc5 say about the same questions.

    python compare.py FOLDER... [--limit SECONDS] [--solver NAME]... [--json FILE]

Each folder was written by `polsim verify --smt2 FOLDER`: files and an index.json that says what the
answer to each has to be. A solver that runs into its limit of processor time, or says `unknown`, gives no answer; so
does `sat` where the index says that the file has models that no request is. Exits with 1 if a solver
disagrees with a verdict, refuses a file, or if nothing was compared.
"""

import argparse
import json
import os
import pathlib
import queue
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).parent
SOLVERS = ("z3", "cvc5")
# A worker that waits for a processor is killed after so many times its limit.
PATIENCE = 12


class Worker:
    """A process that runs one solver on one file after the other."""

    def __init__(self, solver: str, limit: float):
        self.solver, self.limit = solver, limit
        self.process = None

    def start(self) -> None:
        command = [sys.executable, str(HERE / "worker.py"), self.solver, str(self.limit)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.lines: queue.Queue = queue.Queue()
        threading.Thread(target=read, args=(self.process, self.lines), daemon=True).start()
        if self.lines.get() is None:
            raise SystemExit(f"{self.solver} does not start")

    def ask(self, path: pathlib.Path) -> dict:
        if self.process is None:
            self.start()
        before, begin = self.spent(), time.monotonic()
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        while True:
            try:
                line = self.lines.get(timeout=0.2)
            except queue.Empty:
                late = time.monotonic() - begin > self.limit * PATIENCE
                if late or self.spent() - before > self.limit:
                    self.stop()
                    return {"said": "timeout", "seconds": self.limit}
                continue
            if line is None:
                self.stop()
                return {"said": "died", "seconds": self.limit}
            return json.loads(line)

    def spent(self) -> float:
        """Seconds of processor time: what a query costs on a machine with other work to do."""
        try:
            stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        except OSError:
            return time.monotonic()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def read(process: subprocess.Popen, lines: queue.Queue) -> None:
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def judge(entry: dict, said: str) -> str:
    """What a solver's word is worth: agree, disagree, none (no answer), undecided
    (polsim gave none) or refused."""
    if said in ("unknown", "timeout", "died") or "interrupted" in said or "canceled" in said:
        return "none"
    if said not in ("sat", "unsat"):
        return "refused"
    if entry["expected"] is None:
        return "undecided"
    if said == entry["expected"]:
        return "agree"
    # The file says less than what holds of requests: a model of it may be no request.
    if said == "sat" and entry["inexact"]:
        return "none"
    return "disagree"


def compare(folder: pathlib.Path, entries: list, workers: list) -> list:
    """Asks all solvers about all files; each solver goes through them on its own."""
    answers = [{} for _ in entries]

    def run(worker: Worker) -> None:
        for number, (entry, answer) in enumerate(zip(entries, answers)):
            if number % 100 == 0 and number > 0:
                print(f"{folder.name}: {worker.solver} {number}/{len(entries)}", file=sys.stderr)
            said = worker.ask((folder / entry["file"]).resolve())
            said["verdict"] = judge(entry, said["said"])
            answer[worker.solver] = said
        worker.stop()

    threads = [threading.Thread(target=run, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--limit", type=float, default=10.0)
    parser.add_argument("--solver", action="append", choices=SOLVERS)
    parser.add_argument("--json", type=pathlib.Path, help="write every answer here")
    arguments = parser.parse_args()
    solvers = arguments.solver or list(SOLVERS)

    compared = 0
    bad = []
    everything = []
    header = f"{'':24} {'solver':6} {'queries':>7} {'agree':>6} {'no answer':>9} {'disagree':>8} {'median':>9} {'max':>9}"
    print(header)
    for folder in arguments.folders:
        entries = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        workers = [Worker(solver, arguments.limit) for solver in solvers]
        answers = compare(folder, entries, workers)
        for solver in solvers:
            said = [answer[solver] for answer in answers]
            counts = {word: sum(it["verdict"] == word for it in said) for word in
                      ("agree", "none", "disagree", "refused", "undecided")}
            times = [it["seconds"] for it in said]
            compared += counts["agree"] + counts["disagree"]
            print(
                f"{folder.name:24} {solver:6} {len(said):7} {counts['agree']:6} "
                f"{counts['none']:9} {counts['disagree'] + counts['refused']:8} "
                f"{statistics.median(times or [0]) * 1000:6.1f} ms {max(times or [0]) * 1000:6.0f} ms"
            )
            if counts["undecided"]:
                print(f"  {counts['undecided']} that polsim left unknown were decided by {solver}")
        for entry, answer in zip(entries, answers):
            everything.append({"folder": folder.name, **entry, "answers": answer})
            for solver, it in answer.items():
                if it["verdict"] in ("disagree", "refused"):
                    bad.append((folder / entry["file"], entry, solver, it["said"]))
    for path, entry, solver, said in bad:
        wanted = entry["expected"]
        print(f"{path}: {solver} says {said}, polsim {wanted}: "
              f"{entry['scenario']}, `{entry['property']}` is {entry['verdict']}")
    if arguments.json:
        arguments.json.write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    if compared == 0:
        print("nothing was compared")
    return 1 if bad or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
