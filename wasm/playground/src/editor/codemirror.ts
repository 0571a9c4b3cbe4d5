// CodeMirror, set up for policies, requests, networks and scenarios. Loaded after the page: until it
// is there (and where it is not wanted) editors are plain text boxes.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Diagnostic } from "polsim";
import { policyCompletions } from "./completion.ts";
import { highlightStyle, theme } from "./theme.ts";

export type Language = "json" | "yaml";

/** A range to set off, such as the statement that decided. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly tone: "allow" | "deny";
}

export interface EditorOptions {
  readonly text: string;
  readonly label: string;
  readonly language: Language;
  /** Whether it is a policy, so that its words are completed. */
  readonly completes: boolean;
  /** The place that is at the top at first; none if it is negative. */
  readonly start: number;
  readonly onChange: (text: string) => void;
}

export interface EditorHandle {
  readonly setText: (text: string) => void;
  readonly setLabel: (label: string) => void;
  readonly setDiagnostics: (diagnostics: readonly Diagnostic[]) => void;
  readonly setMarks: (marks: readonly Mark[]) => void;
  readonly select: (from: number, to: number) => void;
  readonly reveal: (from: number, to: number) => void;
  readonly destroy: () => void;
}

const setMarks = StateEffect.define<readonly Mark[]>();

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) return decorate(transaction.state, effect.value);
    }
    return decorations.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function decorate(state: EditorState, ranges: readonly Mark[]): DecorationSet {
  const { doc } = state;
  const lines = new Map<number, string>();
  for (const { from, to, tone } of ranges) {
    if (to > doc.length) continue;
    const last = doc.lineAt(to).number;
    for (let line = doc.lineAt(from).number; line <= last; line += 1) {
      lines.set(doc.line(line).from, `cm-decides cm-decides-${tone}`);
    }
  }
  const sorted = [...lines].sort(([a], [b]) => a - b);
  return Decoration.set(sorted.map(([at, name]) => Decoration.line({ class: name }).range(at)));
}

/** What editors of one kind share, also the two sides of a comparison. */
export function common(language: Language): Extension[] {
  return [
    lineNumbers(),
    highlightSpecialChars(),
    drawSelection(),
    EditorState.tabSize.of(2),
    indentUnit.of("  "),
    bracketMatching(),
    syntaxHighlighting(highlightStyle),
    theme,
    language === "json" ? json() : yaml(),
  ];
}

/** From this length on a line is wrapped: a minified policy is one line. */
const LONG_LINE = 200;

/** Wraps lines where one is too long to be read otherwise. */
export function wrapping(text: string): Extension {
  return new RegExp(`[^\n]{${LONG_LINE}}`).test(text) ? EditorView.lineWrapping : [];
}

export function createEditor(parent: HTMLElement, options: EditorOptions): EditorHandle {
  const label = new Compartment();
  const wrap = new Compartment();
  const labelled = (text: string): Extension =>
    EditorView.contentAttributes.of({
      "aria-label": text,
      "aria-describedby": "editor-keys",
      // It can be focused as it is; said for whoever checks that what scrolls can be reached.
      tabindex: "0",
    });
  let quiet = false;
  const view = new EditorView({
    parent,
    ...(options.start > 0
      ? { scrollTo: EditorView.scrollIntoView(options.start, { y: "start" }) }
      : {}),
    state: EditorState.create({
      doc: options.text,
      extensions: [
        common(options.language),
        history(),
        foldGutter(),
        lintGutter(),
        indentOnInput(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        marks,
        label.of(labelled(options.label)),
        wrap.of(wrapping(options.text)),
        options.completes ? autocompletion({ override: [policyCompletions] }) : [],
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
          ...completionKeymap,
          ...lintKeymap,
          indentWithTab,
        ]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          const text = update.state.doc.toString();
          if (!quiet) options.onChange(text);
          let inserted = 0;
          update.changes.iterChanges((_from, _to, _at, _until, by) => (inserted += by.length));
          // Typing does not change how lines run; a paste may.
          if (inserted >= LONG_LINE) {
            queueMicrotask(() => view.dispatch({ effects: wrap.reconfigure(wrapping(text)) }));
          }
        }),
      ],
    }),
  });
  return {
    setText(text) {
      if (view.state.doc.toString() === text) return;
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      quiet = false;
    },
    setLabel: (text) => view.dispatch({ effects: label.reconfigure(labelled(text)) }),
    setDiagnostics(diagnostics) {
      view.dispatch(setDiagnostics(view.state, diagnostics.map((it) => underline(view.state, it))));
    },
    setMarks: (ranges) => view.dispatch({ effects: setMarks.of(ranges) }),
    select(from, to) {
      const { length } = view.state.doc;
      const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
      view.dispatch({ selection, scrollIntoView: true });
      view.focus();
    },
    reveal(from, to) {
      const length = view.state.doc.length;
      const selection = { anchor: Math.min(from, length), head: Math.min(to, length) };
      const scroll = EditorView.scrollIntoView(selection.anchor, { y: "center" });
      view.dispatch({ selection, effects: scroll });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

/** A complaint as CodeMirror underlines it; one about nothing gets the character before it. */
function underline(state: EditorState, diagnostic: Diagnostic) {
  const { length } = state.doc;
  const to = Math.min(diagnostic.range.to, length);
  const from = Math.min(diagnostic.range.from, to);
  return {
    from: from === to ? Math.max(0, from - 1) : from,
    to,
    severity: diagnostic.severity,
    source: diagnostic.code,
    message: diagnostic.help === undefined ? diagnostic.message : `${diagnostic.message} (${diagnostic.help})`,
  };
}
