import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../log/log.ts';
import { OperatorError } from '../operator-error.ts';
import { deferred } from '../promises.testing.ts';
import type { DatabaseSource } from './database-source.ts';
import { ReconnectingPool } from './reconnecting-pool.ts';

// The life of a pool whose database never comes; that it comes and goes is tried on real ones (`outage.test.ts`).

let attempts: ReturnType<typeof deferred<void>>[];
let stops: number;
let fatal: OperatorError | null;
let fatals: OperatorError[];
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  attempts = [];
  stops = 0;
  fatal = null;
  fatals = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function poolOf(startWaitMs: number): ReconnectingPool {
  const source: DatabaseSource = {
    kind: 'postgres',
    label: 'The database',
    pool: () => ({}),
    prepare() {
      const attempt = deferred();
      attempts.push(attempt);
      return attempt.promise;
    },
    fatal: () => fatal,
    probeIntervalMs: null,
    onLost: () => {},
    maintain: () => () => {},
    async stop() {
      stops += 1;
    },
  };
  return new ReconnectingPool(source, {
    log: createLogger({ level: 'silent' }),
    startWaitMs,
    onFatal: (error) => fatals.push(error),
  });
}

/** Has the attempt that is under way fail. */
async function fail(reason: string): Promise<void> {
  attempts.at(-1)?.reject(new Error(reason));
  await vi.advanceTimersByTimeAsync(0);
}

describe('a pool that reconnects', () => {
  it('is away after a first attempt that fails in time, and tries again after pauses that double up to 5 s', async () => {
    const pool = poolOf(Number.POSITIVE_INFINITY);
    const connected = pool.connect();
    await fail('refused');
    await connected;
    expect(pool.health()).toEqual({ ok: false, error: 'refused' });
    expect(() => pool.ready).toThrow(expect.objectContaining({ code: 'unavailable' }));
    for (const pauseMs of [250, 250, 500, 1000, 2000, 4000, 5000, 5000]) {
      const before = attempts.length;
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect(attempts).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(attempts).toHaveLength(before + 1);
      await fail(`refused ${before}`);
      expect(pool.health()).toEqual({ ok: false, error: `refused ${before}` });
    }
    await pool.stop();
  });

  it('is connecting while the first attempt takes longer than it may, and away when that has failed', async () => {
    const pool = poolOf(100);
    const connected = pool.connect();
    await vi.advanceTimersByTimeAsync(100);
    await connected;
    expect(pool.health()).toMatchObject({ ok: false, starting: true });
    const started = pool.started(60_000);
    await fail('refused');
    await started;
    expect(pool.health()).toEqual({ ok: false, error: 'refused' });
    await pool.stop();
  });

  it('throws what no waiting heals in the first attempt, with nothing left open', async () => {
    const pool = poolOf(Number.POSITIVE_INFINITY);
    fatal = new OperatorError('a setting is wrong');
    const connected = pool.connect();
    attempts[0]?.reject(new Error('refused'));
    await expect(connected).rejects.toBe(fatal);
    expect(stops).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has failed with what no waiting heals later: it says so once, and tries nothing more', async () => {
    const pool = poolOf(Number.POSITIVE_INFINITY);
    const connected = pool.connect();
    await fail('refused');
    await connected;
    await vi.advanceTimersByTimeAsync(250);
    fatal = new OperatorError('it is damaged');
    await fail('broken');
    expect(fatals).toEqual([fatal]);
    expect(pool.health()).toEqual({ ok: false, error: 'it is damaged' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toHaveLength(2);
    await pool.stop();
  });

  it('stopped during an attempt waits for its end, and stays stopped', async () => {
    const pool = poolOf(0);
    const connected = pool.connect();
    await vi.advanceTimersByTimeAsync(0);
    await connected;
    const stopped = pool.stop();
    expect(pool.health()).toEqual({ ok: false, error: 'the server is stopping' });
    expect(stops).toBe(0);
    await fail('refused');
    await stopped;
    expect(stops).toBe(1);
    expect(pool.health()).toEqual({ ok: false, error: 'the server is stopping' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(attempts).toHaveLength(1);
  });
});
