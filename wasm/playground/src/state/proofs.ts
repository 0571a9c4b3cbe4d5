// The properties of the scenario, decided one after the other, each shown as soon as it is.

import { effect, signal } from "@preact/signals";
import type { Answer, PropertyReport, Workspace as EngineWorkspace } from "polsim";
import type { EngineClient } from "../engine/client.ts";
import { LongRun } from "../engine/long-run.ts";
import { expected } from "./answers.ts";
import { view } from "./store.ts";
import { engineWorkspace } from "./tests.ts";

/** A property and, once it is decided, its verdict. */
export interface Row {
  readonly name: string;
  readonly range: { readonly from: number; readonly to: number };
  readonly report: PropertyReport | null;
  /** How long the decision took, in milliseconds. */
  readonly took: number;
}

export type Proofs =
  | { readonly state: "running" | "done" | "cancelled"; readonly rows: readonly Row[] }
  | { readonly state: "refused"; readonly answer: Exclude<Answer<unknown>, { outcome: "answered" }> };

/** What is known of the present properties; nothing before it is first asked. */
export const proofs = signal<Proofs | null>(null);

/** Time to go on typing before a proof is begun. */
export const DEBOUNCE = 200;

const run = new LongRun();

export function startProofs(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const asked = engineWorkspace.value;
    const shown = view.value === "prove";
    clearTimeout(timer);
    run.end();
    if (shown) timer = setTimeout(() => begin(asked), DEBOUNCE);
  });
}

/** Decides everything anew. */
export function proveAgain(): void {
  begin(engineWorkspace.peek());
}

/** Stops the proof that is under way; what is decided stays. */
export function cancelProofs(): void {
  run.end();
  const present = proofs.peek();
  if (present?.state === "running") proofs.value = { ...present, state: "cancelled" };
}

function begin(asked: EngineWorkspace): void {
  run.begin((client, present) => prove(asked, client, present)).catch(expected);
}

async function prove(asked: EngineWorkspace, client: EngineClient, present: () => boolean): Promise<void> {
  const list = await client.call("properties", asked);
  if (!present()) return;
  if (list.outcome !== "answered") {
    proofs.value = { state: "refused", answer: list };
    return;
  }
  let rows: readonly Row[] = list.value.properties.map((outline) => ({ ...outline, report: null, took: 0 }));
  proofs.value = { state: rows.length === 0 ? "done" : "running", rows };
  for (const [number, row] of rows.entries()) {
    const start = performance.now();
    const answer = await client.call("verify", asked, number);
    if (!present()) return;
    if (answer.outcome !== "answered") {
      proofs.value = { state: "refused", answer };
      return;
    }
    const report = answer.value[0] ?? null;
    rows = rows.with(number, { ...row, report, took: performance.now() - start });
    proofs.value = { state: number + 1 === rows.length ? "done" : "running", rows };
  }
}
