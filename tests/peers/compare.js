// polsim beside @cloud-copilot/iam-simulate, on cases that both can be asked.
//
//     node compare.js POLSIM CASES.jsonl…
//
// Each line of the files is a case as `polsim eval --cases` reads it. The peer is called as its
// README shows; it is a program of its own, and nothing of it is in polsim. Prints how often the two
// agree and, for each class of disagreement, how often it was met and the first case of it. Exit
// status: 0 every disagreement is of a class that README.md knows, 1 one is not, 2 nothing was
// compared.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { anonymousPrincipal, runSimulation } from "@cloud-copilot/iam-simulate";
import { classOf, outsideOf } from "./classes.js";

const DECISIONS = {
  Allowed: "allowed",
  ExplicitlyDenied: "explicitDeny",
  ImplicitlyDenied: "implicitDeny",
};

const accountOf = (arn) => arn.split(":")[4] ?? "";

/** The values of a context as the peer takes them: texts and lists of texts. */
function contextOf(request) {
  const text = (value) => String(value);
  const entries = Object.entries(request.context ?? {}).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.map(text) : text(value),
  ]);
  return Object.fromEntries(entries);
}

/** A case as the peer's request. */
function simulationOf({ policies, request }) {
  const ofType = (...types) => policies.filter((policy) => types.includes(policy.type));
  const named = (policy, index) => ({ name: `p${index}`, policy: policy.document });
  const levels = (type) => {
    const found = new Map();
    for (const policy of ofType(type)) {
      const level = policy.level ?? 0;
      found.set(level, [...(found.get(level) ?? []), policy]);
    }
    return [...found.keys()]
      .sort((left, right) => left - right)
      .map((level) => ({
        orgIdentifier: `level-${level}`,
        policies: found.get(level).map(named),
      }));
  };
  const context = contextOf(request);
  const owner =
    request.resourceAccount ??
    context["aws:ResourceAccount"] ??
    (accountOf(request.resource) || accountOf(request.principal));
  const boundaries = ofType("boundary").map(named);
  const endpoints = ofType("endpoint").map(named);
  const [session] = ofType("session");
  const [resource] = ofType("resource", "key", "trust");
  return {
    request: {
      principal: request.principal === "anonymous" ? anonymousPrincipal : request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: owner },
      contextVariables: context,
    },
    identityPolicies: ofType("identity").map(named),
    serviceControlPolicies: levels("scp"),
    resourceControlPolicies: levels("rcp"),
    ...(session && { sessionPolicy: session.document }),
    ...(resource && { resourcePolicy: resource.document }),
    ...(boundaries.length > 0 && { permissionBoundaryPolicies: boundaries }),
    ...(endpoints.length > 0 && { vpcEndpointPolicies: endpoints }),
  };
}

/** The peer's decision, or why it refuses the question. */
async function peerAnswer(item) {
  try {
    const answer = await runSimulation(simulationOf(item), {});
    if (answer.resultType === "error") return { refused: refusal(answer.errors) };
    return { decision: DECISIONS[answer.overallResult] ?? answer.overallResult };
  } catch (error) {
    return { crashed: String(error.message).split("\n")[0].slice(0, 80) };
  }
}

/** The kind of a refusal: the peer checks actions, keys and policies before it answers. */
function refusal(errors) {
  const { message, ...lists } = errors;
  const lists_with_errors = Object.entries(lists)
    .filter(([, found]) => Object.values(found ?? {}).some((it) => it?.length > 0))
    .map(([name]) => name);
  return message ?? (lists_with_errors.join(", ") || "no reason given");
}

const [polsim, ...files] = process.argv.slice(2);
if (polsim === undefined || files.length === 0) {
  console.error("usage: node compare.js POLSIM CASES.jsonl…");
  process.exit(2);
}

