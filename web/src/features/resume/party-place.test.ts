import type { MediaElementLike, SessionState } from '@cowatch/shared/client';
import { expect, it } from 'vitest';
import { partyPlace } from './party-place.ts';

/** A player and a party that are where a test says. */
function somebody() {
  const player = Object.assign(new EventTarget(), {
    currentTime: 0,
    playbackRate: 1,
    paused: false,
    ended: false,
    seeking: false,
    duration: 300,
    readyState: 4,
    play: () => undefined,
    pause() {},
  }) satisfies MediaElementLike as EventTarget & { -readonly [K in keyof MediaElementLike]: MediaElementLike[K] };
  const party = { atS: 0, lengthS: null as number | null };
  const client = {
    get state() {
      return { playback: { media: { id: 'm', durationS: party.lengthS } } } as SessionState;
    },
    targetPositionS: () => party.atS,
  };
  return { player, party, place: partyPlace(client, 'm', player) };
}

it('[RES22] is where the own player is while that is where the party is', () => {
  const { player, party, place } = somebody();
  Object.assign(player, { currentTime: 100 });
  party.atS = 101;
  expect(place.positionMs()).toBe(100_000);
  expect(place.durationMs()).toBe(300_000);
  // The party has gone on after the end, which nobody has stated.
  Object.assign(player, { currentTime: 300, ended: true });
  party.atS = 400;
  expect(place.positionMs()).toBe(300_000);
});

it('[RES22] is nowhere while the own player cannot get to where the party is', () => {
  const { player, party, place } = somebody();
  Object.assign(player, { currentTime: 0 });
  party.atS = 120;
  expect(place.positionMs()).toBeNull();
});

it('[RES22] knows the whole length of what breaks off, and of what does not say its length', () => {
  const { player, party, place } = somebody();
  Object.assign(player, { currentTime: 175, duration: 175, ended: true });
  player.dispatchEvent(new Event('durationchange'));
  party.atS = 180;
  expect([place.positionMs(), place.durationMs()]).toEqual([175_000, 300_000]);

  const { player: recording, party: hosts, place: later } = somebody();
  hosts.lengthS = 30;
  Object.assign(recording, { duration: Number.POSITIVE_INFINITY, currentTime: 12 });
  hosts.atS = 12;
  recording.dispatchEvent(new Event('durationchange'));
  expect([later.positionMs(), later.durationMs()]).toEqual([12_000, 30_000]);
});
