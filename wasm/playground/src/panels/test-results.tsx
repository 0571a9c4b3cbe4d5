// What came out of the tests, and what no test made decide.

import type { JSX } from "preact";
import type { TestOutcome, TestReport, TestRun } from "polsim";
import { Icon } from "../parts/icon.tsx";
import { inline } from "../parts/problems.tsx";
import { loadRequest } from "../state/load-request.ts";
import { show } from "../state/store.ts";
import { testAnswer } from "../state/tests.ts";
import { DECISION_WORDS } from "../state/words.ts";
import { Coverage } from "./coverage.tsx";
import { ScenarioRefused } from "./refused.tsx";

export function TestResults(): JSX.Element {
  const answer = testAnswer.value;
  return (
    <section class="pane pane-result" aria-labelledby="result-heading">
      <header class="pane-head">
        <h2 id="result-heading">Results</h2>
      </header>
      <div class="scroll">
        {answer === null ? (
          <p class="waiting">Running the tests…</p>
        ) : answer.outcome === "answered" ? (
          <Report report={answer.value} />
        ) : (
          <ScenarioRefused answer={answer} />
        )}
      </div>
    </section>
  );
}

function Report({ report }: { report: TestReport }): JSX.Element {
  const { tests, coverage } = report;
  const failed = tests.filter((test) => !test.passed).length;
  if (tests.length === 0) {
    return (
      <div class="decision tone-none">
        <div>
          <p class="decision-word">No tests</p>
          <p class="decision-why">Write some under Tests, or add the request of the evaluation.</p>
        </div>
      </div>
    );
  }
  return (
    <>
      <div class={`decision ${failed === 0 ? "decision-allowed" : "decision-explicitDeny"}`} role="status">
        <span class="decision-icon">
          <Icon name={failed === 0 ? "allowed" : "explicitDeny"} size={44} />
        </span>
        <div>
          <p class="decision-word">{failed === 0 ? "All tests pass" : `${failed} of ${tests.length} fail`}</p>
          <p class="decision-why">
            {failed === 0
              ? `${tests.length} ${tests.length === 1 ? "test" : "tests"}`
              : `${tests.length - failed} pass`}
          </p>
        </div>
      </div>
      <ul class="outcomes" aria-label="Tests">
        {tests.map((test, index) => (
          <Outcome key={index} test={test} />
        ))}
      </ul>
      <Coverage coverage={coverage} />
    </>
  );
}

function Outcome({ test }: { test: TestOutcome }): JSX.Element {
  const { name, passed, runs, why, range } = test;
  return (
    <li class={passed ? "outcome passed" : "outcome failed"}>
      <span class="outcome-mark">
        <Icon name={passed ? "check" : "cross"} size={16} />
        <span class="spoken">{passed ? "passed" : "failed"}: </span>
      </span>
      <div class="grow">
        <button type="button" class="link outcome-name" onClick={() => show({ editor: "scenario", ...range })}>
          {name}
        </button>
        {why === undefined ? null : <p class="soft">{inline(why.trim())}</p>}
        {runs.map((run, index) => (
          <Run key={index} run={run} />
        ))}
      </div>
    </li>
  );
}

function Run({ run }: { run: TestRun }): JSX.Element {
  const by = run.by.map((statement) => statement.statement).join(", ");
  return (
    <div class="run">
      <span class={`pill decision-${run.decision}`}>{DECISION_WORDS[run.decision]}</span>
      {run.from === undefined ? null : <span class="soft">from {run.from}</span>}
      {by === "" ? null : (
        <span class="soft">
          by <code>{by}</code>
        </span>
      )}
      <button type="button" class="link" onClick={() => loadRequest(run.request)}>
        Evaluate
        <span class="spoken"> this request</span>
      </button>
      {run.failures.map((failure) => (
        <p key={failure} class="failure">
          {inline(failure)}
        </p>
      ))}
    </div>
  );
}
