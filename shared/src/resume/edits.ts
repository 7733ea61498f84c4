import type { ResumeDevice, ResumeRecord } from './record.ts';
import type { Gesture } from './sitting.ts';

// What somebody says of a title without watching it. Each is a gesture that is meant at once.

/** "I have seen it", "I have not", "forget it". */
export type ResumeEdit = 'watched' | 'unwatched' | 'delete';

/** The record that an edit makes. @param record what is known of the title, for its length and for undoing */
export function editTitle(
  edit: ResumeEdit,
  contentId: string,
  { sittingId, intentAtMs }: Gesture,
  record: ResumeRecord | null,
  device: ResumeDevice,
): ResumeRecord {
  const durationMs = record?.durationMs ?? null;
  const watched = edit === 'watched';
  return {
    contentId,
    sittingId,
    intentAtMs,
    seq: 0,
    committed: true,
    durationMs,
    device,
    savedAtMs: intentAtMs,
    positionMs: watched ? (durationMs ?? record?.positionMs ?? 0) : 0,
    watchedMs: watched ? (record?.watchedMs ?? 0) : 0,
    state: watched ? 'completed' : edit === 'delete' ? 'deleted' : 'active',
    previousPositionMs: record?.positionMs ?? null,
  };
}
