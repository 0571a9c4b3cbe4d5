// An editor of one text: CodeMirror once it is loaded, a plain text box until then.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Diagnostic } from "polsim";
import { reveal } from "../state/store.ts";
import type { EditorHandle, Language, Mark } from "./codemirror.ts";

type CodeMirror = typeof import("./codemirror.ts");

let loaded: CodeMirror | null = null;
const loading = import("./codemirror.ts").then((module) => (loaded = module));

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
  const handle = useRef<EditorHandle | null>(null);
  const latest = useRef(props);
  latest.current = props;
  // The text that the editor and the store agree on.
  const known = useRef(text);

  useEffect(() => {
    if (module === null) void loading.then(setModule);
  }, [module]);
  useEffect(() => {
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
        aria-label={label}
        spellcheck={false}
        value={text}
        onInput={(event) => props.onChange(event.currentTarget.value)}
      />
    </div>
  );
}
