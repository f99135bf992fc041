// Builds scripts, styles, icons and the map into the Django app's static folder.
// Names carry a hash of the content; manifest.json tells which is which.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const app = join(here, "../src/yunhe/platform/ui");
const out = join(app, "static/yunhe");
const target = ["chrome100", "safari15.4", "firefox100"];
const manifest = {};

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, "chunks"), { recursive: true });

function emit(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8);
  const extension = extname(name);
  manifest[name] = `${basename(name, extension)}-${hash}${extension}`;
  writeFileSync(join(out, manifest[name]), content);
}

function remember(metafile) {
  for (const [path, { entryPoint }] of Object.entries(metafile.outputs)) {
    if (entryPoint) manifest[`${basename(entryPoint, ".ts")}.js`] = basename(path);
  }
}

async function scripts() {
  const common = { bundle: true, minify: true, target, metafile: true, outdir: out, entryNames: "[name]-[hash]" };
  const modules = await build({
    ...common,
    entryPoints: [join(here, "src/app.ts")],
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    legalComments: "none",
  });
  const classic = await build({
    ...common,
    entryPoints: [join(here, "src/theme.ts"), join(here, "src/sw.ts")],
    format: "iife",
  });
  remember(modules.metafile);
  remember(classic.metafile);
}

async function styles() {
  const tabler = compile(join(here, "src/tabler.scss"), {
    loadPaths: [join(here, "node_modules")],
    quietDeps: true,
    style: "compressed",
  });
  const own = await build({
    entryPoints: [join(here, "src/css/index.css")],
    bundle: true,
    minify: true,
    target,
    write: false,
    external: ["*.svg"],
  });
  emit("yunhe.css", `${tabler.css}\n${own.outputFiles[0].text}`);
}

function icons() {
  const names = JSON.parse(readFileSync(join(app, "icons.json"), "utf8"));
  const folder = join(here, "node_modules/@tabler/icons/icons/outline");
  const symbols = names.map((name) => {
    const svg = readFileSync(join(folder, `${name}.svg`), "utf8");
    const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").replace(/\s+/g, " ");
    const paths = body.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "").trim();
    return (
      `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" ` +
      `stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">${paths}</symbol>`
    );
  });
  emit("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

function copies() {
  for (const name of readdirSync(join(here, "public"))) emit(name, readFileSync(join(here, "public", name)));
  const map = JSON.parse(readFileSync(join(here, "node_modules/echarts-map/map/json/china.json"), "utf8"));
  emit("china.json", JSON.stringify(map));
}

function compressAll(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) compressAll(path);
    else if (/\.(js|css|svg|json)$/.test(entry.name)) {
      const content = readFileSync(path);
      writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
      const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
      writeFileSync(`${path}.br`, brotliCompressSync(content, options));
    }
  }
}

icons();
copies();
await Promise.all([scripts(), styles()]);
compressAll(out);
writeFileSync(join(out, "manifest.json"), JSON.stringify(manifest, null, 1));
