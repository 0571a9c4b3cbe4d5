// Icons: drawn here, so that none is fetched from anywhere. All are decoration; words say the rest.

import type { JSX } from "preact";

const PATHS = {
  allowed: "M12 3l7 2.600v5.300c0 4.400-2.900 7.900-7 9.600-4.100-1.700-7-5.200-7-9.600V5.600zM8.700 11.800l2.400 2.400 4.300-4.500",
  explicitDeny: "M8.300 3h7.400L21 8.300v7.400L15.700 21H8.300L3 15.700V8.300zM9 9l6 6M15 9l-6 6",
  implicitDeny: "M12 3a9 9 0 100 18 9 9 0 000-18zM8 12h8",
  check: "M5 12.500l4.500 4.500L19 7.500",
  cross: "M6.500 6.500l11 11M17.500 6.500l-11 11",
  dash: "M6 12h12",
  dot: "M12 10.500a1.500 1.500 0 100 3 1.500 1.500 0 000-3z",
  chevron: "M9 6l6 6-6 6",
  plus: "M12 5v14M5 12h14",
  share: "M4 12v7a1 1 0 001 1h14a1 1 0 001-1v-7M12 15V4M8 8l4-4 4 4",
  menu: "M4 7h16M4 12h16M4 17h16",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8zM12 2v2M12 20v2M4.900 4.900l1.400 1.400M17.700 17.700l1.400 1.400M2 12h2M20 12h2M4.900 19.100l1.400-1.400M17.700 6.300l1.400-1.400",
  moon: "M20 14.500A8.500 8.500 0 019.500 4 8.500 8.500 0 1020 14.500z",
  auto: "M12 4a8 8 0 100 16 8 8 0 000-16zM12 4v16",
  gallery: "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
  warning: "M12 4l9 16H3zM12 10v4.500M12 17.200v.3",
  unknown: "M12 3a9 9 0 100 18 9 9 0 000-18zM9.500 9.500a2.500 2.500 0 114 2c-.900.600-1.500 1-1.500 2M12 16.500v.3",
  play: "M8 5l11 7-11 7z",
  place: "M5 12h13M13 6.500l5.500 5.500-5.500 5.500",
  trash: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
