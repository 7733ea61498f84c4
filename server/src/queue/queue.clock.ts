import { CodedError } from '@cowatch/shared/protocol';
import type { QueueEvent, QueueRecord } from '@cowatch/shared/queue';
import type { SessionRecord } from '@cowatch/shared/timeline';
import type { Logger } from '../platform/log/log.ts';
import type { Parties } from '../sessions/index.ts';
import type { QueueBroadcaster } from './queue.broadcaster.ts';
import type { QueueHeard } from './queue.heard.ts';
import {
  CHANGE_OVER_MAX_MS,
  CHANGE_OVER_MIN_MS,
  END_PATIENCE_MS,
  END_RETRY_MS,
  ENDED_SHARE,
  LEFT_MAX,
  QUEUE_HEAL_MS,
  READY_SHARE,
  VOTER_GRACE_MS,
} from './queue.limits.ts';
import { cachedQueue, QUEUE } from './queue.record.ts';
import type { QueueService } from './queue.service.ts';

export interface QueueClockDeps {
  readonly parties: Parties;
  readonly queues: Pick<QueueService, 'happened' | 'hasten'>;
  readonly heard: QueueHeard;
  readonly broadcaster: Pick<QueueBroadcaster, 'look' | 'forgetBut'>;
  readonly log: Pick<Logger, 'error'>;
}

/**
 * What happens to queues because time passed: the next video when one ends, its start when people are ready, and the votes of
 * those who are gone. Every instance with people in a party keeps this clock: what two of them find at once is one commit.
 * Bound: one entry per session with people here, one per voter who is not there, and `LEFT_MAX` members who left.
 */
