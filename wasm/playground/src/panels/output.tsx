// The last pane: what the engine says.

import type { JSX } from "preact";
import { view } from "../state/store.ts";
import { Result } from "./result.tsx";
import { TestResults } from "./test-results.tsx";

export function Output(): JSX.Element {
  switch (view.value) {
    case "evaluate":
      return <Result />;
    case "test":
      return <TestResults />;
  }
}
