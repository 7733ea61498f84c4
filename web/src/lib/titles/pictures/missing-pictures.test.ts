import { describe, expect, it, vi } from 'vitest';
import { MissingPictures } from './missing-pictures.ts';

const ADDRESS = '/api/v1/titles/picture?id=yt%3Aa';

describe('pictures that the server has not', () => {
  it('are asked for again later and later', () => {
    const missing = new MissingPictures();
    expect(missing.againAtMs(ADDRESS)).toBeNull();
    const waits: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      missing.miss(ADDRESS, 1000);
      waits.push((missing.againAtMs(ADDRESS) ?? 0) - 1000);
      missing.again(ADDRESS);
      expect(missing.againAtMs(ADDRESS)).toBeNull();
    }
    expect(waits).toEqual([15_000, 60_000, 300_000, 1_800_000, 1_800_000, 1_800_000]);
  });

  it('are asked for at once where there may be one now, and from the beginning after that', () => {
    const missing = new MissingPictures();
    missing.miss(ADDRESS, 0);
    missing.again(ADDRESS);
    missing.miss(ADDRESS, 0);
    missing.expect(ADDRESS);
    expect(missing.againAtMs(ADDRESS)).toBeNull();
    missing.miss(ADDRESS, 0);
    expect(missing.againAtMs(ADDRESS)).toBe(15_000);
  });

  it('are told of when something changes, and not otherwise', () => {
    const missing = new MissingPictures();
    const listener = vi.fn();
    missing.subscribe(listener);
    missing.expect(ADDRESS);
    missing.again(ADDRESS);
    expect(listener).not.toHaveBeenCalled();
    missing.miss(ADDRESS, 0);
    missing.again(ADDRESS);
    missing.expect(ADDRESS);
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('are bounded: the oldest is forgotten', () => {
    const missing = new MissingPictures();
    for (let i = 0; i <= 500; i += 1) missing.miss(`${ADDRESS}${i}`, 0);
    expect(missing.againAtMs(`${ADDRESS}0`)).toBeNull();
    expect(missing.againAtMs(`${ADDRESS}1`)).not.toBeNull();
    expect(missing.againAtMs(`${ADDRESS}500`)).not.toBeNull();
  });
});
