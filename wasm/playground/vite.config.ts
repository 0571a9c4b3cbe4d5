import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { gallery } from "./gallery.ts";

const names = {
  entryFileNames: "assets/[name].js",
  chunkFileNames: ({ name }: { name: string }) => `assets/${name.replace("_virtual_", "")}.js`,
  assetFileNames: "assets/[name][extname]",
};

/** Has the browser fetch the engine and the page before the script that asks for them has arrived. */
function early(): Plugin {
  const link = (attrs: Readonly<Record<string, string>>) =>
    ({ tag: "link", attrs: { ...attrs, crossorigin: "" }, injectTo: "head" }) as const;
  return {
    name: "polsim-early",
    apply: "build",
    transformIndexHtml: () => [
      link({ rel: "preload", as: "fetch", type: "application/wasm", href: "./assets/polsim_bg.wasm" }),
      link({ rel: "modulepreload", href: "./assets/page.js" }),
    ],
  };
}

// The page is served from anywhere, also from inside the `polsim` binary: its addresses are
// relative, and its files have the same names in every build.
export default defineConfig({
  base: "./",
  plugins: [early(), gallery()],
  resolve: {
    alias: { polsim: fileURLToPath(new URL("../pkg/web.js", import.meta.url)) },
  },
  server: { fs: { allow: ["../.."] } },
  worker: { format: "es", rolldownOptions: { output: names } },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2000,
    reportCompressedSize: false,
    rolldownOptions: { output: names },
  },
});
