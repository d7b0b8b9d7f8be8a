// Bundles src/pages/* into ../static with hashed names and writes manifest.json (plain name -> hashed name).
// Owns nothing else: templates ask the manifest, so a page never shows yesterday's style with today's markup.
import { build } from 'esbuild';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { allowedStyles } from './allowed_styles.mjs';
import { inChinese } from './in_chinese.mjs';
import { plainTyping } from './plain_typing.mjs';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const pages = path.join(here, 'src', 'pages');
const out = path.join(here, '..', 'static');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const shared = {
  absWorkingDir: here,
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  minify: true,
  metafile: true,
  entryNames: '[name]-[hash]',
  chunkNames: 'chunk-[hash]',
  assetNames: '[name]-[hash]',
  legalComments: 'linked',
  logLevel: 'warning',
};
const names = readdirSync(pages);
const those = (wanted) => names.filter(wanted).map((name) => path.join(pages, name));

const office = await build({
  ...shared,
  entryPoints: those((name) => !name.startsWith('studio_')),
  target: ['chrome87', 'firefox78', 'safari14'],
  loader: { '.svg': 'copy', '.woff': 'file', '.woff2': 'file' },
});
// The studio is built by itself: nothing of its libraries can come into what every official loads, and they need a
// browser of 2021 or later.
const studio = await build({
  ...shared,
  entryPoints: those((name) => name.startsWith('studio_')),
  target: ['chrome90', 'firefox90', 'safari15'],
  plugins: [inChinese(path.join(here, 'src', 'studio', 'chinese_bundled.json')), allowedStyles, plainTyping],
  loader: { '.svg': 'file', '.woff': 'file', '.woff2': 'file', '.ttf': 'file', '.eot': 'file' },
});
const outputs = { ...office.metafile.outputs, ...studio.metafile.outputs };

const manifest = {};
for (const [file, { entryPoint, bytes }] of Object.entries(outputs)) {
  if (!entryPoint) continue;
  const plain = path.basename(entryPoint);
  manifest[plain] = path.basename(file);
  console.log(`${plain} -> ${manifest[plain]} (${(bytes / 1024).toFixed(0)} kB)`);
}
// A script that imports styles yields a style sheet of the same name; pages ask for it as <name>.js.css.
for (const { entryPoint, cssBundle } of Object.values(outputs)) {
  if (entryPoint && cssBundle) manifest[`${path.basename(entryPoint)}.css`] = path.basename(cssBundle);
}
writeFileSync(path.join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);

// The open fonts that letters are set in, with their licence. Only these three faces are used; see jiecheng/documents.
const fonts = path.join(here, 'node_modules', '@expo-google-fonts');
for (const [family, face, licence] of [
  ['noto-serif-sc', '400Regular/NotoSerifSC_400Regular.ttf', 'OFL-NotoSerifSC.txt'],
  ['noto-serif-sc', '700Bold/NotoSerifSC_700Bold.ttf', 'OFL-NotoSerifSC.txt'],
  ['noto-sans-sc', '500Medium/NotoSansSC_500Medium.ttf', 'OFL-NotoSansSC.txt'],
]) {
  cpSync(path.join(fonts, family, face), path.join(out, 'fonts', path.basename(face)));
  cpSync(path.join(fonts, family, 'LICENSE_FONT'), path.join(out, 'fonts', licence));
}
