import { CodedError } from '@cowatch/shared/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { deferred, settle } from '../../platform/promises.testing.ts';
import { SLOW_SWEEP_INTERVAL_MS } from '../session.limits.ts';
import { SessionSweeper, type SessionSweeperDeps } from './sweeper.ts';

const NOW_MS = 1_700_000_000_000;

describe('SessionSweeper', () => {
  /** Slow sweeps that began, by their time, and the last of them, which ends by hand. */
  let began: number[];
  let awayAtMs: number[];
  let running: ReturnType<typeof deferred<void>>;
  let sweeper: SessionSweeper;

  beforeEach(() => {
    began = [];
    awayAtMs = [];
    running = deferred();
    const deps: SessionSweeperDeps = {
      sessions: { pauseAbandoned: async () => {}, evict: async () => {}, heal: async () => {} },
      snapshots: { mark: async () => {}, expire: async () => 0 },
      subtitles: { expire: async () => 0 },
      visitors: { expire: async () => 0 },
      presence: {
        local: { markAway: (nowMs) => awayAtMs.push(nowMs), takeChanges: () => [] },
        remote: {
          refresh(_ids, nowMs) {
            began.push(nowMs);
            running = deferred();
            return running.promise;
          },
        },
      },
      occupancy: { abandoned: () => [], abandonedAtMs: () => null, idle: () => [], marks: () => [], marked: () => {} },
      writer: { sweep: () => {} },
      broadcaster: { presenceChanged: () => {} },
      lead: { sweep: () => {} },
      log: { info: () => {}, error: () => {} },
      expiryDays: 30,
    };
    sweeper = new SessionSweeper(deps);
  });

  it('sweeps slowly once per interval', async () => {
    sweeper.beat(NOW_MS);
    running.resolve();
    await settle();
    sweeper.beat(NOW_MS + SLOW_SWEEP_INTERVAL_MS - 1);
    sweeper.beat(NOW_MS + SLOW_SWEEP_INTERVAL_MS);
    sweeper.beat(NOW_MS + SLOW_SWEEP_INTERVAL_MS);
    expect(began).toEqual([NOW_MS, NOW_MS + SLOW_SWEEP_INTERVAL_MS]);
  });

  it('begins the sweep that fell due while another ran after that one, although no time has passed', async () => {
    sweeper.beat(NOW_MS);
    const laterMs = NOW_MS + 3 * SLOW_SWEEP_INTERVAL_MS;
    for (const atMs of [NOW_MS + SLOW_SWEEP_INTERVAL_MS, laterMs, laterMs]) sweeper.beat(atMs);
    expect(began).toEqual([NOW_MS]);
    running.resolve();
    await settle();
    for (let i = 0; i < 3; i += 1) sweeper.beat(laterMs);
    expect(began).toEqual([NOW_MS, laterMs]);
    running.resolve();
    await settle();
    sweeper.beat(laterMs);
    // However many fell due meanwhile: one is made up for.
    expect(began).toEqual([NOW_MS, laterMs]);
  });

  it('marks people away in time, however long a sweep takes', () => {
    for (let i = 0; i < 3; i += 1) sweeper.beat(NOW_MS + i * SLOW_SWEEP_INTERVAL_MS);
    expect(began).toEqual([NOW_MS]);
    expect(awayAtMs).toEqual([0, 1, 2].map((i) => NOW_MS + i * SLOW_SWEEP_INTERVAL_MS));
  });

  it('goes on after a sweep that failed', async () => {
    sweeper.beat(NOW_MS);
    running.reject(new CodedError('unavailable', 'Redis is away.'));
    await settle();
    sweeper.beat(NOW_MS + SLOW_SWEEP_INTERVAL_MS);
    expect(began).toHaveLength(2);
  });
});
