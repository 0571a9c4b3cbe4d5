// The network's map, kept up with its text.

import { batch, computed, effect, signal } from "@preact/signals";
import type { Diagnostic, NetworkMap } from "polsim";
import { LatestOnly, quick } from "../engine/client.ts";
import { expected } from "./answers.ts";
import { firstShown } from "./first.ts";
import { workspace } from "./store.ts";

const NOTHING: readonly Diagnostic[] = [];

/** The last map that could be read. */
export const networkMap = signal<NetworkMap | null>(null);
export const networkDiagnostics = signal<readonly Diagnostic[]>(NOTHING);

/** Whether the network was read, so that endpoints can be called by their names. */
export const networkKnown = signal(false);

const text = computed(() => workspace.value.network);

export function startNetwork(): void {
  const read = new LatestOnly(quick, "network");
  const known = (map: NetworkMap | null, diagnostics: readonly Diagnostic[]): void =>
    batch(() => {
      networkMap.value = map;
      networkDiagnostics.value = diagnostics;
      networkKnown.value = true;
    });
  const start = (): (() => void) =>
    effect(() => {
      if (isBlank(text.value)) {
        known(null, NOTHING);
        return;
      }
      read
        .call(text.value)
        .then((answer) => {
          if (answer.outcome === "answered") known(answer.value, NOTHING);
          else known(networkMap.peek(), answer.outcome === "refused" ? answer.diagnostics : NOTHING);
        })
        .catch(expected);
    });
  void firstShown.then(start);
}

/** Whether a YAML text says nothing. */
export function isBlank(yaml: string): boolean {
  return yaml.split("\n").every((line) => /^\s*(#.*)?$/.test(line));
}
