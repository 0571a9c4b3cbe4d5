// The ways in which the request may arrive from its origin, and which of them is shown.

import type { JSX } from "preact";
import type { Arrival, NetworkPath } from "polsim";
import { wayNumber } from "../state/answers.ts";
import { arrivals } from "../state/result.ts";
import { DECISION_WORDS } from "../state/words.ts";

export function Ways(): JSX.Element | null {
  const all = arrivals.value;
  if (all.length < 2) return null;
  const shown = wayNumber.value < all.length ? wayNumber.value : 0;
  return (
    <div class="block ways">
      <p>{summary(all)}</p>
      <label>
        <span class="spoken">Way that is shown</span>
        <select
          value={String(shown)}
          onChange={(event) => {
            wayNumber.value = Number(event.currentTarget.value);
          }}
        >
          {all.map((way, index) => (
            <option key={index} value={String(index)}>
              {index + 1}. {words(way)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function summary(all: readonly Arrival[]): string {
  const allowed = all.filter((way) => way.decision === "allowed").length;
  const from = `${all.length} ways to arrive from there`;
  if (allowed === all.length) return `All ${from} are allowed.`;
  if (allowed === 0) return `All ${from} are denied.`;
  return `Of ${from}, ${allowed} ${allowed === 1 ? "is" : "are"} allowed.`;
}

function words({ path, decision: decided }: Arrival): string {
  const decision = DECISION_WORDS[decided].toLowerCase();
  const uncertain = path?.uncertain === undefined ? "" : `, if ${path.uncertain.replaceAll("`", "")}`;
  return `${decision}: ${arriving(path)}${uncertain}`;
}

function arriving(path: NetworkPath | undefined): string {
  switch (path?.outcome.kind) {
    case "interface":
    case "gateway":
      return `through ${path.outcome.endpoint}`;
    case "foreignEndpoint":
      return "through somebody else’s endpoint";
    case "public":
      return `from ${path.outcome.seen.join(", ") || "a public address"}`;
    case "serviceNetwork":
      return "from the network of an AWS service";
    case "service":
      return "called by an AWS service";
    default:
      return "directly";
  }
}
