// What no test made decide.

import type { JSX } from "preact";
import type { PolicyCoverage } from "polsim";
import { utf16Range } from "../state/offsets.ts";
import { show, workspace } from "../state/store.ts";

export function Coverage({ coverage }: { coverage: readonly PolicyCoverage[] }): JSX.Element | null {
  if (coverage.length === 0) return null;
  return (
    <div class="block">
      <h3>Coverage</h3>
      {coverage.map((policy) => (
        <OfPolicy key={policy.file} policy={policy} />
      ))}
    </div>
  );
}

function OfPolicy({ policy }: { policy: PolicyCoverage }): JSX.Element {
  const { file, statements, statementsCovered, values, valuesCovered, uncovered } = policy;
  const draft = workspace.value.policies.find((draft) => draft.name === file);
  return (
    <div class="coverage">
      <p>
        <code>{file}</code>: {statementsCovered} of {statements} statements decided
        {values === 0 ? "" : `, ${valuesCovered} of ${values} condition values`}
      </p>
      <ul class="plain-list">
        {uncovered.slice(0, 8).map((item, index) => (
          <li key={index}>
            {draft === undefined ? (
              item.what
            ) : (
              <button
                type="button"
                class="link"
                onClick={() => show({ editor: draft.id, ...utf16Range(draft.text, item.span) })}
              >
                {item.what}
              </button>
            )}
          </li>
        ))}
        {uncovered.length > 8 ? <li class="soft">and {uncovered.length - 8} more</li> : null}
      </ul>
    </div>
  );
}
