"""Decides SMT-LIB files with one solver: a path per line in, an answer per line out.

Run by compare.py, which kills it when a solver does not keep to its time limit.
"""

import json
import math
import pathlib
import resource
import shutil
import subprocess
import sys
import time


def z3_answer(text: str, limit: float) -> str:
    # The program, not the library: it picks its tactics by the question, the library's reader of
    # SMT-LIB does not, and takes a hundred times longer on some.
    beside = pathlib.Path(sys.executable).parent
    program = shutil.which("z3", path=str(beside)) or shutil.which("z3") or "z3"

    def bound() -> None:
        seconds = max(1, math.ceil(limit))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))

    # The system counts whole seconds of processor time; less is counted by the clock.
    clock = [f"-t:{int(limit * 1000)}"] if limit < 1 else []
    process = subprocess.run(
        [program, *clock, "-in"], input=text, capture_output=True, text=True, preexec_fn=bound, check=False
    )
    if process.returncode < 0:
        return "timeout"
    return process.stdout + process.stderr


def cvc5_answer(text: str, limit: float) -> str:
    import cvc5

    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("strings-exp", "true")
    solver.setOption("tlimit-per", str(int(limit * 12000)))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "question")
    symbols = parser.getSymbolManager()
    answers = []
    while True:
        command = parser.nextCommand()
        if command.isNull():
            return "".join(answers)
        answers.append(command.invoke(solver, symbols))


def spent() -> float:
    """Seconds of processor time, that of programs that were run included."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


SOLVERS = {"z3": z3_answer, "cvc5": cvc5_answer}


def main() -> None:
    name, limit = sys.argv[1], float(sys.argv[2])
    decide = SOLVERS[name]
    # The import is no part of any question's time.
    __import__(name)
    print(json.dumps({"ready": name}), flush=True)
    for line in sys.stdin:
        with open(line.rstrip("\n"), encoding="utf-8") as file:
            text = file.read()
        start = spent()
        try:
            said = decide(text, limit).strip()
        except Exception as error:  # A solver that refuses a file must be seen, not skipped.
            said = f"error: {error}"
        seconds = spent() - start
        print(json.dumps({"said": said, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