export class QueueClock {
  readonly #deps: QueueClockDeps;
  /** By session: what was tried last, and when, so that it is not tried with every beat. */
  readonly #tried = new Map<string, { readonly what: string; readonly atMs: number }>();
  /** By session and member: since when a voter was not there. */
  readonly #missing = new Map<string, Map<string, number>>();
  /** By session: members who left it here. Of a crowd not all are named, and this is what is known of the others. */
  readonly #left = new Map<string, Set<string>>();
  #healedAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: QueueClockDeps) {
    this.#deps = deps;
  }

  /** A member has left on this instance, or is there again. */
  moved(sessionId: string, memberId: string, isHere: boolean): void {
    const left = this.#left.get(sessionId) ?? new Set<string>();
    if (isHere) left.delete(memberId);
    else if (left.size < LEFT_MAX) left.add(memberId);
    this.#left.set(sessionId, left);
  }

  beat(nowMs: number): void {
    const { parties, broadcaster, heard } = this.#deps;
    const attended = new Set(parties.attended());
    for (const sessionId of attended) {
      const record = parties.cached(sessionId);
      if (record?.companions?.[QUEUE] !== undefined && record.endedAtMs === null) this.#look(record, nowMs);
    }
    if (nowMs - this.#healedAtMs < QUEUE_HEAL_MS) return;
    this.#healedAtMs = nowMs;
    for (const sessionId of attended) this.#heal(sessionId, nowMs);
    broadcaster.forgetBut(attended);
    heard.forgetBut(attended);
    for (const map of [this.#tried, this.#missing, this.#left]) for (const id of map.keys()) if (!attended.has(id)) map.delete(id);
  }

  /** Ends what has ended, and starts what people are ready for. */
  #look(record: SessionRecord, nowMs: number): void {
    const { queues, heard } = this.#deps;
    const { id, playback } = record;
    const { timeline, media } = playback;
    if (!timeline.playing) return;
    const { version } = timeline;
    if (timeline.atMs > nowMs) {
      if (timeline.cause.kind === 'load' && this.#isReady(record, nowMs)) {
        this.#try(id, `start ${version}`, nowMs, () => queues.hasten(id, version, nowMs));
      }
      return;
    }
    const endAtMs = media.durationS === null ? null : timeline.atMs + ((media.durationS - timeline.positionS) / timeline.rate) * 1000;
    const isOver = endAtMs === null ? this.#isSaidToEnd(record, heard, nowMs) : nowMs >= endAtMs + END_PATIENCE_MS;
    if (isOver && this.#goesOn(id)) this.#happened(id, { kind: 'ended', version }, `end ${version}`, nowMs);
  }

  /** A scheduled start is far enough away to be brought forward, and most of those who can play are ready. */
  #isReady({ id, playback: { timeline } }: SessionRecord, nowMs: number): boolean {
    const { parties, heard } = this.#deps;
    const sincePutOnMs = nowMs - (timeline.atMs - CHANGE_OVER_MAX_MS);
    const leadMs = parties.leadMs(id, nowMs);
    if (sincePutOnMs < CHANGE_OVER_MIN_MS - leadMs || timeline.atMs - nowMs <= 2 * leadMs) return false;
    const { ready, unable } = heard.of(id, timeline.version, nowMs);
    const able = Math.max(1, parties.present(id) - unable);
    return ready >= READY_SHARE * able;
  }

  /** Of a length that nobody stated: a host, or half of those who are there, have seen the end. */
  #isSaidToEnd({ id, playback: { timeline } }: SessionRecord, heard: QueueHeard, nowMs: number): boolean {
    const { ended, hostEnded } = heard.of(id, timeline.version, nowMs);
    return hostEnded || (ended > 0 && ended >= ENDED_SHARE * this.#deps.parties.present(id));
  }

  /** Is there anything to go on with, as far as is known here? */
  #goesOn(id: string): boolean {
    const queue = cachedQueue(this.#deps.parties, id);
    return queue === null || (queue.auto && queue.items.length > 0 && queue.wishes?.stay !== true);
  }

  #heal(id: string, nowMs: number): void {
    const { parties, broadcaster } = this.#deps;
    const version = parties.cached(id)?.companions?.[QUEUE]?.version;
    if (version === undefined) return;
    broadcaster.look(id, version);
    const queue = cachedQueue(parties, id);
    if (queue === null) return;
    const gone = this.#goneVoters(id, queue, nowMs);
    if (gone.length > 0) this.#happened(id, { kind: 'left', memberIds: gone }, `left ${gone.join(' ')}`, nowMs);
  }

  /** Voters who have not been there for the grace. */
  #goneVoters(id: string, queue: QueueRecord, nowMs: number): string[] {
    const voters = new Set([...queue.items.flatMap((entry) => entry.voters), ...(queue.wishes?.skipVoters ?? [])]);
    const missing = this.#missing.get(id) ?? new Map<string, number>();
    const still = new Map<string, number>();
    for (const memberId of voters) {
      const isThere = this.#deps.parties.isThere(id, memberId) ?? !this.#left.get(id)?.has(memberId);
      if (!isThere) still.set(memberId, missing.get(memberId) ?? nowMs);
    }
    if (still.size > 0) this.#missing.set(id, still);
    else this.#missing.delete(id);
    return [...still].filter(([, sinceMs]) => nowMs - sinceMs >= VOTER_GRACE_MS).map(([memberId]) => memberId);
  }

  #happened(id: string, event: QueueEvent, what: string, nowMs: number): void {
    this.#try(id, what, nowMs, () => this.#deps.queues.happened(id, event, nowMs));
  }

  #try(id: string, what: string, nowMs: number, work: () => Promise<void>): void {
    const before = this.#tried.get(id);
    if (before?.what === what && nowMs - before.atMs < END_RETRY_MS) return;
    this.#tried.set(id, { what, atMs: nowMs });
    work().catch((error) => {
      // What is unavailable now is tried again with a later beat.
      if (!(error instanceof CodedError)) this.#deps.log.error({ err: error, sessionId: id }, 'a queue could not go on');
    });
  }
}
