// The gallery, made from the corpus when the page is built: the patterns and pitfalls as workspaces.
// The engine that the page uses reads the files.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { load } from "../pkg/node.js";
import { importScenario, type ReadFile, type ReadText } from "./src/state/scenario-file.ts";
import { writeWorkspace } from "./src/state/shape.ts";
import type { Entry } from "./src/state/entry.ts";
import type { View, Workspace } from "./src/state/workspace.ts";

const CORPUS = fileURLToPath(new URL("../../corpus", import.meta.url));
const NAMES = ["virtual:gallery", "virtual:first"];
/** The example that a first visit shows. */
const FIRST = "b3-notebook-url-by-network";

interface Example {
  readonly entry: Entry;
  readonly workspace: unknown;
}

/** Provides `virtual:gallery`, and its first example alone as `virtual:first`. */
export function gallery(): Plugin {
  let made: Promise<readonly Example[]> | undefined;
  return {
    name: "polsim-gallery",
    resolveId: (id) => (NAMES.includes(id) ? `\0${id}` : null),
    async load(id) {
      if (!NAMES.includes(id.slice(1))) return null;
      made ??= examples();
      const all = await made;
      const wanted = id === "\0virtual:gallery" ? all : all.filter(({ entry }) => entry.id === FIRST);
      if (wanted.length === 0) throw new Error(`there is no example ${FIRST}`);
      return `export const examples = JSON.parse(${JSON.stringify(JSON.stringify(wanted))});`;
    },
  };
}

async function examples(): Promise<readonly Example[]> {
  const engine = await load();
  const readText: ReadText = async (text) => {
    const answer = engine.plain(text);
    if (answer.outcome === "answered") return answer.value;
    throw new Error(JSON.stringify(answer));
  };
  const found = [
    ...(await folders("patterns", "Recommended patterns", readText)),
    ...(await folders("pitfalls", "Pitfalls: policies that look right", readText)),
  ];
  if (found.length === 0) throw new Error("the corpus has no example for the gallery");
  return found;
}

/** The examples in the folders of one part of the corpus. */
async function folders(part: string, group: string, readText: ReadText): Promise<readonly Example[]> {
  const root = join(CORPUS, part);
  if (!existsSync(root)) return [];
  const names = readdirSync(root).sort();
  const scenarios = names.filter((name) => existsSync(join(root, name, "scenario.yaml")));
  const all = await Promise.all(scenarios.map((name) => inFolder(part, group, name, readText)));
  return all.flat();
}

async function inFolder(
  part: string,
  group: string,
  name: string,
  readText: ReadText,
): Promise<readonly Example[]> {
  const path = join(CORPUS, part, name, "scenario.yaml");
  const text = readFileSync(path, "utf8");
  const fields = (await readText(text)) as ScenarioFields;
  const why = (fields.why ?? "").trim().replaceAll(/\s*\n\s*/g, " ");
  if (why === "") throw new Error(`${path} has no \`why\``);
  const [, kind = "", lesson = why] = /^PF\d+ \(([^)]*)\)\. (.*)$/.exec(why) ?? [];
  const about = lesson.replace(/ Fix: .*$/, "").replace(/^[BW]\d*\. [^.]*\. /, "");
  const { before, after } = versions(fields);
  const repairs = before !== after;
  const entry = (id: string, title: string, view: View, repaired: boolean): Entry => ({
    id,
    group,
    title,
    about,
    kind,
    view,
    repaired,
  });
  // A pitfall is shown as it is, a pattern as it should be.
  const main = part === "patterns" ? after : before;
  const shown: Example = {
    entry: entry(name, titleOf(name), "evaluate", repairs),
    workspace: writeWorkspace(await read(path, text, readText, main)),
  };
  if (!repairs) return [shown];
  const old = await read(path, text, readText, before);
  const compared: Workspace = { ...(await read(path, text, readText, after)), old: old.policies };
  const title = `${titleOf(name)}: before and after`;
  return [
    shown,
    {
      entry: entry(`${name}/repaired`, title, "compare", false),
      workspace: writeWorkspace(compared),
    },
  ];
}

interface ScenarioFields {
  readonly why?: string;
  readonly sets?: Readonly<Record<string, unknown>>;
  readonly tests?: readonly { readonly policies?: unknown }[];
}

/** The policy sets that show a scenario's lesson: without and with what it recommends. */
function versions({ sets = {}, tests = [] }: ScenarioFields): { before: string; after: string } {
  const tested = tests.map((test) => test.policies).filter((set) => typeof set === "string");
  const has = (name: string): boolean => Object.hasOwn(sets, name) && tested.includes(name);
  const names = Object.keys(sets).filter(has);
  const before = ["plausible", "default"].find(has) ?? names[0] ?? "";
  const count = (name: string): number => tested.filter((set) => set === name).length;
  const most = names.toSorted((a, b) => count(b) - count(a))[0];
  const after = ["repaired", "recommended"].find(has) ?? (before === "default" ? most : undefined);
  return { before, after: after ?? before };
}

async function read(path: string, text: string, readText: ReadText, set: string): Promise<Workspace> {
  const readFile: ReadFile = (from, name) => {
    const file = normalize(join(dirname(from), name));
    const inside = !relative(CORPUS, file).startsWith("..");
    return inside && existsSync(file) ? { name: file, text: readFileSync(file, "utf8") } : null;
  };
  const { workspace, missing } = await importScenario(path, text, readFile, readText, {
    ...(set === "" ? {} : { set }),
    prefers: "denied",
  });
  if (missing.length > 0) throw new Error(`${path} names files that are not there: ${missing.join()}`);
  return workspace;
}

/** Words of folder names as AWS spells them. */
const SPELT: Readonly<Record<string, string>> = {
  ifexists: "IfExists",
  forallvalues: "ForAllValues",
  foranyvalue: "ForAnyValue",
  notaction: "NotAction",
  notresource: "NotResource",
  scp: "SCP",
  vpc: "VPC",
  ip: "IP",
  ipv4: "IPv4",
  ipv6: "IPv6",
};

/** `pf02-deny-inside-the-office` as a title. */
function titleOf(name: string): string {
  const words = basename(name).replace(/^(pf|b)\d+-/i, "").replaceAll("-", " ");
  const number = /^(pf|b)\d+/i.exec(name)?.[0].toUpperCase();
  const spelt = words.replaceAll(/\b(ifexists|forallvalues|foranyvalue|notaction|notresource|scp|vpc|ip|ipv4|ipv6)\b/g, (word) => SPELT[word] ?? word);
  const title = spelt.charAt(0).toUpperCase() + spelt.slice(1);
  return number === undefined ? title : `${number} · ${title}`;
}
