// The context keys of the request as rows of a form.

import type { JSX } from "preact";
import { Icon } from "../parts/icon.tsx";
import { vocabulary } from "../state/answers.ts";
import type { ContextValue } from "../state/request.ts";

type Entry = readonly [key: string, value: ContextValue];

interface Props {
  readonly entries: readonly Entry[];
  readonly onChange: (entries: readonly Entry[]) => void;
}

export function ContextFields({ entries, onChange }: Props): JSX.Element {
  const set = (at: number, entry: Entry): void => onChange(entries.toSpliced(at, 1, entry));
  return (
    <fieldset class="context">
      <legend class="field-label">Context</legend>
      {entries.map((entry, at) => (
        <Row
          key={at}
          entry={entry}
          onChange={(changed) => set(at, changed)}
          onRemove={() => onChange(entries.toSpliced(at, 1))}
        />
      ))}
      <button
        type="button"
        class="quiet add-row"
        disabled={entries.some(([key]) => key === "")}
        onClick={() => onChange([...entries, ["", ""]])}
      >
        <Icon name="plus" size={15} /> Add a context key
      </button>
      <datalist id="context-keys">
        {(vocabulary.value?.keys ?? []).map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </fieldset>
  );
}

interface RowProps {
  readonly entry: Entry;
  readonly onChange: (entry: Entry) => void;
  readonly onRemove: () => void;
}

function Row({ entry: [key, value], onChange, onRemove }: RowProps): JSX.Element {
  const list = typeof value !== "string";
  const values = list ? value : [value];
  const setValue = (at: number, text: string): void =>
    onChange([key, list ? values.toSpliced(at, 1, text) : text]);
  return (
    <div class="context-row">
      <input
        aria-label="Context key"
        class="key"
        list="context-keys"
        spellcheck={false}
        value={key}
        placeholder="aws:SourceIp"
        onChange={(event) => onChange([event.currentTarget.value, value])}
      />
      <div class="values">
        {values.map((text, at) => (
          <input
            key={at}
            aria-label={`Value${list ? ` ${at + 1}` : ""} of ${key}`}
            spellcheck={false}
            value={text}
            onInput={(event) => setValue(at, event.currentTarget.value)}
          />
        ))}
      </div>
      <button
        type="button"
        class="quiet"
        title="Another value: the key becomes multivalued"
        onClick={() => onChange([key, [...values, ""]])}
      >
        <Icon name="plus" size={15} />
        <span class="spoken">Another value of {key}</span>
      </button>
      <button
        type="button"
        class="quiet"
        title={list && values.length > 1 ? "Remove the last value" : "Remove this key"}
        onClick={() =>
          list && values.length > 1 ? onChange([key, values.slice(0, -1)]) : onRemove()
        }
      >
        <Icon name="cross" size={15} />
        <span class="spoken">Remove {list && values.length > 1 ? "a value of " : ""}{key}</span>
      </button>
    </div>
  );
}
