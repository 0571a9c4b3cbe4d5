// What `npm pack` makes is installed elsewhere and used there: in Node, and by a bundler.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "polsim-pack-"));
after(() => rmSync(folder, { recursive: true }));

const run = (program, args) =>
  execFileSync(program, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
const npm = (...args) => run("npm", args);

npm("pack", join(root, "pkg"), "--pack-destination", folder);
const [archive] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "elsewhere", private: true, type: "module" }));
npm("install", "--offline", "--no-audit", "--no-fund", `./${archive}`);

const USE = `
import { load } from "polsim";
const polsim = await load();
const text = JSON.stringify({ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" } });
const request = JSON.stringify({ principal: "arn:aws:iam::111122223333:user/alice", action: "s3:GetObject", resource: "arn:aws:s3:::b/k" });
const answer = polsim.evaluate({ policies: [{ type: "identity", name: "alice", text }], request });
`;

test("the installed package has what it needs and nothing else", () => {
  const files = readdirSync(join(folder, "node_modules/polsim")).sort();
  assert.deepEqual(files, [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "engine.d.ts",
    "engine.js",
    "node.d.ts",
    "node.js",
    "package.json",
    "polsim.d.ts",
    "polsim.js",
    "polsim_bg.wasm",
    "polsim_bg.wasm.d.ts",
    "web.d.ts",
    "web.js",
  ]);
});

test("Node uses it", () => {
  writeFileSync(join(folder, "use.js"), `${USE}console.log(answer.value.ways[0].explanation.decision);`);
  assert.equal(run(process.execPath, ["use.js"]), "allowed\n");
});

test("TypeScript knows its types", () => {
  const typed = USE.replace("const answer", "const answer: Answer<Evaluation>");
  const types = 'import type { Answer, Decision, Evaluation } from "polsim";\n';
  const narrowed =
    'if (answer.outcome === "answered") { const decision: Decision | undefined = answer.value.ways[0]?.explanation.decision; void decision; }\n' +
    'else if (answer.outcome === "refused") { const from: number | undefined = answer.diagnostics[0]?.range.from; void from; }\n' +
    "// @ts-expect-error: there is no such member\nvoid answer.value;\nexport {};\n";
  writeFileSync(join(folder, "use.ts"), types + typed + narrowed);
  const tsc = join(root, "playground/node_modules/typescript/bin/tsc");
  for (const [module, resolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
    const options = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom"];
    run(process.execPath, [tsc, ...options, "--module", module, "--moduleResolution", resolution, "use.ts"]);
  }
});

test("a bundler packs it, the module included", () => {
  writeFileSync(join(folder, "index.html"), '<!doctype html><script type="module" src="./page.js"></script>');
  writeFileSync(join(folder, "page.js"), `${USE}document.title = answer.value.ways[0].explanation.decision;`);
  const vite = join(root, "playground/node_modules/vite/bin/vite.js");
  run(process.execPath, [vite, "build", "--logLevel", "error"]);
  const assets = readdirSync(join(folder, "dist/assets"));
  assert.ok(assets.some((name) => name.endsWith(".wasm")), assets.join());
});
