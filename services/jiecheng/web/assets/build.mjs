// Bundles src/pages/* into ../static with hashed names and writes manifest.json (plain name -> hashed name).
// Owns nothing else: templates ask the manifest, so a page never shows yesterday's style with today's markup.
import { build } from 'esbuild';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const pages = path.join(here, 'src', 'pages');
const out = path.join(here, '..', 'static');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: readdirSync(pages).map((name) => path.join(pages, name)),
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  metafile: true,
  target: ['chrome87', 'firefox78', 'safari14'],
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  legalComments: 'linked',
  loader: { '.svg': 'copy', '.woff': 'file', '.woff2': 'file' },
  logLevel: 'warning',
});

const manifest = {};
for (const [file, { entryPoint, bytes }] of Object.entries(metafile.outputs)) {
  if (!entryPoint) continue;
  const plain = path.basename(entryPoint);
  manifest[plain] = path.basename(file);
  console.log(`${plain} -> ${manifest[plain]} (${(bytes / 1024).toFixed(0)} kB)`);
}
// A script that imports styles yields a style sheet of the same name; pages ask for it as <name>.js.css.
for (const { entryPoint, cssBundle } of Object.values(metafile.outputs)) {
  if (entryPoint && cssBundle) manifest[`${path.basename(entryPoint)}.css`] = path.basename(cssBundle);
}
writeFileSync(path.join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
