// The WebAssembly build decides and explains every case of the corpus as the native build does:
// the same JSON, byte for byte.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { load } from "../../pkg/node.js";

const { POLSIM, POLSIM_EXPLAIN } = process.env;
const folder = new URL("../../../corpus/cases/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
const polsim = await load();

const native = (program, args, options) =>
  execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 30, ...options });

test("there are cases", () => assert.notEqual(files.length, 0));

for (const file of files) {
  const text = readFileSync(new URL(file, folder), "utf8");
  const cases = text.split("\n").filter((line) => line !== "");

  test(`${file}: decisions`, { skip: POLSIM === undefined && "POLSIM is not set" }, () => {
    const answer = polsim.decideCases(file, text);
    assert.equal(answer.outcome, "answered");
    const ours = answer.value.split("\n");
    const theirs = native(POLSIM, ["eval", "--cases", file], { cwd: folder }).split("\n");
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
