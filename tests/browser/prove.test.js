// Properties: proved, or violated by a request that is loaded and evaluated.

import assert from "node:assert/strict";
import { ALICE, NETWORK, REQUEST, decides, kept, opens, page, reads, selects, writes } from "./page.js";

const CLOSED = 'properties:\n  - {name: closed, deny: {from: off-network, actions: ["s3:*"]}}\n';
const workspace = { policies: [ALICE], request: REQUEST, network: NETWORK, scenario: CLOSED };

/** Waits for the verdict on the property of this name. */
const verdict = (tab, name, word) =>
  tab.locator(`[data-verdict="${word}"]`).filter({ hasText: name }).waitFor();

page(
  "a hole is found; the request that shows it is loaded and is allowed",
  async (tab) => {
    await opens(tab, "Prove");
    await verdict(tab, "closed", "proved");
    await writes(tab, "Document of alice", ALICE.text.replace("203.0.113.0/24", "0.0.0.0/1"));
    await verdict(tab, "closed", "violated");
    await tab.getByText(/is allowed to call s3:Get.* on arn:aws:s3:::ml-data/).waitFor();
    await tab.getByRole("button", { name: "Load as request" }).click();
    await decides(tab, "allowed");
    const action = await tab.getByRole("combobox", { name: "Action" }).inputValue();
    assert.match(action, /^s3:Get/);
    // Mended, the same request is denied.
    await writes(tab, "Document of alice", ALICE.text);
    await decides(tab, "implicitDeny");
    await opens(tab, "Prove");
    await verdict(tab, "closed", "proved");
  },
  { storage: kept(workspace) },
);

page(
  "a property is put together from choices, and what is said of it goes to its text",
  async (tab) => {
    await opens(tab, "Prove");
    await tab.getByText("No properties", { exact: true }).waitFor();
    const form = tab.getByRole("form", { name: "A new property" });
    await form.getByRole("combobox", { name: "How much" }).selectOption("Something");
    await form.getByRole("combobox", { name: "From where" }).selectOption("office");
    await form.getByRole("combobox", { name: "Action of the property" }).fill("s3:GetObject");
    await form.getByRole("button", { name: "Add" }).click();
    await verdict(tab, "something from office may call s3:GetObject", "proved");
    assert.match(await reads(tab, "Tests and properties as YAML"), /allow: \{from: office, actions: \["?s3:GetObject"?\]\}/);
    await form.getByRole("combobox", { name: "Action of the property" }).fill("ec2:RunInstances");
    await form.getByRole("button", { name: "Add" }).click();
    await verdict(tab, "something from office may call ec2:RunInstances", "violated");
    await tab.getByText("A property is violated").waitFor();
    await tab.getByRole("button", { name: "something from office may call ec2:RunInstances" }).click();
    await tab.waitForFunction(() => document.getSelection()?.toString().includes("ec2:RunInstances"));
  },
  { storage: kept({ ...workspace, scenario: "" }) },
);

page(
  "a mistake in a property is underlined where it is",
  async (tab) => {
    await opens(tab, "Prove");
    await verdict(tab, "closed", "proved");
    await writes(tab, "Tests and properties as YAML", `# é 🔒\n${CLOSED.replace("off-network", "offnetwork")}`);
    await tab.getByText("No answer", { exact: true }).waitFor();
    const pieces = tab.locator(".pane-input .cm-lintRange-error");
    await pieces.first().waitFor();
    assert.equal((await pieces.allTextContents()).join(""), "offnetwork");
    await tab.getByRole("list", { name: "Problems" }).first().getByRole("button", { name: /offnetwork/ }).click();
    await selects(tab, "offnetwork");
  },
  { storage: kept(workspace) },
);

page(
  "a stranger's request brings the policies that he may write, and they are had back",
  async (tab) => {
    await opens(tab, "Prove");
    await verdict(tab, "private", "violated");
    await tab.getByRole("button", { name: "Load as request" }).click();
    await decides(tab, "allowed");
    await tab.getByText(/with whatever he or an owner may write/).waitFor();
    const tabs = tab.getByRole("tablist", { name: "Policies" });
    assert.match(await tabs.innerText(), /any identity policy/);
    await tab.getByRole("button", { name: "Have mine back" }).click();
    await tabs.getByText("any identity policy").waitFor({ state: "detached" });
    assert.match(await tabs.innerText(), /alice/);
  },
  {
    storage: kept({
      policies: [
        ALICE,
        {
          type: "resource",
          name: "bucket",
          text: '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::ml-data/*"}}',
        },
      ],
      scenario:
        'properties:\n  - name: private\n    by: anyone\n    deny: {principals: ["arn:aws:iam::444455556666:user/mallory"], actions: ["s3:*"]}\n',
    }),
  },
);

/** More pigeons than holes: a question that no clause learner answers soon. */
function pigeons(count) {
  const holes = Array.from({ length: count - 1 }, (_, hole) => `hole-${hole}`);
  const key = (pigeon) => `aws:PrincipalTag/pigeon-${pigeon}`;
  const deny = (Condition) => ({ Effect: "Deny", Action: "*", Resource: "*", Condition });
  const homeless = Array.from({ length: count }, (_, pigeon) => deny({ StringNotEquals: { [key(pigeon)]: holes } }));
  const crowded = [];
  for (let one = 0; one < count; one += 1) {
    for (let other = 0; other < one; other += 1) {
      for (const hole of holes) crowded.push(deny({ StringEquals: { [key(one)]: hole, [key(other)]: hole } }));
    }
  }
  const allow = { Effect: "Allow", Action: "*", Resource: "*" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [allow, ...homeless, ...crowded] });
}

page(
  "a long proof is cancelled, and everything goes on",
  async (tab) => {
    await opens(tab, "Prove");
    await tab.getByText("Proving 1 of 1…").waitFor();
    // The page answers while the proof goes on.
    await opens(tab, "Evaluate");
    await decides(tab, "explicitDeny");
    await opens(tab, "Prove");
    await tab.getByText("Proving 1 of 1…").waitFor();
    await tab.getByRole("button", { name: "Cancel" }).click();
    await tab.locator('[data-proofs="cancelled"]').waitFor();
    await tab.getByText("1 not decided").waitFor();
    await writes(tab, "Document of alice", ALICE.text);
    await verdict(tab, "room", "proved");
  },
  {
    storage: kept({
      policies: [{ ...ALICE, text: pigeons(12) }],
      request: REQUEST,
      scenario: "properties:\n  - {name: room, allow: {actions: ['s3:GetObject']}}\n",
    }),
  },
);
