// An editor of one text: CodeMirror once it is loaded, a plain text box until then.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Diagnostic } from "polsim";
import { reveal } from "../state/store.ts";
import { firstShown } from "../state/first.ts";
import type { EditorHandle, Language, Mark } from "./codemirror.ts";

type CodeMirror = typeof import("./codemirror.ts");

let loaded: CodeMirror | null = null;
let loading: Promise<CodeMirror> | undefined;

/** What cannot be loaded is tried again with the next editor; text boxes do until then. */
function load(): Promise<CodeMirror> {
  if (loading === undefined) {
    loading = firstShown.then(() => import("./codemirror.ts"));
    loading.then(
      (module) => (loaded = module),
      () => (loading = undefined),
    );
  }
  return loading;
}
void load();

interface Props {
  /** Tells the editors of the page apart. */
  readonly id: string;
  readonly label: string;
  readonly text: string;
  readonly language: Language;
  readonly completes?: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly marks?: readonly Mark[];
  /** The place that is at the top when it is opened. */
  readonly start?: number;
  readonly onChange: (text: string) => void;
}

const NO_MARKS: readonly Mark[] = [];

export function Editor(props: Props): JSX.Element {
  const { id, label, text, language, completes = false, diagnostics, marks = NO_MARKS } = props;
  const [module, setModule] = useState(loaded);
  const host = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  /** Where in the text box the user was, if in it at all. */
  const typing = useRef<{ from: number; to: number } | null>(null);
  const composing = useRef(false);
  const handle = useRef<EditorHandle | null>(null);
  const latest = useRef(props);
  latest.current = props;
  // The text that the editor and the store agree on.
  const known = useRef(text);

  useEffect(() => {
    if (module !== null) return;
    let gone = false;
    load().then(
      async (module) => {
        if (composing.current) await composed(box.current);
        if (gone) return;
        typing.current = selection(box.current);
        setModule(module);
      },
      () => undefined,
    );
    return () => {
      gone = true;
    };
  }, [module]);
  // Before the next key is pressed: none is lost between the text box and the editor.
  useLayoutEffect(() => {
    if (module === null || host.current === null) return;
    known.current = latest.current.text;
    const created = module.createEditor(host.current, {
      text: latest.current.text,
      label: latest.current.label,
      language,
      completes,
      start: latest.current.start ?? 0,
      onChange: (text) => {
        known.current = text;
        latest.current.onChange(text);
      },
    });
    handle.current = created;
    if (typing.current !== null) created.select(typing.current.from, typing.current.to);
    typing.current = null;
    return () => {
      handle.current = null;
      created.destroy();
    };
  }, [module, id, language, completes]);
  // At once, before more can be typed: an effect that comes late would bring old text back.
  useLayoutEffect(() => {
    if (text === known.current) return;
    known.current = text;
    handle.current?.setText(text);
  }, [text]);
  useEffect(() => handle.current?.setLabel(label), [label]);
  useEffect(() => handle.current?.setDiagnostics(diagnostics), [module, id, diagnostics]);
  useEffect(() => handle.current?.setMarks(marks), [module, id, marks]);
  const place = reveal.value;
  useEffect(() => {
    if (place === null || place.editor !== id || handle.current === null) return;
    handle.current.reveal(place.from, place.to);
    reveal.value = null;
  }, [module, id, place]);

  if (module !== null) return <div class="editor" ref={host} />;
  return (
    <div class="editor">
      <textarea
        ref={box}
        aria-label={label}
        spellcheck={false}
        value={text}
        onInput={(event) => props.onChange(event.currentTarget.value)}
        onCompositionStart={() => (composing.current = true)}
        onCompositionEnd={() => (composing.current = false)}
      />
    </div>
  );
}

/** What is selected in the text box; nothing if the user is elsewhere. */
function selection(box: HTMLTextAreaElement | null): { from: number; to: number } | null {
  if (box === null || document.activeElement !== box) return null;
  return { from: box.selectionStart, to: box.selectionEnd };
}

/** Waits for the end of a composition: an input method would lose what it is about to write. */
async function composed(box: HTMLTextAreaElement | null): Promise<void> {
  await new Promise((resolve) => box?.addEventListener("compositionend", resolve, { once: true }));
  // Some browsers tell of the text itself only afterwards.
  await new Promise((resolve) => setTimeout(resolve));
}
