import { parseArgs } from 'node:util';
import { REDIS_KINDS } from './redis-rig.ts';
import { runRound } from './round.ts';
import { startWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    bots: { type: 'string', default: '200' },
    instances: { type: 'string', default: '2' },
    redis: { type: 'string', default: 'always' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'round-ms': { type: 'string', default: '6000' },
    faults: { type: 'string', default: '5' },
  },
});
const rounds = Number(values.rounds);
const bots = Number(values.bots);
const firstSeed = Number(values.seed);
const botsPerParty = Math.min(10, bots);

const redis = REDIS_KINDS.find((kind) => kind === values.redis);
if (redis === undefined) throw new Error(`--redis is one of ${REDIS_KINDS.join(', ')}`);

const totals = { acknowledged: 0, unkept: 0, saves: 0, lines: 0, items: 0, connections: 0, converged: [] as number[] };
let clean = 0;
// The databases of tests keep nobody waiting, so somebody must: else this program would end before they have.
const awake = setInterval(() => {}, 1000);
const world = await startWorld({ instances: Number(values.instances), redis });
try {
  const tokens: string[] = [];
  for (let i = 0; i < bots; i += 1) tokens.push(await world.person());
  for (let round = 0; round < rounds; round += 1) {
    const seed = firstSeed + round;
    const result = await runRound(world, {
      seed,
      parties: Math.floor(bots / botsPerParty),
      botsPerParty,
      durationMs: Number(values['round-ms']),
      faults: Number(values.faults),
      tokens,
    });
    totals.acknowledged += result.acknowledged;
    totals.unkept += result.unkept;
    totals.saves += result.saves;
    totals.lines += result.lines;
    totals.items += result.items;
    totals.connections += result.connections;
    totals.converged.push(result.convergedMs);
    const { acknowledged, unkept, saves, lines, items, connections, refusals, convergedMs } = result;
    console.log(
      `round ${round + 1} of ${rounds}, seed ${seed}: ${acknowledged} acknowledged (${unkept} not kept yet), ${saves} positions, ${lines} lines, ${items} items, ${connections} connections, ` +
        `all at one place after ${Math.round(convergedMs)} ms; ${JSON.stringify(refusals)}\n    ${result.plan.join('\n    ')}`,
    );
    if (result.violations.length > 0) {
      console.log(`seed ${seed}: ${result.violations.length} VIOLATIONS\n  ${result.violations.join('\n  ')}\n${world.logs()}`);
      process.exitCode = 1;
      break;
    }
    clean += 1;
  }
  const { written, putAside } = await world.poisoned();
  console.log(`${written} entries that no database takes were written to the journals, ${putAside} were put aside`);
} catch (error) {
  console.error(`in the round of seed ${firstSeed + clean}:`, error);
  process.exitCode = 1;
} finally {
  await world.stop();
  clearInterval(awake);
}
const slowest = Math.round(Math.max(0, ...totals.converged));
console.log(
  `${clean} of ${rounds} rounds without a violation (Redis: ${redis}; first seed ${firstSeed}, ${bots} people): ${totals.acknowledged} ` +
    `acknowledged commands (${totals.unkept} not kept yet), ${totals.saves} positions, ${totals.lines} lines, ${totals.items} items, ${totals.connections} connections, all at one place after ${slowest} ms at most`,
);
