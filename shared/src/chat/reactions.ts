import { REACTION_TOP } from './chat.constants.ts';

/** The most frequent of these, so many; of two alike the one that came first. */
export function topReactions(counts: Iterable<readonly [emoji: string, count: number]>): [emoji: string, count: number][] {
  return [...counts]
    .map(([emoji, count]): [string, number] => [emoji, count])
    .sort((a, b) => b[1] - a[1])
    .slice(0, REACTION_TOP);
}
