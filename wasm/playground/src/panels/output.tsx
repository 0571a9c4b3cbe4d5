// The last pane: what the engine says.

import type { JSX } from "preact";
import { view } from "../state/store.ts";
import { Differences } from "./differences.tsx";
import { Result } from "./result.tsx";
import { TestResults } from "./test-results.tsx";
import { Verdicts } from "./verdicts.tsx";

export function Output(): JSX.Element {
  switch (view.value) {
    case "evaluate":
      return <Result />;
    case "test":
      return <TestResults />;
    case "prove":
      return <Verdicts />;
    case "compare":
      return <Differences />;
  }
}
