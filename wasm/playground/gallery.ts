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
const NAME = "virtual:gallery";

interface Example {
  readonly entry: Entry;
  readonly workspace: unknown;
}

/** Provides `virtual:gallery`. */
export function gallery(): Plugin {
  return {
    name: "polsim-gallery",
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    async load(id) {
      if (id !== `\0${NAME}`) return null;
      const text = JSON.stringify(await examples());
      return `export const examples = JSON.parse(${JSON.stringify(text)});`;
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
  const fields = (await readText(text)) as { why?: string; sets?: Record<string, unknown> };
  const why = (fields.why ?? "").trim().replaceAll(/\s*\n\s*/g, " ");
  if (why === "") throw new Error(`${path} has no \`why\``);
  const [, kind = "", lesson = why] = /^PF\d+ \(([^)]*)\)\. (.*)$/.exec(why) ?? [];
  const about = lesson.replace(/ Fix: .*$/, "");
  const repairs = fields.sets !== undefined && Object.hasOwn(fields.sets, "repaired");
  const entry = (id: string, title: string, view: View, repaired: boolean): Entry => ({
    id,
    group,
    title,
    about,
    kind,
    view,
    repaired,
  });
  const plausible = await read(path, text, readText);
  const shown: Example = {
    entry: entry(name, titleOf(name), "evaluate", repairs),
    workspace: writeWorkspace(plausible),
  };
  if (!repairs) return [shown];
  const repaired = await read(path, text, readText, "repaired");
  const compared: Workspace = { ...repaired, old: plausible.policies };
  const title = `${titleOf(name)}: the repair`;
  return [
    shown,
    {
      entry: entry(`${name}/repaired`, title, "test", false),
      workspace: writeWorkspace(compared),
    },
  ];
}

async function read(path: string, text: string, readText: ReadText, set?: string): Promise<Workspace> {
  const readFile: ReadFile = (from, name) => {
    const file = normalize(join(dirname(from), name));
    const inside = !relative(CORPUS, file).startsWith("..");
    return inside && existsSync(file) ? { name: file, text: readFileSync(file, "utf8") } : null;
  };
  const { workspace, missing } = await importScenario(path, text, readFile, readText, set);
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
