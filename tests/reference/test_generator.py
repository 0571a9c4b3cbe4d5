"""The generator and the programs around it."""

import io
import json
import os
import subprocess
import sys
import unittest
from collections import Counter
from pathlib import Path

import coverage
from compare import smaller
from test_reference import ALICE, ALLOW_ALL, policy, statement
from worlds import World

HERE = Path(__file__).parent
CORPUS = HERE.parent.parent / "corpus" / "cases"


class Tools(unittest.TestCase):
    """Cases that are well formed, repeatable and varied."""

    def test_the_corpus_holds(self):
        files = sorted(CORPUS.glob("*.jsonl"))
        self.assertTrue(files)
        for file in files:
            run = subprocess.run(
                [sys.executable, HERE / "reference.py", "--cases", file],
                capture_output=True,
                text=True,
            )
            self.assertEqual(run.returncode, 0, run.stderr)

    def test_an_unmet_expectation_fails_and_no_case_is_no_answer(self):
        case = {
            "id": 1,
            "policies": [],
            "request": {
                "principal": ALICE,
                "action": "s3:GetObject",
                "resource": "*",
                "context": {},
            },
        }
        for text, status in (
            (json.dumps({**case, "expect": "denied"}), 0),
            (json.dumps({**case, "expect": "allowed"}), 1),
            ("{", 2),
            ("", 2),
        ):
            run = subprocess.run(
                [sys.executable, HERE / "reference.py", "--cases", "-"],
                input=text,
                capture_output=True,
                text=True,
            )
            self.assertEqual(run.returncode, status, run.stdout)

    def test_a_seed_means_the_same_cases_whatever_the_jobs(self):
        outputs = {
            subprocess.run(
                [
                    sys.executable,
                    HERE / "generate.py",
                    "--count",
                    "500",
                    "--seed",
                    "7",
                    "--jobs",
                    jobs,
                ],
                capture_output=True,
            ).stdout
            for jobs in ("1", "2")
        }
        self.assertEqual(len(outputs), 1)
        lines = outputs.pop().decode("utf-8").splitlines()
        self.assertEqual(len(lines), 500)
        self.assertEqual(len({json.loads(line)["id"] for line in lines}), 500)

    def test_a_written_case_reads_back_to_its_expectation(self):
        run = subprocess.run(
            [sys.executable, HERE / "generate.py", "--count", "600", "--seed", "3"],
            capture_output=True,
        )
        again = subprocess.run(
            [sys.executable, HERE / "reference.py", "--cases", "-"],
            input=run.stdout,
            capture_output=True,
        )
        self.assertEqual(again.returncode, 0, again.stderr)

    def test_a_long_run_reaches_every_bucket(self):
        command = [
            HERE / "generate.py",
            "--count",
            str(coverage.ENOUGH_CASES),
            "--jobs",
            "2",
            "--coverage",
            os.devnull,
        ]
        run = subprocess.run(
            [sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_a_bucket_that_no_case_reached_is_reported(self):
        expected = list(coverage.expected_buckets())
        self.assertEqual(len(set(expected)), len(expected))
        missing = ("outcome", "allowed")
        seen = Counter(b for b in expected if b != missing)
        report = io.StringIO()
        self.assertEqual(coverage.write_report(seen, report), [missing])
        self.assertIn("outcome: allowed  never reached", report.getvalue())

    def test_documents_keep_to_the_grammar_of_their_type(self):
        # §1.4, §1.11 to §1.14
        for number in range(60):
            world = World(11, number)
            for written in (w for policies in world.policies.values() for w in policies):
                for element in written.document["Statement"]:
                    self.check_statement(written.type, written.document, element)

    def check_statement(self, policy_type, document, element):
        named = {"Principal", "NotPrincipal"} & set(element)
        has_principal = policy_type in ("rcp", "resource", "key", "trust", "endpoint")
        self.assertEqual(len(named), 1 if has_principal else 0)
        self.assertEqual(len({"Action", "NotAction"} & set(element)), 1)
        self.assertEqual(
            len({"Resource", "NotResource"} & set(element)), 0 if policy_type == "trust" else 1
        )
        if policy_type == "rcp":
            self.assertEqual(
                (element["Effect"], element["Principal"], document["Version"]),
                ("Deny", "*", "2012-10-17"),
            )
            self.assertIn("Action", element)
            self.assertNotEqual(element["Action"], "*")
        if policy_type == "key":
            self.assertIn("Resource", element)
            self.assertFalse("NotPrincipal" in element and element["Effect"] == "Allow")
        if policy_type == "trust":
            self.assertNotIn("NotPrincipal", element)
        for keys in element.get("Condition", {}).values():
            self.assertEqual(len(keys), len({key.lower() for key in keys}))
        self.assertLessEqual(max(json.dumps(element, ensure_ascii=False)), "\u00ff")

    def test_minimising_takes_away_one_thing_at_a_time(self):
        case = {
            "policies": [policy("identity", statement(action=["a:b", "a:c"]), ALLOW_ALL)],
            "request": {
                "principal": ALICE,
                "action": "a:b",
                "resource": "*",
                "context": {"k": ["x", "y"]},
            },
        }
        # the policy, each statement, each action, the key, each of its values
        self.assertEqual(len(list(smaller(case))), 1 + 2 + 2 + 1 + 2)


if __name__ == "__main__":
    unittest.main()
