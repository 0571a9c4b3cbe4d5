// One property: its verdict, and what stands behind it.

import type { JSX } from "preact";
import type { Dependency, Example, PropertyCase, PropertyReport, Verdict } from "polsim";
import { Icon, type IconName } from "../parts/icon.tsx";
import { inline } from "../parts/problems.tsx";
import { loadExample } from "../state/load-request.ts";
import type { Row } from "../state/proofs.ts";
import { show } from "../state/store.ts";
import { VERDICT_WORDS, milliseconds } from "../state/words.ts";
import { Assumptions, Why } from "./behind.tsx";

const MARKS: Readonly<Record<Verdict, { icon: IconName; tone: string; pill: string }>> = {
  proved: { icon: "check", tone: "passed", pill: "allowed" },
  violated: { icon: "cross", tone: "failed", pill: "explicitDeny" },
  depends: { icon: "unknown", tone: "doubtful", pill: "implicitDeny" },
  unknown: { icon: "unknown", tone: "doubtful", pill: "implicitDeny" },
  vacuous: { icon: "dash", tone: "doubtful", pill: "implicitDeny" },
};

export function VerdictRow({ row, running }: { row: Row; running: boolean }): JSX.Element {
  const { name, range, report } = row;
  const mark = report === null ? null : MARKS[report.verdict];
  return (
    <li class={`outcome ${mark?.tone ?? "open"}`} data-verdict={report?.verdict}>
      <span class="outcome-mark">
        <Icon name={mark?.icon ?? "dot"} size={16} />
      </span>
      <div class="grow">
        <button type="button" class="link outcome-name" onClick={() => show({ editor: "scenario", ...range })}>
          {name}
        </button>
        <div class="run">
          {report === null || mark === null ? (
            <span class="soft">{running ? "to be decided" : "not decided"}</span>
          ) : (
            <>
              <span class={`pill decision-${mark.pill}`}>{VERDICT_WORDS[report.verdict]}</span>
              {report.verdict === report.expected ? (
                report.expected === "proved" ? null : <span class="soft">as expected</span>
              ) : report.expected === "proved" ? null : (
                <span class="failure-word">expected: {report.expected}</span>
              )}
              <span class="soft">{milliseconds(row.took)}</span>
            </>
          )}
        </div>
        {report === null ? null : <Behind report={report} />}
      </div>
    </li>
  );
}

/** What a verdict rests on. */
function Behind({ report }: { report: PropertyReport }): JSX.Element {
  const { example, reason, assumptions, notes, cases, dependsOn } = report;
  return (
    <>
      {notes.map((note) => (
        <p key={note.message} class="soft">
          {inline(note.message)}
        </p>
      ))}
      {cases.length > 0 || example === undefined ? null : (
        <Shown example={example} onLoad={() => loadExample(example)} />
      )}
      {cases.length === 0 ? null : <Cases cases={cases} dependsOn={dependsOn} />}
      {reason === undefined ? null : <Why reason={reason} />}
      {assumptions.length === 0 ? null : <Assumptions assumptions={assumptions} />}
    </>
  );
}

/** The outcome in each case of what AWS leaves open, and what would settle it. */
function Cases({
  cases,
  dependsOn,
}: {
  cases: readonly PropertyCase[];
  dependsOn: readonly Dependency[];
}): JSX.Element {
  return (
    <>
      <ul class="plain-list">
        {cases.map(({ when, verdict, example }) => (
          <li key={when.join()}>
            <p>
              <b>{VERDICT_WORDS[verdict]}</b> {when.length === 0 ? "in any other case" : `if ${when.join(", and ")}`}
            </p>
            {example === undefined ? null : <Shown example={example} onLoad={() => loadExample(example)} />}
          </li>
        ))}
      </ul>
      {dependsOn.map(({ name, about, settle, source }) => (
        <p key={name} class="soft">
          Open is {about} (<code>{name}</code>). AWS's pages: {source}. To settle it: {settle}.
        </p>
      ))}
    </>
  );
}

function Shown({ example, onLoad }: { example: Example; onLoad: () => void }): JSX.Element {
  const { sentence } = example;
  return (
    <div class="example">
      <p>{sentence.charAt(0).toUpperCase() + sentence.slice(1)}.</p>
      <button type="button" class="button" onClick={onLoad}>
        Load as request
      </button>
    </div>
  );
}
