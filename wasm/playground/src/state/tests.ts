// The tests of the scenario, run while it is written.

import { computed, effect, signal } from "@preact/signals";
import type { Answer, TestReport, Workspace as EngineWorkspace } from "polsim";
import { LatestOnly, thorough } from "../engine/client.ts";
import { expected, policyText } from "./answers.ts";
import { isBlank } from "./network.ts";
import { view, workspace } from "./store.ts";

/** What the engine's scenario functions are asked about. */
export const engineWorkspace = computed<EngineWorkspace>(() => {
  const { policies, network, scenario } = workspace.value;
  return {
    policies: policies.map((policy) => ({
      ...policyText(policy),
      ...(policy.type === "endpoint" ? { carriers: [policy.name] } : {}),
    })),
    ...(isBlank(network) ? {} : { network }),
    scenario,
  };
});

export const testAnswer = signal<Answer<TestReport> | null>(null);

export function startTests(): void {
  const run = new LatestOnly(thorough, "test");
  effect(() => {
    const asked = engineWorkspace.value;
    if (view.value !== "test") return;
    run
      .call(asked)
      .then((answer) => {
        testAnswer.value = answer;
      })
      .catch(expected);
  });
}
