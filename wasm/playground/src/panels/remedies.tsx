// What would have to change for a denied request to go through.

import type { JSX } from "preact";
import type { ConditionTrace, Explanation, Remedy } from "polsim";
import { LAYER_WORDS } from "../state/words.ts";
import { StatementLink } from "./decision.tsx";

export function Remedies({ explanation }: { explanation: Explanation }): JSX.Element | null {
  const { remedies } = explanation;
  if (remedies.length === 0) return null;
  return (
    <div class="block">
      <h3>What would have to change</h3>
      <ol class="remedies">
        {remedies.map((remedy, index) => (
          <li key={index}>
            <One remedy={remedy} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function One({ remedy }: { remedy: Remedy }): JSX.Element {
  if (remedy.kind === "avoidDeny") {
    return remedy.unless.length === 0 ? (
      <>
        <StatementLink statement={remedy.statement} /> has no condition: it forbids this action on
        this resource to this principal, whatever the context.
      </>
    ) : (
      <>
        <StatementLink statement={remedy.statement} /> would not apply if{" "}
        {remedy.unless.length === 1 ? "this did not hold" : "one of these did not hold"}:
        <Conditions conditions={remedy.unless} />
      </>
    );
  }
  return (
    <>
      {LAYER_WORDS[remedy.layer]} would have to allow <code>{remedy.action}</code> on{" "}
      <code>{remedy.resource}</code>.
      {remedy.nearest.map((near, index) => (
        <div key={index} class="near">
          <StatementLink statement={near.statement} /> does but for{" "}
          {near.failing.length === 1 ? "this condition" : "these conditions"}:
          <Conditions conditions={near.failing} />
        </div>
      ))}
    </>
  );
}

function Conditions({ conditions }: { conditions: readonly ConditionTrace[] }): JSX.Element {
  return (
    <ul class="conditions">
      {conditions.map((condition, index) => (
        <li key={index}>
          <ConditionWords condition={condition} />
        </li>
      ))}
    </ul>
  );
}

/** A condition in one line: key, operator, values, and what the request has. */
export function ConditionWords({ condition }: { condition: ConditionTrace }): JSX.Element {
  const { key, operator, values, request } = condition;
  const shown = values.slice(0, 3).map((value) => value.text);
  return (
    <>
      <code>{key}</code> {operator} <code>{shown.join(", ")}</code>
      {values.length > 3 ? ` and ${values.length - 3} more` : ""}
      <span class="has">
        {request.length === 0 ? (
          "the request does not have the key"
        ) : (
          <>
            the request has <code>{request.join(", ")}</code>
          </>
        )}
      </span>
    </>
  );
}
