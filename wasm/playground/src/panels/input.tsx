// The middle pane: what the view asks about.

import type { JSX } from "preact";
import { signal } from "@preact/signals";
import { Tabs } from "../parts/tabs.tsx";
import { view } from "../state/store.ts";
import { NetworkPane } from "./network.tsx";
import { RequestPane } from "./request.tsx";
import { ScenarioPane } from "./scenario.tsx";
import { VersionsPane } from "./versions.tsx";

const networkShown = signal(false);

const FIRST = {
  evaluate: { value: "request", label: "Request", heading: "Request and network" },
  test: { value: "scenario", label: "Tests", heading: "Tests and network" },
  prove: { value: "scenario", label: "Properties", heading: "Properties and network" },
} as const;

export function Input(): JSX.Element {
  return view.value === "compare" ? <VersionsPane /> : <Question view={view.value} />;
}

function Question({ view }: { view: keyof typeof FIRST }): JSX.Element {
  const first = FIRST[view];
  const shown = networkShown.value ? "network" : first.value;
  return (
    <section class="pane pane-input" aria-labelledby="input-heading">
      <header class="pane-head">
        <h2 id="input-heading" class="spoken">
          {first.heading}
        </h2>
        <Tabs<string>
          label={first.heading}
          panel="input-panel"
          tabs={[
            { value: first.value, label: first.label },
            { value: "network", label: "Network" },
          ]}
          value={shown}
          onChange={(value) => {
            networkShown.value = value === "network";
          }}
        />
      </header>
      {shown === "network" ? (
        <NetworkPane />
      ) : shown === "request" ? (
        <RequestPane />
      ) : (
        <ScenarioPane key={view} />
      )}
    </section>
  );
}
