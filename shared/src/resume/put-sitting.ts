import type { Place } from './completion.ts';
import type { ResumeDevice, ResumeRecord } from './record.ts';
import { PUT_GAP_MS, PUT_JUMP_MS, PUT_RATE_MAX } from './resume.constants.ts';
import { type Gesture, openSitting, type Sitting, saveSitting, seekSitting, watch } from './sitting.ts';

/** What is remembered of a player that only says where it is. */
export interface PutSitting {
  readonly sitting: Sitting;
  readonly place: Place;
  readonly atMs: number;
}

/** One thing that such a player said, and when it arrived (server milliseconds). */
export interface Put {
  readonly contentId: string;
  readonly place: Place;
  readonly atMs: number;
  readonly device: ResumeDevice;
  /** Names the sitting, should this begin one. */
  readonly sittingId: string;
}

/**
 * Makes sittings of what a player says that knows nothing of them: what follows closely is watched, a gap begins anew, a
 * jump is somebody's.
 *
 * @param before what this returned for the same player and title; null the first time
 * @param record what is known of the title
 */
export function putSitting(
  before: PutSitting | null,
  put: Put,
  record: ResumeRecord | null,
): { readonly next: PutSitting; readonly record: ResumeRecord } {
  const { atMs, device, place } = put;
  const saved = saveSitting(continued(before, put, record), place, { savedAtMs: atMs, device });
  return { next: { sitting: saved.sitting, place, atMs }, record: saved.record };
}

function continued(before: PutSitting | null, put: Put, record: ResumeRecord | null): Sitting {
  const { contentId, place, atMs, sittingId } = put;
  const gesture: Gesture = { sittingId, intentAtMs: Math.floor(atMs) };
  const passedMs = before === null ? Number.POSITIVE_INFINITY : atMs - before.atMs;
  if (before === null || passedMs > PUT_GAP_MS) return openSitting(contentId, gesture, place, record);
  const movedMs = place.positionMs - before.place.positionMs;
  const playableMs = Math.max(0, passedMs) * PUT_RATE_MAX;
  if (movedMs <= -PUT_JUMP_MS || movedMs >= playableMs + PUT_JUMP_MS) {
    return seekSitting(before.sitting, gesture, before.place, place);
  }
  return watch(before.sitting, Math.min(Math.max(0, movedMs), playableMs));
}
