// `npm run bench -- <name> [options]`: runs `e2e/bench/<name>.bench.ts`, which prints a line of JSON per figure and a
// table, and leaves its results in `bench-results/`.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { ensureSystemParts } from './system-parts.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const FOLDER = join(ROOT, 'e2e', 'bench');
const SUFFIX = '.bench.ts';

const names = readdirSync(FOLDER)
  .filter((name) => name.endsWith(SUFFIX))
  .map((name) => name.slice(0, -SUFFIX.length));
const [name, ...options] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- <name> [--quick]\nThere are: ${names.join(', ')}`);
  process.exit(2);
}
if (!ensureSystemParts()) process.exit(1);
await ensureInstalled();
await ensureBuilt({ web: true });
const { status } = spawnSync(process.execPath, ['--import', 'tsx', join(FOLDER, `${name}${SUFFIX}`), ...options], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
