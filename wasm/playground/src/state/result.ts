// The result that is shown: one way of the request to arrive, and what was decided on it.

import { computed } from "@preact/signals";
import type { Arrival, Diagnostic, Way } from "polsim";
import { evaluated } from "./answers.ts";

const NO_DIAGNOSTICS: readonly Diagnostic[] = [];
const NO_ARRIVALS: readonly Arrival[] = [];

/** The ways in which the request may arrive. */
export const arrivals = computed<readonly Arrival[]>(() => {
  const answer = evaluated.value?.answer;
  return answer?.outcome === "answered" ? answer.value.arrivals : NO_ARRIVALS;
});

export const chosenWay = computed<Way | null>(() => {
  const answer = evaluated.value?.answer;
  return answer?.outcome === "answered" ? (answer.value.way ?? null) : null;
});

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
