"""Decides SMT-LIB files with one solver: a path per line in, an answer per line out.

Run by compare.py, which kills it when a solver does not keep to its time limit.
"""

import json
import sys
import time


def z3_answer(text: str, limit: float) -> str:
    import z3

    context = z3.Context()
    # The clock on the wall, of which a busy machine needs more; compare.py watches the processor's.
    text = f"(set-option :timeout {int(limit * 12000)})\n{text}"
    return z3.Z3_eval_smtlib2_string(context.ref(), text)


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
        start = time.process_time()
        try:
            said = decide(text, limit).strip()
        except Exception as error:  # A solver that refuses a file must be seen, not skipped.
            said = f"error: {error}"
        seconds = time.process_time() - start
        print(json.dumps({"said": said, "seconds": seconds}), flush=True)


if __name__ == "__main__":
    main()
