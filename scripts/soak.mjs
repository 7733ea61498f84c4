// `npm run soak -- [--minutes 60] [--seed 1]`: kills and chaos for as long as is asked, each turn with the next seed: the
// tests that kill one server, with many rounds, and rounds of faults on every kind of Redis. Ends at the first failure
// and names its seed. One short round of each is part of `npm test`.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, ROOT } from './prepare.mjs';
import { ensureSystemParts } from './system-parts.mjs';

const KILL_TESTS = ['server/src/sessions/kill.test.ts', 'server/src/sessions/slow-kill.test.ts', 'server/src/resume/kill.test.ts'];
const KILL_ROUNDS = '24';
const CHAOS_ROUNDS = 10;
const KINDS = ['always', 'everysec', 'failover', 'cluster'];

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } } });
const minutes = Number(values.minutes);
const firstSeed = Number(values.seed);
if (!(minutes > 0) || !Number.isSafeInteger(firstSeed)) {
  console.error('Usage: npm run soak -- [--minutes 60] [--seed 1]');
  process.exit(2);
}
if (!ensureSystemParts()) process.exit(1);
await ensureInstalled();
await ensureBuilt({ web: false });

/** Runs one of the workspace's programs; true where all was well. */
function runs(args, env = {}) {
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  return status === 0;
}

const vitest = join('node_modules', 'vitest', 'vitest.mjs');
const chaos = join('e2e', 'chaos', 'run.ts');

/** One turn: every kind of kill and of chaos; the name of the first that failed, or null. */
function turn(seed) {
  if (!runs([vitest, 'run', ...KILL_TESTS], { KILL_ROUNDS, KILL_SEED: String(seed) })) return 'kills';
  return (
    KINDS.find((redis) => !runs(['--import', 'tsx', chaos, '--rounds', String(CHAOS_ROUNDS), '--redis', redis, '--seed', String(seed)])) ??
    null
  );
}

const endsAtMs = performance.now() + minutes * 60_000;
let seed = firstSeed;
for (; performance.now() < endsAtMs; seed += CHAOS_ROUNDS) {
  const failed = turn(seed);
  if (failed === null) continue;
  console.error(`Failed: ${failed}, at --seed ${seed}.`);
  process.exit(1);
}
console.log(`${(seed - firstSeed) / CHAOS_ROUNDS} turns without a failure, seeds ${firstSeed} to ${seed - 1}.`);
