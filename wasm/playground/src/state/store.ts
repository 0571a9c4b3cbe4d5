// The one store: what the user works on and what is open. Views are functions of it.

import { batch, computed, signal } from "@preact/signals";
import { EMPTY, draft, type PolicyDraft, type View, type Workspace } from "./workspace.ts";
import { keepReplaced, replaced } from "./storage.ts";

export const workspace = signal<Workspace>(EMPTY);
export const view = signal<View>("evaluate");
/** The pane that a narrow screen shows. */
export const pane = signal<"policies" | "input" | "result">("policies");

const chosen = signal<string>("");

/** The policy whose text is open. */
export const openPolicy = computed<PolicyDraft | null>(() => {
  const { policies } = workspace.value;
  return policies.find((policy) => policy.id === chosen.value) ?? policies[0] ?? null;
});

/** A place in a text that the user asked to see. */
export interface Place {
  readonly editor: string;
  readonly from: number;
  readonly to: number;
}

export const reveal = signal<Place | null>(null);

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: "plain" | "good" | "bad";
  readonly action?: { readonly label: string; readonly run: () => void };
}

export const notices = signal<readonly Notice[]>([]);

let noticeCount = 0;

export function notify(notice: Omit<Notice, "id">): void {
  noticeCount += 1;
  notices.value = [...notices.value.slice(-2), { ...notice, id: noticeCount }];
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

export function change(patch: Partial<Workspace>): void {
  workspace.value = { ...workspace.value, ...patch };
}

/** Whether the next decision opens the policy that made it: until the user opens one. */
export const followsDecision = signal(true);

export function choosePolicy(id: string): void {
  followsDecision.value = false;
  chosen.value = id;
}

/** Opens the policy that decided, if the user has not opened another. */
export function followDecision(id: string): void {
  if (!followsDecision.peek()) return;
  followsDecision.value = false;
  chosen.value = id;
}

export function addPolicy(policy: Omit<PolicyDraft, "id">): void {
  const added = draft(policy);
  batch(() => {
    change({ policies: [...workspace.value.policies, added] });
    choosePolicy(added.id);
  });
}

export function changePolicy(id: string, patch: Partial<Omit<PolicyDraft, "id">>): void {
  change({
    policies: workspace.value.policies.map((policy) =>
      policy.id === id ? { ...policy, ...patch } : policy,
    ),
  });
}

export function removePolicy(id: string): void {
  const before = workspace.value;
  const at = before.policies.findIndex((policy) => policy.id === id);
  const gone = before.policies[at];
  if (gone === undefined) return;
  const rest = before.policies.filter((policy) => policy.id !== id);
  batch(() => {
    change({ policies: rest });
    choosePolicy((rest[at] ?? rest[at - 1])?.id ?? "");
    notify({
      text: `Removed ${gone.name}.`,
      tone: "plain",
      action: {
        label: "Undo",
        run: () => change({ policies: workspace.value.policies.toSpliced(at, 0, gone) }),
      },
    });
  });
}

/** Shows a place: the editor opens, scrolls and takes the focus. */
export function show(place: Place): void {
  batch(() => {
    if (workspace.value.policies.some((policy) => policy.id === place.editor)) {
      choosePolicy(place.editor);
      pane.value = "policies";
    } else {
      pane.value = "input";
    }
    reveal.value = place;
  });
}

/** Puts another workspace in the place of the present one, which can be had back. */
export function replace(next: Workspace, nextView: View, what: string): void {
  const before = { workspace: workspace.value, view: view.value };
  const worth = before.workspace.policies.length > 0 || before.workspace.request !== "";
  batch(() => {
    workspace.value = next;
    view.value = nextView;
    chosen.value = next.policies.at(-1)?.id ?? "";
    followsDecision.value = true;
    if (worth) keepReplaced(before);
    notify({
      text: `Opened ${what}.`,
      tone: "good",
      ...(worth ? { action: { label: "Undo", run: undoReplace } } : {}),
    });
  });
}

function undoReplace(): void {
  const before = replaced();
  if (before === null) return;
  batch(() => {
    workspace.value = before.workspace;
    view.value = before.view;
  });
}
