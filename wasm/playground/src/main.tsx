// The page: starts the engine first, then everything else.

import { render } from "preact";
import { quick } from "./engine/client.ts";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/parts.css";
import "./styles/result.css";
import { App } from "./app.tsx";
import { startAnswers } from "./state/answers.ts";
import { startComparison } from "./state/comparison.ts";
import { startNetwork } from "./state/network.ts";
import { startProofs } from "./state/proofs.ts";
import { startSession } from "./state/session.ts";
import { startTests } from "./state/tests.ts";
import { startTheme } from "./state/theme.ts";

quick.start();
startTheme();
const root = document.getElementById("app");
if (root !== null) {
  void startSession().then(() => {
    startAnswers();
    startNetwork();
    startTests();
    startProofs();
    startComparison();
    render(<App />, root);
  });
}
