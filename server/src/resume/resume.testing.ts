import type { ResumeSaveItem } from '@cowatch/shared/protocol';

let sittings = 0;

/** Id of a new sitting. */
function newSitting(): string {
  sittings += 1;
  return sittings.toString(16).padStart(32, '0');
}

/** Item of a save: ten minutes of an hour's film were watched, in a new sitting. */
export function saveItem(atMs: number, changed: Partial<ResumeSaveItem> = {}): ResumeSaveItem {
  const nowMs = Math.floor(atMs);
  return {
    contentId: 'title:film',
    committed: true,
    sittingId: newSitting(),
    seq: 1,
    intentAtMs: nowMs,
    savedAtMs: nowMs,
    positionMs: 600_000,
    durationMs: 3_600_000,
    watchedMs: 600_000,
    state: 'active',
    previousPositionMs: null,
    ...changed,
  };
}
