import type { ResumeEntry } from '@cowatch/shared/protocol';
import {
  isHidden,
  type KnownMedia,
  NO_REGISTERS,
  type ResumeMedia,
  type ResumeRecord,
  resumeAtMs,
  visibleRecord,
} from '@cowatch/shared/resume';
import type { StoredTitle } from './store/resume.store.ts';

/** Whether a sitting was watched, or declared so. A probe is not, nor is taking "watched" back. */
export function joinsHistory({ state, committed, watchedMs }: ResumeRecord): boolean {
  return committed && (state === 'completed' || (state === 'active' && watchedMs > 0));
}

/** Entry of a title, as its viewer sees it; null where there is none, or a tombstone. */
export function entryOf(stored: StoredTitle, nowMs: number): ResumeEntry | null {
  const record = visibleRecord(stored, stored.clearedAtMs);
  if (record === null || record.state === 'deleted') return null;
  const { lastWatchedAtMs } = stored.registers;
  return {
    ...record,
    state: record.state,
    hidden: isHidden(stored),
    lastWatchedAtMs,
    resumeAtMs: resumeAtMs(record.positionMs, lastWatchedAtMs, nowMs),
    media: mediaOf(stored.media),
  };
}

/** Empty title: the answer where nothing is stored. */
export function unknownTitle(contentId: string): StoredTitle {
  return { contentId, record: null, media: null, registers: NO_REGISTERS, put: null, rev: 0, clearedAtMs: 0 };
}

export function mediaOf(media: KnownMedia | null): ResumeMedia | null {
  return media === null ? null : { url: media.url, title: media.title };
}
