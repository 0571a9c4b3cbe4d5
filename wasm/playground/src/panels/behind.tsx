// What stands behind an answer about every request: why it is unknown, what a proof rests on.

import type { JSX } from "preact";
import type { AssumptionText, Reason } from "polsim";
import { inline } from "../parts/problems.tsx";
import { show, workspace } from "../state/store.ts";

export function Why({ reason: { text, place } }: { reason: Reason }): JSX.Element {
  if (place === undefined) return <p>{inline(text)}</p>;
  const { file, excerpt, range } = place;
  const editor = workspace.value.policies.find((policy) => policy.name === file)?.id ?? file;
  return (
    <p>
      {inline(text)}:{" "}
      <button type="button" class="link" onClick={() => show({ editor, ...range })}>
        <code>{excerpt}</code>
      </button>{" "}
      in <code>{file}</code>
    </p>
  );
}

export function Assumptions({ assumptions }: { assumptions: readonly AssumptionText[] }): JSX.Element {
  return (
    <details class="assumptions">
      <summary>
        assuming {assumptions.length} {assumptions.length === 1 ? "fact" : "facts"} about AWS
      </summary>
      <ul class="plain-list">
        {assumptions.map(({ name, statement, source }) => (
          <li key={name}>
            {inline(statement)} <span class="soft">({source})</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
