import { MODERATION_LOG_MAX, type ModerationEntry } from '../protocol/index.ts';

/** A log with one more entry. What one does to one again and again is one entry, the last: nobody's toggling pushes others out. */
export function logged(log: readonly ModerationEntry[] = [], entry: ModerationEntry): readonly ModerationEntry[] {
  const last = log.at(-1);
  const isAgain = last?.kind === entry.kind && last.by?.memberId === entry.by?.memberId && last.target?.memberId === entry.target?.memberId;
  return [...(isAgain ? log.slice(0, -1) : log), entry].slice(-MODERATION_LOG_MAX);
}
