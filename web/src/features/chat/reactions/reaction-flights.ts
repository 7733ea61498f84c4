/** Emojis of people that come together, as they are told: how many of each. */
export type Burst = ReadonlyMap<string, number>;

/** One emoji on its way up over the video. */
export interface Flight {
  readonly id: number;
  readonly emoji: string;
  /** How many people it stands for. */
  readonly count: number;
  /** How large it is drawn: 1 for one person, with the root of how many. */
  readonly scale: number;
  /** From the right edge of the lane, 0 to 1. */
  readonly lane: number;
  /** Where it drifts to sideways, -1 to 1. */
  readonly drift: number;
  readonly durationMs: number;
  readonly endsAtMs: number;
}

/** More would hide the video. */
export const ALIVE_MAX = 30;
/** An emoji flies for this long, in milliseconds. */
export const FLIGHT_MS = { least: 2000, most: 3000 } as const;
/** However many press: larger than this hides the video. */
const SCALE_MAX = 4;

/**
 * The flights after a burst. Those that are over are gone; where there is no room for all, the oldest make it.
 *
 * @param nextId a number above those of all flights before
 * @param random in [0, 1)
 */
export function launch(
  flights: readonly Flight[],
  burst: Burst,
  nowMs: number,
  nextId: number,
  random: () => number = Math.random,
): readonly Flight[] {
  const added = [...burst]
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => a - b)
    .map(([emoji, count], index): Flight => {
      const durationMs = FLIGHT_MS.least + random() * (FLIGHT_MS.most - FLIGHT_MS.least);
      return {
        id: nextId + index,
        emoji,
        count,
        scale: Math.min(SCALE_MAX, Math.sqrt(count)),
        lane: random(),
        drift: random() * 2 - 1,
        durationMs,
        endsAtMs: nowMs + durationMs,
      };
    });
  return [...landed(flights, nowMs), ...added].slice(-ALIVE_MAX);
}

/** The flights that are not over; the same array where none is. */
export function landed(flights: readonly Flight[], nowMs: number): readonly Flight[] {
  return flights.every(({ endsAtMs }) => endsAtMs > nowMs) ? flights : flights.filter(({ endsAtMs }) => endsAtMs > nowMs);
}

/** The same in numbers, for those who want nothing to move: how many of each are in the air, the most first. */
export function countsOf(flights: readonly Flight[]): readonly { readonly emoji: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { emoji, count } of flights) counts.set(emoji, (counts.get(emoji) ?? 0) + count);
  return [...counts].map(([emoji, count]) => ({ emoji, count })).sort((a, b) => b.count - a.count);
}
