import { describe, expect, it } from 'vitest';
import { createTapSequence } from './tap-sequence.ts';

const meanings = (taps: readonly (readonly [place: number, atMs: number])[]) => {
  const sequence = createTapSequence();
  return taps.map(([place, atMs]) => {
    const meaning = sequence.tap(place, atMs);
    return meaning.kind === 'jump' ? `${meaning.seconds}${meaning.first ? ' first' : ''}` : meaning.kind;
  });
};

describe('taps on the picture', () => {
  it('one tap is for the controls, wherever it is', () => {
    for (const place of [0, 0.2, 0.5, 0.8, 1]) expect(meanings([[place, 0]])).toEqual(['controls']);
  });

  it('two on a side jump, and each further one adds to it', () => {
    const right = [0, 200, 400, 900].map((atMs) => [0.9, atMs] as const);
    expect(meanings(right)).toEqual(['controls', '10 first', '10', '10']);
    const left = [0, 200, 400].map((atMs) => [0.1, atMs] as const);
    expect(meanings(left)).toEqual(['controls', '-10 first', '-10']);
  });

  it('two in the middle, on two sides, or far apart are two taps', () => {
    expect(meanings([0.5, 0.5].map((place, n) => [place, n * 150] as const))).toEqual(['controls', 'controls']);
    expect(meanings([0.1, 0.9].map((place, n) => [place, n * 150] as const))).toEqual(['controls', 'controls']);
    expect(meanings([0.9, 0.9].map((place, n) => [place, n * 400] as const))).toEqual(['controls', 'controls']);
  });

  it('after jumping and a rest a tap is for the controls again', () => {
    expect(meanings([0, 100, 900].map((atMs) => [0.9, atMs] as const))).toEqual(['controls', '10 first', 'controls']);
  });
});
