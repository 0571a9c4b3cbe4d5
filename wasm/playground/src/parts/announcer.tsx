// Says the decision to those who do not see it change.

import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { chosenWay, refusals } from "../state/result.ts";
import { DECISION_WORDS } from "../state/words.ts";

const said = computed(() => {
  const decision = chosenWay.value?.explanation.decision;
  if (decision !== undefined) return DECISION_WORDS[decision];
  const count = refusals.value.length;
  return count === 0 ? "" : `No decision: ${count} ${count === 1 ? "problem" : "problems"}`;
});

export function Announcer(): JSX.Element {
  return (
    <p class="spoken" role="status" aria-live="polite">
      {said.value}
    </p>
  );
}
