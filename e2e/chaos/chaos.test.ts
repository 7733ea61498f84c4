import { afterAll, beforeAll, expect, it } from 'vitest';
import { runRound } from './round.ts';
import { startWorld, type World } from './world.ts';

const SEED = Number(process.env.CHAOS_SEED ?? 3);
const PARTIES = 3;
const BOTS_PER_PARTY = 4;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

it(`keeps every promise through a round of kills, pauses and partitions (CHAOS_SEED=${SEED})`, {
  timeout: 90_000,
}, async () => {
  const tokens = await Promise.all(Array.from({ length: PARTIES * BOTS_PER_PARTY }, () => world.person()));
  const result = await runRound(world, {
    seed: SEED,
    parties: PARTIES,
    botsPerParty: BOTS_PER_PARTY,
    durationMs: 4000,
    faults: 4,
    tokens,
  });
  const seed = `seed ${SEED}; ${result.plan.join('; ')}`;
  expect(result.violations, `${seed}\n${world.logs()}`).toEqual([]);
  expect(result.acknowledged, seed).toBeGreaterThan(PARTIES);
});
