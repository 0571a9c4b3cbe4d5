// The workspace in the fragment of the address: deflated, base64url, with a version in front.
// A fragment is never sent to a server.

import { readWorkspace, writeWorkspace } from "./shape.ts";
import { VIEWS, type View, type Workspace } from "./workspace.ts";

const PREFIX = "#v1.";
/** The longest fragment that is read. */
const MAX_FRAGMENT = 4_000_000;
/** The most bytes that a fragment may unpack to. */
const MAX_UNPACKED = 12_000_000;
/** From this length on a link may be cut by chat programs and mailers. */
export const LONG_LINK = 8_000;

export interface Shared {
  readonly view: View;
  readonly workspace: Workspace;
}

/** A link to this page with the workspace in it. */
export async function shareLink(base: string, shared: Shared): Promise<string> {
  const state = { view: shared.view, workspace: writeWorkspace(shared.workspace) };
  const bytes = new TextEncoder().encode(JSON.stringify(state));
  const packed = await collect(
    new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw")),
    Number.POSITIVE_INFINITY,
  );
  return `${base.replace(/#.*$/s, "")}${PREFIX}${toBase64Url(packed)}`;
}

/**
 * What a fragment holds; nothing if it is not one of ours.
 *
 * @throws Error if it is one of ours and cannot be read
 */
export async function readFragment(fragment: string): Promise<Shared | null> {
  if (!/^#v\d+\./.test(fragment)) return null;
  if (!fragment.startsWith(PREFIX)) throw new Error("it was made by a newer playground");
  if (fragment.length > MAX_FRAGMENT) throw new Error("it is too long");
  const packed = fromBase64Url(fragment.slice(PREFIX.length));
  let bytes: Uint8Array;
  try {
    const stream = new Blob([packed]).stream();
    bytes = await collect(
      stream.pipeThrough(new DecompressionStream("deflate-raw")),
      MAX_UNPACKED,
    );
  } catch (error) {
    throw error instanceof RangeError ? error : new Error("it is damaged");
  }
  const state: unknown = parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  if (typeof state !== "object" || state === null || !("workspace" in state)) {
    throw new Error("it holds no workspace");
  }
  const named = "view" in state ? VIEWS.find((view) => view === state.view) : undefined;
  return { view: named ?? "evaluate", workspace: readWorkspace(state.workspace) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("it is damaged");
  }
}

async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new RangeError("it unpacks to more than a workspace can hold");
    }
    chunks.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) throw new Error("it is damaged");
  let binary: string;
  try {
    binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new Error("it is damaged");
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
