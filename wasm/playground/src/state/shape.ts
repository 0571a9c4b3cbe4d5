// Reading a workspace from data of unknown origin: share links, local storage, files.

import { POLICY_TYPES, draft, type PolicyDraft, type Workspace } from "./workspace.ts";
import type { PolicyType } from "polsim";

/** The most policies that a workspace holds. */
export const MAX_POLICIES = 50;
/** The most characters of one text. */
export const MAX_TEXT = 6_000_000;

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${what} is no object`);
  }
  return value as Fields;
}

function text(from: Fields, name: string): string {
  const value = Object.hasOwn(from, name) ? from[name] : "";
  if (typeof value !== "string") throw new TypeError(`\`${name}\` is no text`);
  if (value.length > MAX_TEXT) throw new TypeError(`\`${name}\` is too long`);
  return value;
}

function list(from: Fields, name: string): readonly unknown[] {
  const value = Object.hasOwn(from, name) ? from[name] : [];
  if (!Array.isArray(value)) throw new TypeError(`\`${name}\` is no list`);
  return value;
}

function policyType(value: string): PolicyType {
  const type = POLICY_TYPES.find((type) => type === value);
  if (type === undefined) throw new TypeError("a policy has an unknown type");
  return type;
}

function policy(value: unknown): PolicyDraft {
  const from = fields(value, "a policy");
  const level = Object.hasOwn(from, "level") ? from["level"] : 0;
  if (typeof level !== "number" || !Number.isInteger(level) || level < 0 || level > 100) {
    throw new TypeError("`level` is no whole number from 0 to 100");
  }
  const carriers = list(from, "carriers").map((carrier) => {
    if (typeof carrier !== "string") throw new TypeError("a carrier is no text");
    return carrier;
  });
  return draft({
    type: policyType(text(from, "type")),
    name: text(from, "name").slice(0, 200),
    level,
    carriers,
    text: text(from, "text"),
  });
}

function policies(from: Fields, name: string): readonly PolicyDraft[] {
  const values = list(from, name);
  if (values.length > MAX_POLICIES) throw new TypeError("there are too many policies");
  return values.map(policy);
}

/**
 * The workspace in `value`. Only members that a workspace has are taken over.
 *
 * @throws TypeError if it is none
 */
export function readWorkspace(value: unknown): Workspace {
  const from = fields(value, "the workspace");
  return {
    about: text(from, "about"),
    policies: policies(from, "policies"),
    request: text(from, "request"),
    network: text(from, "network"),
    origin: text(from, "origin").slice(0, 200),
    scenario: text(from, "scenario"),
    old: policies(from, "old"),
  };
}

/** The workspace as plain data, without what only this page needs. */
export function writeWorkspace(workspace: Workspace): unknown {
  const bare = ({ type, name, level, carriers, text }: PolicyDraft) => ({
    type,
    name,
    ...(level === 0 ? {} : { level }),
    ...(carriers.length === 0 ? {} : { carriers }),
    text,
  });
  const { about, request, network, origin, scenario } = workspace;
  return {
    about,
    policies: workspace.policies.map(bare),
    request,
    network,
    origin,
    scenario,
    old: workspace.old.map(bare),
  };
}
