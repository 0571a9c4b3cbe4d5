// The program that serves the page, and the browser that shows it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts the browser with an empty profile. */
export function launch(executablePath) {
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Starts `polsim play`, which says where the page is. */
export async function serve(program) {
  const server = spawn(program, ["play", "--no-open"], { stdio: ["ignore", "pipe", "ignore"] });
  const [said] = await once(server.stdout.setEncoding("utf8"), "data");
  return { server, address: said.trim() };
}