/** polsim's decisions on cases, in order. */
function ourDecisions(items) {
  const input = items.map((item) => `${JSON.stringify(item)}\n`).join("");
  const options = { encoding: "utf8", input, maxBuffer: 1 << 30, stdio: ["pipe", "pipe", "ignore"] };
  const run = spawnSync(polsim, ["eval", "--cases", "-"], options);
  return run.stdout.trimEnd().split("\n").map((line) => JSON.parse(line).decision);
}

/** Every case with one thing less. */
function* smaller(item) {
  const without = (path, key) => {
    const copy = structuredClone(item);
    const place = path.reduce((at, step) => at[step], copy);
    if (Array.isArray(place)) place.splice(key, 1);
    else delete place[key];
    return copy;
  };
  for (const index of item.policies.keys()) yield without(["policies"], index);
  for (const [index, { document }] of item.policies.entries()) {
    const path = ["policies", index, "document", "Statement"];
    if (document.Statement.length > 1) {
      for (const at of document.Statement.keys()) yield without(path, at);
    }
    for (const [at, statement] of document.Statement.entries()) {
      for (const [element, value] of Object.entries(statement)) {
        if (element === "Condition") {
          yield without([...path, at], element);
          for (const operator of Object.keys(value)) yield without([...path, at, element], operator);
        }
        if (Array.isArray(value) && value.length > 1) {
          for (const one of value.keys()) yield without([...path, at, element], one);
        }
      }
    }
  }
  for (const key of Object.keys(item.request.context ?? {})) yield without(["request", "context"], key);
}

/** The smallest case, by greedy removal, on which the two still differ in the same way. */
async function smallest(item, ours, theirs) {
  const candidates = [...smaller(item)];
  const decisions = candidates.length === 0 ? [] : ourDecisions(candidates);
  for (const [index, candidate] of candidates.entries()) {
    if (decisions[index] !== ours) continue;
    if ((await peerAnswer(candidate)).decision === theirs) return smallest(candidate, ours, theirs);
  }
  return item;
}

let compared = 0;
let agreed = 0;
let unknown = 0;
const outside = new Map();
const classes = new Map();
const count = (map, name, item) => {
  const known = map.get(name) ?? { cases: 0, first: item };
  map.set(name, { ...known, cases: known.cases + 1 });
};
const shown = [];

for (const file of files) {
  // Both are asked the same question: nothing is filled in that the case does not give.
  const items = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => {
    const item = JSON.parse(line);
    return { ...item, request: { ...item.request, complete: true } };
  });
  const decisions = ourDecisions(items);
  for (const [index, item] of items.entries()) {
    const ours = decisions[index];
    const why = ours === undefined ? "polsim refuses" : outsideOf(item);
    if (why !== undefined) {
      count(outside, why, item);
      continue;
    }
    const { decision: theirs, refused, crashed } = await peerAnswer(item);
    if (theirs === undefined) {
      count(outside, refused ? `the peer refuses: ${refused}` : `the peer crashes: ${crashed}`, item);
      continue;
    }
    compared += 1;
    if (theirs === ours) {
      agreed += 1;
      continue;
    }
    const small = await smallest(item, ours, theirs);
    const name = classOf(small, ours, theirs);
    if (name === undefined) {
      unknown += 1;
      shown.push({ ...small, polsim: ours, peer: theirs });
    } else {
      count(classes, name, small);
    }
  }
}

const row = (name, number) => console.log(`${String(number).padStart(9)}  ${name}`);
row("cases compared", compared);
row("agree", agreed);
for (const [name, { cases, first }] of [...classes].sort()) row(`differ: ${name} (${first.id})`, cases);
row("differ for an unknown reason", unknown);
for (const [name, { cases }] of [...outside].sort()) row(`not asked: ${name}`, cases);
writeFileSync("unexplained.jsonl", shown.map((item) => `${JSON.stringify(item)}\n`).join(""));
process.exit(compared === 0 ? 2 : unknown > 0 ? 1 : 0);
