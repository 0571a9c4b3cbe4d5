// What can be done with the whole workspace: import, export, clear.

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { clearAll, exportScenario } from "../state/actions.ts";
import { openFiles } from "../state/drop.ts";

export function Menu(): JSX.Element {
  const details = useRef<HTMLDetailsElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const close = (): void => {
    if (details.current !== null) details.current.open = false;
  };
  const then = (action: () => void) => () => {
    close();
    action();
  };
  return (
    <details
      class="menu"
      ref={details}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || details.current?.open !== true) return;
        close();
        details.current.querySelector("summary")?.focus();
      }}
      onFocusOut={(event) => {
        const to = event.relatedTarget;
        if (to instanceof Node && !event.currentTarget.contains(to)) close();
      }}
    >
      <summary class="button icon-button" title="Files">
        <Icon name="menu" size={16} />
        <span class="spoken">Files</span>
      </summary>
      <div class="menu-list">
        <button type="button" onClick={then(() => input.current?.click())}>
          Open files…
          <span class="soft">scenarios, policies, networks, cases</span>
        </button>
        <button type="button" onClick={then(() => void exportScenario())}>
          Export as scenario
          <span class="soft">for polsim test and polsim verify</span>
        </button>
        <button type="button" onClick={then(clearAll)}>
          Clear everything
          <span class="soft">also what this browser keeps</span>
        </button>
      </div>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to open"
        accept=".json,.yaml,.yml,.jsonl"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          void openFiles(files);
        }}
      />
    </details>
  );
}
