// The gallery: examples from the corpus, one click each.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { inline } from "../parts/problems.tsx";
import type { Entry } from "../state/entry.ts";
import { entries, example } from "../state/examples.ts";
import { replace } from "../state/store.ts";

export function Gallery({ onClose }: { onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [all, setAll] = useState<readonly Entry[] | null>(null);
  const [wanted, setWanted] = useState("");
  useEffect(() => {
    dialog.current?.showModal();
    void entries().then(setAll);
  }, []);
  const open = async (entry: Entry): Promise<void> => {
    const found = await example(entry.id);
    if (found !== null) replace(found.workspace, entry.view, entry.title);
    dialog.current?.close();
  };
  const listed = (all ?? []).filter((entry) => !entry.id.endsWith("/repaired"));
  const shown = listed.filter((entry) =>
    `${entry.title} ${entry.about}`.toLowerCase().includes(wanted.toLowerCase()),
  );
  const groups = [...new Set(shown.map((entry) => entry.group))];
  return (
    <dialog
      class="gallery"
      ref={dialog}
      aria-labelledby="gallery-heading"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div class="gallery-body">
        <div class="gallery-head">
          <h2 id="gallery-heading">Gallery</h2>
          <input
            type="search"
            aria-label="Search the gallery"
            placeholder="Search"
            value={wanted}
            onInput={(event) => setWanted(event.currentTarget.value)}
          />
          <button type="button" class="quiet" onClick={() => dialog.current?.close()}>
            <Icon name="cross" />
            <span class="spoken">Close the gallery</span>
          </button>
        </div>
        <div class="scroll">
          {groups.map((group) => (
            <section key={group} aria-label={group}>
              <h3>{group}</h3>
              <ul class="cards">
                {shown
                  .filter((entry) => entry.group === group)
                  .map((entry) => (
                    <li key={entry.id} class="card-box">
                      <button type="button" class="card" onClick={() => void open(entry)}>
                        <span class="card-title">
                          {entry.title} <span class="card-kind">{entry.kind}</span>
                        </span>
                        <span class="card-about">{inline(entry.about)}</span>
                      </button>
                      {entry.repaired ? (
                        <button
                          type="button"
                          class="link card-more"
                          onClick={() => void open({ ...entry, id: `${entry.id}/repaired`, view: "compare" })}
                        >
                          See the repair
                          <span class="spoken"> of {entry.title}</span>
                        </button>
                      ) : null}
                    </li>
                  ))}
              </ul>
            </section>
          ))}
          {all !== null && shown.length === 0 ? <p class="empty">Nothing here is about that.</p> : null}
        </div>
      </div>
    </dialog>
  );
}
