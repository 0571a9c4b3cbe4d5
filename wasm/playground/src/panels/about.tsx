// What the example or scenario shows, in its own words.

import type { JSX } from "preact";
import { Icon } from "../parts/icon.tsx";
import { inline } from "../parts/problems.tsx";
import { change, workspace } from "../state/store.ts";

export function About(): JSX.Element | null {
  const { about } = workspace.value;
  if (about === "") return null;
  return (
    <aside class="about" aria-label="About this example">
      <p>{inline(about.replaceAll(/\s*\n\s*/g, " "))}</p>
      <button type="button" class="quiet" title="Hide" onClick={() => change({ about: "" })}>
        <Icon name="cross" size={15} />
        <span class="spoken">Hide what the example shows</span>
      </button>
    </aside>
  );
}
