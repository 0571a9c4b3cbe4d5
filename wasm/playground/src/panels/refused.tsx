// What stands in the way of an answer about the scenario.

import type { JSX } from "preact";
import type { Diagnostic } from "polsim";
import { Problems } from "../parts/problems.tsx";
import { workspace } from "../state/store.ts";

type Refusal =
  | { readonly outcome: "refused"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly outcome: "failed"; readonly message: string };

export function ScenarioRefused({ answer }: { answer: Refusal }): JSX.Element {
  if (answer.outcome === "failed") {
    return (
      <div class="decision tone-none" role="alert">
        <p>The engine broke down. That is a defect of polsim: {answer.message}</p>
      </div>
    );
  }
  const files = [...new Set(answer.diagnostics.map((diagnostic) => diagnostic.file))];
  const { policies, old } = workspace.value;
  const editor = (file: string): string =>
    policies.find(({ name }) => name === file)?.id ?? old.find(({ name }) => `old/${name}` === file)?.id ?? file;
  return (
    <>
      <div class="decision tone-none">
        <div>
          <p class="decision-word">No answer</p>
          <p class="decision-why">The input is not complete yet. This is what is missing or wrong:</p>
        </div>
      </div>
      {files.map((file) => (
        <div key={file} class="block">
          <h3>{file}</h3>
          <Problems
            editor={editor(file)}
            diagnostics={answer.diagnostics.filter((diagnostic) => diagnostic.file === file)}
          />
        </div>
      ))}
    </>
  );
}
