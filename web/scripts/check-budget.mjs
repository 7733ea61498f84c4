// How much JavaScript the page of a party needs before the player of its medium: fails above the budget.
// Reads what `vite build` has left in dist/.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUDGET_KB = 250;
/** The page's own start, and what the router loads for `/s/<id>`. Everything they import statically counts. */
const ROOTS = ['index.html', 'src/app/pages/session-page.tsx'];

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));

/** What is fetched besides once somebody has joined: reported, so that it cannot grow unseen. */
const AFTER_JOIN = ['src/player/control-bar.tsx', 'src/features/session/session-panel.tsx'];

/** The files of some chunks and of everything they import statically. */
function filesOf(keys, files = new Set()) {
  for (const key of keys) {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`${key} is not in the manifest: the check no longer looks at the right files`);
    if (files.has(chunk.file)) continue;
    files.add(chunk.file);
    filesOf(chunk.imports ?? [], files);
  }
  return files;
}

const gzipKb = (file) => gzipSync(readFileSync(join(dist, file))).length / 1000;
const sizes = [...filesOf(ROOTS)].map((file) => ({ file, kb: gzipKb(file) }));
const totalKb = sizes.reduce((sum, { kb }) => sum + kb, 0);
const joinedKb = [...filesOf([...ROOTS, ...AFTER_JOIN])].reduce((sum, file) => sum + gzipKb(file), 0);

for (const { file, kb } of sizes.toSorted((a, b) => b.kb - a.kb))
  console.log(`${kb.toFixed(1).padStart(7)} kB  ${file}`);
console.log(
  `${totalKb.toFixed(1).padStart(7)} kB  session page, gzip (budget ${BUDGET_KB} kB); ${joinedKb.toFixed(1)} kB once joined`,
);
if (totalKb > BUDGET_KB) {
  console.error('The session page is over its budget: load something lazily.');
  process.exit(1);
}
