// On a narrow screen: which of the three panes is shown.

import type { JSX } from "preact";
import { chosenWay } from "../state/result.ts";
import { pane, view } from "../state/store.ts";
import { DECISION_WORDS } from "../state/words.ts";

const INPUT = { evaluate: "Request", test: "Tests" } as const;
const RESULT = { evaluate: "Decision", test: "Results" } as const;

export function PaneSwitch(): JSX.Element {
  const decision = chosenWay.value?.explanation.decision;
  const panes = [
    ["policies", "Policies"],
    ["input", INPUT[view.value]],
    ["result", RESULT[view.value]],
  ] as const;
  return (
    <nav class="pane-switch" aria-label="Panes">
      {panes.map(([name, label]) => (
        <button
          key={name}
          type="button"
          aria-current={pane.value === name ? "true" : undefined}
          onClick={() => {
            pane.value = name;
          }}
        >
          {label}
          {name === "result" && view.value === "evaluate" && decision !== undefined ? (
            <span class={`pill decision-${decision}`}>{DECISION_WORDS[decision]}</span>
          ) : null}
        </button>
      ))}
    </nav>
  );
}
