// The page's first steps, in the order that brings the first decision soonest: the engine is on its
// way before anything else, then the question is put to it, and the page is drawn with the answer.
// What the first decision does not need (`state/first.ts`) comes after it.

import { compiled } from "./engine/module.ts";
import { startAnswers } from "./state/answers.ts";
import { drawn, firstAnswered } from "./state/first.ts";
import { startNetwork } from "./state/network.ts";
import { startSession } from "./state/session.ts";
import { startTheme } from "./state/theme.ts";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/parts.css";
import "./styles/result.css";

/** How long the page waits for the answer, to be drawn once and not twice. */
const MOMENT = 100;

void compiled().catch(() => undefined);
startTheme();
const page = import("./page.tsx");
void startSession().then(async () => {
  startAnswers();
  startNetwork();
  const [{ show }] = await Promise.all([page, parsed()]);
  await Promise.race([firstAnswered, new Promise((resolve) => setTimeout(resolve, MOMENT))]);
  show();
  await firstAnswered;
  drawn();
});

/** This script waits for nothing, not even for the rest of the document. */
function parsed(): Promise<void> {
  return new Promise((resolve) => {
    if (document.readyState !== "loading") resolve();
    else document.addEventListener("DOMContentLoaded", () => resolve(), { once: true });
  });
}
