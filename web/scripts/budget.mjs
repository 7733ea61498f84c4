// How much JavaScript the page of a party needs before the player of its medium. Run by itself it measures what
// `vite build` has left in dist/, and fails above the budget.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** In kB (1000 bytes) of gzip. */
export const BUDGET_KB = 270;

/** What a first visit to each page asks for before it is of use: files, and kB of gzip. Each request costs a slow network. */
export const FIRST_VISITS = {
  party: { source: 'src/app/pages/session-page.tsx', scripts: 12, kb: 235 },
  home: { source: 'src/app/pages/home-page.tsx', scripts: 14, kb: 245 },
  history: { source: 'src/app/pages/history-page.tsx', scripts: 14, kb: 235 },
};
/** What the page itself may weigh, in kB of gzip: it is all that comes before the first paint. */
export const PAGE_KB = 6;

/** The page's own start, and what the router loads for `/s/<id>`. Everything they import statically counts. */
const ROOTS = ['index.html', 'src/app/pages/session-page.tsx'];
/** What is fetched besides as soon as somebody joins: it counts too, or it would grow unseen. */
const AFTER_JOIN = ['src/features/session/live/api.ts', 'src/player/controls/control-bar.tsx', 'src/app/pages/session/session-panels.tsx'];

/**
 * @param dist folder of a build with its manifest
 * @returns every file with its size, what first visits fetch, the sum before joining and the sum once joined, in kB
 */
export function measure(dist) {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
  const gzipKb = (file) => gzipSync(readFileSync(join(dist, file))).length / 1000;
  const list = (keys) => [...filesOf(manifest, keys)].map((file) => ({ file, kb: gzipKb(file) }));
  const sum = (files) => files.reduce((total, { kb }) => total + kb, 0);
  const files = list([...ROOTS, ...AFTER_JOIN]);
  const visits = Object.entries(FIRST_VISITS).map(([page, { source }]) => {
    const fetched = list(['index.html', source]);
    return { page, scripts: fetched.length, kb: sum(fetched) };
  });
  return { files, visits, pageKb: gzipKb('index.html'), gateKb: sum(list(ROOTS)), joinedKb: sum(files) };
}

/** The files of some chunks and of everything they import statically. */
function filesOf(manifest, keys, files = new Set()) {
  for (const key of keys) {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`${key} is not in the manifest: the budget no longer looks at the right files`);
    if (files.has(chunk.file)) continue;
    files.add(chunk.file);
    filesOf(manifest, chunk.imports ?? [], files);
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, gateKb, joinedKb } = measure(fileURLToPath(new URL('../dist', import.meta.url)));
  const line = (kb, what) => process.stdout.write(`${kb.toFixed(1).padStart(7)} kB  ${what}\n`);
  for (const { file, kb } of files.toSorted((a, b) => b.kb - a.kb)) line(kb, file);
  line(gateKb, 'the join gate');
  line(joinedKb, `the party, of ${BUDGET_KB} kB`);
  if (joinedKb > BUDGET_KB) {
    process.stderr.write('The session page is over its budget: load something lazily.\n');
    process.exitCode = 1;
  }
}
