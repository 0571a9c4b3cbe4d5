// The page under test: `polsim play` serves it, an installed Chromium shows it.
//
// Every test gets a browser context of its own. When it ends, nothing may have been asked of another
// address, and nothing may have been complained about on the console.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, serve } from "./program.js";

const { POLSIM, POLSIM_BROWSER } = process.env;

/** Why the page cannot be tested here; false if it can. */
const skip =
  POLSIM === undefined || POLSIM_BROWSER === undefined
    ? "POLSIM and POLSIM_BROWSER name the program and the browser: cargo xtask browser"
    : false;

/** Where the page is, once it is served. */
export let address = "";

let browser;
let server;

before(async () => {
  if (skip) return;
  ({ server, address } = await serve(POLSIM));
  browser = await launch(POLSIM_BROWSER);
});

after(async () => {
  await browser?.close();
  server?.kill();
});

/**
 * A test of the page.
 *
 * @param {string} name a sentence
 * @param {(page: import("playwright-core").Page, more: object) => Promise<void>} body
 * @param {import("playwright-core").BrowserContextOptions & { path?: string, storage?: object, allow?: RegExp, prepare?: (context: object) => Promise<void> }} options
 *   `path` is what the address goes on with, `storage` what the browser has kept, `allow` a
 *   complaint that belongs to the test, `prepare` what is done before the page is opened
 */
export function page(name, body, { path = "", storage = {}, allow, prepare, ...options } = {}) {
  test(name, { skip, timeout: 600_000 }, async () => {
    const downloads = mkdtempSync(join(tmpdir(), "polsim-page-"));
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: "reduce",
      ...options,
    });
    const complaints = [];
    const elsewhere = [];
    context.setDefaultTimeout(30_000);
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: address });
    context.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(address) && !/^(blob|data):/.test(url)) elsewhere.push(url);
    });
    await context.addInitScript((kept) => {
      for (const [key, value] of Object.entries(kept)) {
        if (localStorage.getItem(key) === null) localStorage.setItem(key, value);
      }
    }, storage);
    await prepare?.(context);
    const tab = await context.newPage();
    tab.on("pageerror", (error) => complaints.push(error.message));
    tab.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    try {
      await tab.goto(address + path);
      await tab.getByRole("heading", { name: "polsim playground" }).waitFor();
      await body(tab, { context, downloads });
      const unexpected = complaints.filter((text) => allow === undefined || !allow.test(text));
      assert.deepEqual(unexpected, [], "complaints on the console");
      assert.deepEqual(elsewhere, [], "requests to other addresses");
    } finally {
      await context.close();
      rmSync(downloads, { recursive: true });
    }
  });
}

/** Waits until the large decision is this one. */
export async function decides(tab, decision) {
  await tab.locator(`[data-decision="${decision}"]`).waitFor();
}

/** Opens one of the four views. */
export async function opens(tab, view) {
  await tab.getByRole("tab", { name: view, exact: true }).click();
}

/** The editor with this label. */
export function editor(tab, label) {
  return tab.getByRole("textbox", { name: label });
}

/** Puts `text` in the place of everything in an editor. */
export async function writes(tab, label, text) {
  const box = editor(tab, label);
  await box.click();
  await tab.keyboard.press("ControlOrMeta+a");
  await tab.keyboard.press("Delete");
  await tab.keyboard.insertText(text);
}

/** The text of an editor, as the page has it: a plain text box until CodeMirror is loaded. */
export async function reads(tab, label) {
  return editor(tab, label).evaluate((box) =>
    box instanceof HTMLTextAreaElement
      ? box.value
      : [...box.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n"),
  );
}

/** Opens an example of the gallery. */
export async function example(tab, title) {
  await tab.getByRole("button", { name: "Gallery" }).click();
  const gallery = tab.getByRole("dialog", { name: "Gallery" });
  await gallery.getByRole("searchbox").fill(title);
  await gallery.getByRole("button", { name: title }).first().click();
  await gallery.waitFor({ state: "hidden" });
}

/** A workspace as the browser keeps it. */
export function kept(workspace, view = "evaluate") {
  const empty = { about: "", policies: [], request: "", network: "", origin: "", scenario: "", old: [] };
  const value = JSON.stringify({ view, workspace: { ...empty, ...workspace } });
  return { "polsim.workspace.1": value };
}

export const ALICE = {
  type: "identity",
  name: "alice",
  text: `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": "s3:Get*",
      "Resource": "arn:aws:s3:::ml-data/*",
      "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}
    },
    {
      "Sid": "NoSecrets",
      "Effect": "Deny",
      "Action": "*",
      "Resource": "arn:aws:s3:::ml-data/secret/*"
    }
  ]
}
`,
};

export const REQUEST = `${JSON.stringify(
  {
    principal: "arn:aws:iam::111122223333:user/alice",
    action: "s3:GetObject",
    resource: "arn:aws:s3:::ml-data/train.csv",
    context: { "aws:SourceIp": "203.0.113.9" },
  },
  null,
  2,
)}\n`;

export const NETWORK = `region: eu-west-1
account: "111122223333"
vpcs:
  - id: vpc-0a11a11a11a11a11a
    name: ml
    cidrs: 10.20.0.0/16
    subnets:
      - {id: subnet-0a0a0a0a0a0a0a0a1, name: notebooks, cidr: 10.20.1.0/24}
    endpoints:
      - {id: vpce-0a000000000000001, name: s3-endpoint, service: s3, type: interface}
sites:
  - {name: office, egress: 203.0.113.0/24}
`;

/** Waits until this text is selected. */
export async function selects(tab, text) {
  await tab.waitForFunction((text) => document.getSelection()?.toString() === text, text);
}
