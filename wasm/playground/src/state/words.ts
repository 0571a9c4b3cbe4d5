// Words for what the engine names by code words.

import type { Layer, LayerOutcome, PartialDecision, PolicyType, Verdict } from "polsim";

export const TYPE_WORDS: Readonly<Record<PolicyType, string>> = {
  identity: "Identity policy",
  boundary: "Permissions boundary",
  session: "Session policy",
  scp: "Service control policy (SCP)",
  rcp: "Resource control policy (RCP)",
  resource: "Resource policy",
  key: "KMS key policy",
  trust: "Role trust policy",
  endpoint: "VPC endpoint policy",
};

export const SHORT_TYPE_WORDS: Readonly<Record<PolicyType, string>> = {
  identity: "Identity",
  boundary: "Boundary",
  session: "Session",
  scp: "SCP",
  rcp: "RCP",
  resource: "Resource",
  key: "KMS key",
  trust: "Role trust",
  endpoint: "VPC endpoint",
};

export const LAYER_WORDS: Readonly<Record<Layer, string>> = {
  scp: "Service control policies",
  rcp: "Resource control policies",
  endpoint: "VPC endpoint policy",
  resource: "Resource policy",
  identity: "Identity policies",
  boundary: "Permissions boundary",
  session: "Session policies",
};

export const OUTCOME_WORDS: Readonly<Record<LayerOutcome, string>> = {
  allows: "Allow found",
  denies: "Deny found",
  notAsked: "not asked",
  silent: "nothing applies",
};

export const DECISION_WORDS: Readonly<Record<PartialDecision, string>> = {
  allowed: "Allowed",
  denied: "Denied",
  depends: "Depends",
  explicitDeny: "Explicitly denied",
  implicitDeny: "Implicitly denied",
};

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  proved: "Proved",
  violated: "Violated",
  depends: "Depends",
  unknown: "Unknown",
  vacuous: "No such request",
};

/** A duration as people read it. */
export function milliseconds(took: number): string {
  return took < 1000 ? `${Math.max(1, Math.round(took))} ms` : `${(took / 1000).toFixed(1)} s`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], last = "and"): string {
  const head = words.slice(0, -1);
  const tail = words.at(-1) ?? "";
  return head.length === 0 ? tail : `${head.join(", ")} ${last} ${tail}`;
}
