import { describe, expect, it } from 'vitest';
import { type DevicePlaying, type DeviceScreen, devicesOf, firstScreens, playingPositionMs, SCREENS_MAX } from './devices.ts';
import { PHONE, TV } from './resume.testing.ts';

const PLAYING: DevicePlaying = {
  contentId: 'title:film',
  media: null,
  positionMs: 60_000,
  durationMs: 100_000,
  paused: false,
  blocked: false,
  live: false,
  rate: 1,
  atMs: 1000,
};
const screenOf = (screenId: string, changed: Partial<DeviceScreen> = {}): DeviceScreen => ({
  screenId,
  device: TV,
  playing: PLAYING,
  opens: true,
  saidAtMs: 1000,
  ...changed,
});

describe('[DEV1] where a device is now', () => {
  it.each([
    [{}, 11_000, 70_000],
    [{ rate: 2 }, 11_000, 80_000],
    [{ paused: true }, 11_000, 60_000],
    [{ blocked: true }, 11_000, 60_000],
    [{ live: true }, 11_000, 60_000],
    [{}, 0, 60_000],
    [{}, 1e9, 100_000],
    [{ durationMs: null }, 101_000, 160_000],
    [{ durationMs: 50_000 }, 11_000, 60_000],
  ])('with %j at %i it is at %i', (changed, nowMs, positionMs) => {
    expect(playingPositionMs({ ...PLAYING, ...changed }, nowMs)).toBe(positionMs);
  });
});

describe('[DEV3] a device with several tabs', () => {
  it('is the one that plays, then the one with a player, then the one heard of last', () => {
    const paused = { ...PLAYING, paused: true };
    const tabs = [
      screenOf('idle', { playing: null, saidAtMs: 9000 }),
      screenOf('older', { saidAtMs: 2000 }),
      screenOf('plays', { saidAtMs: 3000 }),
      screenOf('paused', { playing: paused, saidAtMs: 8000 }),
    ];
    expect(firstScreens(tabs).map(({ screenId }) => screenId)).toEqual(['plays', 'older', 'paused', 'idle']);
    const phone = screenOf('phone', { device: PHONE, playing: null });
    expect(devicesOf([phone, ...tabs]).map(({ screenId }) => screenId)).toEqual(['plays', 'phone']);
  });

  it('does not hide the others: there is a most to all of them', () => {
    const tabs = Array.from({ length: 2 * SCREENS_MAX }, (_, i) => screenOf(`tab ${i}`, { playing: null }));
    const list = firstScreens([...tabs, screenOf('plays')]);
    expect(list).toHaveLength(SCREENS_MAX);
    expect(list[0]?.screenId).toBe('plays');
  });
});
