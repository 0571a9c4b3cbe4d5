// The gallery: made from the corpus when the page is built, loaded when it is first asked for.

import { examples as first } from "virtual:first";
import { readWorkspace } from "./shape.ts";
import type { Entry } from "./entry.ts";
import type { Workspace } from "./workspace.ts";

export interface Example {
  readonly entry: Entry;
  readonly workspace: Workspace;
}

/** All examples, in order. */
export async function entries(): Promise<readonly Entry[]> {
  const { examples } = await import("virtual:gallery");
  return examples.map(({ entry }) => entry);
}

/** The example that a first visit shows. */
export function firstExample(): Example | null {
  return fromData(first[0]);
}

/** The example of this id. */
export async function example(id: string): Promise<Example | null> {
  const { examples } = await import("virtual:gallery");
  return fromData(examples.find(({ entry }) => entry.id === id));
}

function fromData(found: { entry: Entry; workspace: unknown } | undefined): Example | null {
  return found === undefined
    ? null
    : { entry: found.entry, workspace: readWorkspace(found.workspace) };
}
