// Scenario files in and out: what `polsim test` and `polsim verify` read is a workspace, and back.

import type { PolicyType } from "polsim";
import { POLICY_TYPES, draft, type PolicyDraft, type Workspace } from "./workspace.ts";
import { toYaml } from "./yaml.ts";

/** Reads a file that another one names; nothing if it is not there. */
export type ReadFile = (from: string, path: string) => { name: string; text: string } | null;

/** Turns YAML or JSON text into plain values. */
export type ReadText = (text: string) => Promise<unknown>;

export interface Imported {
  readonly workspace: Workspace;
  /** Files that are named and not there. */
  readonly missing: readonly string[];
  /** How many tests and properties are about other policies and were left out. */
  readonly leftOut: number;
}

/** What of a scenario is imported. */
export interface Choice {
  /** The name of the policy set. */
  readonly set?: string;
  /** Which test's request is taken: one that is denied, or the first. */
  readonly prefers?: "denied";
}

type Fields = Readonly<Record<string, unknown>>;

interface Link {
  readonly name: string;
  readonly fields: Fields;
}

/** Whether plain values look like a scenario. */
export function isScenario(value: unknown): boolean {
  const members = ["policies", "sets", "tests", "properties", "extends"];
  return isFields(value) && !("request" in value && !("tests" in value)) && members.some((name) => name in value);
}

/**
 * The scenario in `text` as a workspace about the policies called `set`, or those of its first
 * test, or its own.
 *
 * @throws Error if it cannot be read
 */
export async function importScenario(
  name: string,
  text: string,
  readFile: ReadFile,
  readText: ReadText,
  { set, prefers }: Choice = {},
): Promise<Imported> {
  const missing: string[] = [];
  const chain = await readChain(name, text, readFile, readText, missing);
  const own = chain[0]?.fields ?? {};
  const tests = items(own["tests"]).filter(isFields);
  const properties = items(own["properties"]).filter(isFields);
  const wanted = set ?? firstSet(tests, properties, own);
  const isAbout = (it: Fields): boolean => sameSet(it["policies"], wanted, own);
  const kept = tests.filter(isAbout);
  const claims = properties.filter((it) => isAbout(it) && !comparesSets(it));
  const denied = kept.find((test) => prefers === "denied" && test["expect"] !== "allowed");
  const first = denied ?? kept[0];
  const request = merged(chain, first);
  const network = await readNetwork(chain, readFile, missing);
  const policies = resolve(wanted, chain, readFile, missing, []);
  const origin = items(first?.["from"])[0];
  const scenario = {
    ...(defaults(chain) === null ? {} : { request: defaults(chain) }),
    ...(kept.length === 0 ? {} : { tests: kept.map(bare) }),
    ...rest(own),
    ...(claims.length === 0 ? {} : { properties: claims.map(bare) }),
  };
  return {
    workspace: {
      about: typeof own["why"] === "string" ? own["why"].trim() : "",
      policies: unique(policies),
      request: first === undefined && !isFields(own["request"]) ? "" : `${JSON.stringify(request, null, 2)}\n`,
      network,
      origin: typeof origin === "string" ? origin : "",
      scenario: Object.keys(scenario).length === 0 ? "" : toYaml(scenario),
      old: [],
    },
    missing,
    leftOut: tests.length - kept.length + properties.length - claims.length,
  };
}

async function readChain(
  name: string,
  text: string,
  readFile: ReadFile,
  readText: ReadText,
  missing: string[],
): Promise<readonly Link[]> {
  const chain: Link[] = [];
  let next: { name: string; text: string } | null = { name, text };
  while (next !== null && chain.length < 20) {
    const fields: unknown = await readText(next.text);
    if (!isFields(fields)) throw new Error(`${next.name} is no scenario`);
    chain.push({ name: next.name, fields });
    const base: unknown = fields["extends"];
    if (typeof base !== "string") break;
    const found: { name: string; text: string } | null = readFile(next.name, base);
    if (found === null) missing.push(base);
    next = found;
  }
  return chain;
}

/** The set that the scenario is chiefly about: nothing stands for its own policies. */
function firstSet(tests: readonly Fields[], properties: readonly Fields[], own: Fields): unknown {
  if ("policies" in own) return undefined;
  return [...tests, ...properties].find((it) => "policies" in it)?.["policies"];
}

