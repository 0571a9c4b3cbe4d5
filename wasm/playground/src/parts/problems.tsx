// The complaints about a text as a list, for those who do not see underlines.

import type { JSX } from "preact";
import type { Diagnostic } from "polsim";
import { show } from "../state/store.ts";
import { Icon } from "./icon.tsx";

interface Props {
  readonly editor: string;
  readonly diagnostics: readonly Diagnostic[];
}

const SHOWN = 20;

export function Problems({ editor, diagnostics }: Props): JSX.Element | null {
  if (diagnostics.length === 0) return null;
  const more = diagnostics.length - SHOWN;
  return (
    <ul class="problems" aria-label="Problems">
      {diagnostics.slice(0, SHOWN).map((diagnostic, index) => (
        <li key={index}>
          <button
            type="button"
            class={`problem severity-${diagnostic.severity}`}
            onClick={() => show({ editor, from: diagnostic.range.from, to: diagnostic.range.to })}
          >
            <Icon name={diagnostic.severity === "error" ? "cross" : "warning"} size={14} />
            <span class="problem-text">
              <span class="spoken">{diagnostic.severity}: </span>
              {inline(diagnostic.message)}
              {diagnostic.help === undefined ? null : <span class="help"> {inline(diagnostic.help)}</span>}
            </span>
            <span class="problem-place">
              {diagnostic.code} · {diagnostic.span.line}:{diagnostic.span.column}
            </span>
          </button>
        </li>
      ))}
      {more > 0 ? <li class="soft">and {more} more</li> : null}
    </ul>
  );
}

/** Text with words in backticks as code and words in asterisks as emphasis. */
export function inline(text: string): JSX.Element {
  const parts = text.split(/(`[^`]*`|(?<!\w)\*\w+\*(?!\w))/);
  return (
    <>
      {parts.map((part, index) => {
        if (index % 2 === 0) return part;
        const word = part.slice(1, -1);
        return part.startsWith("`") ? <code key={index}>{word}</code> : <em key={index}>{word}</em>;
      })}
    </>
  );
}
