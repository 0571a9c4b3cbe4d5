// Two versions of the policies: what the new one allows that the old one did not, and the reverse.

import assert from "node:assert/strict";
import { ALICE, REQUEST, decides, example, kept, opens, page, writes } from "./page.js";

const wide = ALICE.text.replace('"s3:Get*"', '["s3:Get*", "s3:Put*"]');

page(
  "the policies are kept as the old version, changed, and what is gained is loaded as a request",
  async (tab) => {
    await opens(tab, "Compare");
    await tab.getByText("No old version", { exact: true }).waitFor();
    await tab.getByRole("button", { name: "Keep as old version" }).click();
    await tab.locator('[data-comparison="equal"]').waitFor();
    await writes(tab, "New document of alice", wide);
    await tab.getByText("More is allowed", { exact: true }).waitFor();
    const gained = tab.getByRole("region", { name: "Newly allowed" });
    await gained.getByText("s3:Put*", { exact: true }).waitFor();
    await gained.getByText("Implicitly denied").waitFor();
    // The changed line is set off on both sides.
    assert.match(await tab.locator(".cm-decides-deny").first().innerText(), /"s3:Get\*"/);
    assert.match(await tab.locator(".cm-decides-allow").first().innerText(), /"s3:Put\*"/);
    await gained.getByRole("button", { name: "Load as request" }).click();
    await decides(tab, "allowed");
    assert.match(await tab.getByRole("combobox", { name: "Action" }).inputValue(), /^s3:Put/);
  },
  { storage: kept({ policies: [ALICE], request: REQUEST }) },
);

page(
  "another spelling is proved to be no difference, and less is told from more",
  async (tab) => {
    await tab.getByText("Less is allowed", { exact: true }).waitFor();
    await tab.getByRole("region", { name: "No longer allowed" }).getByText("s3:Put*", { exact: true }).waitFor();
    await writes(tab, "New document of alice", ALICE.text.replace('"s3:Get*"', '["S3:get*", "s3:PUT*", "s3:GetObject"]'));
    await tab.getByText("No difference", { exact: true }).waitFor();
    await tab.getByText("Proved: both versions allow the same requests.").waitFor();
  },
  { storage: kept({ policies: [ALICE], old: [{ ...ALICE, text: wide }] }, "compare") },
);

page(
  "a mistake in the old version is told there, and a policy that is gone can be had back",
  async (tab) => {
    await tab.getByText("No answer", { exact: true }).waitFor();
    const problem = tab.getByRole("button", { name: /unknown element Efect/ });
    await problem.first().click();
    await tab.waitForFunction(() => document.getSelection()?.toString() === '"Efect"');
    await writes(tab, "Old document of guard", '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}');
    await tab.getByText("More is allowed", { exact: true }).waitFor();
    await tab.getByRole("button", { name: "Take it over" }).click();
    await tab.locator('[data-comparison="vacuous"], [data-comparison="equal"]').waitFor();
  },
  {
    storage: kept(
      {
        policies: [ALICE],
        old: [
          ALICE,
          { type: "scp", name: "guard", text: '{"Version": "2012-10-17", "Statement": {"Efect": "Deny", "Action": "s3:*", "Resource": "*"}}' },
        ],
      },
      "compare",
    ),
  },
);

page("a pitfall of the gallery is compared with its repair", async (tab) => {
  await tab.getByRole("button", { name: "Gallery" }).click();
  const gallery = tab.getByRole("dialog", { name: "Gallery" });
  await gallery.getByRole("searchbox").fill("PF02");
  await gallery.getByRole("button", { name: /^See the repair of PF02/ }).click();
  await tab.getByText("More and less", { exact: true }).waitFor();
  await example(tab, "PF02");
  await opens(tab, "Prove");
  await tab.locator('[data-verdict="violated"]').first().waitFor();
});
