// What waits for the first decision: everything that led to it, the network, the editors. All of it
// would only hold the decision up.

/** The longest that anything waits, should the decision be long in coming. */
const PATIENCE = 2_000;
/** Whoever does something wants the whole page at once. */
const DEEDS = ["pointerdown", "keydown", "dragenter"] as const;

let hasAnswer: () => void;
let isShown: () => void;

/** Comes true with the first answer. */
export const firstAnswered = new Promise<void>((resolve) => (hasAnswer = resolve));

/** Comes true once the first answer is on the screen, or the user does something. */
export const firstShown = new Promise<void>((resolve) => {
  const timer = setTimeout(() => isShown(), PATIENCE);
  isShown = () => {
    clearTimeout(timer);
    for (const deed of DEEDS) removeEventListener(deed, isShown, true);
    resolve();
  };
  for (const deed of DEEDS) addEventListener(deed, isShown, { capture: true, passive: true });
});

/** To be called with every answer, also with word that there will be none. */
export function answered(): void {
  hasAnswer();
}

/** To be called once the page is drawn with an answer: a frame later it is on the screen. */
export function drawn(): void {
  requestAnimationFrame(() => setTimeout(isShown));
}
