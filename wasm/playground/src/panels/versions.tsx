// Two versions of a policy side by side; the changed lines are set off.

import type { JSX } from "preact";
import { Editor } from "../editor/editor.tsx";
import { Problems } from "../parts/problems.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { type Pair, changeOld, choosePair, keepAsOld, oldDiagnostics, openPair, pairs } from "../state/comparison.ts";
import { lineDiff } from "../state/line-diff.ts";
import { diagnosticsOf } from "../state/markers.ts";
import { change, changePolicy, workspace } from "../state/store.ts";
import { draft } from "../state/workspace.ts";

export function VersionsPane(): JSX.Element {
  const { old } = workspace.value;
  const open = openPair.value;
  return (
    <section class="pane pane-input pane-versions" aria-labelledby="input-heading">
      <header class="pane-head">
        <h2 id="input-heading">Old and new version</h2>
        <button type="button" class="button" onClick={keepAsOld}>
          {old.length === 0 ? "Keep as old version" : "Start over from the new version"}
        </button>
      </header>
      {pairs.value.length === 0 ? null : (
        <Tabs
          label="Policies of both versions"
          panel="versions-panel"
          class="policy-tabs"
          value={open?.name ?? ""}
          onChange={choosePair}
          tabs={pairs.value.map((pair) => ({
            value: pair.name,
            name: `${pair.name}, ${stateOf(pair)}`,
            label: <TabLabel pair={pair} />,
          }))}
        />
      )}
      {open === null ? (
        <p class="empty">No policies yet. Add some under Evaluate, or open an example.</p>
      ) : (
        <OpenPair key={open.name} pair={open} />
      )}
    </section>
  );
}

function stateOf({ old, now }: Pair): "new" | "removed" | "changed" | "unchanged" {
  if (old === null) return "new";
  if (now === null) return "removed";
  return old.text === now.text ? "unchanged" : "changed";
}

function TabLabel({ pair }: { pair: Pair }): JSX.Element {
  const state = stateOf(pair);
  return (
    <>
      <span class={`type-dot type-${(pair.now ?? pair.old)?.type ?? "identity"}`} />
      <span class="tab-name">{pair.name}</span>
      {state === "unchanged" || workspace.value.old.length === 0 ? null : <span class={`state state-${state}`}>{state}</span>}
    </>
  );
}

function OpenPair({ pair: { name, old, now } }: { pair: Pair }): JSX.Element {
  const { gone, come } = lineDiff(old?.text ?? "", now?.text ?? "");
  const compared = old !== null && now !== null;
  return (
    <div
      class="versions"
      id="versions-panel"
      role="tabpanel"
      aria-labelledby={`versions-panel-tab-${name}`}
    >
      <div class="fill">
        <h3>Old{old === null ? "" : `: ${old.name}`}</h3>
        {old === null ? (
          <p class="empty">Not in the old version.</p>
        ) : (
          <>
            <Editor
              id={old.id}
              label={`Old document of ${old.name}`}
              text={old.text}
              language="json"
              completes
              diagnostics={oldDiagnostics(old.name)}
              {...(compared ? { marks: gone } : {})}
              onChange={(text) => changeOld(old.id, text)}
            />
            <Problems editor={old.id} diagnostics={oldDiagnostics(old.name)} />
          </>
        )}
      </div>
      <div class="fill">
        <h3>New{now === null ? "" : `: ${now.name}`}</h3>
        {now === null ? (
          <p class="empty">
            Not in the new version.{" "}
            <button
              type="button"
              class="link"
              onClick={() => {
                if (old !== null) change({ policies: [...workspace.value.policies, draft(old)] });
              }}
            >
              Take it over
            </button>
          </p>
        ) : (
          <>
            <Editor
              id={now.id}
              label={`New document of ${name}`}
              text={now.text}
              language="json"
              completes
              diagnostics={diagnosticsOf(now)}
              {...(compared ? { marks: come } : {})}
              onChange={(text) => changePolicy(now.id, { text })}
            />
            <Problems editor={now.id} diagnostics={diagnosticsOf(now)} />
          </>
        )}
      </div>
    </div>
  );
}
