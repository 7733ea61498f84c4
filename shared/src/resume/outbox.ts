import { type Moment, type ServerTime, serverMsOf } from './moment.ts';
import type { ResumeMedia, ResumeRecord } from './record.ts';

/** Entries an outbox keeps, and how many go in one message. */
const OUTBOX_MAX = 1000;
export const BATCH_MAX = 50;

/** Pauses between attempts: the first at most so long, and every further one twice as long, up to the last. */
const BACKOFF_FIRST_MS = 1000;
const BACKOFF_LAST_MS = 60_000;

/** HTTP statuses after which the same may be tried again; so may everything from 500 on, and no answer at all. */
const RETRYABLE = new Set([408, 425, 429]);

/** One thing that the server has not answered yet. Kept on disk before it is sent. */
export interface OutboxEntry {
  /** The same thing has the same id, however often it is sent. */
  readonly id: string;
  /** Whose it is: one person's evening never lands in another's login. */
  readonly viewerId: string;
  /** Who said it, where it is another's by now; it is theirs again should they be taken out of that account. */
  readonly saidBy?: string;
  /** Heartbeats of one sitting stand for each other; what a person did stands for itself. */
  readonly kind: 'heartbeat' | 'gesture';
  /** What is said; its times are those of the stamp. */
  readonly said: Omit<ResumeRecord, 'intentAtMs' | 'savedAtMs'>;
  readonly media: ResumeMedia | null;
  readonly intent: Moment;
  readonly saved: Moment;
  /**
   * Server time of both, from the first sending on: what is sent twice must be the same both times. Null before, and
   * after the server has refused it.
   */
  readonly stamp: { readonly intentAtMs: number; readonly savedAtMs: number } | null;
}

export type OutboxAnswer = 'applied' | 'duplicate' | 'stale' | 'accepted' | 'expired' | 'clock_skew' | 'rejected';

/** What an entry is called: nothing else has this sitting and number. */
export const entryId = (sittingId: string, seq: number) => `${sittingId}.${seq}`;

/**
 * Puts an entry behind the others. A heartbeat takes the place of the one before it in its sitting, unless that is on its
 * way. Where there are too many the oldest heartbeats go first.
 *
 * @param sending ids of what is on its way
 * @returns what is kept, and what was given up for want of room, which the person is to be told
 */
export function addEntry(
  entries: readonly OutboxEntry[],
  entry: OutboxEntry,
  sending: ReadonlySet<string> = new Set(),
  max = OUTBOX_MAX,
): { readonly entries: OutboxEntry[]; readonly givenUp: readonly OutboxEntry[] } {
  if (entries.some(({ id }) => id === entry.id)) return { entries: [...entries], givenUp: [] };
  const kept = entries.filter((other) => sending.has(other.id) || !standsFor(entry, other));
  const all = [...kept, entry];
  const givenUp: OutboxEntry[] = [];
  while (all.length > max) {
    const free = all.findIndex(({ id, kind }) => kind === 'heartbeat' && !sending.has(id));
    givenUp.push(...all.splice(Math.max(0, free), 1));
  }
  return { entries: all, givenUp };
}

/**
 * Gives an entry the server's time, unless it has it: the whole of a sitting with one gesture.
 * @param intents the gestures of the sittings that were stamped so far; this one's joins them
 */
export function stampEntry(entry: OutboxEntry, time: ServerTime, intents: Map<string, number>): OutboxEntry {
  const { said, stamp } = entry;
  if (stamp !== null) {
    intents.set(said.sittingId, stamp.intentAtMs);
    return entry;
  }
  const intentAtMs = intents.get(said.sittingId) ?? serverMsOf(entry.intent, time);
  intents.set(said.sittingId, intentAtMs);
  return { ...entry, stamp: { intentAtMs, savedAtMs: Math.max(intentAtMs, serverMsOf(entry.saved, time)) } };
}

const NONE: ReadonlySet<string> = new Set();

export interface BatchLimits {
  readonly max?: number;
  readonly without?: ReadonlySet<string>;
  readonly former?: ReadonlySet<string>;
}

/**
 * What to send next for a viewer, oldest first, stamped with the server's time.
 * @param intents what `stampEntry` remembers
 * @param limits at most so many, and none of those; of what guests said only of those who are in the account for certain
 * @returns the entries as they are now, to be kept before anything is sent, and those to send
 */
