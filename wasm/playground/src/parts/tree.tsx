// A tree (ARIA's tree view pattern): arrow keys walk and open it, Enter goes to the place in the text.

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

export interface TreeNode {
  readonly id: string;
  readonly icon: IconName;
  readonly tone: "good" | "bad" | "soft" | "plain";
  /** What the icon says, for those who do not see it. */
  readonly state: string;
  readonly label: ComponentChildren;
  readonly open?: boolean;
  readonly onShow?: () => void;
  readonly children: readonly TreeNode[];
}

interface Row {
  readonly node: TreeNode;
  readonly level: number;
  readonly parent: string | null;
  readonly position: number;
  readonly siblings: number;
}

export function Tree({ label, nodes }: { label: string; nodes: readonly TreeNode[] }): JSX.Element {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string | null>(null);
  const isOpen = (node: TreeNode): boolean => toggled.has(node.id) !== (node.open ?? false);
  const rows = visible(nodes, isOpen, 1, null);
  const active = rows.some((row) => row.node.id === current) ? current : (rows[0]?.node.id ?? null);
  const toggle = (id: string): void => {
    const next = new Set(toggled);
    if (!next.delete(id)) next.add(id);
    setToggled(next);
  };
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const at = rows.findIndex((row) => row.node.id === active);
    const row = rows[at];
    if (row === undefined) return;
    const next = step(event.key, rows, at, isOpen(row.node));
    if (next === null) return;
    event.preventDefault();
    if (next === "toggle") toggle(row.node.id);
    else if (next === "show") row.node.onShow?.();
    else {
      setCurrent(next);
      const items = event.currentTarget.querySelectorAll<HTMLElement>("[role=treeitem]");
      items[rows.findIndex((row) => row.node.id === next)]?.focus();
    }
  };
  return (
    <div class="tree" role="tree" aria-label={label} onKeyDown={onKeyDown}>
      {rows.map((row) => (
        <Item
          key={row.node.id}
          row={row}
          open={isOpen(row.node)}
          active={row.node.id === active}
          onToggle={() => toggle(row.node.id)}
          onFocus={() => setCurrent(row.node.id)}
        />
      ))}
    </div>
  );
}

interface ItemProps {
  readonly row: Row;
  readonly open: boolean;
  readonly active: boolean;
  readonly onToggle: () => void;
  readonly onFocus: () => void;
}

function Item({ row, open, active, onToggle, onFocus }: ItemProps): JSX.Element {
  const { node } = row;
  const parent = node.children.length > 0;
  return (
    <div
      role="treeitem"
      class={`tree-item tone-${node.tone}`}
      style={{ "--level": String(row.level - 1) }}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      {...(parent ? { "aria-expanded": open } : {})}
      tabIndex={active ? 0 : -1}
      onFocus={onFocus}
      onClick={parent ? onToggle : node.onShow}
    >
      <span class={`twist ${parent ? "" : "leaf"} ${open ? "open" : ""}`}>
        {parent ? <Icon name="chevron" size={14} /> : null}
      </span>
      <span class="mark">
        <Icon name={node.icon} size={15} />
        <span class="spoken">{node.state}: </span>
      </span>
      <span class="tree-label">{node.label}</span>
      {node.onShow === undefined ? null : (
        <button
          type="button"
          class="go"
          tabIndex={-1}
          aria-hidden="true"
          title="Show in the text"
          onClick={(event) => {
            event.stopPropagation();
            node.onShow?.();
          }}
        >
          <Icon name="place" size={14} />
        </button>
      )}
    </div>
  );
}

function visible(
  nodes: readonly TreeNode[],
  isOpen: (node: TreeNode) => boolean,
  level: number,
  parent: string | null,
): readonly Row[] {
  return nodes.flatMap((node, index) => [
    { node, level, parent, position: index + 1, siblings: nodes.length },
    ...(isOpen(node) ? visible(node.children, isOpen, level + 1, node.id) : []),
  ]);
}

/** What a key does: go to a row, open or close, show the place; nothing for other keys. */
function step(
  key: string,
  rows: readonly Row[],
  at: number,
  open: boolean,
): string | "toggle" | "show" | null {
  const row = rows[at];
  if (row === undefined) return null;
  const parent = row.node.children.length > 0;
  const go = (index: number): string | null => rows[index]?.node.id ?? null;
  switch (key) {
    case "ArrowDown":
      return go(at + 1);
    case "ArrowUp":
      return go(at - 1);
    case "Home":
      return go(0);
    case "End":
      return go(rows.length - 1);
    case "ArrowRight":
      return !parent ? null : open ? go(at + 1) : "toggle";
    case "ArrowLeft":
      return parent && open ? "toggle" : row.parent;
    case " ":
      return parent ? "toggle" : null;
    case "Enter":
      return row.node.onShow === undefined ? "toggle" : "show";
    default:
      return null;
  }
}
