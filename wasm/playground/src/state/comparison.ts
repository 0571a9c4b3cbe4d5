// The present policies compared with their old version.

import { computed, effect, signal } from "@preact/signals";
import type { Answer, Diagnostic, PolicyText, Versions, VersionsReport } from "polsim";
import { LongRun } from "../engine/long-run.ts";
import { expected, policyText } from "./answers.ts";
import { isBlank } from "./network.ts";
import { DEBOUNCE } from "./proofs.ts";
import { change, reveal, view, workspace } from "./store.ts";
import { draft, type PolicyDraft } from "./workspace.ts";

export type Comparison =
  | { readonly state: "running" | "cancelled" }
  | { readonly state: "done"; readonly report: VersionsReport }
  | { readonly state: "refused"; readonly answer: Exclude<Answer<unknown>, { outcome: "answered" }> };

/** What is known of the differences; nothing before they are first asked for. */
export const comparison = signal<Comparison | null>(null);

/**
 * A policy in both versions, told by its name; where one is gone and another of its type is new, they
 * are taken for the same. In one of the versions it may be missing.
 */
export interface Pair {
  readonly name: string;
  readonly old: PolicyDraft | null;
  readonly now: PolicyDraft | null;
}

export const pairs = computed<readonly Pair[]>(() => {
  const { old, policies } = workspace.value;
  const left = [...old];
  const take = (like: (policy: PolicyDraft) => boolean): PolicyDraft | null => {
    const at = left.findIndex(like);
    return at === -1 ? null : (left.splice(at, 1)[0] ?? null);
  };
  const named = policies.map((now) => ({ now, old: take(({ name }) => name === now.name) }));
  const found = named.map(({ now, old }) => ({
    name: now.name,
    now,
    old: old ?? take(({ type }) => type === now.type),
  }));
  return [...found, ...left.map((gone) => ({ name: gone.name, now: null, old: gone }))];
});

const chosen = signal("");

/** The pair whose texts are open: the one chosen, or the first that differs. */
export const openPair = computed<Pair | null>(() => {
  const all = pairs.value;
  const differs = all.find((pair) => pair.old?.text !== pair.now?.text);
  return all.find((pair) => pair.name === chosen.value) ?? differs ?? all[0] ?? null;
});

export function choosePair(name: string): void {
  chosen.value = name;
}

/** Makes the present policies the old version, to change them and see what that does. */
export function keepAsOld(): void {
  change({ old: workspace.value.policies.map((policy) => draft(policy)) });
}

export function changeOld(id: string, text: string): void {
  change({ old: workspace.value.old.map((policy) => (policy.id === id ? { ...policy, text } : policy)) });
}

const engineText = (policy: PolicyDraft): PolicyText => ({
  ...policyText(policy),
  ...(policy.type === "endpoint" ? { carriers: [policy.name] } : {}),
});

const versions = computed<Versions>(() => {
  const { old, policies, network } = workspace.value;
  return {
    old: old.map(engineText),
    new: policies.map(engineText),
    ...(isBlank(network) ? {} : { network }),
  };
});

const run = new LongRun();

export function startComparison(): void {
  // A place that is to be shown opens the texts that it is in.
  effect(() => {
    const editor = reveal.value?.editor;
    const pair = pairs.peek().find(({ old, now }) => editor !== undefined && [old?.id, now?.id].includes(editor));
    if (pair !== undefined) chosen.value = pair.name;
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const asked = versions.value;
    const shown = view.value === "compare" && asked.old.length > 0;
    clearTimeout(timer);
    run.end();
    if (shown) timer = setTimeout(() => begin(asked), DEBOUNCE);
    else comparison.value = null;
  });
}

export function compareAgain(): void {
  begin(versions.peek());
}

export function cancelComparison(): void {
  run.end();
  if (comparison.peek()?.state === "running") comparison.value = { state: "cancelled" };
}

function begin(asked: Versions): void {
  comparison.value = { state: "running" };
  run
    .begin(async (client, present) => {
      const answer = await client.call("compare", asked);
      if (!present()) return;
      comparison.value =
        answer.outcome === "answered"
          ? { state: "done", report: answer.value }
          : { state: "refused", answer };
    })
    .catch(expected);
}

const NOTHING: readonly Diagnostic[] = [];

/** What is wrong with the policy of this name in the old version. */
export function oldDiagnostics(name: string): readonly Diagnostic[] {
  const present = comparison.value;
  if (present?.state !== "refused" || present.answer.outcome !== "refused") return NOTHING;
  const found = present.answer.diagnostics.filter(({ file }) => file === `old/${name}`);
  return found.length === 0 ? NOTHING : found;
}
