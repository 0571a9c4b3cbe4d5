// What is on the page, drawn while the engine is still on its way.

import { render } from "preact";
import { App } from "./app.tsx";
import { startComparison } from "./state/comparison.ts";
import { startProofs } from "./state/proofs.ts";
import { startTests } from "./state/tests.ts";

export function show(): void {
  startTests();
  startProofs();
  startComparison();
  const root = document.getElementById("app");
  if (root !== null) render(<App />, root);
}