function sameSet(named: unknown, wanted: unknown, own: Fields): boolean {
  if (named === undefined && wanted === undefined) return true;
  if (named === undefined && !("policies" in own)) return true;
  return JSON.stringify(items(named)) === JSON.stringify(items(wanted));
}

/** Whether a property compares with sets of the file, which the workspace does not have. */
function comparesSets({ "no-more-than": bound }: Fields): boolean {
  return isFields(bound) && items(bound["policies"]).some((item) => typeof item === "string");
}

/** The policies of a list of policies and names of sets; of the scenario itself, if there is none. */
function resolve(
  list: unknown,
  chain: readonly Link[],
  readFile: ReadFile,
  missing: string[],
  open: readonly string[],
): readonly PolicyDraft[] {
  const from = list === undefined ? chain.find(({ fields }) => "policies" in fields) : chain[0];
  return items(list ?? from?.fields["policies"]).flatMap((item) => {
    if (typeof item !== "string") return one(item, from?.name ?? "", readFile, missing);
    const home = chain.find(({ fields }) => isFields(fields["sets"]) && Object.hasOwn(fields["sets"], item));
    const sets = home?.fields["sets"];
    if (home === undefined || !isFields(sets) || open.includes(item)) return [];
    const rest = chain.slice(chain.indexOf(home));
    return items(sets[item]).flatMap((entry) =>
      typeof entry === "string"
        ? resolve([entry], chain, readFile, missing, [...open, item])
        : one(entry, rest[0]?.name ?? "", readFile, missing),
    );
  });
}

function one(item: unknown, from: string, readFile: ReadFile, missing: string[]): readonly PolicyDraft[] {
  if (!isFields(item)) throw new Error(`${from}: a policy is no object`);
  const unknown = Object.keys(item).find((name) => !POLICY_MEMBERS.has(name));
  if (unknown !== undefined) throw new Error(`${from}: a policy has a member \`${unknown}\`, which this page cannot hold`);
  const type = POLICY_TYPES.find((type) => type === item["type"]);
  if (type === undefined) throw new Error(`${from}: \`${String(item["type"])}\` is no type of policy`);
  const level = item["level"] ?? 0;
  if (typeof level !== "number" || !Number.isInteger(level)) throw new Error(`${from}: a level is no whole number`);
  const path = typeof item["file"] === "string" ? item["file"] : null;
  const file = path === null ? null : readFile(from, path);
  if (path !== null && file === null) missing.push(path);
  const document = item["document"];
  const text = file?.text ?? (document === undefined ? "" : `${JSON.stringify(document, null, 2)}\n`);
  const carriers = items(item[CARRIED_AS[type] ?? "nothing"]).map(String);
  const name = String(item["name"] ?? stem(path) ?? type);
  // The name of an endpoint's policy is the endpoint's id here.
  return type === "endpoint" && carriers.length > 0
    ? carriers.map((id) => draft({ type, name: id, level, carriers: [], text }))
    : [draft({ type, name, level, carriers, text })];
}

const POLICY_MEMBERS: ReadonlySet<string> = new Set([
  "type",
  "name",
  "file",
  "document",
  "level",
  "principal",
  "resource",
  "endpoint",
]);

/**
 * One draft for each attachment, each with a name of its own. Only what is attached alike in every
 * respect is the same: one document at two levels, or with two carriers, is two policies, and to
 * drop one would change every answer.
 */
function unique(policies: readonly PolicyDraft[]): readonly PolicyDraft[] {
  const attachments = new Set<string>();
  const seen = new Map<string, PolicyDraft>();
  for (const policy of policies) {
    const { type, level, carriers, text } = policy;
    const endpoint = type === "endpoint" ? policy.name : "";
    const attachment = JSON.stringify([type, level, carriers.toSorted(), endpoint, text]);
    if (attachments.has(attachment)) continue;
    attachments.add(attachment);
    if (endpoint !== "" && seen.get(endpoint)?.type === "endpoint") {
      throw new Error(`${endpoint} has two policies, and an endpoint has one`);
    }
    let name = policy.name;
    for (let number = 2; seen.has(name); number += 1) name = `${policy.name} (${number})`;
    seen.set(name, { ...policy, name });
  }
  return [...seen.values()];
}

