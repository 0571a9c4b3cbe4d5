// How long a visitor waits for the first decision: a benchmark, not a test.
//
//     node first-decision.js ROUNDS PROGRAM_OR_ADDRESS…
//
// Each round opens each page once, in turn, each time as a first visit: nothing kept, nothing cached.
// The decision counts as shown once the frame that it is in was drawn. POLSIM_BROWSER is the browser.

import { availableParallelism, loadavg } from "node:os";
import { launch, serve } from "./program.js";

/** How long a new window is left alone, in milliseconds. */
const SETTLING = 700;

const [rounds, ...named] = process.argv.slice(2);
const servers = [];
const pages = [];
for (const name of named) {
  if (/^https?:/.test(name)) {
    pages.push({ name, address: name, visits: [] });
  } else {
    const { server, address } = await serve(name);
    servers.push(server);
    pages.push({ name, address, visits: [] });
  }
}

const browser = await launch(process.env.POLSIM_BROWSER);
// Before the first round, one that does not count: the browser itself is cold.
for (let round = 0; round <= Number(rounds); round += 1) {
  for (const page of pages) {
    const visit = await visited(page.address);
    if (round > 0) page.visits.push(visit);
  }
}
await browser.close();
for (const server of servers) server.kill();

const COLUMNS = {
  "first paint": (visit) => visit.paint,
  load: (visit) => visit.load,
  decision: (visit) => visit.decision,
  "decision after load": (visit) => visit.decision - visit.load,
};
console.log(`milliseconds since the navigation began, median (least) of ${rounds} first visits`);
const width = Math.max(...pages.map(({ name }) => name.length));
for (const { name, visits } of pages) {
  const cells = Object.entries(COLUMNS).map(([title, of]) => `${title} ${summary(visits.map(of))}`);
  console.log(`${name.padEnd(width)}  ${cells.join(" · ")}`);
}
const load = loadavg()[0].toFixed(1);
console.log(`on ${availableParallelism()} cores with a load of ${load}: a quiet machine has less than 1`);

/** A first visit: when things happened. */
async function visited(address) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    await context.addInitScript(watch);
    const tab = await context.newPage();
    // A window that has just been opened loads the browser's own pages: not what is measured here.
    await tab.waitForTimeout(SETTLING);
    await tab.goto(address);
    await tab.waitForFunction(() => window.decisionShown !== undefined);
    // Paints are told with a delay.
    await tab.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
    return await tab.evaluate(() => ({
      decision: window.decisionShown,
      load: performance.getEntriesByType("navigation")[0].loadEventEnd,
      paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    }));
  } finally {
    await context.close();
  }
}

/** In the page: notes when the frame with the first decision was drawn. */
function watch() {
  const observer = new MutationObserver(() => {
    if (document.querySelector("[data-decision]") === null) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        window.decisionShown = performance.now();
      };
      port2.postMessage(null);
    });
  });
  observer.observe(document, { attributeFilter: ["data-decision"], childList: true, subtree: true });
}

function summary(values) {
  const sorted = values.toSorted((left, right) => left - right);
  return `${Math.round(sorted[Math.floor(sorted.length / 2)])} (${Math.round(sorted[0])})`;
}
