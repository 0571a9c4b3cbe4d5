declare module "virtual:first" {
  export { examples } from "virtual:gallery";
}

declare module "virtual:gallery" {
  export const examples: readonly { readonly entry: import("./state/entry.ts").Entry; readonly workspace: unknown }[];
}
