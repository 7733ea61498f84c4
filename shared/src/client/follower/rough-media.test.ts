import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COARSE_TRAITS, FINE_TRAITS, stage } from './follower-stage.testing.ts';
import type { SimulatedPlayer } from './simulated-player.testing.ts';

// Media as people really have them: with holes, without ranges, cut off, of the wrong length, live, over.

const isSoundFrom = (player: SimulatedPlayer, fromS: number, toS: number) =>
  player.heard.some((positionS) => positionS >= fromS && positionS < toS);

describe('holes', () => {
  it('[FOL11] an engine that jumps a hole moves nobody else, and waits behind it for the timeline', async () => {
    const { env, player, playFrom, intents, errorMs, health } = stage({ holes: [[32, 40]], jumpsAfterMs: 300 });
    playFrom(28);
    await env.advance(4000 + 1500);
    expect(player.truePositionS()).toBeCloseTo(40.1, 1);
    expect(player.paused).toBe(true);
    expect(health()).toMatchObject({ state: 'buffering', reach: 'gap' });
    await env.advance(15_000);
    expect(Math.abs(errorMs())).toBeLessThan(20);
    expect(health()).toMatchObject({ state: 'playing', phase: 'in-sync', reach: 'whole' });
    expect(intents).toEqual([]);
  });

  it('[FOL12] a player that stands in a hole goes on where the timeline is once there is something', async () => {
    const { env, player, runsSince, errorMs, health } = stage({ holes: [[32, 40]] });
    runsSince(31, 0);
    await env.advance(5000);
    expect(health()).toMatchObject({ state: 'buffering' });
    await env.advance(24_000);
    expect(player.truePositionS()).toBeCloseTo(60, 0);
    expect(Math.abs(errorMs())).toBeLessThan(20);
    expect(health()).toMatchObject({ state: 'playing', phase: 'in-sync' });
  });

  it('[FOL12] whoever comes while the party is in a hole is there when it is out of it', async () => {
    for (const jumpsAfterMs of [null, 200]) {
      const { env, runsSince, errorMs, intents } = stage({ holes: [[32, 40]], jumpsAfterMs });
      runsSince(31, 3000);
      await env.advance(25_000);
      expect(Math.abs(errorMs())).toBeLessThan(20);
      expect(intents).toEqual([]);
    }
  });

  it('[FOL12] two holes in a row, and one at the beginning', async () => {
    const holes = [
      [0, 3.2],
      [32, 38],
      [39, 47],
    ] as const;
    for (const jumpsAfterMs of [null, 250]) {
      const { env, playFrom, errorMs, intents, player } = stage({ holes, jumpsAfterMs });
      playFrom(0);
      await env.advance(25_000);
      expect(Math.abs(errorMs())).toBeLessThan(20);
      await env.advance(60_000);
      expect(Math.abs(errorMs())).toBeLessThan(20);
      expect(intents).toEqual([]);
      expect(player.seeks.length).toBeLessThan(10);
    }
  });

  it('[FOL12] paused in a hole it stands, asks once or twice, and goes on from there', async () => {
    for (const jumpsAfterMs of [null, 200]) {
      const { env, player, pauseAt, playFrom, errorMs, intents, health } = stage({ holes: [[32, 40]], jumpsAfterMs });
      pauseAt(35);
      await env.advance(60_000);
      expect(player.paused).toBe(true);
      expect(player.seeks.length).toBeLessThanOrEqual(2);
      expect(health()).toMatchObject({ state: 'paused', phase: jumpsAfterMs === null ? 'buffering' : 'in-sync' });
      playFrom(35);
      await env.advance(30_000);
      expect(Math.abs(errorMs())).toBeLessThan(20);
      expect(intents).toEqual([]);
    }
  });

  it('[FOL12] where nothing comes for a minute it is said that the video breaks off, and still tried now and then', async () => {
    const { env, player, runsSince, health, seekTo, errorMs } = stage({ holes: [[200, 600]] });
    runsSince(199, 0);
    const told = new Set<string>();
    for (let i = 0; i < 120; i += 1) {
      await env.advance(1000);
      if (i > 2) told.add(`${health()?.state} ${health()?.reach}`);
    }
    expect([...told]).toEqual(['buffering whole', 'buffering gap', 'unplayable breaks-off']);
    const inVain = player.seeks.filter(({ positionS }) => positionS > 200);
    expect(inVain.length).toBeLessThanOrEqual(6);
    seekTo(100);
    await env.advance(3000);
    expect(Math.abs(errorMs())).toBeLessThan(20);
    expect(health()).toMatchObject({ phase: 'in-sync', reach: 'whole' });
  });

  it('[FOL12] an embedded player that never says where it is gets played', async () => {
    const { env, player, runsSince, health } = stage({ holes: [[0, 600]], frames: false }, COARSE_TRAITS);
    runsSince(30, 0);
    await env.advance(7000);
    expect(player.plays).toBe(0);
    await env.advance(60_000);
    expect(player.plays).toBe(1);
    expect(player.seeks.length).toBeLessThanOrEqual(4);
    expect(health()?.reach).toBe('whole');
  });

  it('[FOL12] a slow link is waited for while data still arrives', async () => {
    const { env, player, playFrom, errorMs } = stage();
    playFrom(0);
    await env.advance(5000);
    player.stall(5500);
    const { length } = player.seeks;
    await env.advance(5400);
    expect(player.seeks).toHaveLength(length);
    await env.advance(3000);
    expect(Math.abs(errorMs())).toBeLessThan(20);
  });
});

