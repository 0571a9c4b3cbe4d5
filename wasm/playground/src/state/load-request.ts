// Takes a request of a test or a counterexample into the evaluation.

import { batch } from "@preact/signals";
import { change, pane, view } from "./store.ts";

/** Evaluates `request`. The network's keys are in it already, so no origin is asked for more. */
export function loadRequest(request: string): void {
  batch(() => {
    change({ request: `${request}\n`, origin: "" });
    view.value = "evaluate";
    pane.value = "result";
  });
}
