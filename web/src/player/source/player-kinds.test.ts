import { describe, expect, it } from 'vitest';
import { offeredRates, playerKind } from './player-kinds.ts';

describe('offeredRates', () => {
  it('offers what the player can do', () => {
    expect(offeredRates(playerKind('file').traits, 1)).toEqual([0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]);
    expect(offeredRates(playerKind('vimeo').traits, 1)).toEqual([0.5, 0.75, 1, 1.25, 1.5, 2]);
    expect(offeredRates(playerKind('twitch').traits, 1)).toEqual([1]);
  });

  it('shows the speed that is set now, whoever has set it', () => {
    expect(offeredRates(playerKind('file').traits, 3)).toEqual([0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 3]);
    expect(offeredRates(playerKind('twitch').traits, 1.5)).toEqual([1, 1.5]);
  });
});
