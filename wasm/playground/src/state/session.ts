// How a visit begins and how it is kept: link, example, last time, or the first example.

import { effect } from "@preact/signals";
import { example, firstExample } from "./examples.ts";
import { readFragment, type Shared } from "./share.ts";
import { keep, restore } from "./storage.ts";
import { notify, replace, view, workspace } from "./store.ts";

export async function startSession(): Promise<void> {
  const before = restore();
  if (before !== null) open(before);
  const shared = await fromAddress();
  if (shared !== null) {
    if (before === null) open(shared);
    else replace(shared.workspace, shared.view, "the link");
  } else if (before === null) {
    const first = firstExample();
    if (first !== null) open({ view: "evaluate", workspace: first.workspace });
  }
  keepUp();
  window.addEventListener("hashchange", () => {
    void fromAddress().then((shared) => {
      if (shared !== null) replace(shared.workspace, shared.view, "the link");
    });
  });
}

function open(shared: Shared): void {
  workspace.value = shared.workspace;
  view.value = shared.view;
}

/** What the address asks for: a workspace in the fragment, or an example by name. */
async function fromAddress(): Promise<Shared | null> {
  try {
    const shared = await readFragment(location.hash);
    if (shared !== null) {
      // The address must not go on to claim what the user changes from now on.
      history.replaceState(null, "", location.pathname + location.search);
      return shared;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    notify({ text: `The link cannot be opened: ${reason}.`, tone: "bad" });
    return null;
  }
  const name = new URLSearchParams(location.search).get("example");
  const found = name === null ? null : await example(name);
  return found === null ? null : { view: "evaluate", workspace: found.workspace };
}

const SAVE_AFTER = 250;

/** Keeps whatever is typed, shortly after it is typed. */
function keepUp(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = false;
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const kept = keep({ workspace: workspace.peek(), view: view.peek() });
    if (!kept && !told) {
      told = true;
      notify({ text: "This browser has no room to keep the work. Export it.", tone: "bad" });
    }
  };
  effect(() => {
    workspace.value;
    view.value;
    timer ??= setTimeout(save, SAVE_AFTER);
  });
  window.addEventListener("pagehide", save);
}
