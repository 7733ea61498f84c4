import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COARSE_TRAITS, FINE_TRAITS, stage } from './follower-stage.testing.ts';
import type { SimulatedPlayer } from './simulated-player.testing.ts';

describe('media element follower', () => {
  it('[FOL1] starts so that the picture moves at the common instant, once the start latency is learned', async () => {
    const { env, playFrom, pauseAt, errorMs } = stage({ startLatencyMs: 75 });
    for (let round = 0; round < 3; round++) {
      playFrom(10 * round, 150);
      await env.advance(150 + 80);
      if (round > 0) expect(Math.abs(errorMs())).toBeLessThan(10);
      await env.advance(3000);
      pauseAt(10 * round + 3);
      await env.advance(500);
    }
  });

  it('[FOL2] whoever comes late is within 20 ms one second after the first frame, for any latencies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 90 }),
        fc.integer({ min: 10, max: 400 }),
        fc.double({ min: 5, max: 300, noNaN: true }),
        async (startLatencyMs, seekLatencyMs, positionS) => {
          const { env, setTimeline, player, errorMs } = stage({ startLatencyMs, seekLatencyMs });
          setTimeline({ playing: true, positionS, atMs: env.nowMs() - 7000 });
          while (player.paused || player.truePositionS() < positionS) await env.advance(10);
          await env.advance(1100 + startLatencyMs);
          expect(Math.abs(errorMs())).toBeLessThan(20);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('[LAD8] frames that fell on a wrong beat are brought to the nearest, and the clock stays where it is', async () => {
    for (const frameBesideMs of [-16, -12, 12, 15]) {
      const { env, player, playFrom, errorMs, intents } = stage({ frameBesideMs }, { ...FINE_TRAITS, relockable: true });
      playFrom(5, 150);
      await env.advance(150 + 2500);
      expect(Math.abs(await besideMs(player))).toBeLessThanOrEqual(9.5);
      expect(Math.abs(errorMs())).toBeLessThan(6);
      expect([player.playbackRate, player.preservesPitch, intents.length]).toEqual([1, true, 0]);

      async function besideMs(of: SimulatedPlayer): Promise<number> {
        let offMs = Number.NaN;
        of.requestVideoFrameCallback?.((nowMs, frame) => {
          offMs = frame.mediaTime * 1000 - of.truePositionS() * 1000 + (nowMs - frame.expectedDisplayTime);
        });
        await env.advance(50);
        return offMs;
      }
    }
  });

  it('[FOL3] what the program does to the player is never taken for a user, whatever happens', async () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('play' as const), positionS: fc.double({ min: 0, max: 500, noNaN: true }) }),
      fc.record({ kind: fc.constant('pause' as const), positionS: fc.double({ min: 0, max: 500, noNaN: true }) }),
      fc.record({ kind: fc.constant('rate' as const), rate: fc.constantFrom(0.5, 1, 1.5, 2) }),
      fc.record({ kind: fc.constant('stall' as const), ms: fc.integer({ min: 50, max: 2500 }) }),
      fc.record({ kind: fc.constant('freeze' as const), ms: fc.integer({ min: 50, max: 2500 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(event, fc.integer({ min: 1, max: 3000 })), { maxLength: 12 }),
        fc.constantFrom(FINE_TRAITS, COARSE_TRAITS),
        fc.integer({ min: 5, max: 800 }),
        fc.constantFrom(0, 20, 900),
        async (events, traits, seekLatencyMs, eventDelayMs) => {
          const temper = { seekLatencyMs, eventDelayMs, clockStepMs: traits.coarseClock ? 100 : 0 };
          const { env, player, intents, setTimeline, playFrom, pauseAt } = stage(temper, traits);
          for (const [what, thenMs] of events) {
            if (what.kind === 'play') playFrom(what.positionS);
            if (what.kind === 'pause') pauseAt(what.positionS);
            if (what.kind === 'rate') setTimeline({ rate: what.rate });
            if (what.kind === 'stall' && !player.paused) player.stall(what.ms);
            if (what.kind === 'freeze') player.freeze(what.ms);
            await env.advance(thenMs);
          }
          await env.advance(4000);
          expect(intents).toEqual([]);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('[FOL4] what a user does to the player itself becomes one command', async () => {
    const { env, player, intents, playFrom, follower } = stage();
    playFrom(0);
    await env.advance(3000);
    player.pause();
    await env.advance(50);
    expect(intents).toEqual(['pause']);
    follower.intentAnswered();
    await env.advance(1500);
    // The party did not follow: the player is brought back.
    expect(player.paused).toBe(false);
    player.currentTime = 200;
    await env.advance(50);
    player.playbackRate = 2;
    await env.advance(50);
    expect(intents).toEqual(['pause', 'seek 200', 'rate 2']);
  });

  it('[FOL5] rests exactly where the timeline is paused', async () => {
    const { env, player, playFrom, pauseAt } = stage();
    playFrom(0);
    await env.advance(2000);
    pauseAt(1.234567);
    await env.advance(300);
    expect(player.paused).toBe(true);
    expect(player.truePositionS()).toBe(1.234567);
  });

  it('[FOL5] is sought to it even where its clock says it is there: the picture may be a frame ahead', async () => {
    const { env, player, playFrom, pauseAt } = stage();
    playFrom(0);
    await env.advance(2000);
    const seeks = player.seeks.length;
    pauseAt(player.truePositionS());
    await env.advance(1000);
    expect(player.seeks).toHaveLength(seeks + 1);
  });

  it('[FOL6] a steady player is left alone; a drifting one gets few gentle pulses', async () => {
    for (const clockDrift of [0, 50e-6, -50e-6]) {
      const { env, player, playFrom, errorMs } = stage({ clockDrift });
      playFrom(0);
      await env.advance(6000);
      const writes = player.rateWrites.length;
      const seeks = player.seeks.length;
      let worstMs = 0;
      for (let i = 0; i < 240; i++) {
        await env.advance(250);
        worstMs = Math.max(worstMs, Math.abs(errorMs()));
      }
      const pulses = player.rateWrites.slice(writes);
      expect(pulses.length).toBeLessThanOrEqual(clockDrift === 0 ? 0 : 4);
      for (const { rate } of pulses) expect(Math.abs(rate - 1)).toBeLessThanOrEqual(0.0101);
      expect(player.seeks.length).toBe(seeks);
      expect(worstMs).toBeLessThan(12);
    }
  });

  it('[LAD7] a coarse player with rate steps is not sought again and again', async () => {
    const temper = { clockStepMs: 100, frames: false, startLatencyMs: 180, seekLatencyMs: 350 };
    const { env, player, playFrom, errorMs, setTimeline } = stage(temper, COARSE_TRAITS);
    playFrom(0, 300);
    await env.advance(12_000);
    const seeks = player.seeks.length;
    await env.advance(30_000);
    expect(player.seeks.length).toBe(seeks);
    expect(Math.abs(errorMs())).toBeLessThan(150);
    setTimeline({ positionS: 300, atMs: env.nowMs() + 200 });
    await env.advance(10_000);
    expect(Math.abs(errorMs())).toBeLessThan(150);
    expect(player.rateWrites.every(({ rate }) => rate === 1)).toBe(true);
  });

  it('[FOL8] after its process was stopped for 1.5 s it is within 20 ms a second later', async () => {
    const { env, player, playFrom, errorMs } = stage();
    playFrom(0);
    await env.advance(6000);
    player.freeze(1500);
    await env.advance(1500 + 1000);
    expect(Math.abs(errorMs())).toBeLessThan(20);
  });

  it('[FOL9] states are told: buffering, blocked, ended', async () => {
    const { env, player, playFrom, pauseAt, health, follower } = stage({ durationS: 20 });
    playFrom(0);
    await env.advance(4000);
    expect(health()).toMatchObject({ state: 'playing', phase: 'in-sync' });
    player.stall(2000);
    await env.advance(1000);
    expect(health()).toMatchObject({ state: 'buffering', phase: 'buffering' });
    await env.advance(3000);
    expect(health()).toMatchObject({ state: 'playing', phase: 'in-sync' });
    pauseAt(8);
    await env.advance(500);
    player.playRefusal = Object.assign(new Error('gesture needed'), { name: 'NotAllowedError' });
    playFrom(8);
    await env.advance(500);
    expect(health()).toMatchObject({ state: 'blocked', phase: 'blocked' });
    player.playRefusal = null;
    await follower.resumeAfterGesture();
    await env.advance(2500);
    expect(health()).toMatchObject({ state: 'playing', phase: 'in-sync' });
    await env.advance(20_000);
    expect(health()).toMatchObject({ state: 'ended', phase: 'ended' });
  });

  it('[FOL9] an advert in an embedded player is a state; afterwards the player catches up', async () => {
    const temper = { clockStepMs: 100, frames: false, startLatencyMs: 180, seekLatencyMs: 350 };
    const { env, player, playFrom, health, intents, errorMs } = stage(temper, COARSE_TRAITS);
    playFrom(0, 300);
    await env.advance(8000);
    player.advert(5000);
    await env.advance(3000);
    expect(health()).toMatchObject({ state: 'advert', phase: 'advert' });
    await env.advance(2000 + 6000);
    expect(health()?.state).toBe('playing');
    expect(Math.abs(errorMs())).toBeLessThan(150);
    expect(intents).toEqual([]);
  });

  it('[FOL10] a live stream shares play and pause, and is never sought', async () => {
    const { env, player, playFrom, pauseAt, health, intents } = stage({ durationS: Number.POSITIVE_INFINITY });
    playFrom(600);
    await env.advance(4000);
    expect(player.paused).toBe(false);
    expect(health()).toMatchObject({ state: 'playing', phase: 'live' });
    playFrom(30);
    await env.advance(4000);
    pauseAt(33);
    await env.advance(1000);
    expect(player.paused).toBe(true);
    expect(player.truePositionS()).toBeGreaterThan(7);
    expect(player.truePositionS()).toBeLessThan(9);
    expect(intents).toEqual([]);
  });
});
