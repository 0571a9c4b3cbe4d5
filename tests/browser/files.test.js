// Share links, files in and out, the gallery, and what the browser keeps.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALICE, NETWORK, REQUEST, decides, example, kept, opens, page, reads, writes } from "./page.js";

const alice = kept({ policies: [ALICE], request: REQUEST, network: NETWORK });

page(
  "a share link holds everything and is opened elsewhere with nothing lost",
  async (tab, { context }) => {
    await decides(tab, "allowed");
    const before = JSON.parse(await tab.evaluate(() => localStorage.getItem("polsim.workspace.1")));
    await tab.getByRole("button", { name: "Share" }).click();
    await tab.getByText(/Link copied/).waitFor();
    const link = await tab.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /#v1\.[\w-]+$/);
    await tab.evaluate(() => localStorage.clear());
    const other = await context.newPage();
    await other.goto(link);
    await decides(other, "allowed");
    await other.waitForFunction(() => localStorage.getItem("polsim.workspace.1") !== null);
    const after = JSON.parse(await other.evaluate(() => localStorage.getItem("polsim.workspace.1")));
    assert.deepEqual(after.workspace.policies[0].text, before.workspace.policies[0].text);
    assert.equal(after.workspace.request, before.workspace.request);
    assert.equal(after.workspace.network, before.workspace.network);
    assert.equal(new URL(other.url()).hash, "", "the address does not claim what is changed later");
  },
  { storage: alice },
);

