/** Longest time between a command's commit and the instant it takes effect. */
export const LEAD_MAX_MS = 500;

/**
 * Added to the latency: what a player takes from `play()` to its first movement. Chromium with sound takes 65 to 100 ms
 * (40 muted, Firefox next to nothing); with less, every start would be late and would have to be made good.
 */
export const LEAD_MARGIN_MS = 120;

/** The share of members who should have the message in time. */
const LEAD_PERCENTILE = 0.9;

/**
 * How far ahead a start is scheduled: min(p90 of one-way latency + margin, 500 ms).
 *
 * The percentile is the lower nearest rank, so that in a session of up to ten a single bad link is no part of it: the
 * one behind that link starts late and catches up, the others do not wait.
 *
 * @param oneWayLatenciesMs as the server measured them, one for each member; no member's own word
 * @returns milliseconds
 */
export function leadMsFor(oneWayLatenciesMs: readonly number[]): number {
  const sorted = oneWayLatenciesMs.filter((ms) => ms >= 0 && ms < Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const p90Ms = sorted[Math.floor(LEAD_PERCENTILE * (sorted.length - 1))] ?? 0;
  return Math.min(LEAD_MAX_MS, p90Ms + LEAD_MARGIN_MS);
}
