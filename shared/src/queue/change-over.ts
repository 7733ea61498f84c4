import { type Media, QUEUE_HISTORY_MAX, type QueuePlayed } from '../protocol/index.ts';
import { playbackPositionAt } from '../timeline/position.ts';
import type { SessionRecord } from '../timeline/session-record.ts';
import { withoutItems } from './order.ts';
import type { QueueEntry, QueueRecord } from './queue-record.ts';

/** A video that is left this close to its end was seen to its end, in seconds. */
const SEEN_TO_END_S = 5;

/** A medium that the queue puts on: what `changeOver` of the session takes. */
export interface ChangeOver {
  readonly media: Media;
  /** Seconds. */
  readonly positionS: number;
  /** Who wanted it; null where the server did. */
  readonly by: { readonly memberId: string; readonly name: string } | null;
}

/** The item of the queue that is on; null where something else is. */
export function currentOf({ current }: Pick<QueueRecord, 'current'>, { playback }: Pick<SessionRecord, 'playback'>): QueueEntry | null {
  return current !== null && current.media.id === playback.media.id ? current : null;
}

/** What is wanted of what is on now. */
export function wishesOf({ wishes }: QueueRecord, { playback }: Pick<SessionRecord, 'playback'>): NonNullable<QueueRecord['wishes']> {
  const mediaId = playback.media.id;
  return wishes?.mediaId === mediaId ? wishes : { mediaId, skipVoters: [], stay: false };
}

/** What is on has come to its end, and nobody wants it to stay: who goes on from there takes nothing from anybody. */
export function isOver(queue: QueueRecord, session: SessionRecord, nowMs: number): boolean {
  const { playback } = session;
  const { durationS } = playback.media;
  return durationS !== null && playbackPositionAt(playback, nowMs) >= durationS && !wishesOf(queue, session).stay;
}

/** Puts an entry on: it leaves the queue, and what was on goes into the history, with where it was left. */
export function putOn(
  queue: QueueRecord,
  entry: QueueEntry,
  {
    session,
    nowMs,
    by,
    positionS,
  }: { readonly session: SessionRecord; readonly nowMs: number; readonly by: ChangeOver['by']; readonly positionS?: number | undefined },
): { readonly queue: Partial<Omit<QueueRecord, 'version' | 'ops'>>; readonly changeOver: ChangeOver } {
  const { media } = session.playback;
  const leaving = currentOf(queue, session);
  const leftAtS = playbackPositionAt(session.playback, nowMs);
  const isSeen = media.durationS !== null && leftAtS >= media.durationS - SEEN_TO_END_S;
  const played: QueuePlayed = {
    itemId: leaving?.itemId ?? entryIdOf(session),
    media,
    startS: leaving?.startS ?? 0,
    addedBy: leaving?.addedBy ?? null,
    playedAtMs: nowMs,
    ...(isSeen || leftAtS === 0 ? {} : { positionS: leftAtS }),
  };
  // What is on again is history no more.
  const history = queue.history.filter((one) => one.media.id !== entry.media.id);
  return {
    queue: {
      ...withoutItems(queue, (one) => one.itemId === entry.itemId),
      current: { ...entry, voters: [] },
      wishes: null,
      history: media.id === entry.media.id ? history : withPlayed(history, played),
    },
    changeOver: { media: entry.media, positionS: positionS ?? entry.positionS ?? entry.startS, by },
  };
}

/** A history with one more at its end: every title is there once, and the oldest go where there are too many. */
export function withPlayed(history: readonly QueuePlayed[], played: QueuePlayed): readonly QueuePlayed[] {
  return [...history.filter((one) => one.media.id !== played.media.id), played].slice(-QUEUE_HISTORY_MAX);
}

/** What was loaded past the queue has no id in it: one is made of the version at which it was on. */
function entryIdOf({ playback }: SessionRecord): string {
  return playback.timeline.version.toString(36).padStart(12, '0').slice(-12);
}
