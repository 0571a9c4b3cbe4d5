// Evaluate: the decision, what decided it, what would have to change, the trace; form and JSON.

import assert from "node:assert/strict";
import { ALICE, REQUEST, decides, editor, kept, page, reads, selects, writes } from "./page.js";

const alice = kept({ policies: [ALICE], request: REQUEST });

page("a first visit shows an example with its decision", async (tab) => {
  await decides(tab, "explicitDeny");
  await tab.getByRole("complementary", { name: "About this example" }).waitFor();
});

page(
  "a request is decided, and the deciding statement is set off in its policy",
  async (tab) => {
    await decides(tab, "allowed");
    const decision = tab.getByRole("region", { name: "Decision" });
    await decision.getByText("Allowed", { exact: true }).first().waitFor();
    await decision.getByRole("button", { name: "Read in alice" }).first().waitFor();
    const lines = tab.locator(".cm-decides-allow");
    await lines.first().waitFor();
    assert.match((await lines.allTextContents()).join("\n"), /"Sid": "Read"/);
    assert.doesNotMatch((await lines.allTextContents()).join("\n"), /NoSecrets/);
  },
  { storage: alice },
);

page(
  "the form and its JSON are two views of one request",
  async (tab) => {
    await decides(tab, "allowed");
    await tab.getByRole("textbox", { name: "Resource" }).fill("arn:aws:s3:::ml-data/secret/key");
    await decides(tab, "explicitDeny");
    await tab.getByRole("button", { name: "JSON", exact: true }).click();
    const shown = JSON.parse(await reads(tab, "Request as JSON"));
    assert.equal(shown.resource, "arn:aws:s3:::ml-data/secret/key");
    await writes(tab, "Request as JSON", REQUEST.replace("203.0.113.9", "192.0.2.77"));
    await decides(tab, "implicitDeny");
    await tab.getByRole("button", { name: "Form" }).click();
    assert.equal(await tab.getByRole("textbox", { name: "Value of aws:SourceIp" }).inputValue(), "192.0.2.77");
  },
  { storage: alice },
);

page(
  "a denied request is told what would have to change",
  async (tab) => {
    await tab.getByRole("textbox", { name: "Value of aws:SourceIp" }).fill("192.0.2.77");
    await decides(tab, "implicitDeny");
    const region = tab.getByRole("region", { name: "Decision" });
    await region.getByRole("heading", { name: "What would have to change" }).waitFor();
    const near = await region.locator(".conditions").first().textContent();
    assert.match(near, /aws:SourceIp IpAddress 203\.0\.113\.0\/24.*the request has 192\.0\.2\.77/);
  },
  { storage: alice },
);

page(
  "a key that the policies read is added by a click",
  async (tab) => {
    await tab.getByRole("button", { name: "Remove aws:SourceIp" }).click();
    await decides(tab, "implicitDeny");
    await tab.getByRole("button", { name: "Add aws:SourceIp" }).click();
    await tab.getByRole("textbox", { name: "Value of aws:SourceIp" }).fill("203.0.113.1");
    await decides(tab, "allowed");
  },
  { storage: alice },
);

page(
  "the trace opens down to the single comparison, by keyboard too",
  async (tab) => {
    await decides(tab, "allowed");
    const tree = tab.getByRole("tree", { name: /^Why/ });
    await tree.getByRole("treeitem").first().focus();
    const focused = () => tab.evaluate(() => document.activeElement?.textContent ?? "");
    for (let step = 0; step < 30 && !/IpAddress/.test(await focused()); step += 1) {
      await tab.keyboard.press("ArrowDown");
    }
    assert.match(await focused(), /aws:SourceIp IpAddress 203\.0\.113\.9/);
    await tab.keyboard.press("ArrowRight");
    await tab.keyboard.press("ArrowRight");
    assert.match(await focused(), /203\.0\.113\.0\/24 hit/);
    await tab.keyboard.press("Enter");
    await selects(tab, '"203.0.113.0/24"');
  },
  { storage: alice },
);

page(
  "policies are added, renamed, given another type, removed and had back",
  async (tab) => {
    await tab.getByRole("combobox", { name: "Add a policy" }).selectOption("scp");
    await decides(tab, "implicitDeny");
    await tab.getByRole("textbox", { name: "Name of the policy" }).fill("guard");
    await tab.getByRole("tab", { name: /^guard, Service control policy/ }).waitFor();
    await tab.getByRole("combobox", { name: "Type of guard" }).selectOption("boundary");
    await tab.getByRole("tab", { name: /^guard, Permissions boundary/ }).waitFor();
    await tab.getByRole("button", { name: "Remove guard" }).click();
    await decides(tab, "allowed");
    await tab.getByRole("button", { name: "Undo" }).click();
    await tab.getByRole("tab", { name: /^guard/ }).waitFor();
  },
  { storage: alice },
);

page("operators, keys, actions and elements are completed", async (tab) => {
  await tab.locator(".cm-editor").waitFor();
  const offers = async (before, typed, expected) => {
    await writes(tab, "Document of p", "");
    await tab.keyboard.insertText(before);
    await tab.keyboard.type(typed);
    await tab.locator(".cm-completionLabel", { hasText: expected }).first().waitFor();
    await tab.keyboard.press("Escape");
  };
  const statement = '{"Version": "2012-10-17", "Statement": {';
  await offers(statement, '"Eff', "Effect");
  await offers(`${statement}"Action": `, '"sagemaker:CreatePre', "sagemaker:CreatePresignedNotebookInstanceUrl");
  await offers(`${statement}"Condition": {`, '"StringNotEq', "StringNotEqualsIfExists");
  await offers(`${statement}"Condition": {"StringEquals": {`, '"aws:SourceV', "aws:SourceVpce");
  await offers(`${statement}"Condition": {"Null": {`, '"sagemaker:VpcSub', "sagemaker:VpcSubnets");
}, { storage: kept({ policies: [{ ...ALICE, name: "p", text: "" }] }) });

page(
  "the focus leaves an editor by Escape and Tab",
  async (tab) => {
    await tab.locator(".cm-editor").waitFor();
    const box = editor(tab, "Document of alice");
    await box.click();
    await tab.keyboard.press("Tab");
    assert.ok(await box.evaluate((it) => it === document.activeElement), "Tab indents");
    await tab.keyboard.press("Escape");
    await tab.keyboard.press("Tab");
    assert.ok(!(await box.evaluate((it) => it === document.activeElement)), "and then it leaves");
  },
  { storage: alice },
);
