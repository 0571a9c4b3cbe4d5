// The context of the request as it was decided: every key, its values, where they come from.

import type { JSX } from "preact";
import type { ContextEntry, KeyOrigin } from "polsim";

const ORIGIN: Readonly<Record<KeyOrigin, string>> = {
  given: "given",
  derived: "filled in by AWS",
  network: "from the network",
};

export function Context({ entries }: { entries: readonly ContextEntry[] }): JSX.Element | null {
  const present = entries.filter((entry) => entry.values.length > 0);
  if (present.length === 0) return null;
  return (
    <details class="block">
      <summary>
        <h3>Context of the request</h3>
      </summary>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Context of the request">
        <table class="facts">
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Value</th>
              <th scope="col">Origin</th>
            </tr>
          </thead>
          <tbody>
            {present.map((entry) => (
              <tr key={entry.key}>
                <th scope="row">
                  <code>{entry.key}</code>
                </th>
                <td>
                  <code>{entry.values.join(", ")}</code>
                </td>
                <td class="soft">{ORIGIN[entry.origin]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
