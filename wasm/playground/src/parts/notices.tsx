// Short messages about what just happened, with a way back where there is one.

import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { dismiss, notices, type Notice } from "../state/store.ts";
import { Icon } from "./icon.tsx";

const SHOWN_FOR = 12_000;

export function Notices(): JSX.Element {
  return (
    <div class="notices" role="region" aria-label="Messages" aria-live="polite">
      {notices.value.map((notice) => (
        <One key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function One({ notice }: { notice: Notice }): JSX.Element {
  const { id, text, tone, action } = notice;
  useEffect(() => {
    // What went wrong stays until it is read.
    if (tone === "bad") return;
    const timer = setTimeout(() => dismiss(id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [id, tone]);
  return (
    <div class={`notice notice-${tone}`}>
      <span>{text}</span>
      {action === undefined ? null : (
        <button
          type="button"
          class="link"
          onClick={() => {
            action.run();
            dismiss(id);
          }}
        >
          {action.label}
        </button>
      )}
      <button type="button" class="quiet" onClick={() => dismiss(id)}>
        <Icon name="cross" size={14} />
        <span class="spoken">Dismiss</span>
      </button>
    </div>
  );
}
