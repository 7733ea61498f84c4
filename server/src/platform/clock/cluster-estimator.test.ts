import { SLEW_RATE } from '@cowatch/shared/clock';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAnchor, parseAnchor } from './clock-anchor.ts';
import { ClockWorld, type WorldInstance } from './clock-world.testing.ts';
import { DOUBT_PATIENCE_MS, GUESS_PATIENCE_MS, JUMP_MS, PROBATION_MS } from './cluster-estimator.ts';
import { FALL_BACK_RATE, SmoothOffset } from './smooth-offset.ts';

/** Longest way to the node or back in these worlds, in milliseconds: a link within one data centre, on a bad day. */
const LATENCY_MS = 4;

/** A jump of the node up to this may pass for noise, and is then followed: slewed, and by everybody. */
const UNNOTICED_MS = JUMP_MS + 5 * LATENCY_MS;

/** A small seeded generator (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const worldOf = (seed: number, loss = 0) => new ClockWorld({ random: seeded(seed), latencyMaxMs: LATENCY_MS, loss });

/** A world in which two instances know the time. */
function settled(seed = 1): { world: ClockWorld; one: WorldInstance; two: WorldInstance } {
  const world = worldOf(seed);
  const one = world.addInstance(20);
  world.run(GUESS_PATIENCE_MS + PROBATION_MS + 500);
  const two = world.addInstance(-20);
  world.run(PROBATION_MS + 500);
  return { world, one, two };
}

const now = (instance: WorldInstance) => {
  const nowMs = instance.nowMs();
  if (nowMs === null) throw new Error(`${instance.name} does not know the time`);
  return nowMs;
};
/** How far what an instance says now is from where true time says it should be, going by what it said at a moment. */
const watch = (world: ClockWorld, instance: WorldInstance) => {
  const startMs = now(instance) - world.trueMs;
  return () => now(instance) - world.trueMs - startMs;
};
const apart = (one: WorldInstance, two: WorldInstance) => Math.abs(now(one) - now(two));
const bounds = (...instances: WorldInstance[]) =>
  instances.reduce((sum, { estimator, localMs }) => sum + estimator.errorBoundMs(localMs()), 0);

describe('anchors', () => {
  it('are read as they were written', () => {
    const anchor = { epoch: 7, nodeId: 'ab12', biasMs: -2999.125, doubted: true, vouched: 3 };
    expect(parseAnchor(formatAnchor(anchor))).toEqual(anchor);
    expect(parseAnchor(formatAnchor({ ...anchor, doubted: false }))).toEqual({ ...anchor, doubted: false });
  });

  it.each([null, '', 'x', '1 ab', '1 ab NaN 0', '1 ab 5 0', '-1 ab 5.000 0', '1 ab 5.000 0 !', '1  5.000 0'])('%j is none', (text) =>
    expect(parseAnchor(text)).toBeNull(),
  );
});

describe('smooth offset', () => {
  it('[CLK2] never makes time go back, and takes small corrections slowly', () => {
    const correction = fc.oneof(fc.double({ min: -15, max: 15, noNaN: true }), fc.double({ min: -5000, max: 5000, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(correction, fc.nat(4000)), { maxLength: 30 }), (corrections) => {
        const offset = new SmoothOffset();
        offset.set(0, 0);
        let localMs = 0;
        for (const [toMs, passMs] of corrections) {
          const beforeMs = localMs + (offset.at(localMs) ?? 0);
          const missingMs = toMs - (offset.at(localMs) ?? 0);
          offset.moveTo(toMs, localMs);
          expect(localMs + (offset.at(localMs) ?? 0)).toBeGreaterThanOrEqual(beforeMs - 1e-9);
          localMs += passMs;
          const passedMs = localMs + (offset.at(localMs) ?? 0) - beforeMs;
          expect(passedMs).toBeGreaterThanOrEqual(passMs * FALL_BACK_RATE - 1e-6);
          if (Math.abs(missingMs) <= 20) {
            expect(Math.abs(passedMs - passMs)).toBeLessThanOrEqual(passMs * SLEW_RATE + 1e-6);
          }
        }
      }),
    );
  });
});

