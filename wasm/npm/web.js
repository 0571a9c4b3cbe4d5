// The engine in browsers, workers and bundlers: the module is fetched from beside this file, which
// bundlers see by the form of the URL in `polsim.js`.

import init from "./polsim.js";
import { engine } from "./engine.js";

let loading;

export function load(module) {
  loading ??= init(module === undefined ? undefined : { module_or_path: module }).then(
    () => engine,
  );
  loading.catch(() => (loading = undefined));
  return loading;
}
