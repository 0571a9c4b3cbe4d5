// The engine, off the page's thread.

import { load } from "polsim";
import type { Call, Order, Reply } from "./protocol.ts";

declare const self: DedicatedWorkerGlobalScope;

const reply = (message: Reply): void => self.postMessage(message);

let begin: (module: WebAssembly.Module) => void;
const engine = load(new Promise<WebAssembly.Module>((resolve) => (begin = resolve)));

engine.catch((error: unknown) => {
  reply({ id: null, failure: error instanceof Error ? error.message : String(error) });
});

function answer({ id, method, args }: Call): void {
  void engine.then((loaded) => {
    const call = loaded[method] as (...args: readonly unknown[]) => unknown;
    reply({ id, answer: call(...args) });
  });
}

self.addEventListener("message", ({ data }: MessageEvent<Order>) => {
  if ("module" in data) begin(data.module);
  else answer(data);
});
