// Bad input: the page says what is wrong where it is wrong, stays usable, and loses nothing.

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { ALICE, NETWORK, REQUEST, decides, editor, kept, page, reads, selects, writes } from "./page.js";

const alice = kept({ policies: [ALICE], request: REQUEST });

page(
  "a mistake is underlined where it is, while it is typed, and the mark goes when it is mended",
  async (tab) => {
    await decides(tab, "allowed");
    await writes(tab, "Document of alice", ALICE.text.replace('"Effect": "Allow"', '"Efect": "Allow"'));
    const marked = tab.locator(".cm-lintRange-error").first();
    await marked.waitFor();
    assert.equal(await marked.textContent(), '"Efect"');
    const problems = tab.getByRole("list", { name: "Problems" }).first();
    await problems.getByRole("button", { name: /unknown element Efect.*did you mean Effect/ }).click();
    await selects(tab, '"Efect"');
    await tab.getByText("No decision", { exact: true }).waitFor();
    await writes(tab, "Document of alice", ALICE.text);
    await marked.waitFor({ state: "detached" });
    await decides(tab, "allowed");
  },
  { storage: alice },
);

page(
  "the mark is at the right place behind characters of several bytes",
  async (tab) => {
    const text = ALICE.text.replace('"Sid": "Read"', '"Sid": "Read", "Ünknown 🔒": 1');
    await writes(tab, "Document of alice", text);
    const marked = tab.locator(".cm-lintRange-error").first();
    await marked.waitFor();
    // Highlighting may cut the mark into pieces.
    const pieces = await tab.locator(".cm-lintRange-error").allTextContents();
    assert.equal(pieces.join(""), '"Ünknown 🔒"');
  },
  { storage: alice },
);

page(
  "half-typed JSON loses nothing: not in the form, not when the page is opened again",
  async (tab) => {
    await tab.getByRole("button", { name: "JSON", exact: true }).click();
    const half = REQUEST.slice(0, 90);
    await writes(tab, "Request as JSON", half);
    await tab.getByText("No decision", { exact: true }).waitFor();
    await tab.getByRole("button", { name: "Form" }).click();
    await tab.getByText("nothing is lost").waitFor();
    await tab.waitForFunction((text) => localStorage.getItem("polsim.workspace.1")?.includes(JSON.stringify(text).slice(1, -1)), half);
    await tab.reload();
    await tab.getByRole("button", { name: "JSON", exact: true }).click();
    // Closing brackets are typed along by the editor.
    assert.ok((await reads(tab, "Request as JSON")).startsWith(half));
  },
  { storage: alice },
);

page(
  "a policy of five megabytes is refused in words, and the page stays responsive",
  async (tab) => {
    const huge = JSON.stringify({ Version: "2012-10-17", Statement: Array(40_000).fill({ Sid: "A".repeat(60), Effect: "Allow", Action: "s3:GetObject", Resource: "*" }) });
    assert.ok(huge.length > 5_000_000);
    await tab.evaluate((text) => navigator.clipboard.writeText(text), huge);
    await editor(tab, "Document of alice").click();
    await tab.keyboard.press("ControlOrMeta+a");
    await tab.keyboard.press("ControlOrMeta+v");
    await tab.getByText(/more than 1048576 are not read/).first().waitFor();
    await tab.getByRole("combobox", { name: "Action" }).fill("s3:PutObject");
    await tab.getByRole("button", { name: "Gallery" }).click();
    await tab.getByRole("dialog", { name: "Gallery" }).waitFor();
  },
  { storage: alice },
);

const broken = {
  "cut in the middle": "#v1.q1ZKLFCyUi",
  "not base64": "#v1.%%%%",
  "not deflated": `#v1.${Buffer.from("hello hello hello").toString("base64url")}`,
  "of another kind of compression": `#v1.${gzipSync("{}").toString("base64url")}`,
  "of a later version": "#v9.abcdef",
};
for (const [what, hash] of Object.entries(broken)) {
  page(
    `a share link that is ${what} is refused, and the work is still there`,
    async (tab) => {
      await tab.getByText(/The link cannot be opened/).waitFor();
      await decides(tab, "allowed");
    },
    { storage: alice, path: hash },
  );
}

page(
  "a share link that unpacks to gigabytes is refused before it does",
  async (tab) => {
    const link = await tab.evaluate(async () => {
      const zeros = new Uint8Array(40_000_000);
      const packed = new Response(new Blob([zeros]).stream().pipeThrough(new CompressionStream("deflate-raw")));
      const bytes = new Uint8Array(await packed.arrayBuffer());
      const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
      return `#v1.${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
    });
    await tab.evaluate((hash) => { location.hash = hash; }, link);
    await tab.getByText(/it unpacks to more than a workspace can hold/).waitFor();
    await decides(tab, "allowed");
  },
  { storage: alice },
);

page(
  "a share link with markup and odd values shows them as text or is refused",
  async (tab) => {
    const pack = (value) =>
      tab.evaluate(async (text) => {
        const packed = new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw")));
        const bytes = new Uint8Array(await packed.arrayBuffer());
        return `#v1.${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
      }, JSON.stringify(value));
    const script = '<img src=x onerror="document.title=`owned`"><script>document.title="owned"</script>';
    const policy = { type: "identity", name: script, text: script };
    const hash = await pack({ view: script, workspace: { policies: [policy], request: script, about: script, origin: script, network: script, scenario: script, __proto__: { x: 1 } } });
    await tab.evaluate((hash) => { location.hash = hash; }, hash);
    await tab.getByRole("tab", { name: /<img src=x/ }).waitFor();
    assert.equal(await tab.title(), "polsim playground");
    for (const workspace of [null, [], { policies: "x" }, { policies: [{ type: "root" }] }, { policies: [{ type: "scp", level: 1e9 }] }, { policies: Array(51).fill(policy) }]) {
      await tab.evaluate((hash) => { location.hash = hash; }, await pack({ workspace }));
      await tab.getByText(/The link cannot be opened/).last().waitFor();
      await tab.getByRole("button", { name: "Dismiss" }).last().click();
    }
  },
  { storage: alice },
);

page(
  "what this browser kept and cannot be read does not keep the page from opening",
  async (tab) => decides(tab, "explicitDeny"),
  { storage: { "polsim.workspace.1": "{not json", "polsim.theme": "purple" } },
);

page(
  "a broken network is told in its own pane, at the place",
  async (tab) => {
    await tab.getByRole("tab", { name: "Network" }).click();
    await writes(tab, "Network as YAML", NETWORK.replace("10.20.0.0/16", "10.20.0.0/99"));
    const marked = tab.locator(".cm-lintRange-error").first();
    await marked.waitFor();
    assert.match(await marked.textContent(), /10\.20\.0\.0\/99/);
  },
  { storage: kept({ policies: [ALICE], request: REQUEST, network: NETWORK }) },
);

page(
  "a scenario that names files which are not there says which",
  async (tab) => {
    await tab.getByLabel("Files to open").setInputFiles({
      name: "scenario.yaml",
      mimeType: "application/yaml",
      buffer: Buffer.from("policies: [{type: identity, file: gone.json}]\ntests: []\n"),
    });
    await tab.getByText(/names files that are not here: gone\.json/).waitFor();
  },
  { storage: alice },
);
