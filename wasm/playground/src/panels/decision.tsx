// The decision, large: a word, an icon, a colour, and who decided.

import type { JSX } from "preact";
import type { Explanation, StatementRef } from "polsim";
import { Icon } from "../parts/icon.tsx";
import { evaluated } from "../state/answers.ts";
import { utf16Range } from "../state/offsets.ts";
import { show } from "../state/store.ts";
import { DECISION_WORDS, LAYER_WORDS, listed } from "../state/words.ts";

export function DecisionCard({ explanation }: { explanation: Explanation }): JSX.Element {
  const { decision } = explanation;
  return (
    <div class={`decision decision-${decision}`} data-decision={decision}>
      <span class="decision-icon">
        <Icon name={decision} size={44} />
      </span>
      <div>
        <p class="decision-word">{DECISION_WORDS[decision]}</p>
        <p class="decision-why">
          <Why explanation={explanation} />
        </p>
      </div>
    </div>
  );
}

function Why({ explanation }: { explanation: Explanation }): JSX.Element {
  const { by, missing, needsNoPermission } = explanation;
  if (needsNoPermission) return <>This call needs no permission, and nothing forbids it.</>;
  if (by.length > 0) {
    return (
      <>
        {by[0]?.effect === "Deny" ? "Forbidden by " : "Allowed by "}
        {by.slice(0, SHOWN).map((statement, index) => (
          <span key={index} class={by.length === 1 ? "" : "decider"}>
            <StatementLink statement={statement} />
          </span>
        ))}
        {by.length > SHOWN ? `and ${by.length - SHOWN} more` : ""}
      </>
    );
  }
  const layers = missing.map((layer) => LAYER_WORDS[layer].toLowerCase());
  return <>Nothing forbids it, but nothing allows it in {listed(layers)}.</>;
}

/** How many deciding statements are named. */
const SHOWN = 3;

/** A statement by name, which goes to its text. */
export function StatementLink({ statement }: { statement: StatementRef }): JSX.Element {
  const draft = evaluated.value?.drafts.find((draft) => draft.name === statement.policy);
  const name = (
    <>
      <code>{statement.statement}</code> in <code>{statement.policy}</code>
    </>
  );
  if (draft === undefined) return <span>{name}</span>;
  return (
    <button
      type="button"
      class="link"
      onClick={() => show({ editor: draft.id, ...utf16Range(draft.text, statement.span) })}
    >
      {name}
    </button>
  );
}
