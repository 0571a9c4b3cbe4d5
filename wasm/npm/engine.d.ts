import type * as bindings from "./polsim.js";

/** The engine: its functions answer, they never throw. */
export type Engine = Readonly<
  Pick<
    typeof bindings,
    | "compare"
    | "contextKeys"
    | "decideCall"
    | "decideCases"
    | "evaluate"
    | "evaluateCase"
    | "evaluateWay"
    | "network"
    | "plain"
    | "properties"
    | "test"
    | "validate"
    | "verify"
    | "version"
    | "vocabulary"
  >
>;

export declare const engine: Engine;
