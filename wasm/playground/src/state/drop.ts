// Files that are dropped on the page or opened: what they are is told by what is in them.

import { quick } from "../engine/client.ts";
import { importScenario, isScenario, type ReadFile } from "./scenario-file.ts";
import { addPolicy, change, notify, replace, view, workspace } from "./store.ts";
import { freeName } from "./workspace.ts";
import type { PolicyType } from "polsim";

/** The largest file that is read. */
const MAX_BYTES = 6_000_000;

interface Opened {
  readonly name: string;
  readonly text: string;
}

/** Opens whatever is dropped on the page. Gives the function that stops that. */
export function acceptDrops(): () => void {
  const over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes("Files") !== true) return;
    event.preventDefault();
    document.documentElement.classList.add("dropping");
  };
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) document.documentElement.classList.remove("dropping");
  };
  const drop = (event: DragEvent): void => {
    document.documentElement.classList.remove("dropping");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    // Editors would otherwise put the file's text where it is dropped.
    event.stopPropagation();
    void openFiles(files);
  };
  const listeners = { capture: true };
  window.addEventListener("dragover", over, listeners);
  window.addEventListener("dragleave", leave, listeners);
  window.addEventListener("drop", drop, listeners);
  return () => {
    window.removeEventListener("dragover", over, listeners);
    window.removeEventListener("dragleave", leave, listeners);
    window.removeEventListener("drop", drop, listeners);
  };
}

/** Opens files together: a scenario may name the others. */
export async function openFiles(files: readonly File[]): Promise<void> {
  const opened: Opened[] = [];
  for (const file of files) {
    if (file.size > MAX_BYTES) {
      notify({ text: `${file.name} is too large to be opened.`, tone: "bad" });
    } else {
      opened.push({ name: file.name, text: await file.text() });
    }
  }
  const values = await Promise.all(opened.map(async (file) => ({ file, value: await plain(file) })));
  const scenario = values.find(({ value }) => isScenario(value));
  if (scenario !== undefined) {
    await openScenario(scenario.file, opened);
    return;
  }
  for (const { file, value } of values) open(file, value);
}

/** The plain values of a text, or the reason why there are none. */
async function plain({ text }: Opened): Promise<unknown> {
  const answer = await quick.call("plain", text);
  return answer.outcome === "answered" ? answer.value : undefined;
}

async function readText(text: string): Promise<unknown> {
  const answer = await quick.call("plain", text);
  if (answer.outcome === "answered") return answer.value;
  throw new Error(answer.outcome === "refused" ? (answer.diagnostics[0]?.message ?? "") : answer.message);
}

async function openScenario(file: Opened, all: readonly Opened[]): Promise<void> {
  // The browser tells a file's name and not its folder.
  const readFile: ReadFile = (_, path) => {
    const name = path.split("/").at(-1);
    const [found, second] = all.filter((other) => other.name === name);
    if (second !== undefined) throw new Error(`two files are called ${name ?? path}`);
    return found ?? null;
  };
  try {
    const { workspace, missing, leftOut } = await importScenario(file.name, file.text, readFile, readText);
    if (missing.length > 0) {
      // An answer without one of its policies would be about another question.
      const files = [...new Set(missing)].join(", ");
      notify({ text: `${file.name} names files that are not here: ${files}. Open them together.`, tone: "bad" });
      return;
    }
    replace(workspace, "test", file.name);
    if (leftOut > 0) {
      notify({ text: `${leftOut} tests or properties about other policies were left out.`, tone: "plain" });
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    notify({ text: `${file.name} cannot be read: ${reason}.`, tone: "bad" });
  }
}

function open(file: Opened, value: unknown): void {
  const stem = file.name.replace(/\.(json|ya?ml)$/i, "");
  if (isFields(value) && "Statement" in value) {
    const type = guess(value);
    const taken = workspace.value.policies;
    const free = taken.some((policy) => policy.name === stem) ? freeName(type, taken) : stem;
    addPolicy({ type, name: free, level: 0, carriers: [], text: file.text });
    notify({ text: `Added ${free}. Check its type.`, tone: "good" });
  } else if (isFields(value) && "request" in value && "policies" in value) {
    void openScenario({ ...file, text: asScenario(value) }, [file]);
  } else if (isFields(value) && "principal" in value && "action" in value) {
    change({ request: file.text });
    notify({ text: `The request is the one in ${file.name}.`, tone: "good" });
  } else if (isFields(value) && "region" in value) {
    change({ network: file.text });
    notify({ text: `The network is the one in ${file.name}.`, tone: "good" });
    view.value = "evaluate";
  } else {
    const what = value === undefined ? "is neither JSON nor YAML" : "is no policy, scenario, network or request";
    notify({ text: `${file.name} ${what}.`, tone: "bad" });
  }
}

/** A case as a scenario with one test. */
function asScenario(value: Readonly<Record<string, unknown>>): string {
  const { policies, request, id, why, expect } = value;
  const name = typeof id === "string" ? id : "the case";
  const test = { name, ...(why === undefined ? {} : { why }), request, expect: expect ?? "allowed" };
  return JSON.stringify({ policies, tests: [test] });
}

function guess(document: Readonly<Record<string, unknown>>): PolicyType {
  const text = JSON.stringify(document);
  if (!/"(Not)?Principal":/.test(text)) return "identity";
  return /"sts:AssumeRole/.test(text) && !/"Resource":/.test(text) ? "trust" : "resource";
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
