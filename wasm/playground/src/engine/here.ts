// The engine on the page's own thread, for the first question: a worker has to be started before it
// can answer, which takes longer than the answer does.

import { load } from "polsim";
import type { Engine } from "polsim";
import { EngineUnavailable } from "./client.ts";
import { compiled } from "./module.ts";
import type { Method } from "./protocol.ts";

/** Calls the engine here. The page stands still meanwhile, so the question has to be a small one. */
export async function callHere<M extends Method>(
  method: M,
  ...args: Parameters<Engine[M]>
): Promise<ReturnType<Engine[M]>> {
  const engine = await load(compiled()).catch((error: unknown) => {
    throw new EngineUnavailable(error instanceof Error ? error.message : String(error));
  });
  const call = engine[method] as (...args: Parameters<Engine[M]>) => ReturnType<Engine[M]>;
  return call(...args);
}
