// Adds the request that is evaluated as a test.

import type { JSX } from "preact";
import { chosenWay } from "../state/result.ts";
import { readRequest } from "../state/request.ts";
import { addTest } from "../state/scenario.ts";
import { workspace } from "../state/store.ts";
import { DECISION_WORDS } from "../state/words.ts";

export function TestBuilder(): JSX.Element {
  const decision = chosenWay.value?.explanation.decision;
  const request = readRequest(workspace.value.request);
  const ready = request !== null && request.action !== "";
  return (
    <div class="bar builder">
      <span class="soft">
        {ready ? (
          <>
            Add the evaluated request as a test: <code>{request.action}</code> must be
          </>
        ) : (
          "Describe a request under Evaluate to add it as a test."
        )}
      </span>
      {ready ? (
        <span class="builder-buttons">
          {(["allowed", "denied"] as const).map((expect) => (
            <button key={expect} type="button" class="button" onClick={() => addTest(expect)}>
              {expect}
            </button>
          ))}
        </span>
      ) : null}
      {ready && decision !== undefined ? (
        <span class="spoken">It is {DECISION_WORDS[decision].toLowerCase()} now.</span>
      ) : null}
    </div>
  );
}
