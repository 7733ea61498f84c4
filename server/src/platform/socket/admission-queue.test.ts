import { beforeEach, describe, expect, it } from 'vitest';
import { AdmissionQueue } from './admission-queue.ts';

const FREE = 8;
const BATCH = 32;

/** An event loop turned by hand. */
class HandLoop {
  nowMs = 0;
  #next: (() => void)[] = [];

  readonly nextTurn = (callback: () => void) => void this.#next.push(callback);

  /** One turn: what was asked for before it, with microtasks after each. */
  async turn(otherWorkMs = 0): Promise<void> {
    const callbacks = this.#next;
    this.#next = [];
    this.nowMs += otherWorkMs;
    for (const callback of callbacks) {
      callback();
      for (let i = 0; i < 5; i += 1) await Promise.resolve();
    }
  }
}

let loop: HandLoop;
let queue: AdmissionQueue;
let passed: number[];
beforeEach(() => {
  loop = new HandLoop();
  passed = [];
  queue = new AdmissionQueue({
    waitMaxMs: 1000,
    queueMax: 5000,
    nowMs: () => loop.nowMs,
    nextTurn: loop.nextTurn,
    random: () => 0.5,
  });
});

/** A caller enters, and costs so much when it goes on; returns the refusal, if it is refused. */
function come(who: number, costMs = 0): unknown {
  const go = () => {
    passed.push(who);
    loop.nowMs += costMs;
  };
  try {
    const waiting = queue.enter();
    if (waiting === null) go();
    else void waiting.then(go);
    return null;
  } catch (error) {
    return error;
  }
}

describe('[STORM1] the admission queue', () => {
  it('lets a few through at once, turn after turn', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      for (let i = 0; i < FREE; i += 1) expect(come(turn * FREE + i)).toBeNull();
      expect(passed).toHaveLength((turn + 1) * FREE);
      await loop.turn();
    }
    expect(queue.waiting).toBe(0);
  });

  it('lets many through in order, a bounded number each turn', async () => {
    for (let i = 0; i < 500; i += 1) expect(come(i)).toBeNull();
    expect(passed).toHaveLength(FREE);
    let turns = 0;
    for (; queue.waiting > 0; turns += 1) {
      const before = passed.length;
      await loop.turn();
      expect(passed.length - before).toBeLessThanOrEqual(BATCH);
    }
    expect(passed).toEqual(Array.from({ length: 500 }, (_, i) => i));
    expect(turns).toBeLessThan(500 / BATCH + 3);
  });

  it('lets fewer through in a turn where each costs much, so that others get theirs', async () => {
    for (let i = 0; i < 100; i += 1) come(i, 4);
    await loop.turn();
    const before = passed.length;
    await loop.turn();
    expect(passed.length - before).toBe(3);
  });

  it('sends away who would wait too long, with a time at which there may be room', async () => {
    for (let i = 0; i < 200; i += 1) come(i, 5);
    for (let i = 0; i < 20; i += 1) await loop.turn();
    // It has learned that one costs 5 ms: a second is 200 of them.
    let sentAway: unknown = null;
    for (let i = 200; sentAway === null; i += 1) sentAway = come(i, 5);
    expect(queue.waiting).toBeGreaterThan(150);
    expect(queue.waiting).toBeLessThan(300);
    expect(sentAway).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
    const { retryAfterMs } = sentAway as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThanOrEqual(queue.waitMs * 0.9);
    while (queue.waiting > 0) await loop.turn();
    expect(come(0)).toBeNull();
    await loop.turn();
    expect(come(1)).toBeNull();
  });

  it('has a bound, whatever one costs', () => {
    let refused = 0;
    for (let i = 0; i < 6000; i += 1) if (come(i) !== null) refused += 1;
    expect(queue.waiting).toBeLessThanOrEqual(5000);
    expect(refused).toBe(6000 - FREE - queue.waiting);
  });
});
