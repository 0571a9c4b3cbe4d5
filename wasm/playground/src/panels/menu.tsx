// What can be done with the whole workspace: import, export, clear.

import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { clearAll, exportScenario } from "../state/actions.ts";
import { openFiles } from "../state/drop.ts";

export function Menu(): JSX.Element {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const then = (action: () => void) => () => {
    setOpen(false);
    action();
  };
  return (
    <div
      class="menu"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
      onFocusOut={(event) => {
        const to = event.relatedTarget;
        if (to instanceof Node && !event.currentTarget.contains(to)) setOpen(false);
      }}
    >
      <button
        type="button"
        ref={button}
        class="button icon-button"
        title="Files"
        aria-expanded={open}
        aria-controls="file-actions"
        onClick={() => setOpen(!open)}
      >
        <Icon name="menu" size={16} />
        <span class="spoken">Files</span>
      </button>
      <div class="menu-list" id="file-actions" hidden={!open}>
        <button type="button" onClick={then(() => input.current?.click())}>
          Open files…
          <span class="soft">scenarios, policies, networks, cases</span>
        </button>
        <button type="button" onClick={then(exportScenario)}>
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
        accept=".json,.yaml,.yml"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          void openFiles(files);
        }}
      />
    </div>
  );
}
