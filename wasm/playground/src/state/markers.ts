// What the engine says about one policy, as its editor shows it.

import { computed } from "@preact/signals";
import type { Diagnostic, StatementRef } from "polsim";
import type { Mark } from "../editor/codemirror.ts";
import { evaluated, validated } from "./answers.ts";
import { chosenWay } from "./result.ts";
import { utf16Range } from "./offsets.ts";
import { view } from "./store.ts";
import type { PolicyDraft } from "./workspace.ts";

const NOTHING: readonly never[] = [];

/** The complaints about the policy: the last ones until there are new ones. */
export function diagnosticsOf(policy: PolicyDraft): readonly Diagnostic[] {
  return validated.value.get(policy.id)?.validation.diagnostics ?? NOTHING;
}

/** The ranges of the statements that decided, by policy. */
const marks = computed<ReadonlyMap<string, readonly Mark[]>>(() => {
  const found = new Map<string, Mark[]>();
  if (view.value !== "evaluate") return found;
  const explanation = chosenWay.value?.explanation;
  const drafts = evaluated.value?.drafts ?? [];
  if (explanation === undefined) return found;
  const traces = explanation.layers.flatMap((layer) => layer.statements);
  for (const trace of traces) {
    const draft = drafts[trace.policyIndex];
    if (draft === undefined || !explanation.by.some((by) => same(by, trace))) continue;
    const tone = trace.effect === "Allow" ? "allow" : "deny";
    const ranges = found.get(draft.id) ?? [];
    found.set(draft.id, [...ranges, { ...utf16Range(draft.text, trace.span), tone }]);
  }
  return found;
});

/** The statements of the policy that decided the request. */
export function decidingMarks(policy: PolicyDraft): readonly Mark[] {
  return marks.value.get(policy.id) ?? NOTHING;
}

function same(left: StatementRef, right: StatementRef): boolean {
  return (
    left.policy === right.policy &&
    left.span.start === right.span.start &&
    left.span.end === right.span.end
  );
}
