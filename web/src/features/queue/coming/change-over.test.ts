import type { Playback } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { type ChangeOverInput, changeOverOf } from './change-over.ts';

const at = (
  positionS: number,
  changes: Partial<ChangeOverInput> & { rate?: number; playing?: boolean; durationS?: number | null } = {},
) => {
  const { rate = 1, playing = true, durationS = 100, ...rest } = changes;
  const playback = { timeline: { rate, playing }, media: { durationS } } as Playback;
  return changeOverOf({ playback, positionS, ended: false, auto: true, stay: false, ...rest });
};

describe('changeOverOf', () => {
  it('counts the last ten seconds down', () => {
    expect(at(50)).toEqual({ kind: 'far', prepare: false });
    expect(at(80)).toEqual({ kind: 'far', prepare: true });
    expect(at(90)).toEqual({ kind: 'soon', leftS: 10, prepare: true });
    expect(at(99.5)).toEqual({ kind: 'soon', leftS: 1, prepare: true });
    expect(at(100)).toEqual({ kind: 'soon', leftS: 0, prepare: true });
  });

  it('counts seconds of watching, not of the film', () => {
    expect(at(84, { rate: 2 })).toMatchObject({ kind: 'soon', leftS: 8 });
    expect(at(94, { rate: 0.5 })).toMatchObject({ kind: 'far', prepare: true });
  });

  it('says nothing while it is paused, and nothing where nobody knows the end', () => {
    expect(at(95, { playing: false })).toEqual({ kind: 'far', prepare: false });
    expect(at(95, { durationS: null })).toEqual({ kind: 'far', prepare: false });
  });

  it('says that it stays, and that the next one waits then', () => {
    expect(at(95, { stay: true })).toMatchObject({ kind: 'stays' });
    expect(at(100, { stay: true })).toMatchObject({ kind: 'over' });
    expect(at(50, { stay: true })).toMatchObject({ kind: 'far' });
  });

  it('offers the next one at the end where it does not come by itself', () => {
    expect(at(95, { auto: false })).toMatchObject({ kind: 'far', prepare: true });
    expect(at(100, { auto: false })).toMatchObject({ kind: 'over' });
    expect(at(70, { auto: false, durationS: null, ended: true })).toMatchObject({ kind: 'over' });
  });
});