describe('the time of a cluster', () => {
  it('[CLK6] begins at the clock of Redis, once nobody who knows better has spoken', () => {
    const world = worldOf(3);
    const one = world.addInstance();
    world.run(GUESS_PATIENCE_MS - 100);
    expect(one.nowMs()).toBeNull();
    world.run(PROBATION_MS + 500);
    expect(Math.abs(now(one) - world.trueMs - world.node.wallOffsetMs)).toBeLessThan(LATENCY_MS);
    expect(world.anchor).toEqual({ epoch: 0, nodeId: 'run1', biasMs: 0, doubted: false, vouched: 0 });
  });

  it('[CLK6] is the same on two instances, and before and after the restart of one', () => {
    const { world, one, two } = settled();
    expect(apart(one, two)).toBeLessThanOrEqual(bounds(one, two));
    expect(bounds(one, two)).toBeLessThan(LATENCY_MS);
    const off = watch(world, two);
    one.end();
    const again = world.addInstance(45);
    world.run(PROBATION_MS + 500);
    expect(apart(again, two)).toBeLessThanOrEqual(bounds(again, two));
    expect(Math.abs(off())).toBeLessThan(LATENCY_MS);
  });

  it.each([
    ['is set forward by 3 s', (world: ClockWorld) => world.stepNode(3000)],
    ['is set back by 3 s', (world: ClockWorld) => world.stepNode(-3000)],
    ['is set back by a day', (world: ClockWorld) => world.stepNode(-86_400_000)],
    ['belongs to another node, 5 s off', (world: ClockWorld) => world.failOver(1_700_000_005_000, world.node.anchor)],
    ['belongs to another node that never had the bias', (world: ClockWorld) => world.failOver(1_699_999_000_000, null)],
    ['belongs to a node that was restarted', (world: ClockWorld) => world.restartNode()],
    ['has lost its bias', (world: ClockWorld) => world.flush()],
  ])('[CLK7] goes on smoothly where the clock of Redis %s', (_what, happen) => {
    const { world, one, two } = settled(5);
    // A bias that is worth something, or losing it would not be felt.
    world.stepNode(-7000);
    world.run(DOUBT_PATIENCE_MS + 2500);
    expect(world.anchor?.biasMs).toBeGreaterThan(6900);
    const off = watch(world, one);
    let farthestMs = 0;
    let lastMs = now(one);
    happen(world);
    world.run(10_000, () => {
      farthestMs = Math.max(farthestMs, Math.abs(off()), apart(one, two));
      expect(now(one)).toBeGreaterThanOrEqual(lastMs);
      lastMs = now(one);
    });
    expect(farthestMs).toBeLessThan(2 * LATENCY_MS);
    expect(one.estimator.trouble).toBeNull();
    expect(one.estimator.epoch).toBe(world.anchor?.epoch);
    expect(two.estimator.epoch).toBe(world.anchor?.epoch);
    expect(apart(one, two)).toBeLessThanOrEqual(bounds(one, two));
  });

  it('[CLK7] of two who would mend the bias at once one does, and the other follows', () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const { world, one, two } = settled(seed);
      const before = world.writes;
      world.flush();
      world.run(3000);
      expect(world.writes - before).toBe(1);
      expect(world.anchor?.epoch).toBe(1);
      expect([one.estimator.epoch, two.estimator.epoch]).toEqual([1, 1]);
    }
  });

  it('[CLK7] an instance whose own clock leapt is told by the others, and moves nobody', () => {
    for (const leapMs of [4000, -4000]) {
      const { world, one, two } = settled(9);
      const off = watch(world, one);
      two.leap(leapMs);
      const leaptTo = now(two);
      let lastMs = leaptTo;
      world.run(15_000, () => {
        expect(Math.abs(off())).toBeLessThan(2 * LATENCY_MS);
        expect(now(two)).toBeGreaterThanOrEqual(lastMs);
        lastMs = now(two);
      });
      expect(world.anchor).toMatchObject({ epoch: 0, doubted: false, vouched: 1 });
      expect(apart(one, two)).toBeLessThanOrEqual(bounds(one, two));
    }
  });

  it('[CLK7] who is new leaves the mending to those who know the time, and waits for it', () => {
    const { world, one, two } = settled(11);
    two.end();
    world.stepNode(-3000);
    const fresh = world.addInstance();
    const off = watch(world, one);
    world.run(6000, () => {
      if (fresh.nowMs() !== null) expect(apart(fresh, one)).toBeLessThan(2 * LATENCY_MS);
    });
    expect(fresh.nowMs()).not.toBeNull();
    expect(Math.abs(off())).toBeLessThan(2 * LATENCY_MS);
  });

  it('[CLK7] who knows the time outranks a guess that was made while it was away', () => {
    const { world, one, two } = settled(13);
    two.end();
    world.stepNode(-3000);
    world.run(6000);
    const off = watch(world, one);
    one.pause(8000);
    world.failOver(1_700_000_000_000, null);
    const fresh = world.addInstance();
    world.run(20_000);
    expect(Math.abs(off())).toBeLessThan(2 * LATENCY_MS);
    expect(apart(fresh, one)).toBeLessThanOrEqual(bounds(fresh, one));
  });

  it('[CLK7] goes on while Redis is away, and from its own bound on afterwards', () => {
    const { world, one, two } = settled(15);
    world.cut(true);
    world.run(600_000);
    expect(apart(one, two)).toBeLessThanOrEqual(bounds(one, two));
    // 40 ppm apart for ten minutes; each knows how little it knows.
    expect(apart(one, two)).toBeGreaterThan(15);
    world.cut(false);
    world.run(5000);
    expect(apart(one, two)).toBeLessThan(LATENCY_MS);
  });

  it('[CLK2] [CLK6] [CLK7] whatever happens to Redis and to instances, all agree and none goes back', () => {
    const calamity = fc.oneof(
      fc.record({ kind: fc.constant('step' as const), byMs: fc.integer({ min: -5000, max: 5000 }) }),
      fc.record({ kind: fc.constant('restart' as const) }),
      fc.record({ kind: fc.constant('flush' as const) }),
      fc.record({
        kind: fc.constant('failover' as const),
        offMs: fc.integer({ min: -5000, max: 5000 }),
        anchor: fc.constantFrom('same' as const, 'older' as const, 'none' as const),
      }),
      fc.record({ kind: fc.constant('reboot' as const), which: fc.nat(2) }),
      fc.record({ kind: fc.constant('pause' as const), which: fc.nat(2), forMs: fc.nat(6000) }),
      fc.record({ kind: fc.constant('away' as const), forMs: fc.nat(8000) }),
    );
    const waits = fc.integer({ min: 0, max: 6000 });
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.tuple(calamity, waits), { minLength: 1, maxLength: 8 }), (seed, calamities) => {
        const world = worldOf(seed, 0.05);
        // One lives through everything, for somebody must know the time.
        const elder = world.addInstance(30);
        world.run(GUESS_PATIENCE_MS + PROBATION_MS + 2000);
        const others = [world.addInstance(-30), world.addInstance(10), world.addInstance(-10)];
        world.run(2500);
        const off = watch(world, elder);
        const startMs = world.trueMs;
        const lastMs = new Map<WorldInstance, number>();
        let small = 1;
        const look = () => {
          for (const instance of world.instances) {
            const nowMs = instance.nowMs();
            if (nowMs === null) continue;
            // Far too often for `expect`.
            if (nowMs < (lastMs.get(instance) ?? 0)) throw new Error(`${instance.name} went back`);
            lastMs.set(instance, nowMs);
            if (apart(instance, elder) > bounds(instance, elder) + small * UNNOTICED_MS) {
              throw new Error(`${instance.name} is ${apart(instance, elder)} ms from the elder`);
            }
          }
        };
        let older: string | null = world.node.anchor;
        for (const [what, waitMs] of calamities) {
          const before = world.node.anchor;
          if (what.kind === 'step') world.stepNode(what.byMs);
          // One may take it for noise and another for a jump, until they have agreed.
          if (what.kind === 'step' && Math.abs(what.byMs) <= UNNOTICED_MS) small += 1;
          if (what.kind === 'restart') world.restartNode();
          if (what.kind === 'flush') world.flush();
          if (what.kind === 'failover') {
            const anchor = { same: before, older, none: null }[what.anchor];
            world.failOver(1_700_000_000_000 + what.offMs, anchor);
          }
          if (what.kind === 'reboot') {
            others[what.which]?.end();
            others[what.which] = world.addInstance(25);
          }
          if (what.kind === 'pause') others[what.which]?.pause(what.forMs);
          if (what.kind === 'away') {
            world.cut(true);
            world.run(what.forMs, look);
            world.cut(false);
          }
          older = before;
          world.run(waitMs, look);
        }
        world.run(20_000, look);
        const drift = ((world.trueMs - startMs) * 50) / 1e6;
        expect(Math.abs(off())).toBeLessThan((calamities.length + 1) * UNNOTICED_MS + drift);
        for (const instance of world.instances) {
          expect(instance.estimator.trouble).toBeNull();
          expect(apart(instance, elder)).toBeLessThanOrEqual(bounds(instance, elder));
        }
      }),
      {
        numRuns: Number(process.env.CLOCK_RUNS ?? 200),
        seed: Number(process.env.CLOCK_SEED ?? 20_261_121),
        endOnFailure: false,
      },
    );
  });
});
