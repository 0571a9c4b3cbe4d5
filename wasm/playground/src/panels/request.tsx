// The request: a form and its JSON, two views of one text.

import type { JSX } from "preact";
import { signal } from "@preact/signals";
import { Editor } from "../editor/editor.tsx";
import { Problems } from "../parts/problems.tsx";
import { refusalsOf } from "../state/result.ts";
import { change, workspace } from "../state/store.ts";
import { readRequest } from "../state/request.ts";
import { OriginChoice } from "./origin.tsx";
import { RequestForm } from "./request-form.tsx";

/** Whether the request is shown as a form or as JSON. */
export const requestMode = signal<"form" | "json">("form");

export function RequestPane(): JSX.Element {
  const text = workspace.value.request;
  const diagnostics = refusalsOf("request");
  const fields = readRequest(text);
  const mode = requestMode.value;
  return (
    <div class="fill" role="tabpanel" id="input-panel" aria-labelledby="input-panel-tab-request">
      <div class="bar">
        <OriginChoice />
        <Mode />
      </div>
      {mode === "json" ? (
        <Editor
          id="request"
          label="Request as JSON"
          text={text}
          language="json"
          diagnostics={diagnostics}
          onChange={(request) => change({ request })}
        />
      ) : fields === null ? (
        <p class="empty">
          The request is not a JSON object at the moment. Switch to JSON to mend it; nothing is lost.
        </p>
      ) : (
        <div class="scroll">
          <RequestForm fields={fields} />
        </div>
      )}
      <Problems editor="request" diagnostics={diagnostics} />
    </div>
  );
}

function Mode(): JSX.Element {
  return (
    <div class="switch" role="group" aria-label="Show the request as">
      {(["form", "json"] as const).map((mode) => (
        <button
          key={mode}
          type="button"
          aria-pressed={requestMode.value === mode}
          onClick={() => {
            requestMode.value = mode;
          }}
        >
          {mode === "form" ? "Form" : "JSON"}
        </button>
      ))}
    </div>
  );
}
