// The first decision: what it waits for, what waits for it, and that nobody who is quicker loses
// anything.

import assert from "node:assert/strict";
import { ALICE, REQUEST, decides, editor, kept, page, reads } from "./page.js";

const alice = kept({ policies: [ALICE], request: REQUEST });

/** Holds what matches back until it is let go. */
function held(pattern) {
  let letGo;
  const gate = new Promise((resolve) => {
    letGo = resolve;
  });
  const prepare = (context) =>
    context.route(pattern, async (route) => {
      await gate;
      await route.continue();
    });
  return { prepare, letGo };
}

const refused = (pattern) => ({ prepare: (context) => context.route(pattern, (route) => route.abort()) });

const EDITORS = "**/assets/codemirror.js";
const ENGINE = "**/assets/polsim_bg.wasm";

{
  const { prepare, letGo } = held(EDITORS);
  page(
    "the first decision does not wait for the editors",
    async (tab) => {
      await decides(tab, "explicitDeny");
      assert.equal(await tab.locator(".cm-editor").count(), 0);
      const box = tab.getByRole("textbox", { name: /^Document of/ });
      assert.match(await box.inputValue(), /"Version": "2012-10-17"/);
      letGo();
      await tab.locator(".cm-decides-deny").first().waitFor();
    },
    { prepare },
  );
}

{
  const { prepare, letGo } = held(EDITORS);
  page(
    "nothing is lost that is typed while the editors are loading, nor the place where it is typed",
    async (tab) => {
      await decides(tab, "allowed");
      await editor(tab, "Document of alice").click();
      await tab.keyboard.press("ControlOrMeta+Home");
      await tab.keyboard.press("ArrowRight");
      let typed = "";
      const types = async (letter) => {
        typed += letter;
        await tab.keyboard.press(letter);
      };
      for (const letter of "before") await types(letter);
      letGo();
      // The editor takes the text box's place between two of these, whenever it is ready.
      while ((await tab.locator(".cm-editor").count()) === 0) await types("x");
      for (const letter of "after") await types(letter);
      const expected = ALICE.text.replace("{", `{${typed}`);
      assert.equal(await reads(tab, "Document of alice"), expected);
      await tab.waitForFunction(
        (text) => localStorage.getItem("polsim.workspace.1")?.includes(JSON.stringify(text)),
        expected,
      );
    },
    { prepare, storage: alice },
  );
}

page(
  "without the editors text boxes do",
  async (tab) => {
    await decides(tab, "allowed");
    await editor(tab, "Document of alice").fill(ALICE.text.replace("s3:Get*", "s3:Put*"));
    await decides(tab, "implicitDeny");
    await editor(tab, "Document of alice").fill(ALICE.text.slice(0, 40));
    await tab.getByRole("list", { name: "Problems" }).first().waitFor();
  },
  { ...refused(EDITORS), storage: alice, allow: /Failed to load resource/ },
);

{
  const { prepare, letGo } = held(ENGINE);
  page(
    "the page is there before the engine, which then answers what the request has become",
    async (tab) => {
      await tab.getByText("Starting the engine").waitFor();
      await tab.getByRole("textbox", { name: "Resource" }).fill("arn:aws:s3:::ml-data/secret/key");
      letGo();
      await decides(tab, "explicitDeny");
    },
    { prepare, storage: alice },
  );
}

page(
  "an engine that does not arrive is told, and so is why",
  async (tab) => {
    await tab.getByText(/The engine cannot be started/).waitFor();
    assert.match(await reads(tab, "Document of alice"), /NoSecrets/);
  },
  {
    prepare: (context) => context.route(ENGINE, (route) => route.fulfill({ status: 404, body: "" })),
    storage: alice,
    allow: /Failed to load resource|preload/,
  },
);

for (const [what, storage] of [["on a first visit", {}], ["with one's own policies", alice]]) {
  page(
    `nothing moves by itself ${what}`,
    async (tab) => {
      await tab.locator(".cm-decides").first().waitFor();
      await tab.locator(".tree").waitFor();
      // What moved in a frame is told after it.
      const moved = await tab.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(window.moved)))),
      );
      assert.deepEqual(moved, []);
    },
    { storage, prepare: (context) => context.addInitScript(noteWhatMoves) },
  );
}

function noteWhatMoves() {
  window.moved = [];
  const note = (shift) => shift.sources.map(({ node }) => node?.outerHTML?.slice(0, 100) ?? "something");
  const observer = new PerformanceObserver((list) => window.moved.push(...list.getEntries().flatMap(note)));
  observer.observe({ type: "layout-shift", buffered: true });
}
