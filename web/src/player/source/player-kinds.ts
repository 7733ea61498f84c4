import type { PlayerTraits } from '@cowatch/shared/client';
import type { MediaKind } from '@cowatch/shared/protocol';

/** What the page knows of a kind of player before it runs. */
export interface PlayerKind {
  readonly traits: Pick<PlayerTraits, 'rates' | 'coarseClock'> & Partial<Pick<PlayerTraits, 'countsFromJoining'>>;
  /** The service whose own player is embedded; null where the browser itself plays. */
  readonly service: string | null;
}

const OWN: PlayerKind = { traits: { rates: null, coarseClock: false }, service: null };

/** hls.js numbers the seconds of a broadcast from the first playlist it sees. */
const HLS: PlayerKind = { traits: { ...OWN.traits, countsFromJoining: true }, service: null };

const embedded = (service: string, rates: readonly number[]): PlayerKind => ({
  traits: { rates, coarseClock: true },
  service,
});

const KINDS: Readonly<Record<MediaKind, PlayerKind>> = {
  file: OWN,
  hls: HLS,
  dash: OWN,
  mux: HLS,
  youtube: embedded('YouTube', [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]),
  vimeo: embedded('Vimeo', [0.5, 0.75, 1, 1.25, 1.5, 2]),
  wistia: embedded('Wistia', [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]),
  twitch: embedded('Twitch', [1]),
  spotify: embedded('Spotify', [1]),
  tiktok: embedded('TikTok', [1]),
};

export function playerKind(kind: MediaKind): PlayerKind {
  return KINDS[kind];
}

const OFFERED_RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;

/** The speeds the menu offers for a player; one that is set now is always among them. */
export function offeredRates(traits: Pick<PlayerTraits, 'rates'>, currentRate: number): readonly number[] {
  const known = OFFERED_RATES.filter((rate) => traits.rates === null || traits.rates.includes(rate));
  return known.some((rate) => rate === currentRate) ? known : [...known, currentRate].toSorted((a, b) => a - b);
}
