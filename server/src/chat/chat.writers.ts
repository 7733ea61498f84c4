import { admitLine, isRepeat, NEW_WRITER, type WriterHistory, type WrittenLine } from '@cowatch/shared/chat';
import { type ChatSettings, CodedError } from '@cowatch/shared/protocol';
import { LRUCache } from 'lru-cache';
import { WRITERS_MAX } from './chat.limits.ts';

interface Writer {
  /** When they were first seen here, in cluster milliseconds. */
  readonly sinceMs: number;
  history: WriterHistory;
}

const REFUSALS = {
  link: 'You can post links when you have been here for a minute.',
  noLinks: 'Only hosts can post links here.',
  slow: 'Slow mode is on. Wait a moment.',
  same: 'You have said that already.',
  rate: 'You are writing too fast. Wait a moment.',
} as const;

/** What each person said lately, by member: another connection does not begin anew. Bound: `WRITERS_MAX`, the latest ones. */
export class ChatWriters {
  readonly #writers = new LRUCache<string, Writer>({ max: WRITERS_MAX });

  /** Somebody has come. */
  joined(sessionId: string, memberId: string, nowMs: number): void {
    this.#writer(sessionId, memberId, nowMs);
  }

  /** Counts a line. A repeat of one that was taken is let through: the store knows it. @throws CodedError `rate_limited`, `forbidden` */
  admit(sessionId: string, memberId: string, line: Omit<WrittenLine, 'presentMs'>, settings: ChatSettings, nowMs: number): void {
    const writer = this.#writer(sessionId, memberId, nowMs);
    if (isRepeat(writer.history, line.opId)) return;
    const admission = admitLine(writer.history, { ...line, presentMs: nowMs - writer.sinceMs }, settings, nowMs);
    if (admission.kind === 'taken') {
      writer.history = admission.next;
      return;
    }
    const { why, retryAfterMs } = admission;
    if (retryAfterMs === null) throw new CodedError('forbidden', REFUSALS.noLinks, undefined, 'link');
    const reason = why === 'link' || why === 'same' ? why : undefined;
    throw new CodedError('rate_limited', REFUSALS[why], Math.ceil(retryAfterMs), reason);
  }

  #writer(sessionId: string, memberId: string, nowMs: number): Writer {
    const key = `${sessionId} ${memberId}`;
    const known = this.#writers.get(key);
    if (known !== undefined) return known;
    const writer = { sinceMs: nowMs, history: NEW_WRITER };
    this.#writers.set(key, writer);
    return writer;
  }
}
