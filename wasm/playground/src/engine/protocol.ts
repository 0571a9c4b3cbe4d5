// What page and worker say to each other.

import type { Engine } from "polsim";

/** A function of the engine. */
export type Method = keyof Engine;

/** A call: the worker answers with the same id. */
export interface Call {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}

/** The compiled engine, with which a worker begins. */
export interface Start {
  readonly module: WebAssembly.Module;
}

/** What the page says: first a start, then calls, which may come before it. */
export type Order = Start | Call;

/** The answer to a call, or word that the engine could not be started. */
export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: null; readonly failure: string };
