// The network's map, kept up with its text.

import { computed, effect, signal } from "@preact/signals";
import type { Diagnostic, NetworkMap } from "polsim";
import { LatestOnly, quick } from "../engine/client.ts";
import { expected } from "./answers.ts";
import { workspace } from "./store.ts";

const NOTHING: readonly Diagnostic[] = [];

/** The last map that could be read. */
export const networkMap = signal<NetworkMap | null>(null);
export const networkDiagnostics = signal<readonly Diagnostic[]>(NOTHING);

const text = computed(() => workspace.value.network);

export function startNetwork(): void {
  const read = new LatestOnly(quick, "network");
  effect(() => {
    if (isBlank(text.value)) {
      networkMap.value = null;
      networkDiagnostics.value = NOTHING;
      return;
    }
    read
      .call(text.value)
      .then((answer) => {
        if (answer.outcome === "answered") networkMap.value = answer.value;
        networkDiagnostics.value = answer.outcome === "refused" ? answer.diagnostics : NOTHING;
      })
      .catch(expected);
  });
}

/** Whether a YAML text says nothing. */
export function isBlank(yaml: string): boolean {
  return yaml.split("\n").every((line) => /^\s*(#.*)?$/.test(line));
}
