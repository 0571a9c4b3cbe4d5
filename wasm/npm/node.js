// The engine in Node: the module is read from the package's own folder.

import { readFile } from "node:fs/promises";
import { initSync } from "./polsim.js";
import { engine } from "./engine.js";

let loading;

export function load(module) {
  loading ??= Promise.resolve(module ?? readFile(new URL("polsim_bg.wasm", import.meta.url))).then(
    (module) => {
      initSync({ module });
      return engine;
    },
  );
  loading.catch(() => (loading = undefined));
  return loading;
}
