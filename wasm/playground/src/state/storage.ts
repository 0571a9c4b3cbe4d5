// The workspace in this browser, until it is cleared.

import { readWorkspace, writeWorkspace } from "./shape.ts";
import { VIEWS } from "./workspace.ts";
import type { Shared } from "./share.ts";

const PRESENT = "polsim.workspace.1";
const REPLACED = "polsim.replaced.1";
const THEME = "polsim.theme";

export type Theme = "auto" | "light" | "dark";

/** What was kept last time, if it can be read. */
export function restore(): Shared | null {
  return read(PRESENT);
}

/** The workspace that an opened link or example took the place of. */
export function replaced(): Shared | null {
  return read(REPLACED);
}

/** Keeps the workspace. Gives whether there was room for it. */
export function keep(shared: Shared): boolean {
  return write(PRESENT, shared);
}

/** Keeps the workspace that another one takes the place of. */
export function keepReplaced(shared: Shared): boolean {
  return write(REPLACED, shared);
}

/** Forgets everything that this page ever kept, but for the colours. */
export function forget(): void {
  attempt(() => {
    localStorage.removeItem(PRESENT);
    localStorage.removeItem(REPLACED);
  });
}

export function storedTheme(): Theme {
  const stored = attempt(() => localStorage.getItem(THEME));
  return stored === "light" || stored === "dark" ? stored : "auto";
}

export function keepTheme(theme: Theme): void {
  attempt(() => localStorage.setItem(THEME, theme));
}

function read(key: string): Shared | null {
  const stored = attempt(() => localStorage.getItem(key));
  if (stored === null || stored === undefined) return null;
  return (
    attempt(() => {
      const { view, workspace } = JSON.parse(stored) as { view: unknown; workspace: unknown };
      return {
        view: VIEWS.find((known) => known === view) ?? "evaluate",
        workspace: readWorkspace(workspace),
      };
    }) ?? null
  );
}

function write(key: string, { view, workspace }: Shared): boolean {
  const text = JSON.stringify({ view, workspace: writeWorkspace(workspace) });
  return attempt(() => (localStorage.setItem(key, text), true)) ?? false;
}

/** Storage may be full, switched off or forbidden: then the page works without. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
