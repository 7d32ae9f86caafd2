// Builds the pages' style, script, fonts and emblem into engine/page/asset/dist, where Go embeds them.
// Every file's name carries a hash of its content, so that a browser may keep it for ever; text has
// brotli and gzip twins, made once here and never while serving. manifest.json maps plain names to files.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const web = fileURLToPath(new URL(".", import.meta.url));
// Whoever has just pulled may lack a package that the pages need now.
const root = join(web, "..");
const needed = Object.keys(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies);
if (needed.some((name) => !existsSync(join(root, "node_modules", name)))) {
  execFileSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root, stdio: "inherit" });
}
const { build } = await import("esbuild");
const { default: subsetFont } = await import("subset-font");
const { plate } = await import("./plate.mjs");
const dist = join(web, "../engine/page/asset/dist");
const types = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};
const packed = new Set([".css", ".js", ".svg"]);

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 10);

mkdirSync(dist, { recursive: true });
for (const old of readdirSync(dist)) if (old !== ".keep") rmSync(join(dist, old), { recursive: true });

// The font of the pages has neither the star of a required item nor the arrow; of a font that has thousands of signs these two are taken, so
// that no browser depends on what is installed beside it.
const signs = {
  name: "signs",
  setup: ({ onLoad }) =>
    onLoad({ filter: /noto-sans-symbols-2-.*\.woff2$/ }, async ({ path }) => ({
      contents: await subsetFont(readFileSync(path), "★→", { targetFormat: "woff2" }),
      loader: "file",
    })),
};

const common = { bundle: true, minify: true, target: ["chrome109", "firefox115", "safari16"], charset: "utf8", write: false, outdir: dist, logLevel: "warning" };
const result = await build({
  ...common,
  entryPoints: ["src/app.ts", "src/queuepage.ts", "style/app.css"].map((e) => join(web, e)),
  format: "esm",
  entryNames: "[name]",
  assetNames: "[name]-[hash]",
  publicPath: "/static",
  loader: { ".woff2": "file" },
  plugins: [signs],
});

// The map comes with a library and its style, and only its page loads them.
const map = await build({
  ...common,
  entryPoints: ["src/map.ts", "style/map.css"].map((e) => join(web, e)),
  format: "esm",
  loader: { ".png": "dataurl" },
});
result.outputFiles.push(...map.outputFiles);

const manifest = {};
function put(name, bytes, fileName) {
  const ext = extname(name);
  const file = fileName ?? `${basename(name, ext)}-${hash(bytes)}${ext}`;
  writeFileSync(join(dist, file), bytes);
  const entry = { file, type: types[ext], size: bytes.length };
  if (packed.has(ext)) {
    const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    const gz = gzipSync(bytes, { level: 9 });
    writeFileSync(join(dist, file + ".br"), br);
    writeFileSync(join(dist, file + ".gz"), gz);
    entry.br = br.length;
    entry.gz = gz.length;
  }
  manifest[name] = entry;
}

for (const { path, contents } of result.outputFiles) {
  const name = basename(path);
  if (extname(name) === ".woff2") {
    // esbuild has already hashed the name, because the stylesheet refers to it.
    put(name.replace(/-[^-]+\.woff2$/, ".woff2"), contents, name);
  } else {
    put(name, contents);
  }
}
for (const file of readdirSync(join(web, "static"))) put(file, readFileSync(join(web, "static", file)));

const emblem = readFileSync(join(web, "static/icon.svg"), "utf8");
for (const [name, side, scale] of [["icon-192.png", 192, 1], ["icon-512.png", 512, 1], ["maskable-512.png", 512, 0.72]]) put(name, plate(emblem, side, scale));

// The worker knows the files that every page needs; one change in them makes it a new worker.
const shell = ["app.css", "app.js", "queuepage.js", "icon.svg", "be-vietnam-pro-latin-400-normal.woff2", "be-vietnam-pro-vietnamese-400-normal.woff2",
  "be-vietnam-pro-latin-600-normal.woff2", "be-vietnam-pro-vietnamese-600-normal.woff2", "noto-sans-symbols-2-symbols-400-normal.woff2"].map((name) => "/static/" + manifest[name].file);
const worker = await build({
  ...common,
  entryPoints: [join(web, "worker/worker.ts")],
  format: "iife",
  define: { SHELL: JSON.stringify(shell), VERSION: JSON.stringify(hash(shell.join())) },
});
put("worker.js", worker.outputFiles[0].contents);

writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");

const wire = (e) => e.br ?? e.size;
let total = 0;
for (const [name, e] of Object.entries(manifest)) {
  total += wire(e);
  console.log(`${String(e.size).padStart(7)} ${String(wire(e)).padStart(7)}  ${name}`);
}
console.log(`${"".padStart(7)} ${String(total).padStart(7)}  on the wire, fonts included`);
