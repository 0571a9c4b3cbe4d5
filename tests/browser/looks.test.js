// Reachable, readable, and the same on a phone, in the dark, without a mouse.

import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { ALICE, NETWORK, REQUEST, decides, kept, opens, page } from "./page.js";

const full = kept({
  about: "What `this` shows.",
  policies: [ALICE, { type: "scp", name: "guard", text: '{"Version": "2012-10-17", "Statment": []}' }],
  request: REQUEST,
  network: NETWORK,
  scenario: "tests:\n  - name: alice reads\n    request: {action: s3:GetObject}\n    expect: allowed\nproperties:\n  - {deny: {from: off-network}}\n",
});
const PROPERTIES = `properties:
  - {name: closed, deny: {from: off-network}}
  - {name: open, allow: {from: office, actions: ["s3:GetObject"]}}
  - {name: shut, deny: {from: office}}
`;
const NARROW = { ...ALICE, text: ALICE.text.replace("s3:Get*", "s3:GetObject") };
const good = kept({ policies: [ALICE], request: REQUEST, network: NETWORK, origin: "office", scenario: PROPERTIES, old: [NARROW] });
const bare = REQUEST.replace(/,\n  "context": \{[^}]*\}/, "");
const anywhere = kept({ policies: [ALICE], request: bare, network: NETWORK, origin: "office" });
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

async function isAccessible(tab, what) {
  const { violations } = await new AxeBuilder({ page: tab })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
  assert.deepEqual(found, [], what);
}

const VIEWS = ["Evaluate", "Test", "Prove", "Compare"];
const ENDED = ".decision:not([data-proofs=running], [data-comparison=running])";

for (const colorScheme of ["light", "dark"]) {
  for (const [what, storage] of [["with problems", full], ["with a decision", good]]) {
    page(
      `axe finds nothing, ${colorScheme}, ${what}`,
      async (tab) => {
        await tab.locator(".cm-editor").first().waitFor();
        for (const view of VIEWS) {
          await opens(tab, view);
          await tab.locator(ENDED).waitFor();
          await isAccessible(tab, view);
          if (view === "Compare") continue;
          await tab.getByRole("tab", { name: "Network" }).click();
          await tab.locator(".map svg").waitFor();
          await isAccessible(tab, `${view}, network`);
          await tab.getByRole("tab", { name: "Network" }).press("ArrowLeft");
        }
        await opens(tab, "Evaluate");
        await tab.getByRole("button", { name: "JSON", exact: true }).click();
        await isAccessible(tab, "request as JSON");
        await tab.getByRole("button", { name: "Form" }).click();
        await tab.getByRole("button", { name: "Files" }).click();
        await isAccessible(tab, "files");
        await tab.keyboard.press("Escape");
        await tab.getByRole("button", { name: "Share" }).click();
        await tab.getByText(/Link copied/).waitFor();
        await isAccessible(tab, "a message");
        await tab.getByRole("button", { name: "Gallery" }).click();
        await tab.locator(".card").first().waitFor();
        await isAccessible(tab, "gallery");
      },
      { storage, colorScheme },
    );
  }
}

page(
  "axe finds nothing on a phone, and nothing is wider than the screen",
  async (tab) => {
    const panes = tab.getByRole("navigation", { name: "Panes" });
    await panes.getByText("Allowed").waitFor();
    for (const view of VIEWS) {
      await opens(tab, view);
      await tab.locator(ENDED).waitFor({ state: "attached" });
      for (const button of await panes.getByRole("button").all()) {
        await button.click();
        const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `${view}: ${wide} pixels too wide`);
        await isAccessible(tab, view);
      }
    }
  },
  { storage: good, ...PHONE },
);

page(
  "on a phone a request is changed and decided",
  async (tab) => {
    const panes = tab.getByRole("navigation", { name: "Panes" });
    await panes.getByRole("button", { name: /^Decision/ }).getByText("Allowed").waitFor();
    await panes.getByRole("button", { name: "Request" }).click();
    await tab.getByRole("textbox", { name: "Resource" }).fill("arn:aws:s3:::ml-data/secret/key");
    await panes.getByRole("button", { name: /^Decision/ }).click();
    await decides(tab, "explicitDeny");
    await tab.getByRole("button", { name: "NoSecrets in alice" }).first().click();
    await tab.locator(".cm-decides-deny").first().waitFor();
  },
  { storage: good, ...PHONE },
);

page("the colours follow the system until the user chooses", async (tab) => {
  const ground = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await tab.getByRole("button", { name: /^Colours/ }).click();
  const light = await ground();
  assert.notEqual(light, dark);
  await tab.reload();
  assert.equal(await ground(), light, "the choice is kept");
  await tab.emulateMedia({ colorScheme: "light" });
  await tab.getByRole("button", { name: /^Colours/ }).click();
  assert.equal(await ground(), dark);
}, { colorScheme: "dark" });

page(
  "everything is done by keyboard: another origin, another view, the gallery",
  async (tab) => {
    await decides(tab, "allowed");
    const focused = () =>
      tab.evaluate(() => {
        const it = document.activeElement;
        return it?.getAttribute("aria-label") ?? it?.closest("label")?.textContent ?? it?.textContent ?? "";
      });
    const tabTo = async (name) => {
      for (let step = 0; step < 80; step += 1) {
        if (name.test(await focused())) return;
        // Out of editors, in which Tab indents.
        await tab.keyboard.press("Escape");
        await tab.keyboard.press("Tab");
      }
      assert.fail(`${name} is not reached by Tab`);
    };
    await tabTo(/^Evaluate$/);
    await tab.keyboard.press("ArrowRight");
    await tab.getByRole("heading", { name: "Results" }).waitFor();
    await tab.keyboard.press("ArrowLeft");
    await tabTo(/^Document of alice/);
    await tabTo(/^From/);
    await tab.keyboard.press("Home");
    await decides(tab, "implicitDeny");
    await tab.keyboard.type("off");
    await decides(tab, "allowed");
    await tab.getByRole("button", { name: "Gallery" }).focus();
    await tab.keyboard.press("Enter");
    await tab.getByRole("dialog", { name: "Gallery" }).waitFor();
    await tab.keyboard.type("PF02");
    await tab.getByRole("button", { name: /^PF02/ }).waitFor();
    for (let step = 0; step < 4 && !/^PF02/.test(await focused()); step += 1) {
      await tab.keyboard.press("Tab");
    }
    await tab.keyboard.press("Enter");
    await tab.getByText(/^Opened PF02/).waitFor();
  },
  { storage: anywhere },
);

page(
  "the decision is said to those who do not see it",
  async (tab) => {
    const said = tab.getByRole("status").first();
    await decides(tab, "allowed");
    assert.equal(await said.textContent(), "Allowed");
    await tab.getByRole("combobox", { name: "Action" }).fill("s3:PutObject");
    await decides(tab, "implicitDeny");
    assert.equal(await said.textContent(), "Implicitly denied");
  },
  { storage: good },
);

page(
  "nothing jumps: the panes stay where they are while the answer changes",
  async (tab) => {
    await decides(tab, "allowed");
    await tab.locator(".cm-editor").first().waitFor();
    const boxes = () => tab.locator(".pane").evaluateAll((panes) => panes.map((pane) => JSON.stringify(pane.getBoundingClientRect())));
    const before = await boxes();
    await tab.getByRole("combobox", { name: "Action" }).fill("nothing");
    await tab.getByText("No decision", { exact: true }).waitFor();
    assert.deepEqual(await boxes(), before);
  },
  { storage: good },
);
