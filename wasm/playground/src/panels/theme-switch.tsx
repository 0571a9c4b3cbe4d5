// Light, dark, or as the system has it.

import type { JSX } from "preact";
import { Icon } from "../parts/icon.tsx";
import { theme } from "../state/theme.ts";

const NEXT = { auto: "light", light: "dark", dark: "auto" } as const;
const ICON = { auto: "auto", light: "sun", dark: "moon" } as const;
const WORDS = { auto: "as the system has it", light: "light", dark: "dark" } as const;

export function ThemeSwitch(): JSX.Element {
  const now = theme.value;
  return (
    <button
      type="button"
      class="button icon-button"
      title={`Colours: ${WORDS[now]}`}
      onClick={() => {
        theme.value = NEXT[now];
      }}
    >
      <Icon name={ICON[now]} size={16} />
      <span class="spoken">
        Colours: {WORDS[now]}. Change to {WORDS[NEXT[now]]}
      </span>
    </button>
  );
}
