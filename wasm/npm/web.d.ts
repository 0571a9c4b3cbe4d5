import type { InitInput } from "./polsim.js";
import type { Engine } from "./engine.js";

export type { Engine } from "./engine.js";
export type * from "./polsim.js";

/**
 * Loads the engine, once: later calls give the same one.
 *
 * @param module where the module is (a URL or a response), its bytes, or the compiled module; left
 *   out, `polsim_bg.wasm` beside this file
 */
export declare function load(module?: InitInput | Promise<InitInput>): Promise<Engine>;