describe('a timeline that has run past the end', () => {
  it.each([
    ['its own length', 1, null],
    ['a length that a host has stated', 600, 1],
  ])('[FOL13] by %s is the last frame, still', async (_what, durationS, statedS) => {
    const { env, player, runsSince, setLength, health, intents } = stage({ durationS });
    if (statedS !== null) setLength(statedS);
    runsSince(0, 10_000);
    await env.advance(30_000);
    expect(player.plays).toBe(0);
    expect(player.paused).toBe(true);
    expect(player.currentTime).toBe(1);
    expect(player.seeks).toHaveLength(1);
    expect(health()).toMatchObject({ state: 'ended', phase: 'ended' });
    expect(intents).toEqual([]);
  });

  it('[FOL13] whoever watches sees it to its end, once', async () => {
    const { env, player, playFrom, health } = stage({ durationS: 8 });
    playFrom(5);
    await env.advance(60_000);
    expect(player.plays).toBe(1);
    expect(Math.max(...player.heard)).toBeCloseTo(8, 1);
    expect(isSoundFrom(player, 0, 4.9)).toBe(false);
    expect(health()).toMatchObject({ state: 'ended' });
  });

  it('[FOL13] a longer length takes the party on, a jump back plays', async () => {
    const { env, player, runsSince, setLength, setTimeline, seekTo, errorMs } = stage({ durationS: 600 });
    setLength(1);
    runsSince(0, 10_000);
    await env.advance(5000);
    setLength(600);
    setTimeline({ positionS: 1, atMs: env.nowMs() + 100 });
    await env.advance(3000);
    expect(Math.abs(errorMs())).toBeLessThan(20);
    setLength(20);
    await env.advance(30_000);
    expect(player.paused).toBe(true);
    seekTo(3);
    await env.advance(3000);
    expect(player.paused).toBe(false);
    expect(Math.abs(errorMs())).toBeLessThan(20);
  });
});

describe('a medium that is shorter for one person than for the party', () => {
  it('[FOL13] breaks off for them, and is not over: what they press there takes nobody back to the start', async () => {
    const { env, player, playFrom, setLength, health, pauseAt, targetS } = stage({ durationS: 300 });
    setLength(600);
    playFrom(290);
    await env.advance(30_000);
    expect(health()).toMatchObject({ state: 'unplayable', phase: 'unplayable', reach: 'breaks-off' });
    expect(player.currentTime).toBe(300);
    pauseAt(targetS());
    await env.advance(2000);
    expect(health()?.phase).not.toBe('ended');
    playFrom(590);
    await env.advance(30_000);
    expect(health()).toMatchObject({ state: 'ended', phase: 'ended' });
    expect(player.plays).toBe(1);
  });

  it('[FOL13] by a little is over a little sooner', async () => {
    const { env, playFrom, setLength, health } = stage({ durationS: 300 });
    setLength(303);
    playFrom(295);
    await env.advance(7000);
    expect(health()).toMatchObject({ phase: 'ended', reach: 'whole' });
  });
});

