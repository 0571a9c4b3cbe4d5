// The result that is shown: one way of the request to arrive, and what was decided on it.

import { computed, signal } from "@preact/signals";
import type { Diagnostic, Way } from "polsim";
import { evaluated } from "./answers.ts";

const NO_DIAGNOSTICS: readonly Diagnostic[] = [];
const NO_WAYS: readonly Way[] = [];

/** The number of the way that is shown. */
export const wayNumber = signal(0);

export const ways = computed<readonly Way[]>(() => {
  const answer = evaluated.value?.answer;
  return answer?.outcome === "answered" ? answer.value.ways : NO_WAYS;
});

export const chosenWay = computed<Way | null>(
  () => ways.value[wayNumber.value] ?? ways.value[0] ?? null,
);

/** What is wrong with the question, over all its texts. */
export const refusals = computed<readonly Diagnostic[]>(() => {
  const answer = evaluated.value?.answer;
  return answer?.outcome === "refused" ? answer.diagnostics : NO_DIAGNOSTICS;
});

/** What is wrong with one of the texts of the question, by the name the engine gives it. */
export function refusalsOf(file: string): readonly Diagnostic[] {
  const found = refusals.value.filter((diagnostic) => diagnostic.file === file);
  return found.length === 0 ? NO_DIAGNOSTICS : found;
}