export function nextBatch(
  entries: readonly OutboxEntry[],
  viewerId: string,
  time: ServerTime,
  intents: Map<string, number> = new Map(),
  { max = BATCH_MAX, without = NONE, former = NONE }: BatchLimits = {},
): { readonly entries: OutboxEntry[]; readonly batch: readonly OutboxEntry[] } {
  const chosen = new Set(
    entries
      .filter((entry) => isSaidFor(entry, viewerId, former) && !without.has(entry.id))
      .slice(0, max)
      .map(({ id }) => id),
  );
  for (const { said, stamp } of entries) if (stamp !== null) intents.set(said.sittingId, stamp.intentAtMs);
  const stamped = entries.map((entry) => (chosen.has(entry.id) ? stampEntry(entry, time, intents) : entry));
  return { entries: stamped, batch: stamped.filter(({ id }) => chosen.has(id)) };
}

/** The record that an entry is sent as. @throws RangeError before it is stamped */
export function recordOfEntry({ said, stamp }: OutboxEntry): ResumeRecord {
  if (stamp === null) throw new RangeError('an entry is stamped before it is sent');
  return { ...said, ...stamp };
}

/**
 * Takes the server's answers, each for its own entry: only those are done with. A sitting whose clock was wrong is
 * stamped anew.
 * @returns what is left, and what the server would not have, which the person is to be told
 */
export function settleEntries(
  entries: readonly OutboxEntry[],
  answers: ReadonlyMap<string, OutboxAnswer>,
): { readonly entries: OutboxEntry[]; readonly givenUp: readonly OutboxEntry[] } {
  const skewed = new Set(entries.flatMap(({ id, said }) => (answers.get(id) === 'clock_skew' ? [said.sittingId] : [])));
  const left: OutboxEntry[] = [];
  const givenUp: OutboxEntry[] = [];
  for (const entry of entries) {
    const answer = answers.get(entry.id);
    if (answer === 'expired' || answer === 'rejected') givenUp.push(entry);
    else if (answer === undefined || answer === 'clock_skew') {
      left.push(skewed.has(entry.said.sittingId) ? { ...entry, stamp: null } : entry);
    }
  }
  return { entries: left, givenUp };
}

/**
 * Files what guests said under the account that they were brought along to, and under themselves again what of it is not
 * that account's any more; its sitting, number and times stay.
 * @param formerViewerIds the guests who are in the account now
 */
export function adoptEntries(entries: readonly OutboxEntry[], viewerId: string, formerViewerIds: readonly string[]): OutboxEntry[] {
  const former = new Set(formerViewerIds);
  return entries.map((entry) => {
    const { saidBy = entry.viewerId, ...rest } = entry;
    if (former.has(saidBy)) return entry.viewerId === viewerId ? entry : { ...rest, viewerId, saidBy };
    return entry.viewerId === viewerId && saidBy !== viewerId ? { ...rest, viewerId: saidBy } : entry;
  });
}

/** Is this for a viewer to send? What a guest said is, as long as they are in that viewer's account. */
export function isSaidFor(entry: OutboxEntry, viewerId: string, former: ReadonlySet<string>): boolean {
  return entry.viewerId === viewerId && (entry.saidBy === undefined || former.has(entry.saidBy));
}

/** May what was answered with this HTTP status be sent again? @param status null where there was no answer */
export function isRetryable(status: number | null): boolean {
  return status === null || status >= 500 || RETRYABLE.has(status);
}

/**
 * How long to wait before the next attempt, in milliseconds: anything up to a bound that doubles ("full jitter", M.
 * Brooker, "Exponential Backoff And Jitter", 2015), and never less than the server asks for.
 *
 * @param failures attempts that failed in a row, from 1
 * @param random in [0, 1)
 */
export function backoffMs(failures: number, random: number, retryAfterMs = 0): number {
  const boundMs = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** (failures - 1));
  return Math.max(retryAfterMs, random * boundMs);
}

/** Does the newer say all that the older does? */
function standsFor(newer: OutboxEntry, older: OutboxEntry): boolean {
  return (
    newer.kind === 'heartbeat' &&
    older.kind === 'heartbeat' &&
    newer.viewerId === older.viewerId &&
    newer.said.sittingId === older.said.sittingId &&
    newer.said.contentId === older.said.contentId &&
    newer.said.seq > older.said.seq
  );
}