describe('live', () => {
  const LIVE = { liveWindowS: 7200 };

  it('[FOL14] a broadcast that ends throws nobody back, and says where in the recording it is', async () => {
    const { env, player, playFrom, anchors, health, setTimeline, targetS } = stage(LIVE);
    playFrom(0);
    await env.advance(60_000);
    expect(health()).toMatchObject({ phase: 'live' });
    const atS = player.truePositionS();
    expect(atS).toBeGreaterThan(7200);
    player.setDuration(7300);
    await env.advance(5000);
    expect(player.truePositionS()).toBeCloseTo(atS + 5, 0);
    expect(player.seeks).toEqual([]);
    expect(anchors).toHaveLength(1);
    expect(anchors[0]?.positionS).toBeCloseTo(atS, 0);
    expect(anchors[0]?.durationS).toBe(7300);
    // Played and paused meanwhile nothing changes about that.
    setTimeline({ playing: false, positionS: targetS(), atMs: env.nowMs() });
    await env.advance(2000);
    expect(player.truePositionS()).toBeGreaterThan(7200);
    // Somebody has said where the party is: from now on the place is shared.
    setTimeline({
      playing: true,
      positionS: 7270,
      atMs: env.nowMs(),
      cause: { kind: 'anchor', memberId: 'm', name: 'Ana' },
    });
    await env.advance(3000);
    expect(player.truePositionS()).toBeCloseTo(7273, 1);
    expect(health()).toMatchObject({ phase: 'in-sync' });
  });

  it('[FOL14] people whose players counted from when they joined are on one picture of the recording', async () => {
    const COUNTS = { ...FINE_TRAITS, countsFromJoining: true };
    // Two of one broadcast: one has counted two hours, the other came a minute ago. Both are 20 s before its end.
    for (const liveWindowS of [7200, 60]) {
      const { env, player, playFrom, anchors, health, intents, durations } = stage({ liveWindowS }, COUNTS);
      playFrom(0);
      await env.advance(60_000);
      const endS = player.truePositionS() + 20;
      player.recordingS = 9000;
      player.setDuration(endS);
      await env.advance(6000);
      expect(player.loads).toHaveLength(1);
      expect(player.truePositionS()).toBeGreaterThan(8980);
      expect(player.truePositionS()).toBeLessThan(8987);
      expect(player.paused).toBe(false);
      expect(anchors).toHaveLength(1);
      expect(anchors[0]?.durationS).toBe(9000);
      expect(anchors[0]?.positionS).toBeGreaterThan(8979);
      expect(health()).toMatchObject({ state: 'playing' });
      expect([intents, durations]).toEqual([[], []]);
    }
  });

  it('[FOL14] whoever has not heard yet that the broadcast is over follows the recording that others are in', async () => {
    const { env, player, playFrom, setLength, setTimeline, errorMs, intents, anchors } = stage(
      { liveWindowS: 60 },
      { ...FINE_TRAITS, countsFromJoining: true },
    );
    playFrom(0);
    await env.advance(60_000);
    player.recordingS = 9000;
    setLength(9000);
    setTimeline({
      playing: true,
      positionS: 8981,
      atMs: env.nowMs(),
      cause: { kind: 'anchor', memberId: 'm', name: 'Ana' },
    });
    await env.advance(5000);
    expect(player.loads).toHaveLength(1);
    expect(Math.abs(errorMs())).toBeLessThan(20);
    expect([intents, anchors]).toEqual([[], []]);
  });

  it('[FOL14] paused at the end of a broadcast it is at its place in the recording', async () => {
    const { env, player, playFrom, pauseAt, anchors } = stage({ liveWindowS: 60 }, { ...FINE_TRAITS, countsFromJoining: true });
    playFrom(0);
    await env.advance(20_000);
    pauseAt(20);
    await env.advance(1000);
    player.recordingS = 500;
    player.setDuration(player.truePositionS() + 20);
    await env.advance(4000);
    expect(player.paused).toBe(true);
    expect(player.truePositionS()).toBeCloseTo(480, 1);
    expect(anchors).toHaveLength(1);
    expect(anchors[0]?.positionS).toBeCloseTo(480, 1);
  });

  it('[FOL14] paused live is behind by as much, and goes to live when asked', async () => {
    const { env, player, follower, playFrom, pauseAt, health, intents } = stage(LIVE);
    playFrom(0);
    await env.advance(20_000);
    expect(health()?.behindLiveS).toBe(0);
    pauseAt(20);
    await env.advance(40_000);
    expect(health()?.behindLiveS).toBe(40);
    playFrom(20);
    await env.advance(5000);
    expect(health()?.behindLiveS).toBe(40);
    follower.goToLive();
    await env.advance(2000);
    expect(health()?.behindLiveS).toBe(0);
    expect(player.paused).toBe(false);
    expect(intents).toEqual([]);
  });

  it('[FOL14] what turns out to have no end is live after all', async () => {
    const { env, player, runsSince, durations, health } = stage({ unsaidLengthS: 1e12 });
    runsSince(0, 30_000);
    await env.advance(15_000);
    expect(player.seeks).toHaveLength(1);
    expect(player.loads).toHaveLength(1);
    expect(health()).toMatchObject({ phase: 'live' });
    expect(player.truePositionS()).toBeLessThan(10);
    expect(durations).toEqual([]);
  });

  it('[FOL14] a recording that does not say its length is followed by its place, and its length is found', async () => {
    const { env, player, runsSince, durations, errorMs, health, pauseAt } = stage({ unsaidLengthS: 120 });
    runsSince(0, 30_000);
    await env.advance(4000);
    expect(durations).toEqual([120]);
    expect(Math.abs(errorMs())).toBeLessThan(20);
    expect(health()).toMatchObject({ phase: 'in-sync', behindLiveS: null });
    pauseAt(50);
    await env.advance(1000);
    expect(player.truePositionS()).toBe(50);
  });
});

