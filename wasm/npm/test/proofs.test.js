// The WebAssembly build proves, and shows and compares, as the native build does: the same JSON, byte
// for byte.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "../../pkg/node.js";

const { POLSIM_PROVE } = process.env;
const patterns = new URL("../../../corpus/patterns/", import.meta.url);
const read = (path) => readFileSync(new URL(path, patterns), "utf8");
const polsim = await load();

const policy = (type, name, path) => ({ type, name, text: read(path) });
const grant = policy("identity", "workbench", "policies/default/ml-workbench.json");
const guard = policy("identity", "guard", "policies/r01-entry-guard.json");
const network = read("b3-notebook-url-by-network/network.yaml");
const scenario = `properties:
  - {name: in, allow: {from: office, actions: ["sagemaker:CreatePresignedNotebookInstanceUrl"]}}
  - {name: out, guard: {from: off-network, actions: ["sagemaker:CreatePresignedDomainUrl"]}}
  - {name: rest, deny: {from: off-network, actions: ["sagemaker:*"]}}
  - {name: anyone, by: anyone, deny: {actions: ["s3:*"]}}
`;
const workspaces = [[grant], [grant, guard]].map((policies) => ({ policies, network, scenario }));

test("the verdicts are those that the patterns state", () => {
  const verdicts = workspaces.map((it) => polsim.verify(it).value.map(({ verdict }) => verdict));
  assert.deepEqual(verdicts.map((all) => all.slice(0, 3)), [
    ["proved", "violated", "violated"],
    ["proved", "proved", "violated"],
  ]);
});

test("native and WebAssembly prove alike", { skip: POLSIM_PROVE === undefined && "POLSIM_PROVE is not set" }, () => {
  const input = workspaces.map((it) => `${JSON.stringify(it)}\n`).join("");
  const theirs = execFileSync(POLSIM_PROVE, [], { encoding: "utf8", input, maxBuffer: 1 << 28 }).split("\n");
  for (const [index, workspace] of workspaces.entries()) {
    assert.equal(JSON.stringify(polsim.verify(workspace)), theirs[index]);
  }
});

test("one property is decided alone, and a number that there is not gives nothing", () => {
  const [workspace] = workspaces;
  const all = polsim.verify(workspace).value;
  assert.deepEqual(polsim.verify(workspace, 1).value, [all[1]]);
  assert.deepEqual(polsim.verify(workspace, 99).value, []);
  assert.deepEqual(
    polsim.properties(workspace).value.properties.map(({ name }) => name),
    all.map(({ name }) => name),
  );
});

test("a guard takes access away and gives none", () => {
  const { value } = polsim.compare({ old: [grant], new: [grant, guard], network });
  assert.equal(value.verdict, "different");
  assert.deepEqual(value.newAccess, { differences: [], more: "none" });
  assert.notEqual(value.removedAccess.differences.length, 0);
  for (const { old, new: now } of value.removedAccess.differences) {
    assert.equal(old.decision, "allowed");
    assert.equal(now.decision, "explicitDeny");
  }
});
