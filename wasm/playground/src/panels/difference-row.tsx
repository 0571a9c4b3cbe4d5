// One difference: the actions, a request that shows it, and how each version decides it.

import type { JSX } from "preact";
import type { Difference, Example } from "polsim";
import { loadExample } from "../state/load-request.ts";
import { DECISION_WORDS } from "../state/words.ts";

export function DifferenceRow({ difference }: { difference: Difference }): JSX.Element {
  const { actions, sentence, old, new: now } = difference;
  return (
    <li class="outcome difference">
      <div class="grow">
        <p class="difference-actions">
          {actions.map((action) => (
            <code key={action}>{action}</code>
          ))}
        </p>
        <div class="example">
          <p>{sentence.charAt(0).toUpperCase() + sentence.slice(1)}.</p>
          <dl class="sides">
            <Side name="old" example={old} />
            <Side name="new" example={now} />
          </dl>
          <button type="button" class="button" onClick={() => loadExample(now)}>
            Load as request
          </button>
        </div>
      </div>
    </li>
  );
}

function Side({ name, example }: { name: string; example: Example }): JSX.Element {
  const { decision, by } = example;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <span class={`pill decision-${decision}`}>{DECISION_WORDS[decision]}</span>
        {by.length === 0 ? null : (
          <span class="soft">
            by <code>{by[0]?.statement}</code> in <code>{by[0]?.policy}</code>
            {by.length > 1 ? ` and ${by.length - 1} more` : ""}
          </span>
        )}
      </dd>
    </div>
  );
}
