import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
  it('gives a burst, then as much as the refill, and says how long to wait', () => {
    const bucket = new TokenBucket({ perS: 2, burst: 3 }, 0);
    expect([0, 0, 0, 0].map((nowMs) => bucket.take(nowMs))).toEqual([0, 0, 0, 500]);
    expect(bucket.take(400)).toBe(100);
    expect(bucket.take(500)).toBe(0);
    expect(bucket.take(500)).toBe(500);
  });

  it('never holds more than its burst, and is not upset by a time that does not pass', () => {
    const bucket = new TokenBucket({ perS: 10, burst: 2 }, 1000);
    expect([9e9, 9e9, 9e9].map((nowMs) => bucket.take(nowMs))).toEqual([0, 0, 100]);
    expect(bucket.take(0)).toBe(100);
  });
});
