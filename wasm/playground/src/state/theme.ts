// Light or dark: the system's choice unless the user has another.

import { effect, signal } from "@preact/signals";
import { keepTheme, storedTheme, type Theme } from "./storage.ts";

export const theme = signal<Theme>(storedTheme());

export function startTheme(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    keepTheme(theme.value);
  });
}