/** Members that are translated; all others are the scenario's own and go to the engine as they are. */
const TRANSLATED: ReadonlySet<string> = new Set([
  "why",
  "extends",
  "network",
  "policies",
  "sets",
  "request",
  "tests",
  "properties",
]);

function rest(own: Fields): Fields {
  return Object.fromEntries(Object.entries(own).filter(([name]) => !TRANSLATED.has(name)));
}

function defaults(chain: readonly Link[]): Fields | null {
  const requests = chain.map(({ fields }) => fields["request"]).filter(isFields);
  return requests.length === 0 ? null : unite(requests);
}

function merged(chain: readonly Link[], test: Fields | undefined): Fields {
  const own = isFields(test?.["request"]) ? [test["request"]] : [];
  return unite([...own, ...chain.map(({ fields }) => fields["request"]).filter(isFields)]);
}

const REQUEST_ORDER = ["principal", "action", "resource", "resourceAccount", "issuer", "context"];

/** The members of several requests, the first counting first; their contexts are united. */
function unite(requests: readonly Fields[]): Fields {
  const contexts = requests.map((request) => request["context"]).filter(isFields);
  const all: Record<string, unknown> = Object.assign({}, ...requests.toReversed());
  if (contexts.length > 0) all["context"] = Object.assign({}, ...contexts.toReversed());
  const ordered = REQUEST_ORDER.filter((name) => name in all).map((name) => [name, all[name]]);
  return { ...Object.fromEntries(ordered), ...all };
}

async function readNetwork(chain: readonly Link[], readFile: ReadFile, missing: string[]): Promise<string> {
  const home = chain.find(({ fields }) => "network" in fields);
  const network = home?.fields["network"];
  if (home === undefined || network === undefined) return "";
  if (isFields(network)) return toYaml(network);
  const file = readFile(home.name, String(network));
  if (file === null) missing.push(String(network));
  return file?.text ?? "";
}

/** A test or property without its choice of policies, which the workspace makes for all. */
function bare({ policies: _, ...rest }: Fields): Fields {
  return rest;
}

/**
 * The workspace as a scenario file.
 *
 * @throws Error if a policy is no JSON, so that it cannot stand in the file
 */
export function exportScenarioText(workspace: Workspace): string {
  const policies = workspace.policies.map((policy) => {
    const member = CARRIED_AS[policy.type];
    const carriers = policy.type === "endpoint" ? [policy.name] : policy.carriers;
    return [
      `  - type: ${policy.type}`,
      `    name: ${JSON.stringify(policy.name)}`,
      ...(policy.level === 0 ? [] : [`    level: ${policy.level}`]),
      ...(member === null || carriers.length === 0
        ? []
        : [`    ${member}: ${JSON.stringify(member === "endpoint" ? carriers[0] : carriers)}`]),
      `    document: ${document(policy)}`,
    ].join("\n");
  });
  const network = workspace.network.trim();
  const indented = network.startsWith("{") ? network : network.replace(/^(?=.)/gm, "  ");
  const why = workspace.about.trim();
  return [
    why === "" ? "" : `why: ${JSON.stringify(why)}\n`,
    policies.length === 0 ? "" : `policies:\n${policies.join("\n")}\n`,
    network === "" ? "" : `network:\n${indented}\n`,
    workspace.scenario.trim() === "" ? "" : `${workspace.scenario.trimEnd()}\n`,
  ].join("");
}

const CARRIED_AS: Readonly<Record<PolicyType, "principal" | "resource" | "endpoint" | null>> = {
  identity: "principal",
  boundary: "principal",
  session: "principal",
  resource: "resource",
  key: "resource",
  trust: "resource",
  endpoint: "endpoint",
  scp: null,
  rcp: null,
};

function document({ name, text }: PolicyDraft): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2).replaceAll("\n", "\n      ");
  } catch {
    throw new Error(`${name} is no JSON, so it cannot stand in a scenario file`);
  }
}

function stem(path: string | null): string | null {
  return path === null ? null : (path.split("/").at(-1) ?? path).replace(/\.json$/, "");
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
