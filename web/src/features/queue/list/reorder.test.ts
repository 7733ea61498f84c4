import { describe, expect, it } from 'vitest';
import { indexOfDrop, movedTo, placeAt } from './reorder.ts';

const ORDER = ['a', 'b', 'c', 'd'];

describe('movedTo', () => {
  it.each([
    ['a', 2, 'bcad'],
    ['d', 0, 'dabc'],
    ['b', 1, 'abcd'],
    ['b', 9, 'acdb'],
    ['c', -1, 'cabd'],
    ['x', 0, 'abcd'],
  ])('%s to %i', (itemId, index, order) => {
    expect(movedTo(ORDER, itemId, index).join('')).toBe(order);
  });
});

describe('indexOfDrop', () => {
  it.each([
    ['a', 'c', 'before', 1],
    ['a', 'c', 'after', 2],
    ['d', 'a', 'before', 0],
    // Beside where it is already.
    ['b', 'a', 'after', null],
    ['b', 'c', 'before', null],
    ['b', 'b', 'after', null],
    ['x', 'b', 'after', null],
  ] as const)('%s dropped on %s, %s', (itemId, target, side, index) => {
    expect(indexOfDrop(ORDER, itemId, { itemId: target, side })).toBe(index);
  });

  it('goes where it was dropped', () => {
    for (const itemId of ORDER) {
      for (const target of ORDER) {
        for (const side of ['before', 'after'] as const) {
          const index = indexOfDrop(ORDER, itemId, { itemId: target, side });
          if (index === null) continue;
          const order = movedTo(ORDER, itemId, index);
          expect(order[order.indexOf(target) + (side === 'before' ? -1 : 1)]).toBe(itemId);
        }
      }
    }
  });
});

describe('placeAt', () => {
  it('names what comes before, and the ends as such', () => {
    expect(placeAt(ORDER, 'c', 0)).toBe('first');
    expect(placeAt(ORDER, 'c', 1)).toEqual({ after: 'a' });
    expect(placeAt(ORDER, 'a', 2)).toEqual({ after: 'c' });
    expect(placeAt(ORDER, 'a', 3)).toBe('last');
  });
});
