// The scenario: tests and properties as YAML.

import type { JSX } from "preact";
import { Editor } from "../editor/editor.tsx";
import { Problems } from "../parts/problems.tsx";
import { scenarioDiagnostics } from "../state/scenario.ts";
import { change, workspace } from "../state/store.ts";
import { TestBuilder } from "./test-builder.tsx";

export function ScenarioPane(): JSX.Element {
  const diagnostics = scenarioDiagnostics.value;
  return (
    <div class="fill" role="tabpanel" id="input-panel" aria-labelledby="input-panel-tab-scenario">
      <TestBuilder />
      <Editor
        id="scenario"
        label="Tests and properties as YAML"
        text={workspace.value.scenario}
        language="yaml"
        diagnostics={diagnostics}
        onChange={(scenario) => change({ scenario })}
      />
      <Problems editor="scenario" diagnostics={diagnostics} />
    </div>
  );
}
