import type * as bindings from "./polsim.js";

/** The engine: its functions answer, they never throw. */
export type Engine = Readonly<
  Pick<
    typeof bindings,
    | "contextKeys"
    | "decideCases"
    | "evaluate"
    | "evaluateCase"
    | "network"
    | "plain"
    | "test"
    | "validate"
    | "version"
    | "vocabulary"
  >
>;

export declare const engine: Engine;
