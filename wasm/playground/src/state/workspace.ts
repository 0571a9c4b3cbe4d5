// What the user works on. Plain data: it is stored, shared and exported as it is.

import type { PolicyType } from "polsim";

export const POLICY_TYPES: readonly PolicyType[] = [
  "identity",
  "boundary",
  "session",
  "scp",
  "rcp",
  "resource",
  "key",
  "trust",
  "endpoint",
];

/** A policy that is being written. */
export interface PolicyDraft {
  /** Tells drafts apart while the page is open. */
  readonly id: string;
  readonly type: PolicyType;
  readonly name: string;
  readonly level: number;
  /** The users and roles, or the resources, that carry it; all if empty. */
  readonly carriers: readonly string[];
  readonly text: string;
}

export interface Workspace {
  /** What it shows, in sentences: an example's lesson, a scenario's `why`. */
  readonly about: string;
  readonly policies: readonly PolicyDraft[];
  /** The request as JSON text. */
  readonly request: string;
  /** The network as YAML or JSON text. */
  readonly network: string;
  /** The origin of the network that the request comes from, or nothing. */
  readonly origin: string;
  /** The scenario's own part: tests and properties, as YAML text. */
  readonly scenario: string;
  /** The policies that the present ones are compared with. */
  readonly old: readonly PolicyDraft[];
}

export const VIEWS = ["evaluate", "test", "prove", "compare"] as const;

export type View = (typeof VIEWS)[number];

export const EMPTY: Workspace = {
  about: "",
  policies: [],
  request: "",
  network: "",
  origin: "",
  scenario: "",
  old: [],
};

let drafts = 0;

/** A draft with an id of its own. */
export function draft(policy: Omit<PolicyDraft, "id">): PolicyDraft {
  drafts += 1;
  return { ...policy, id: `policy-${drafts}` };
}

/** A name for a new policy of this type that no other policy has. */
export function freeName(type: PolicyType, taken: readonly PolicyDraft[]): string {
  const stem = type === "endpoint" ? "vpce-" : `${type}`;
  const names = new Set(taken.map((policy) => policy.name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 && type !== "endpoint" ? stem : `${stem}${number}`;
    if (!names.has(name)) return name;
  }
}

/** The document that a new policy of this type starts with. */
export function blankDocument(type: PolicyType): string {
  const principal = ["resource", "key", "trust", "endpoint", "rcp"].includes(type);
  const deny = type === "scp" || type === "rcp";
  const statement = {
    Effect: deny ? "Deny" : "Allow",
    ...(principal ? { Principal: "*" } : {}),
    Action: type === "trust" ? "sts:AssumeRole" : deny ? "s3:DeleteBucket" : "s3:GetObject",
    ...(type === "trust" ? {} : { Resource: "*" }),
  };
  return `${JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, null, 2)}\n`;
}
