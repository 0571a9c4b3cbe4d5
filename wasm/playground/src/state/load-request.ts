// Takes a request of a test or a counterexample into the evaluation.

import { batch } from "@preact/signals";
import type { Example } from "polsim";
import { change, followsDecision, notify, pane, view, workspace } from "./store.ts";
import { draft } from "./workspace.ts";

/** Evaluates `request`. The network's keys are in it already, so no origin is asked for more. */
export function loadRequest(request: string): void {
  batch(() => {
    change({ request: `${request}\n`, origin: "" });
    followsDecision.value = true;
    view.value = "evaluate";
    pane.value = "result";
  });
}

/**
 * Evaluates the request that shows something. Where it is a stranger's, what he may write for
 * himself takes the place of the policies that the workspace's own principals carry.
 */
export function loadExample({ request, strangers, unasked }: Example): void {
  const before = workspace.value.policies;
  const brought = strangers.map(({ type, name, text, level }) =>
    draft({ type, name, text, level: level ?? 0, carriers: [] }),
  );
  const after = [...before.filter((policy) => !unasked.includes(policy.name)), ...brought];
  batch(() => {
    if (after.length !== before.length || brought.length > 0) {
      change({ policies: after });
      notify({
        text: "The policies are those of the caller in question, with whatever he or an owner may write.",
        tone: "plain",
        action: { label: "Have mine back", run: () => change({ policies: before }) },
      });
    }
    loadRequest(request);
  });
}
