// The network: origins fill the context in, the path is shown, the map is lit.

import assert from "node:assert/strict";
import { ALICE, NETWORK, REQUEST, decides, kept, page } from "./page.js";

const request = REQUEST.replace(/,\n  "context": \{[^}]*\}/, "");
const office = kept({ policies: [ALICE], request, network: NETWORK });

page(
  "an origin fills the context in and shows its path",
  async (tab) => {
    await decides(tab, "implicitDeny");
    await tab.getByRole("combobox", { name: "From" }).selectOption("office");
    await decides(tab, "allowed");
    const result = tab.getByRole("region", { name: "Decision" });
    await result.getByRole("heading", { name: "Path" }).waitFor();
    assert.match(await result.locator(".stations").textContent(), /office.*203\.0\.113\.0\/24.*s3/);
    await result.getByText("Context of the request").first().click();
    const row = result.getByRole("row", { name: /aws:SourceIp/ });
    assert.match(await row.textContent(), /203\.0\.113\.\d+from the network/);
    await tab.getByRole("combobox", { name: "From" }).selectOption("notebooks");
    await decides(tab, "implicitDeny");
    assert.match(await result.locator(".stations").textContent(), /notebooks.*s3-endpoint.*in ml/);
  },
  { storage: office },
);

page(
  "every way in which a request may arrive is decided",
  async (tab) => {
    await tab.getByRole("combobox", { name: "From" }).selectOption("off-network");
    await decides(tab, "implicitDeny");
    await tab.getByText(/^All \d+ ways to arrive from there are denied/).waitFor();
    const ways = tab.getByRole("combobox", { name: "Way that is shown" });
    const options = await ways.getByRole("option").allTextContents();
    assert.ok(options.some((option) => /somebody else’s endpoint/.test(option)), options.join("\n"));
    await ways.selectOption({ index: options.findIndex((option) => /somebody else’s/.test(option)) });
    await tab.locator(".stations").getByText("endpoint of somebody else").waitFor();
  },
  { storage: office },
);

page(
  "the map shows sites, VPCs and endpoints, and lights the path; a table says the same",
  async (tab) => {
    await tab.getByRole("combobox", { name: "From" }).selectOption("notebooks");
    await tab.locator(".stations").getByText("s3-endpoint").waitFor();
    await tab.getByRole("tab", { name: "Network" }).click();
    const map = tab.getByRole("img", { name: /1 VPCs? with 1 endpoints? and 1 sites? in eu-west-1/ });
    await map.waitFor();
    assert.match(await map.locator(".map-subnet.lit").textContent(), /notebooks/);
    assert.match(await map.locator(".map-endpoint.lit").textContent(), /s3-endpoint/);
    await tab.getByText("As a table").click();
    await tab.getByRole("row", { name: /s3-endpoint interface endpoint for s3/ }).waitFor();
  },
  { storage: office },
);
