import type { Engine } from "./engine.js";

export type { Engine } from "./engine.js";
export type * from "./polsim.js";

/**
 * Loads the engine, once: later calls give the same one.
 *
 * @param module the compiled module or its bytes; left out, `polsim_bg.wasm` of this package
 */
export declare function load(module?: BufferSource | WebAssembly.Module): Promise<Engine>;
