/**
 * How many people must want a video to be skipped: max(1, ⌈percent⌉) of those who are there.
 * @param present people in the party who are not away
 * @param percent from 30 to 100
 */
export function skipVotesNeeded(present: number, percent: number): number {
  // In whole numbers: 0.3 × 10 is more than 3.
  return Math.max(1, Math.ceil((present * percent) / 100));
}
