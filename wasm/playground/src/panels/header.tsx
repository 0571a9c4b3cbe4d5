// The head of the page: what it is, the views, and what can be done with the whole workspace.

import type { JSX } from "preact";
import { signal } from "@preact/signals";
import { Icon } from "../parts/icon.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { copyLink } from "../state/actions.ts";
import { view } from "../state/store.ts";
import type { View } from "../state/workspace.ts";
import { Gallery } from "./gallery.tsx";
import { Menu } from "./menu.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

const VIEW_WORDS: readonly { readonly value: View; readonly label: string }[] = [
  { value: "evaluate", label: "Evaluate" },
  { value: "test", label: "Test" },
  { value: "prove", label: "Prove" },
  { value: "compare", label: "Compare" },
];

const galleryOpen = signal(false);

export function Header(): JSX.Element {
  return (
    <header class="head">
      <h1 class="brand">
        <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" class="brand-tile" />
          <path class="brand-mark" d="M16 6l8 3v6.200c0 5-3.300 8.900-8 10.800-4.700-1.900-8-5.800-8-10.800V9zM12.200 15.800l2.800 2.800 5-5.200" />
        </svg>
        polsim<span class="spoken"> playground</span>
      </h1>
      <Tabs
        label="What to do"
        class="view-tabs"
        panel="view-panel"
        tabs={VIEW_WORDS}
        value={view.value}
        onChange={(value) => {
          view.value = value;
        }}
      />
      <div class="head-actions">
        <button
          type="button"
          class="button"
          onClick={() => {
            galleryOpen.value = true;
          }}
        >
          <Icon name="gallery" size={16} />
          <span class="button-word">Gallery</span>
        </button>
        <button type="button" class="button" onClick={() => void copyLink()}>
          <Icon name="share" size={16} />
          <span class="button-word">Share</span>
        </button>
        <Menu />
        <ThemeSwitch />
      </div>
      {galleryOpen.value ? (
        <Gallery
          onClose={() => {
            galleryOpen.value = false;
          }}
        />
      ) : null}
    </header>
  );
}
