// What the engine says about the present workspace, kept up while the user types.

import { computed, effect, signal } from "@preact/signals";
import type { Answer, Evaluation, PolicyText, Question, Validation, Vocabulary } from "polsim";
import { Cancelled, EngineUnavailable, LatestOnly, quick } from "../engine/client.ts";
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

/** An evaluation, and the question that it answers. */
export interface Evaluated {
  readonly question: Question;
  readonly drafts: readonly PolicyDraft[];
  readonly answer: Answer<Evaluation>;
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

/** Starts to keep the answers up. */
export function startAnswers(): void {
  const evaluate = new LatestOnly(quick, "evaluate");
  effect(() => {
    const asked = question.value;
    const drafts = workspace.peek().policies;
    evaluate
      .call(asked)
      .then((answer) => {
        evaluated.value = { question: asked, drafts, answer };
        openDeciding(drafts, answer);
      })
      .catch(expected);
  });
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

function openDeciding(drafts: readonly PolicyDraft[], answer: Answer<Evaluation>): void {
  if (answer.outcome !== "answered") return;
  const by = answer.value.ways[0]?.explanation.by[0]?.policy;
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
