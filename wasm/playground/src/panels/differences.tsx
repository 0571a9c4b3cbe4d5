// What one version allows and the other does not, each shown by a request.

import type { JSX } from "preact";
import type { Changes, VersionsReport } from "polsim";
import { Icon, type IconName } from "../parts/icon.tsx";
import { inline } from "../parts/problems.tsx";
import { type Comparison, cancelComparison, compareAgain, comparison, keepAsOld } from "../state/comparison.ts";
import { Assumptions, Why } from "./behind.tsx";
import { DifferenceRow } from "./difference-row.tsx";
import { ScenarioRefused } from "./refused.tsx";

export function Differences(): JSX.Element {
  const present = comparison.value;
  return (
    <section class="pane pane-result" aria-labelledby="result-heading">
      <header class="pane-head">
        <h2 id="result-heading">Differences</h2>
        {present?.state === "running" ? (
          <button type="button" class="button" onClick={cancelComparison}>
            Cancel
          </button>
        ) : present === null || present.state === "refused" ? null : (
          <button type="button" class="button" onClick={compareAgain}>
            Compare again
          </button>
        )}
      </header>
      <div class="scroll">
        <Body present={present} />
      </div>
    </section>
  );
}

function Body({ present }: { present: Comparison | null }): JSX.Element {
  if (present === null) {
    return (
      <Card icon="dot" tone="none" word="No old version" state="none">
        <button type="button" class="link" onClick={keepAsOld}>
          Keep the policies as they are as the old version
        </button>
        , then change them: the differences are shown here.
      </Card>
    );
  }
  switch (present.state) {
    case "running":
      return (
        <Card icon="play" tone="none" word="Comparing…" state="running">
          Every request is looked at, not a sample.
        </Card>
      );
    case "cancelled":
      return (
        <Card icon="implicitDeny" tone="implicitDeny" word="Cancelled" state="cancelled">
          Nothing is known.
        </Card>
      );
    case "refused":
      return <ScenarioRefused answer={present.answer} />;
    case "done":
      return <Report report={present.report} />;
  }
}

interface CardProps {
  readonly icon: IconName;
  readonly tone: string;
  readonly word: string;
  readonly state: string;
  readonly children: preact.ComponentChildren;
}

function Card({ icon, tone, word, state, children }: CardProps): JSX.Element {
  return (
    <div class={`decision ${tone === "none" ? "tone-none" : `decision-${tone}`}`} data-comparison={state} role="status">
      <span class="decision-icon">
        <Icon name={icon} size={44} />
      </span>
      <div>
        <p class="decision-word">{word}</p>
        <p class="decision-why">{children}</p>
      </div>
    </div>
  );
}

function Report({ report }: { report: VersionsReport }): JSX.Element {
  const { newAccess, removedAccess, premises, assumptions } = report;
  return (
    <>
      <Summary report={report} />
      <Direction heading="Newly allowed" changes={newAccess} />
      <Direction heading="No longer allowed" changes={removedAccess} />
      {premises.length === 0 ? null : (
        <details class="block premises">
          <summary>
            <h3>Taken to be so</h3>
          </summary>
          <ul class="plain-list">
            {premises.map((premise) => (
              <li key={premise}>{inline(premise)}</li>
            ))}
          </ul>
        </details>
      )}
      {assumptions.length === 0 ? null : (
        <div class="block">
          <Assumptions assumptions={assumptions} />
        </div>
      )}
    </>
  );
}

function Summary({ report }: { report: VersionsReport }): JSX.Element {
  const gained = report.newAccess.differences.length > 0;
  const lost = report.removedAccess.differences.length > 0;
  const sides = [report.newAccess, report.removedAccess].flatMap((it) => it.dependsOn ?? []);
  const open = [...new Set(sides)].sort();
  switch (report.verdict) {
    case "equal":
      return (
        <Card icon="allowed" tone="allowed" word="No difference" state="equal">
          {open.length === 0
            ? "Proved: both versions allow the same requests."
            : `Proved by the default readings: both versions allow the same requests. There may be differences on another side of ${open.join(", ")}.`}
        </Card>
      );
    case "vacuous":
      return (
        <Card icon="unknown" tone="implicitDeny" word="Nothing to compare" state="vacuous">
          Neither version allows anything.
        </Card>
      );
    case "unknown":
      return (
        <Card icon="unknown" tone="implicitDeny" word="Unknown" state="unknown">
          No difference was found, but there may be some.
        </Card>
      );
    case "different":
      return (
        <Card
          icon={gained ? "explicitDeny" : "implicitDeny"}
          tone={gained ? "explicitDeny" : "implicitDeny"}
          word={gained && lost ? "More and less" : gained ? "More is allowed" : "Less is allowed"}
          state="different"
        >
          {gained && lost
            ? "The new version allows what the old one did not, and the reverse."
            : gained
              ? "The new version allows what the old one did not, and all that it did."
              : "The new version allows nothing that the old one did not."}
        </Card>
      );
  }
}

function Direction({ heading, changes }: { heading: string; changes: Changes }): JSX.Element | null {
  const { differences, more, reason } = changes;
  if (differences.length === 0 && reason === undefined) return null;
  return (
    <section aria-label={heading}>
      <h3 class="direction">{heading}</h3>
      <ul class="outcomes">
        {differences.map((difference, index) => (
          <DifferenceRow key={index} difference={difference} />
        ))}
      </ul>
      {more === "maybe" ? <p class="block soft">There may be more.</p> : null}
      {reason === undefined ? null : (
        <div class="block">
          <Why reason={reason} />
        </div>
      )}
    </section>
  );
}
