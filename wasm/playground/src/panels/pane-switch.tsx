// On a narrow screen: which of the three panes is shown.

import type { JSX } from "preact";
import { chosenWay } from "../state/result.ts";
import { pane, view } from "../state/store.ts";
import { DECISION_WORDS } from "../state/words.ts";

const INPUT = { evaluate: "Request", test: "Tests", prove: "Properties", compare: "Versions" } as const;
const RESULT = { evaluate: "Decision", test: "Results", prove: "Verdicts", compare: "Differences" } as const;

export function PaneSwitch(): JSX.Element {
  const decision = chosenWay.value?.explanation.decision;
  const panes = [
    ["policies", "Policies"],
    ["input", INPUT[view.value]],
    ["result", RESULT[view.value]],
  ] as const;
  // The versions are the policies.
  const shown = panes.filter(([name]) => view.value !== "compare" || name !== "policies");
  const open = view.value === "compare" && pane.value === "policies" ? "input" : pane.value;
  return (
    <nav class="pane-switch" aria-label="Panes">
      {shown.map(([name, label]) => (
        <button
          key={name}
          type="button"
          aria-current={open === name ? "true" : undefined}
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
