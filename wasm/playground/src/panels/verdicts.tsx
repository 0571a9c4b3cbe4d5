// The verdicts: what holds for every request, and a request that shows what does not.

import type { JSX } from "preact";
import { Icon } from "../parts/icon.tsx";
import { engineFailure } from "../state/answers.ts";
import { type Proofs, type Row, cancelProofs, proofs, proveAgain } from "../state/proofs.ts";
import { ScenarioRefused } from "./refused.tsx";
import { VerdictRow } from "./verdict-row.tsx";

export function Verdicts(): JSX.Element {
  const present = proofs.value;
  return (
    <section class="pane pane-result" aria-labelledby="result-heading">
      <header class="pane-head">
        <h2 id="result-heading">Verdicts</h2>
        <Control state={present?.state ?? "running"} />
      </header>
      <div class="scroll">
        {engineFailure.value !== null ? (
          <p class="waiting">The engine cannot be started: {engineFailure.value}</p>
        ) : present === null ? (
          <p class="waiting">Starting the prover…</p>
        ) : present.state === "refused" ? (
          <ScenarioRefused answer={present.answer} />
        ) : (
          <Report state={present.state} rows={present.rows} />
        )}
      </div>
    </section>
  );
}

function Control({ state }: { state: Proofs["state"] }): JSX.Element | null {
  if (state === "refused") return null;
  return state === "running" ? (
    <button type="button" class="button" onClick={cancelProofs}>
      Cancel
    </button>
  ) : (
    <button type="button" class="button" onClick={proveAgain}>
      Prove again
    </button>
  );
}

function Report({ state, rows }: { state: "running" | "done" | "cancelled"; rows: readonly Row[] }): JSX.Element {
  if (rows.length === 0) {
    return (
      <div class="decision tone-none">
        <div>
          <p class="decision-word">No properties</p>
          <p class="decision-why">Say under Properties what must hold for every request.</p>
        </div>
      </div>
    );
  }
  return (
    <>
      <Summary state={state} rows={rows} />
      <ul class="outcomes" aria-label="Properties">
        {rows.map((row, index) => (
          <VerdictRow key={index} row={row} running={state === "running"} />
        ))}
      </ul>
    </>
  );
}

function Summary({ state, rows }: { state: "running" | "done" | "cancelled"; rows: readonly Row[] }): JSX.Element {
  const decided = rows.flatMap(({ report }) => (report === null ? [] : [report]));
  const count = (verdict: string): number => decided.filter((it) => it.verdict === verdict).length;
  const surprises = decided.filter((it) => it.verdict !== it.expected);
  const violated = surprises.filter((it) => it.verdict === "violated").length;
  const plain = surprises.length === 0 && state !== "cancelled" && count("proved") === rows.length;
  const tone = violated > 0 ? "explicitDeny" : plain ? "allowed" : "implicitDeny";
  const parts = (["proved", "violated", "depends", "vacuous", "unknown"] as const)
    .filter((verdict) => count(verdict) > 0)
    .map((verdict) => `${count(verdict)} ${verdict}`);
  const open = rows.length - decided.length;
  if (open > 0) parts.push(`${open} ${state === "running" ? "to go" : "not decided"}`);
  const word =
    state === "running"
      ? `Proving ${decided.length + 1} of ${rows.length}…`
      : state === "cancelled"
        ? "Cancelled"
        : violated > 0
          ? violated === 1
            ? "A property is violated"
            : `${violated} properties are violated`
          : surprises.length > 0
            ? "Not all is proved"
            : plain
              ? "Proved"
              : "All as expected";
  return (
    <div
      class={state === "running" ? "decision tone-none" : `decision decision-${tone}`}
      data-proofs={state}
      role="status"
    >
      <span class="decision-icon">
        <Icon name={state === "running" ? "play" : tone} size={44} />
      </span>
      <div>
        <p class="decision-word">{word}</p>
        <p class="decision-why">{parts.join(", ")}</p>
      </div>
    </div>
  );
}
