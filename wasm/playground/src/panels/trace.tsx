// Why: every layer, statement, element and value as a tree, down to the single comparison.

import type { JSX } from "preact";
import type { ConditionTrace, ElementTrace, Explanation, LayerTrace, Place, StatementTrace } from "polsim";
import { Tree, type TreeNode } from "../parts/tree.tsx";
import { evaluated } from "../state/answers.ts";
import { utf16Range } from "../state/offsets.ts";
import { show } from "../state/store.ts";
import { LAYER_WORDS, OUTCOME_WORDS } from "../state/words.ts";
import type { PolicyDraft } from "../state/workspace.ts";

export function Trace({ explanation }: { explanation: Explanation }): JSX.Element | null {
  const drafts = evaluated.value?.drafts ?? [];
  if (explanation.layers.length === 0) return null;
  return (
    <div class="block">
      <h3 id="trace-heading">Why</h3>
      <Tree
        label="Why: policies, statements, elements and values"
        nodes={explanation.layers.map((layer, index) => layerNode(layer, index, explanation, drafts))}
      />
    </div>
  );
}

type Shower = (span: Place) => () => void;

function shower(draft: PolicyDraft | undefined): Shower | undefined {
  if (draft === undefined) return undefined;
  return (span) => () => show({ editor: draft.id, ...utf16Range(draft.text, span) });
}

function layerNode(
  layer: LayerTrace,
  index: number,
  explanation: Explanation,
  drafts: readonly PolicyDraft[],
): TreeNode {
  const id = `layer-${index}`;
  const missing = explanation.missing.includes(layer.layer) && layer.outcome === "silent";
  const marks = {
    allows: { icon: "check", tone: "good" },
    denies: { icon: "cross", tone: "bad" },
    notAsked: { icon: "dot", tone: "soft" },
    silent: { icon: "dash", tone: missing ? "plain" : "soft" },
  } as const;
  return {
    id,
    ...marks[layer.outcome],
    state: OUTCOME_WORDS[layer.outcome],
    open: layer.outcome === "denies" || layer.outcome === "allows" || missing,
    label: (
      <>
        <strong>{LAYER_WORDS[layer.layer]}</strong>
        {layer.level === undefined ? null : <span class="soft"> level {layer.level}</span>}
        <span class="soft"> {OUTCOME_WORDS[layer.outcome]}</span>
      </>
    ),
    children: layer.statements.map((statement, at) =>
      statementNode(statement, `${id}-${at}`, explanation, drafts),
    ),
  };
}

function statementNode(
  trace: StatementTrace,
  id: string,
  explanation: Explanation,
  drafts: readonly PolicyDraft[],
): TreeNode {
  const show = shower(drafts[trace.policyIndex]);
  const decides = explanation.by.some(
    (by) => by.policy === trace.policy && by.span.start === trace.span.start,
  );
  const failed =
    trace.elements.find((element) => !element.matches)?.element ??
    trace.conditions.find((condition) => !condition.matches)?.key;
  const good = trace.effect === "Allow";
  return {
    id,
    icon: trace.matches ? (good ? "check" : "cross") : "dash",
    tone: trace.matches ? (good ? "good" : "bad") : "soft",
    state: trace.matches ? "applies" : "does not apply",
    open: decides,
    ...(show === undefined ? {} : { onShow: show(trace.span) }),
    label: (
      <>
        <span class={`effect effect-${trace.effect}`}>{trace.effect}</span>{" "}
        <code>{trace.statement}</code> <span class="soft">in {trace.policy}</span>
        {trace.matches || failed === undefined ? null : <span class="soft"> · not its {failed}</span>}
      </>
    ),
    children: [
      ...trace.elements.map((element, at) => elementNode(element, `${id}-e${at}`, show)),
      ...trace.conditions.map((condition, at) => conditionNode(condition, `${id}-c${at}`, show)),
    ],
  };
}

function elementNode(trace: ElementTrace, id: string, show: Shower | undefined): TreeNode {
  return {
    id,
    ...holds(trace.matches),
    ...(show === undefined ? {} : { onShow: show(trace.span) }),
    label: (
      <>
        {trace.element} <span class="soft">of</span> <code>{trace.request}</code>
      </>
    ),
    children: values(trace, id, show),
  };
}

function conditionNode(trace: ConditionTrace, id: string, show: Shower | undefined): TreeNode {
  return {
    id,
    ...holds(trace.matches),
    ...(show === undefined ? {} : { onShow: show(trace.span) }),
    label: (
      <>
        <code>{trace.key}</code> {trace.operator}{" "}
        {trace.request.length === 0 ? (
          <span class="soft">the key is absent</span>
        ) : (
          <code>{trace.request.join(", ")}</code>
        )}
      </>
    ),
    children: values(trace, id, show),
  };
}

function values(
  { values }: ElementTrace | ConditionTrace,
  id: string,
  show: Shower | undefined,
): readonly TreeNode[] {
  return values.map((value, at) => ({
    id: `${id}-v${at}`,
    icon: value.matches ? "check" : "dash",
    tone: value.matches ? "plain" : "soft",
    state: value.matches ? "hit" : "not hit",
    ...(show === undefined ? {} : { onShow: show(value.span) }),
    label: (
      <>
        <code>{value.text}</code>
        {value.substituted === undefined ? null : (
          <>
            {" "}
            <span class="soft">becomes</span> <code>{value.substituted}</code>
          </>
        )}
        <span class="soft"> {value.matches ? "hit" : "not hit"}</span>
      </>
    ),
    children: [],
  }));
}

function holds(matches: boolean): Pick<TreeNode, "icon" | "tone" | "state"> {
  return matches
    ? { icon: "check", tone: "plain", state: "holds" }
    : { icon: "dash", tone: "soft", state: "does not hold" };
}
