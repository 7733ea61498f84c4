// `npm run chaos -- [--rounds 100] [--bots 200] [--seed 1] [--redis always|everysec|failover|cluster]`: rounds of kills,
// pauses, partitions, losses, a slow PostgreSQL, starts without it and entries that it refuses, under people who issue
// commands and save positions, with the history checked after each. Prints the count
// of rounds; fails at the first violation.

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { ensureSystemParts } from './system-parts.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

if (!ensureSystemParts()) process.exit(1);
await ensureInstalled();
await ensureBuilt({ web: false });
const program = join(ROOT, 'e2e', 'chaos', 'run.ts');
const { status } = spawnSync(process.execPath, ['--import', 'tsx', program, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
