import { afterAll, beforeAll, expect, it } from 'vitest';
import { runRound } from './round.ts';
import { startWorld, type World } from './world.ts';

/** Redis killed, PostgreSQL slow, an entry that it refuses, an instance that starts without it. */
const SEED = Number(process.env.CHAOS_SEED ?? 46);
const PARTIES = 3;
const BOTS_PER_PARTY = 4;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

it(`keeps every promise through a round of kills, slowness, poison and a start without PostgreSQL (CHAOS_SEED=${SEED})`, {
  timeout: 90_000,
}, async () => {
  const tokens = await Promise.all(Array.from({ length: PARTIES * BOTS_PER_PARTY }, () => world.person()));
  const result = await runRound(world, {
    seed: SEED,
    parties: PARTIES,
    botsPerParty: BOTS_PER_PARTY,
    durationMs: 6000,
    faults: 4,
    tokens,
  });
  const seed = `seed ${SEED}; ${result.plan.join('; ')}`;
  expect(result.violations, `${seed}\n${world.logs()}`).toEqual([]);
  expect(result.acknowledged, seed).toBeGreaterThan(PARTIES);
  expect(result.lines, seed).toBeGreaterThan(PARTIES);
  expect(result.items, seed).toBeGreaterThan(PARTIES);
  expect(result.saves, seed).toBeGreaterThan(PARTIES);
  const { written, putAside } = await world.poisoned();
  expect(putAside, seed).toBe(written);
});
