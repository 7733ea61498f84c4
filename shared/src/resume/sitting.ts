import { begunAfterMs, isAtEnd, isRewatch, type Place } from './completion.ts';
import type { ResumeDevice, ResumeRecord } from './record.ts';
import { ADVANCES_MAX, COMMIT_AFTER_MS, SITTING_PAUSE_MS } from './resume.constants.ts';

/** The playback that follows one gesture of a person, on one title. */
export interface Sitting {
  readonly contentId: string;
  readonly sittingId: string;
  /** Server milliseconds of the gesture. */
  readonly intentAtMs: number;
  /** Of what was saved last; 0 before anything was. */
  readonly seq: number;
  readonly committed: boolean;
  /** Watched since the gesture, in milliseconds. */
  readonly sinceGestureMs: number;
  /** Watched since the title was resumed, whatever was jumped meanwhile. */
  readonly sinceResumeMs: number;
  /** What had been watched of the title before that. */
  readonly beforeMs: number;
  /** It was completed when it was resumed, and is not watched again from its beginning. */
  readonly wasCompleted: boolean;
  readonly previousPositionMs: number | null;
  /** Titles that came on by themselves since the gesture. */
  readonly advances: number;
}

/** A gesture that begins something: its name is new, its time is whole server milliseconds. */
export interface Gesture {
  readonly sittingId: string;
  readonly intentAtMs: number;
}

/** Is pressing play a new sitting? @param pausedForMs null where the title was not running before */
export function playOpensSitting(pausedForMs: number | null): boolean {
  return pausedForMs === null || pausedForMs >= SITTING_PAUSE_MS;
}

/** Somebody begins a title, or goes on with it. @param record what is known of it, wherever that was watched */
export function openSitting(contentId: string, { sittingId, intentAtMs }: Gesture, place: Place, record: ResumeRecord | null): Sitting {
  return {
    contentId,
    sittingId,
    intentAtMs,
    ...resumed(place, record),
    seq: 0,
    committed: false,
    sinceGestureMs: 0,
    sinceResumeMs: 0,
    advances: 0,
  };
}

/**
 * Somebody jumps, on the device where they watch. It is as good as what it jumps from, and no better: a tap of a child
 * on something that nobody watches moves nothing.
 */
export function seekSitting(sitting: Sitting, { sittingId, intentAtMs }: Gesture, from: Place, to: Place): Sitting {
  const again = sitting.wasCompleted && isRewatch(to);
  return {
    ...sitting,
    sittingId,
    intentAtMs,
    seq: 0,
    sinceGestureMs: 0,
    advances: 0,
    ...(again ? { wasCompleted: false, beforeMs: 0, sinceResumeMs: 0 } : {}),
    committed: sitting.committed && sitting.advances < ADVANCES_MAX,
    previousPositionMs: from.positionMs,
  };
}

/** The next title comes on by itself: still the same gesture, and after a few of them nobody's. */
export function advanceSitting(sitting: Sitting, contentId: string, place: Place, record: ResumeRecord | null): Sitting {
  const advances = sitting.advances + 1;
  return {
    ...sitting,
    contentId,
    advances,
    ...resumed(place, record),
    sinceResumeMs: 0,
    committed: sitting.committed && advances < ADVANCES_MAX,
  };
}

/** So much of it was really played: time that passed while it moved, not distance. */
export function watch(sitting: Sitting, forMs: number): Sitting {
  const sinceGestureMs = sitting.sinceGestureMs + Math.max(0, forMs);
  return {
    ...sitting,
    sinceGestureMs,
    sinceResumeMs: sitting.sinceResumeMs + Math.max(0, forMs),
    committed: sitting.committed || (sinceGestureMs >= COMMIT_AFTER_MS && sitting.advances < ADVANCES_MAX),
  };
}

/** What there is to save now, and the sitting that has saved it. Positions are rounded to whole milliseconds. */
export function saveSitting(
  sitting: Sitting,
  place: Place,
  { savedAtMs, device }: { readonly savedAtMs: number; readonly device: ResumeDevice },
): { readonly sitting: Sitting; readonly record: ResumeRecord } {
  const { contentId, sittingId, intentAtMs, committed, previousPositionMs } = sitting;
  const seq = sitting.seq + 1;
  const durationMs = place.durationMs === null ? null : Math.round(place.durationMs);
  const stillCompleted = sitting.wasCompleted && sitting.sinceResumeMs < begunAfterMs(durationMs);
  const completed = stillCompleted || (committed && isAtEnd(place));
  return {
    sitting: { ...sitting, seq },
    record: {
      contentId,
      sittingId,
      intentAtMs,
      seq,
      committed,
      previousPositionMs,
      durationMs,
      device,
      positionMs: Math.round(place.positionMs),
      watchedMs: Math.round(sitting.beforeMs + sitting.sinceResumeMs),
      state: completed ? 'completed' : 'active',
      savedAtMs,
    },
  };
}

/** What a title brings along from what was known of it. */
function resumed(place: Place, record: ResumeRecord | null) {
  const known = record === null || record.state === 'deleted' ? null : record;
  const again = known?.state === 'completed' && isRewatch(place);
  return {
    beforeMs: again ? 0 : (known?.watchedMs ?? 0),
    wasCompleted: known?.state === 'completed' && !again,
    previousPositionMs: known?.positionMs ?? null,
  };
}
