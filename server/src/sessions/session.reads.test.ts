import { describe, expect, it } from 'vitest';
import { deferred, settle, stateOf } from '../platform/promises.testing.ts';
import { SharedReads } from './session.reads.ts';

/** Reads that end when the test says so; each gives its own number. */
function byHand() {
  const running: ReturnType<typeof deferred<number>>[] = [];
  const reads = new SharedReads<number>(() => {
    const reading = deferred<number>();
    running.push(reading);
    return reading.promise;
  });
  return { reads, running, end: (i: number) => running[i]?.resolve(i) };
}

describe('[STORM1] reads that many want at once', () => {
  it('are one, for those who come before it begins', async () => {
    const { reads, running, end } = byHand();
    const any = Array.from({ length: 100 }, () => reads.any('s', 0));
    const fresh = Array.from({ length: 100 }, () => reads.fresh('s', 0));
    expect(running).toHaveLength(1);
    end(0);
    await settle();
    expect(running).toHaveLength(2);
    end(1);
    expect(new Set(await Promise.all(any))).toEqual(new Set([0]));
    // What was begun before they asked may be old: theirs began later.
    expect(new Set(await Promise.all(fresh))).toEqual(new Set([1]));
  });

  it('begin at once where none runs, and are apart for different things', async () => {
    const { reads, running, end } = byHand();
    const first = reads.fresh('s', 0);
    const other = reads.fresh('t', 0);
    expect(running).toHaveLength(2);
    end(0);
    end(1);
    expect(await Promise.all([first, other])).toEqual([0, 1]);
    void reads.any('s', 0);
    expect(running).toHaveLength(3);
  });

  it('fail for those who share them, and not for those after', async () => {
    const { reads, running, end } = byHand();
    const failing = reads.any('s', 0);
    const later = reads.fresh('s', 0);
    running[0]?.reject(new Error('gone'));
    await expect(failing).rejects.toThrow('gone');
    expect(await stateOf(later)).toBe('pending');
    end(1);
    expect(await later).toBe(1);
  });
});
