// Which lines of two texts are not in the other: what a comparison sets off.

import type { Mark } from "../editor/codemirror.ts";

/** So many pairs of lines are looked at; longer texts are set off from end to end. */
const MOST = 4_000_000;

interface Line {
  readonly text: string;
  readonly from: number;
}

/** The lines of `before` that are gone, and those of `after` that are new. */
export function lineDiff(before: string, after: string): { readonly gone: readonly Mark[]; readonly come: readonly Mark[] } {
  const old = lines(before);
  const now = lines(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start]?.text === now[start]?.text) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old.at(-1 - end)?.text === now.at(-1 - end)?.text
  ) {
    end += 1;
  }
  const left = old.slice(start, old.length - end);
  const right = now.slice(start, now.length - end);
  const common = commonLines(left, right);
  const mark = (tone: Mark["tone"]) => ({ from, text }: Line): Mark => ({ from, to: from + text.length, tone });
  return {
    gone: left.filter((line) => !common.has(line)).map(mark("deny")),
    come: right.filter((line) => !common.has(line)).map(mark("allow")),
  };
}

function lines(text: string): readonly Line[] {
  let from = 0;
  return text.split("\n").map((line) => {
    const at = from;
    from += line.length + 1;
    return { text: line, from: at };
  });
}

/** The lines of a longest common subsequence, of both sides. */
function commonLines(left: readonly Line[], right: readonly Line[]): ReadonlySet<Line> {
  const common = new Set<Line>();
  const width = right.length + 1;
  if (left.length * right.length > MOST) return common;
  const longest = new Uint32Array((left.length + 1) * width);
  const at = (row: number, column: number): number => longest[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      const same = left[row]?.text === right[column]?.text;
      longest[row * width + column] = same
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < left.length && column < right.length; ) {
    const [one, other] = [left[row], right[column]];
    if (one !== undefined && other !== undefined && one.text === other.text) {
      common.add(one).add(other);
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return common;
}
