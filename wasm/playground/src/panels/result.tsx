// The result of an evaluation: the decision, what would have to change, the path, and why.

import type { JSX } from "preact";
import type { Way } from "polsim";
import { Problems, inline } from "../parts/problems.tsx";
import { engineFailure, evaluated } from "../state/answers.ts";
import { networkKnown } from "../state/network.ts";
import { chosenWay, refusals } from "../state/result.ts";
import { workspace } from "../state/store.ts";
import { DECISION_WORDS } from "../state/words.ts";
import { Context } from "./context.tsx";
import { DecisionCard } from "./decision.tsx";
import { DependsCard } from "./depends.tsx";
import { NetworkPicture } from "./picture.tsx";
import { Remedies } from "./remedies.tsx";
import { Trace } from "./trace.tsx";
import { Ways } from "./ways.tsx";

export function Result(): JSX.Element {
  return (
    <section class="pane pane-result" aria-labelledby="result-heading">
      <header class="pane-head">
        <h2 id="result-heading">Decision</h2>
      </header>
      <div class="scroll">
        <Body />
      </div>
    </section>
  );
}

function Body(): JSX.Element {
  if (engineFailure.value !== null) {
    return <Failure text={`The engine cannot be started: ${engineFailure.value}`} />;
  }
  const answer = evaluated.value?.answer;
  if (answer === undefined) return <p class="waiting">Starting the engine…</p>;
  if (answer.outcome === "failed") {
    return <Failure text={`The engine broke down. That is a defect of polsim: ${answer.message}`} />;
  }
  const way = chosenWay.value;
  if (way === null) return <Refused />;
  return (
    <>
      {way.depends === undefined ? (
        <DecisionCard explanation={way.explanation} />
      ) : (
        <DependsCard depends={way.depends} />
      )}
      <Ways />
      {networkKnown.value ? <Reasons way={way} /> : null}
    </>
  );
}

/** Everything that led to the decision. It stands below, so it can come a moment later. */
function Reasons({ way: { context, explanation, path, service } }: { way: Way }): JSX.Element {
  return (
    <>
      {path === undefined ? null : <NetworkPicture path={path} service={service ?? ""} />}
      <Remedies explanation={explanation} />
      {explanation.restsOn === undefined ? null : (
        <div class="block">
          <h3>This rests on what AWS leaves open</h3>
          <ul class="plain-list">
            {explanation.restsOn.map(({ choice, says, other, otherwise, sure, source }) => (
              <li key={choice}>
                <code>{choice.replace(/^reading:/, "")}</code>: {says} ({sure}). If {other}: {DECISION_WORDS[otherwise]}.{" "}
                <span class="soft">AWS's pages: {source}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Trace explanation={explanation} />
      <Context entries={context} />
      {explanation.notes.length === 0 ? null : (
        <div class="block">
          <h3>Assumed</h3>
          <ul class="plain-list">
            {explanation.notes.map((note) => (
              <li key={note}>{inline(note)}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

function Failure({ text }: { text: string }): JSX.Element {
  return (
    <div class="decision tone-none" role="alert">
      <p>{text}</p>
    </div>
  );
}

/** What stands in the way of an answer, where it stands. */
function Refused(): JSX.Element {
  const found = refusals.value;
  const blank = workspace.value.request.trim() === "" && workspace.value.policies.length === 0;
  const files = [...new Set(found.map((diagnostic) => diagnostic.file))];
  const { policies } = workspace.value;
  const editor = (file: string): string =>
    policies.find((policy) => policy.name === file)?.id ?? file;
  return (
    <>
      <div class="decision tone-none">
        <div>
          <p class="decision-word">{blank ? "Nothing to decide yet" : "No decision"}</p>
          <p class="decision-why">
            {blank
              ? "Add a policy and describe a request."
              : "The input is not complete yet. This is what is missing or wrong:"}
          </p>
        </div>
      </div>
      {blank
        ? null
        : files.map((file) => (
            <div key={file} class="block">
              <h3>{file}</h3>
              <Problems
                editor={editor(file)}
                diagnostics={found.filter((diagnostic) => diagnostic.file === file)}
              />
            </div>
          ))}
    </>
  );
}
