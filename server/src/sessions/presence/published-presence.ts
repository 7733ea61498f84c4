import { memberStateSchema } from '@cowatch/shared/protocol';
import { z } from 'zod';
import { INSTANCE_GONE_AFTER_MS } from '../session.limits.ts';

/** One person, as one instance publishes them: all their connections on that instance taken together. */
const publishedPersonSchema = z.object({
  memberId: z.string(),
  name: z.string(),
  look: z.object({ colour: z.int(), emoji: z.string() }),
  /** When they took on that name and look: the newest of all instances holds. */
  facedAtMs: z.number(),
  /** Since when they are there, and whether they are signed in; absent where an older instance has written it. */
  sinceMs: z.number().exactOptional(),
  hasAccount: z.boolean().exactOptional(),
  state: memberStateSchema,
  driftMs: z.number().nullable(),
  devices: z.int().min(1),
});
export type PublishedPerson = Readonly<z.infer<typeof publishedPersonSchema>>;

const presenceSchema = z.object({
  writtenAtMs: z.number(),
  seenAtMs: z.number(),
  members: z.int().min(0),
  devices: z.int().min(0),
  people: z.array(publishedPersonSchema),
  latenciesMs: z.array(z.number()),
});

/**
 * One instance's part of the people of a session, as it publishes them for the others. Times are cluster milliseconds. Size:
 * at most `LIVE_ROSTER_MAX` people (owner and hosts alone in a large session) and `PUBLISHED_LATENCIES_MAX` latencies.
 */
export interface PublishedPresence {
  readonly writtenAtMs: number;
  /** When somebody was last there. */
  readonly seenAtMs: number;
  readonly members: number;
  readonly devices: number;
  /** Everybody, or owner and hosts alone where the session is large: then fewer than `members`. */
  readonly people: readonly PublishedPerson[];
  /** One-way latencies of members, evenly over all of them, in rising order. */
  readonly latenciesMs: readonly number[];
}

export const encodePresence = (published: PublishedPresence): string => JSON.stringify(published);

/** Null for what no instance of this version has written. */
export function decodePresence(text: string): PublishedPresence | null {
  try {
    return presenceSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Does it name everybody it counts? */
export const isWhole = ({ members, people }: PublishedPresence): boolean => people.length >= members;

/**
 * Is the instance that wrote this gone? It renews what it published as long as it lives; while nobody could have written
 * (before `reachableSinceMs`) silence says nothing.
 */
export function isGone(published: PublishedPresence, nowMs: number, reachableSinceMs: number): boolean {
  return nowMs - Math.max(published.writtenAtMs, reachableSinceMs) > INSTANCE_GONE_AFTER_MS;
}

/** At most `max` of many numbers, evenly over their ranks, in rising order: what stands for all of them. */
export function sampleByRank(values: readonly number[], max: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length <= max) return sorted;
  return Array.from({ length: max }, (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / max)] ?? 0);
}
