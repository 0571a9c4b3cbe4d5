import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { gallery } from "./gallery.ts";

const names = {
  entryFileNames: "assets/[name].js",
  chunkFileNames: ({ name }: { name: string }) => `assets/${name.replace("_virtual_", "")}.js`,
  assetFileNames: "assets/[name][extname]",
};

// The page is served from anywhere, also from inside the `polsim` binary: its addresses are
// relative, and its files have the same names in every build.
export default defineConfig({
  base: "./",
  plugins: [gallery()],
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
