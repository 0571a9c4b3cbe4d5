// Writes a property: a sentence of choices becomes a few lines of YAML.

import type { JSX } from "preact";
import { signal } from "@preact/signals";
import { vocabulary } from "../state/answers.ts";
import { networkMap } from "../state/network.ts";
import { add } from "../state/scenario.ts";

const CLAIMS = {
  deny: { words: "Nothing", name: "nothing" },
  allow: { words: "Something", name: "something" },
  always: { words: "Everything", name: "everything" },
} as const;

type Claim = keyof typeof CLAIMS;

const claim = signal<Claim>("deny");
const from = signal("off-network");
const action = signal("");

export function PropertyBuilder(): JSX.Element {
  const origins = (networkMap.value?.origins ?? []).map(({ name }) => name);
  const known = origins.includes(from.value) ? from.value : "";
  return (
    <form
      class="bar builder"
      aria-label="A new property"
      onSubmit={(event) => {
        event.preventDefault();
        write(known);
      }}
    >
      <span class="sentence">
        <select
          aria-label="How much"
          value={claim.value}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            if (isClaim(chosen)) claim.value = chosen;
          }}
        >
          {Object.entries(CLAIMS).map(([value, { words }]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
        <span>from</span>
        <select
          aria-label="From where"
          value={known}
          onChange={(event) => {
            from.value = event.currentTarget.value;
          }}
        >
          <option value="">anywhere</option>
          {origins.map((origin) => (
            <option key={origin} value={origin}>
              {origin}
            </option>
          ))}
        </select>
        <span>may call</span>
        <input
          aria-label="Action of the property"
          list="property-actions"
          placeholder="s3:*"
          spellcheck={false}
          value={action.value}
          onInput={(event) => {
            action.value = event.currentTarget.value;
          }}
        />
        <datalist id="property-actions">
          {(vocabulary.value?.actions ?? []).map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </span>
      <button type="submit" class="button">
        Add
      </button>
    </form>
  );
}

function isClaim(value: string): value is Claim {
  return Object.hasOwn(CLAIMS, value);
}

function write(origin: string): void {
  const shape = {
    ...(origin === "" ? {} : { from: origin }),
    ...(action.value.trim() === "" ? {} : { actions: [action.value.trim()] }),
  };
  const place = origin === "" ? "anywhere" : origin;
  const call = action.value.trim() === "" ? "may be called" : `may call ${action.value.trim()}`;
  add("properties", { name: `${CLAIMS[claim.value].name} from ${place} ${call}`, [claim.value]: shape });
}
