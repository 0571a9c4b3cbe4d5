// The page as a whole.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Announcer } from "./parts/announcer.tsx";
import { Notices } from "./parts/notices.tsx";
import { About } from "./panels/about.tsx";
import { Header } from "./panels/header.tsx";
import { Input } from "./panels/input.tsx";
import { Output } from "./panels/output.tsx";
import { PaneSwitch } from "./panels/pane-switch.tsx";
import { Policies } from "./panels/policies.tsx";
import { acceptDrops } from "./state/drop.ts";
import { pane, view } from "./state/store.ts";

export function App(): JSX.Element {
  useEffect(acceptDrops, []);
  return (
    <>
      <div>
        <Header />
        <About />
      </div>
      <main>
        <div
          id="view-panel"
          role="tabpanel"
          aria-labelledby={`view-panel-tab-${view.value}`}
          class={`workspace view-${view.value} shows-${pane.value}`}
        >
          <Policies />
          <Input />
          <Output />
        </div>
        <p id="editor-keys" class="spoken">
          Tab indents. Press Escape, then Tab, to leave the editor.
        </p>
      </main>
      <PaneSwitch />
      <Notices />
      <Announcer />
    </>
  );
}
