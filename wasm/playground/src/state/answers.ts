// What the engine says about the present workspace, kept up while the user types.

import { batch, computed, effect, signal } from "@preact/signals";
import type { Answer, PolicyText, Question, Validation, Vocabulary, WayEvaluation } from "polsim";
import { Cancelled, EngineUnavailable, LatestOnly, quick } from "../engine/client.ts";
import { callHere } from "../engine/here.ts";
import { answered, firstShown } from "./first.ts";
import { followDecision, workspace } from "./store.ts";
import type { PolicyDraft } from "./workspace.ts";

/** Why the engine does not run, once that is known. */
export const engineFailure = signal<string | null>(null);

/** The policy as the engine takes it. */
export function policyText({ type, name, level, carriers, text }: PolicyDraft): PolicyText {
  return { type, name, text, level, ...(carriers.length === 0 ? {} : { carriers: [...carriers] }) };
}

const question = computed<Question>(() => {
  const { policies, request, network, origin } = workspace.value;
  return {
    policies: policies.map(policyText),
    request,
    ...(origin === "" ? {} : { network, from: origin }),
  };
});

/** The number of the way that is shown, of those in which the request may arrive. */
export const wayNumber = signal(0);

/** An evaluation, and the policies that it is about. */
export interface Evaluated {
  readonly drafts: readonly PolicyDraft[];
  readonly answer: Answer<WayEvaluation>;
}

export const evaluated = signal<Evaluated | null>(null);

/** A validation, and the draft that it is about. */
export interface Validated {
  readonly draft: PolicyDraft;
  readonly validation: Validation;
}

export const validated = signal<ReadonlyMap<string, Validated>>(new Map());

export const vocabulary = signal<Vocabulary | null>(null);

/** Swallows what is no defect of the answer: a later call, a cancelled call, no engine. */
export function expected(error: unknown): void {
  if (error instanceof EngineUnavailable) {
    engineFailure.value = error.message;
  } else if (!(error instanceof Cancelled)) {
    throw error;
  }
}

/** The longest question that is answered on the page's own thread. */
const SMALL = 50_000;

function isSmall({ policies, request, network = "" }: Question): boolean {
  const length = policies.reduce((sum, { text }) => sum + text.length, request.length + network.length);
  return length < SMALL;
}

/** Starts to keep the answers up. */
export function startAnswers(): void {
  const evaluate = new LatestOnly(quick, "evaluateWay");
  let asked = 0;
  let latest = 0;
  effect(() => {
    asked += 1;
    const number = asked;
    const drafts = workspace.peek().policies;
    const args = [question.value, wayNumber.value] as const;
    const here = number === 1 && isSmall(question.value);
    (here ? callHere("evaluateWay", ...args) : evaluate.call(...args))
      .then((answer) => {
        if (number < latest) return;
        latest = number;
        batch(() => {
          evaluated.value = { drafts, answer };
          openDeciding(drafts, answer);
        });
      })
      .catch(expected)
      .finally(answered);
  });
  void firstShown.then(startReading);
}

/** What an editor shows and offers. */
function startReading(): void {
  effect(() => {
    for (const draft of workspace.value.policies) validate(draft);
    forgetRemoved();
  });
  quick
    .call("vocabulary")
    .then((answer) => {
      if (answer.outcome === "answered") vocabulary.value = answer.value;
    })
    .catch(expected);
}

function openDeciding(drafts: readonly PolicyDraft[], answer: Answer<WayEvaluation>): void {
  if (answer.outcome !== "answered") return;
  const by = answer.value.way?.explanation.by[0]?.policy;
  const decided = drafts.findLast((draft) => draft.name === by) ?? drafts.at(-1);
  if (decided !== undefined) followDecision(decided.id);
}

const asked = new Map<string, PolicyDraft>();

function validate(draft: PolicyDraft): void {
  const last = asked.get(draft.id);
  if (last?.text === draft.text && last.type === draft.type) return;
  asked.set(draft.id, draft);
  quick
    .call("validate", policyText(draft))
    .then((answer) => {
      if (answer.outcome !== "answered" || asked.get(draft.id) !== draft) return;
      validated.value = new Map(validated.peek()).set(draft.id, { draft, validation: answer.value });
    })
    .catch(expected);
}

function forgetRemoved(): void {
  const present = new Set(workspace.value.policies.map((policy) => policy.id));
  for (const id of asked.keys()) if (!present.has(id)) asked.delete(id);
}
