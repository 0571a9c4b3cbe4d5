// Whatever is passed, a function answers: with a value, with complaints and their places, or with
// a failure. It never throws, and the engine stays usable.

import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../pkg/node.js";

const polsim = await load();

const allow = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" },
});
const question = {
  policies: [{ type: "identity", name: "alice", text: allow }],
  request: JSON.stringify({
    principal: "arn:aws:iam::111122223333:user/alice",
    action: "s3:GetObject",
    resource: "arn:aws:s3:::bucket/key",
  }),
};
const decision = () => polsim.evaluate(question).value.ways[0].explanation.decision;

test("a question is answered", () => assert.equal(decision(), "allowed"));

test("one way is explained as it is among all, and the first where there are not so many", () => {
  const [way] = polsim.evaluate(question).value.ways;
  for (const number of [0, 7]) {
    const { value } = polsim.evaluateWay(question, number);
    assert.deepEqual(value, { arrivals: [{ decision: "allowed" }], way });
  }
});

test("the loader gives one engine", async () => assert.equal(await load(), polsim));

test("a complaint has the range of JavaScript's own string", () => {
  const text = allow.replace("Effect", "Éffect 🔒");
  const { value } = polsim.validate({ type: "identity", name: "p", text });
  const { range } = value.diagnostics.find(({ message }) => message.includes("unknown element"));
  assert.equal(text.slice(range.from, range.to), '"Éffect 🔒"');
});

test("half a request is refused, where it ends", () => {
  const half = question.request.slice(0, 40);
  const answer = polsim.evaluate({ ...question, request: half });
  assert.equal(answer.outcome, "refused");
  assert.equal(answer.diagnostics[0].file, "request");
});

test("whatever is passed, there is an answer and no exception", () => {
  const odd = [undefined, null, 0, Number.NaN, "", "\ud800", [], [undefined], {}, () => 1, Symbol.iterator];
  for (const name of Object.keys(polsim).filter((name) => name !== "version")) {
    for (const argument of odd) {
      const answer = polsim[name](argument, argument);
      assert.match(answer.outcome, /^(answered|refused|failed)$/, `${name}(${String(argument)})`);
      if (answer.outcome === "failed") assert.notEqual(answer.message, "");
    }
  }
  assert.equal(decision(), "allowed");
});

test("hostile texts are refused and change nothing", () => {
  const texts = [
    "[".repeat(500_000),
    '{"Statement":'.repeat(100_000),
    `"${"a".repeat(6_000_000)}"`,
    "\u0000",
    "\ufeff{}",
    '{"Statement": {"Effect": "Allow", "Action": "\\ud800", "Resource": "*"}}',
    `a: &a [x]\n${Array.from({ length: 40 }, (_, i) => `k${i}: &k${i} [*${i === 0 ? "a" : `k${i - 1}`}, *${i === 0 ? "a" : `k${i - 1}`}]`).join("\n")}`,
  ];
  for (const text of texts) {
    const start = text.slice(0, 30);
    const validated = polsim.validate({ type: "identity", name: "p", text });
    assert.notEqual(validated.value.diagnostics.length, 0, start);
    assert.equal(polsim.network(text).outcome, "refused", start);
    assert.notEqual(polsim.test({ policies: question.policies, scenario: text }).outcome, "failed", start);
    assert.equal(polsim.evaluateCase(text).outcome, "refused", start);
  }
  assert.equal(decision(), "allowed");
});

test("memory is given back", () => {
  const large = { ...question.policies[0], text: `${" ".repeat(100_000)}${allow}` };
  const memory = () => process.memoryUsage().arrayBuffers + process.memoryUsage().external;
  for (let round = 0; round < 20; round += 1) polsim.validate(large);
  const before = memory();
  for (let round = 0; round < 200; round += 1) {
    polsim.validate(large);
    polsim.evaluate({ policies: 3 });
  }
  assert.ok(memory() - before < 20_000_000, `${memory() - before} bytes more`);
});
