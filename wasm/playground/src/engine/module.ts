// The engine's module: fetched and compiled once, for all workers, while the first is still starting.

import url from "../../../pkg/polsim_bg.wasm?url";

let compiling: Promise<WebAssembly.Module> | undefined;

/** The compiled module. What failed is tried again at the next call. */
export function compiled(): Promise<WebAssembly.Module> {
  if (compiling === undefined) {
    compiling = compile();
    compiling.catch(() => (compiling = undefined));
  }
  return compiling;
}

async function compile(): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  // Compiled while it arrives, if the server says what it is.
  return response.headers.get("Content-Type") === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