page(
  "a link takes the place of the work, which can be had back",
  async (tab) => {
    await decides(tab, "allowed");
    const link = await tab.evaluate(async () => {
      const state = { view: "evaluate", workspace: { policies: [], request: "{}" } };
      const stream = new Blob([JSON.stringify(state)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
      const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
      return `#v1.${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
    });
    await tab.evaluate((hash) => { location.hash = hash; }, link);
    await tab.getByText("Opened the link.").waitFor();
    await tab.getByRole("button", { name: "Undo" }).click();
    await decides(tab, "allowed");
  },
  { storage: alice },
);

page("an example is named in the address", async (tab) => {
  await tab.getByRole("tab", { name: /^plausible/ }).waitFor();
  await decides(tab, "explicitDeny");
}, { path: "?example=pf02-deny-inside-the-office" });

page("the gallery has the nine patterns and a dozen pitfalls, each opened by a click", async (tab) => {
  await tab.getByRole("button", { name: "Gallery" }).click();
  const gallery = tab.getByRole("dialog", { name: "Gallery" });
  const patterns = gallery.getByRole("region", { name: "Recommended patterns" });
  await patterns.waitFor();
  const titles = await patterns.locator(".card-title").allTextContents();
  for (let number = 1; number <= 9; number += 1) {
    assert.ok(titles.some((title) => title.startsWith(`B${number} ·`)), `B${number} in ${titles}`);
  }
  const pitfalls = gallery.getByRole("region", { name: /^Pitfalls/ });
  assert.ok((await pitfalls.locator(".card-title").count()) >= 12);
  await tab.keyboard.press("Escape");
  await gallery.waitFor({ state: "hidden" });
  await example(tab, "PF13");
  await decides(tab, "allowed");
  await tab.getByText(/^Opened PF13/).waitFor();
});

page(
  "everything is exported as a scenario file, and opened again from it",
  async (tab, { downloads }) => {
    await opens(tab, "Test");
    await tab.getByRole("button", { name: "allowed", exact: true }).click();
    await tab.getByText("All tests pass").waitFor();
    await tab.getByRole("button", { name: "Files" }).click();
    const [download] = await Promise.all([
      tab.waitForEvent("download"),
      tab.getByRole("button", { name: /^Export as scenario/ }).click(),
    ]);
    const path = `${downloads}/scenario.yaml`;
    await download.saveAs(path);
    const text = readFileSync(path, "utf8");
    assert.match(text, /policies:/);
    assert.match(text, /tests:/);
    await tab.getByRole("button", { name: "Files" }).click();
    await tab.getByRole("button", { name: /^Clear everything/ }).click();
    await tab.getByText("No policies yet", { exact: false }).waitFor();
    await tab.getByLabel("Files to open").setInputFiles(path);
    await tab.getByText("All tests pass").waitFor();
    assert.deepEqual(JSON.parse(await reads(tab, "Document of alice")), JSON.parse(ALICE.text));
  },
  { storage: alice },
);

// A policy that is attached twice, or a member that the page has no field for: what is left out on the
// way in changes the question.
const OPENED = fileURLToPath(new URL("../../corpus/page/", import.meta.url));
for (const folder of readdirSync(OPENED).sort()) {
  page(`${folder}: opened files get the verdicts of the command`, async (tab) => {
    const directory = join(OPENED, folder);
    const files = readdirSync(directory).map((name) => join(directory, name));
    const question = ["verify", "scenario.yaml", "--format", "json"];
    const answer = execFileSync(process.env.POLSIM, question, { cwd: directory, encoding: "utf8" });
    const properties = JSON.parse(answer).files.flatMap((file) => file.properties);
    assert.notEqual(properties.length, 0);
    await tab.getByLabel("Files to open").setInputFiles(files);
    await opens(tab, "Prove");
    for (const { name, verdict } of properties) {
      await tab.locator(`[data-verdict="${verdict}"]`).filter({ hasText: name }).waitFor();
    }
  });
}

page("a scenario is not opened without a file that it names", async (tab) => {
  await tab.getByLabel("Files to open").setInputFiles(join(OPENED, "one-document-of-two-roles", "scenario.yaml"));
  await tab.getByText("scenario.yaml names files that are not here: id.json. Open them together.").waitFor();
  await tab.getByRole("tab", { name: /^B creates/ }).waitFor({ state: "detached" });
}, { storage: alice });

page(
  "policies, a request and a network are taken from dropped files",
  async (tab) => {
    const drop = (name, text) =>
      tab.evaluate(
        ([name, text]) => {
          const data = new DataTransfer();
          data.items.add(new File([text], name));
          const target = document.querySelector(".cm-content") ?? document.body;
          target.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        },
        [name, text],
      );
    await drop("bucket.json", '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}');
    await tab.getByRole("tab", { name: /^bucket, Resource policy/ }).waitFor();
    await decides(tab, "explicitDeny");
    await drop("request.json", REQUEST.replace("s3:GetObject", "s3:PutObject"));
    await tab.getByText("The request is the one in request.json.").waitFor();
    assert.equal(await tab.getByRole("combobox", { name: "Action" }).inputValue(), "s3:PutObject");
    await drop("other.yaml", NETWORK.replace("name: office", "name: branch"));
    await tab.getByText("The network is the one in other.yaml.").waitFor();
    await drop("song.mp3", "\u0000\u0001");
    await tab.getByText(/song\.mp3 is neither JSON nor YAML/).waitFor();
  },
  { storage: alice },
);

page(
  "what is typed is there when the page is opened again, until it is cleared",
  async (tab) => {
    await decides(tab, "allowed");
    await writes(tab, "Document of alice", ALICE.text.replace("s3:Get*", "s3:Put*"));
    await decides(tab, "implicitDeny");
    await tab.waitForFunction(() => localStorage.getItem("polsim.workspace.1")?.includes("s3:Put*"));
    await tab.reload();
    await decides(tab, "implicitDeny");
    await tab.getByRole("button", { name: "Files" }).click();
    await tab.getByRole("button", { name: /^Clear everything/ }).click();
    await tab.getByText("Cleared, here and in this browser.").waitFor();
    await tab.getByText("No policies yet", { exact: false }).waitFor();
    await tab.waitForFunction(() => !localStorage.getItem("polsim.workspace.1")?.includes("s3:Put*"));
  },
  { storage: alice },
);
