import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { gallery } from "./gallery.ts";

// The page is served from anywhere, also from inside the `polsim` binary: its addresses are
// relative, and its files have the same names in every build.
export default defineConfig({
  base: "./",
  plugins: [gallery()],
  resolve: {
    alias: { polsim: fileURLToPath(new URL("../pkg/web.js", import.meta.url)) },
  },
  server: { fs: { allow: ["../.."] } },
  worker: {
    format: "es",
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name].js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: "assets/[name][extname]",
      },
    },
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        entryFileNames: "assets/[name].js",
        chunkFileNames: "assets/[name].js",
        assetFileNames: "assets/[name][extname]",
      },
    },
  },
});
