import { describe, expect, it } from 'vitest';
import { nextSign, type PlayerSign, type ShownSign, SIGN_MS } from './player-signs.ts';

const after = (signs: readonly (readonly [sign: PlayerSign, atMs: number])[]) =>
  signs.reduce<ShownSign | null>((shown, [sign, atMs]) => nextSign(shown, sign, atMs), null)?.sign;
const jump = (seconds: number): PlayerSign => ({ kind: 'jump', seconds });

describe('the sign over the picture', () => {
  it('adds up jumps that follow each other in one direction', () => {
    expect(after([0, 200, 400].map((atMs) => [jump(10), atMs] as const))).toEqual(jump(30));
    expect(after([0, 200].map((atMs) => [jump(-5), atMs] as const))).toEqual(jump(-10));
  });

  it('begins anew after a turn, a rest or another sign', () => {
    expect(after([[jump(10), 0], [jump(-10), 100]])).toEqual(jump(-10)); // biome-ignore format: a line a case
    expect(after([[jump(10), 0], [jump(10), SIGN_MS]])).toEqual(jump(10)); // biome-ignore format: a line a case
    expect(after([[jump(10), 0], [{ kind: 'play' }, 50], [jump(10), 100]])).toEqual(jump(10)); // biome-ignore format: a line a case
  });

  it('gives every sign an id of its own', () => {
    const first = nextSign(null, jump(10), 0);
    expect(nextSign(first, jump(10), 10).id).not.toBe(first.id);
  });
});
