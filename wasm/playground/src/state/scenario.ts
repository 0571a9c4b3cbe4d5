// The scenario's text: what is wrong with it, and what is added to it by buttons.

import { computed } from "@preact/signals";
import type { Diagnostic } from "polsim";
import { readRequest } from "./request.ts";
import { show, change, view, workspace } from "./store.ts";
import { proofs } from "./proofs.ts";
import { testAnswer } from "./tests.ts";
import { toYaml } from "./yaml.ts";

const NOTHING: readonly Diagnostic[] = [];

/** What is wrong with the scenario's own text. */
export const scenarioDiagnostics = computed<readonly Diagnostic[]>(() => {
  const proved = proofs.value;
  const refused = proved?.state === "refused" ? proved.answer : null;
  const answer = view.value === "prove" ? refused : testAnswer.value;
  if (answer?.outcome !== "refused") return NOTHING;
  const found = answer.diagnostics.filter((diagnostic) => diagnostic.file === "scenario");
  return found.length === 0 ? NOTHING : found;
});

/** Adds the request that is evaluated as a test. */
export function addTest(expect: "allowed" | "denied"): void {
  const { request: text, origin } = workspace.value;
  const fields = readRequest(text);
  if (fields === null) return;
  const { principal, action, resource, context } = fields;
  const request = {
    principal,
    action,
    resource,
    ...(context.length === 0 ? {} : { context: Object.fromEntries(context) }),
    ...(fields.resourceAccount === "" ? {} : { resourceAccount: fields.resourceAccount }),
    ...(fields.issuer === "" ? {} : { issuer: fields.issuer }),
    ...(fields.managementAccount ? { managementAccount: true } : {}),
    ...(fields.complete ? { complete: true } : {}),
  };
  const from = origin === "" ? "" : ` from ${origin}`;
  const name = `${action}${from} is ${expect}`;
  add("tests", { name, ...(origin === "" ? {} : { from: origin }), request, expect });
}

/** Adds an item to a list of the scenario, behind what is there. */
export function add(list: "tests" | "properties", item: Readonly<Record<string, unknown>>): void {
  const before = workspace.value.scenario;
  const text = withItem(before, list, item);
  change({ scenario: text });
  const at = text.length - (before.length - commonEnd(before, text));
  show({ editor: "scenario", from: at, to: at });
}

function commonEnd(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left.at(-1 - at) === right.at(-1 - at)) at += 1;
  return left.length - at;
}

/** The scenario with an item more in the list: the list's last line is followed by it. */
export function withItem(
  scenario: string,
  list: "tests" | "properties",
  item: Readonly<Record<string, unknown>>,
): string {
  const added = toYaml({ [list]: [item] })
    .split("\n")
    .slice(1)
    .join("\n");
  const lines = scenario === "" ? [] : scenario.trimEnd().split("\n");
  const start = lines.findIndex((line) => new RegExp(`^${list}:\\s*(\\[\\s*\\])?\\s*$`).test(line));
  if (start === -1) {
    return [...lines, ...(lines.length === 0 ? [] : [""]), `${list}:`, added].join("\n");
  }
  lines[start] = `${list}:`;
  const after = lines.findIndex((line, index) => index > start && /^[^\s#-]/.test(line));
  const end = after === -1 ? lines.length : after;
  return [...lines.slice(0, end), added.trimEnd(), ...lines.slice(end), ""].join("\n");
}
