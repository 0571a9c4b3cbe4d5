// A decision that depends on what the request does not say: the keys, and a case for each decision.

import type { JSX } from "preact";
import type { DecisionCase, Depends } from "polsim";
import { DECISION_WORDS, listed } from "../state/words.ts";

export function DependsCard({ depends }: { depends: Depends }): JSX.Element {
  const { cases, complete, dependsOn } = depends;
  const word = cases.some(({ decision }) => decision === "allowed") ? "depends" : "denied";
  return (
    <div class="decision tone-none" data-decision={word}>
      <div>
        <p class="decision-word">{DECISION_WORDS[word]}</p>
        <p class="decision-why">
          On {listed(dependsOn.map(({ key }) => key))}, which the request does not say. Give it in the context, or
          list it under <code>absent</code>.
        </p>
        <ul class="plain-list">
          {cases.map((it) => (
            <li key={it.decision}>
              {DECISION_WORDS[it.decision]} if {listed(it.keys.map(value))}
            </li>
          ))}
        </ul>
        {complete ? null : <p class="soft">Not every value was tried.</p>}
      </div>
    </div>
  );
}

function value({ key, values }: DecisionCase["keys"][number]): string {
  return values.length === 0 ? `${key} is absent` : `${key} is ${values.join(", ")}`;
}
