// An example of the gallery, without its texts.

import type { View } from "./workspace.ts";

export interface Entry {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly about: string;
  /** What kind of pitfall it is: `hole`, `lock`, … */
  readonly kind: string;
  /** Whether there is a repaired version, as `id/repaired`. */
  readonly repaired: boolean;
  readonly view: View;
}
