// What the user can do with the whole workspace.

import { batch } from "@preact/signals";
import { exportScenarioText } from "./scenario-file.ts";
import { LONG_LINK, shareLink } from "./share.ts";
import { forget } from "./storage.ts";
import { notify, view, workspace } from "./store.ts";
import { EMPTY } from "./workspace.ts";

/** Copies a link with the workspace in it. */
export async function copyLink(): Promise<void> {
  const link = await shareLink(location.href, { view: view.value, workspace: workspace.value });
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    // No leave to use the clipboard: the address bar holds the link instead.
    history.replaceState(null, "", link);
    notify({ text: "The link is in the address bar: copy it from there.", tone: "plain" });
    return;
  }
  const long = link.length > LONG_LINK;
  notify({
    text: long
      ? `Link copied. It has ${link.length.toLocaleString("en")} characters: chat programs may cut it.`
      : "Link copied. Everything is in the link, nothing on a server.",
    tone: "good",
  });
}

/** Gives the workspace as a scenario file. */
export function exportScenario(): void {
  try {
    save("scenario.yaml", exportScenarioText(workspace.value));
  } catch (error) {
    notify({ text: `${error instanceof Error ? error.message : String(error)}.`, tone: "bad" });
  }
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Empties the workspace and what the browser keeps. */
export function clearAll(): void {
  const before = { workspace: workspace.value, view: view.value };
  batch(() => {
    forget();
    workspace.value = EMPTY;
    view.value = "evaluate";
    notify({
      text: "Cleared, here and in this browser.",
      tone: "plain",
      action: {
        label: "Undo",
        run: () => {
          workspace.value = before.workspace;
          view.value = before.view;
        },
      },
    });
  });
}
