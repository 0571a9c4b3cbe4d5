// The WebAssembly build decides and explains every case of the corpus, and generated ones, as the
// native build does: the same JSON, byte for byte.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { load } from "../../pkg/node.js";

const { POLSIM, POLSIM_EXPLAIN } = process.env;
const folder = new URL("../../../corpus/cases/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
const generator = fileURLToPath(new URL("../../../tests/reference/generate.py", import.meta.url));
const polsim = await load();

const native = (program, args, options) =>
  execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 30, ...options });

test("there are cases", () => assert.notEqual(files.length, 0));

for (const file of files) {
  compare(fileURLToPath(folder), file);
}

// Cases of every policy type, operator and kind of principal, the same ones each time.
const generated = spawnSync("python3", [generator, "--count", "3000", "--seed", "7"], {
  encoding: "utf8",
  maxBuffer: 1 << 30,
});
if (generated.status === 0) {
  const scratch = mkdtempSync(join(tmpdir(), "polsim-"));
  after(() => rmSync(scratch, { recursive: true }));
  writeFileSync(join(scratch, "generated.jsonl"), generated.stdout);
  compare(scratch, "generated.jsonl");
} else {
  test("generated cases", { skip: "no Python 3.11" }, () => {});
}

function compare(directory, file) {
  const text = readFileSync(join(directory, file), "utf8");
  const cases = text.split("\n").filter((line) => line !== "");

  test(`${file}: decisions`, { skip: POLSIM === undefined && "POLSIM is not set" }, () => {
    const answer = polsim.decideCases(file, text);
    assert.equal(answer.outcome, "answered");
    const ours = answer.value.split("\n");
    const theirs = native(POLSIM, ["eval", "--cases", file], { cwd: directory }).split("\n");
    assert.equal(ours.length, cases.length + 1);
    for (const [index, line] of theirs.entries()) assert.equal(ours[index], line);
  });

  test(`${file}: explanations`, { skip: POLSIM_EXPLAIN === undefined && "POLSIM_EXPLAIN is not set" }, () => {
    const theirs = native(POLSIM_EXPLAIN, [], { input: text }).split("\n");
    assert.equal(theirs.length, cases.length + 1);
    for (const [index, line] of cases.entries()) {
      const answer = polsim.evaluateCase(line);
      assert.equal(answer.outcome, "answered", line);
      assert.equal(JSON.stringify(answer.value), theirs[index], line);
    }
  });
}
