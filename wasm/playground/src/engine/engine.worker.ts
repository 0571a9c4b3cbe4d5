// The engine, off the page's thread. The only file that imports the bindings.

import { load } from "polsim";
import type { Engine } from "polsim";
import type { Call, Reply } from "./protocol.ts";

declare const self: DedicatedWorkerGlobalScope;

const engine: Promise<Engine> = load();

const reply = (message: Reply): void => self.postMessage(message);

engine.catch((error: unknown) => {
  reply({ id: null, failure: error instanceof Error ? error.message : String(error) });
});

self.addEventListener("message", ({ data }: MessageEvent<Call>) => {
  void engine.then((loaded) => {
    const call = loaded[data.method] as (...args: readonly unknown[]) => unknown;
    reply({ id: data.id, answer: call(...data.args) });
  });
});
