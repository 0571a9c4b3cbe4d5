// Completion of the words of a policy: elements, operators, keys and actions, by the place in the
// document. The words come from the engine.

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import type { SyntaxNode } from "@lezer/common";
import { vocabulary } from "../state/answers.ts";

/** Where the cursor is: the names of the members around it, and whether it is in a member's name. */
interface Spot {
  readonly path: readonly string[];
  readonly inName: boolean;
  readonly from: number;
  readonly to: number;
}

export function policyCompletions(context: CompletionContext): CompletionResult | null {
  const spot = locate(context);
  if (spot === null) return null;
  const options = wordsAt(spot);
  return options.length === 0
    ? null
    : { from: spot.from, to: spot.to, options: [...options], validFor: /^[\w:*?/.-]*$/ };
}

function locate(context: CompletionContext): Spot | null {
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  if (node.name !== "String" && node.name !== "PropertyName") return null;
  const closed = /^"(?:[^"\\]|\\.)*"$/.test(context.state.sliceDoc(node.from, node.to));
  const to = closed ? node.to - 1 : context.pos;
  if (context.pos <= node.from || context.pos > to) return null;
  const path: string[] = [];
  for (let up: SyntaxNode | null = node.parent; up !== null; up = up.parent) {
    const name = up.name === "Property" ? up.getChild("PropertyName") : null;
    if (name !== null && name.from !== node.from) {
      path.unshift(context.state.sliceDoc(name.from + 1, name.to - 1));
    }
  }
  return { path, inName: node.name === "PropertyName", from: node.from + 1, to };
}

const ELEMENTS = ["Version", "Id", "Statement"];
const STATEMENT = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

function wordsAt({ path, inName }: Spot): readonly Completion[] {
  const words = vocabulary.peek();
  const [top, element, operator] = path;
  if (inName) {
    if (path.length === 0) return plain(ELEMENTS, "property");
    if (top !== "Statement") return [];
    if (path.length === 1) return plain(STATEMENT, "property");
    if (element === "Principal" || element === "NotPrincipal") {
      return plain(["AWS", "Service", "Federated", "CanonicalUser"], "property");
    }
    if (element !== "Condition" || words === null) return [];
    if (path.length === 2) return operators(words.operators);
    return words.keys.map(({ name, about }) => ({ label: name, type: "variable", detail: about }));
  }
  if (top === "Version") return plain(["2012-10-17"], "constant");
  if (element === "Effect") return plain(["Allow", "Deny"], "constant");
  if (element === "Action" || element === "NotAction") return plain(words?.actions ?? [], "function");
  if (operator === "Null" || operator === "Bool") return plain(["true", "false"], "constant");
  return [];
}

function plain(labels: readonly string[], type: string): readonly Completion[] {
  return labels.map((label) => ({ label, type }));
}

function operators(names: readonly string[]): readonly Completion[] {
  const option = (label: string, boost: number): Completion => ({ label, type: "keyword", boost });
  return names.flatMap((name) => [
    option(name, 2),
    ...(name === "Null" ? [] : [option(`${name}IfExists`, 1)]),
    option(`ForAnyValue:${name}`, 0),
    option(`ForAllValues:${name}`, 0),
  ]);
}