describe('seeks that cannot succeed', () => {
  it('[FOL15] what can only be watched from its start is not asked to jump, and says so', async () => {
    const { env, player, runsSince, seekTo, health, errorMs, intents } = stage({ ranges: 'unserved' });
    runsSince(0, 120_000);
    await env.advance(60_000);
    expect(player.seeks).toEqual([]);
    expect(player.plays).toBe(0);
    expect(health()).toMatchObject({ state: 'unplayable', phase: 'unplayable', reach: 'start-only' });
    seekTo(0);
    await env.advance(4000);
    expect(Math.abs(errorMs())).toBeLessThan(20);
    expect(health()).toMatchObject({ state: 'playing', phase: 'in-sync', reach: 'start-only' });
    expect(intents).toEqual([]);
  });

  it('[FOL15] it is paused, goes on, and comes back after a stall, without a jump', async () => {
    const { env, player, playFrom, pauseAt, errorMs } = stage({ ranges: 'unserved' });
    playFrom(0);
    await env.advance(10_000);
    pauseAt(9.9);
    await env.advance(3000);
    expect(player.truePositionS()).toBeCloseTo(9.9, 0);
    playFrom(9.9);
    await env.advance(5000);
    expect(Math.abs(errorMs())).toBeLessThan(20);
    player.stall(3000);
    await env.advance(50_000);
    expect(Math.abs(errorMs())).toBeLessThan(60);
    expect(player.seeks).toEqual([]);
    expect(player.playbackRate).toBe(1);
  });

  it('[FOL15] a link that fails while people watch is not said to be watchable from its start', async () => {
    const { env, player, playFrom, health, intents } = stage();
    playFrom(100);
    await env.advance(5000);
    player.fail();
    await env.advance(5000);
    expect(health()).toMatchObject({ state: 'unplayable', phase: 'unplayable', reach: 'whole' });
    expect(intents).toEqual([]);
    // Nor is one that has not loaded yet.
    player.error = null;
    player.readyState = 0;
    await env.advance(1000);
    expect(health()).toMatchObject({ state: 'joining', reach: 'whole' });
  });

  it('[FOL15] a server that starts over without a word is found out by two seeks', async () => {
    const { env, player, runsSince, health } = stage({ ranges: 'denied' });
    runsSince(0, 120_000);
    await env.advance(120_000);
    expect(player.seeks).toHaveLength(2);
    expect(health()).toMatchObject({ phase: 'unplayable', reach: 'start-only' });
  });

  it.each(['ended', 'shorter', 'error'] as const)('[FOL15] what breaks off (%s) stands there', async (as) => {
    const { env, player, playFrom, health, seekTo, errorMs } = stage({ breaksOff: { atS: 200, as } });
    playFrom(190);
    await env.advance(60_000);
    expect(player.seeks.length).toBeLessThanOrEqual(4);
    expect(health()).toMatchObject({ state: 'unplayable', phase: 'unplayable' });
    expect(isSoundFrom(player, 0, 189)).toBe(false);
    if (as === 'error') return;
    expect(health()?.reach).toBe('breaks-off');
    seekTo(100);
    await env.advance(3000);
    expect(Math.abs(errorMs())).toBeLessThan(20);
    seekTo(400);
    await env.advance(60_000);
    expect(health()?.reach).toBe('breaks-off');
    expect(player.seeks.length).toBeLessThanOrEqual(8);
  });

  it('[FOL15] whatever the medium is like, few seeks are in vain, nobody is moved, and where there is data it plays', async () => {
    const hole = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 20 }));
    const event = fc.oneof(
      fc.record({ kind: fc.constant('seek' as const), positionS: fc.integer({ min: 0, max: 80 }) }),
      fc.record({ kind: fc.constant('pause' as const) }),
      fc.record({ kind: fc.constant('stall' as const), ms: fc.integer({ min: 100, max: 4000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(hole, { maxLength: 3 }),
        fc.record({
          jumpsAfterMs: fc.constantFrom(null, 150, 1200),
          ranges: fc.constantFrom('served' as const, 'unserved' as const, 'denied' as const),
          breaksOff: fc.constantFrom(null, { atS: 60, as: 'ended' as const }, { atS: 60, as: 'shorter' as const }),
          seekLatencyMs: fc.constantFrom(20, 300, 1500),
          eventDelayMs: fc.constantFrom(0, 30),
        }),
        fc.array(fc.tuple(event, fc.integer({ min: 200, max: 8000 })), { maxLength: 5 }),
        fc.constantFrom(FINE_TRAITS, COARSE_TRAITS),
        async (holes, temper, events, traits) => {
          // Services can be sought, and no engine of theirs jumps.
          const service = traits === COARSE_TRAITS ? { ranges: 'served' as const, jumpsAfterMs: null } : {};
          const party = stage({ ...temper, ...service, holes: holes.map(([fromS, longS]) => [fromS, fromS + longS]) }, traits);
          const { env, player, playFrom, pauseAt, seekTo, targetS, intents, errorMs } = party;
          // The page feels what people do, and they do nothing.
          env.gestureMs = Number.NEGATIVE_INFINITY;
          playFrom(0);
          for (const [what, thenMs] of events) {
            if (what.kind === 'seek') seekTo(what.positionS);
            if (what.kind === 'pause') pauseAt(targetS());
            if (what.kind === 'stall' && !player.paused) player.stall(what.ms);
            await env.advance(thenMs);
          }
          const seeks = player.seeks.length;
          playFrom(Math.min(targetS(), 500));
          await env.advance(110_000);
          // The start's own seek, one for every hole there is to be passed, and three a minute that come to nothing.
          expect(player.seeks.length - seeks).toBeLessThanOrEqual(2 + 2 * holes.length + 3 * 2);
          expect(intents).toEqual([]);
          const isWhole = temper.ranges === 'served' && temper.breaksOff === null;
          if (isWhole && traits === FINE_TRAITS) expect(Math.abs(errorMs())).toBeLessThan(20);
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);
});
