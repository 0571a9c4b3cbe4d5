// A row of tabs (ARIA's tabs pattern): arrow keys move, the chosen one is in the tab order.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface Tab<T extends string> {
  readonly value: T;
  readonly label: ComponentChildren;
  /** What a screen reader says, where the label is not all words. */
  readonly name?: string;
}

interface Props<T extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  /** The id of the panel that the tabs switch. */
  readonly panel: string;
  readonly class?: string;
}

export function Tabs<T extends string>(props: Props<T>): JSX.Element {
  const { label, tabs, value, onChange, panel } = props;
  const at = tabs.findIndex((tab) => tab.value === value);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>("[aria-selected=true]");
    if (list.current === null || chosen === null || chosen === undefined) return;
    // Only the row of tabs is scrolled, never the page.
    const { offsetLeft, offsetWidth } = chosen;
    const { scrollLeft, clientWidth } = list.current;
    const hidden = offsetLeft < scrollLeft || offsetLeft + offsetWidth > scrollLeft + clientWidth;
    if (hidden) list.current.scrollLeft = offsetLeft - 40;
  }, [value, tabs.length]);
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const next = target(event.key, at, tabs.length);
    const tab = next === null ? undefined : tabs[next];
    if (tab === undefined) return;
    event.preventDefault();
    const row = event.currentTarget;
    onChange(tab.value);
    queueMicrotask(() => row.querySelectorAll<HTMLElement>("[role=tab]")[next ?? 0]?.focus());
  };
  return (
    <div
      ref={list}
      class={`tabs ${props.class ?? ""}`}
      role="tablist"
      aria-label={label}
      onKeyDown={onKeyDown}
    >
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          id={`${panel}-tab-${tab.value}`}
          aria-selected={tab.value === value}
          aria-controls={panel}
          aria-label={tab.name}
          tabIndex={tab.value === value ? 0 : -1}
          class="tab"
          onClick={() => onChange(tab.value)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}

function target(key: string, at: number, count: number): number | null {
  switch (key) {
    case "ArrowRight":
      return (at + 1) % count;
    case "ArrowLeft":
      return (at - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
