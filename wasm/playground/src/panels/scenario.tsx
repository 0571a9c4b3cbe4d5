// The scenario: tests and properties as YAML.

import type { JSX } from "preact";
import { Editor } from "../editor/editor.tsx";
import { Problems } from "../parts/problems.tsx";
import { scenarioDiagnostics } from "../state/scenario.ts";
import { change, view, workspace } from "../state/store.ts";
import { PropertyBuilder } from "./property-builder.tsx";
import { TestBuilder } from "./test-builder.tsx";

export function ScenarioPane(): JSX.Element {
  const diagnostics = scenarioDiagnostics.value;
  const { scenario } = workspace.value;
  const properties = view.value === "prove";
  return (
    <div class="fill" role="tabpanel" id="input-panel" aria-labelledby="input-panel-tab-scenario">
      {properties ? <PropertyBuilder /> : <TestBuilder />}
      <Editor
        id="scenario"
        label="Tests and properties as YAML"
        text={scenario}
        start={properties ? scenario.search(/^properties:/m) : 0}
        language="yaml"
        diagnostics={diagnostics}
        onChange={(scenario) => change({ scenario })}
      />
      <Problems editor="scenario" diagnostics={diagnostics} />
    </div>
  );
}
