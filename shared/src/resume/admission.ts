import type { ResumeRecord } from './record.ts';
import { INTENT_AHEAD_MAX_MS, POSITION_SLACK_MS, SAVE_EXPIRES_MS } from './resume.constants.ts';

/** Why a record is refused: the clock that stamped it, or what it says. */
export type RejectionCode = 'clock_skew' | 'bad_request';

/** What is said of a record before anything is compared with it. */
export type Admission =
  | { readonly kind: 'admitted' }
  /** Saved too long ago: what was deleted meanwhile may be forgotten, so nobody could tell. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'rejected'; readonly code: RejectionCode; readonly message: string };

const ADMITTED: Admission = { kind: 'admitted' };

/**
 * May this record be compared with what is known? Its gesture's time is never rewritten: a clock that is ahead is told
 * so, and the client stamps the sitting anew.
 *
 * @param nowMs server milliseconds
 */
export function admit(record: ResumeRecord, nowMs: number): Admission {
  const { intentAtMs, savedAtMs, positionMs, durationMs, committed, state } = record;
  if (Math.max(intentAtMs, savedAtMs) > nowMs + INTENT_AHEAD_MAX_MS) {
    return rejected('clock_skew', 'The clock of this device is ahead of the server’s.');
  }
  if (nowMs - savedAtMs > SAVE_EXPIRES_MS) return { kind: 'expired' };
  if (durationMs !== null && positionMs > durationMs + POSITION_SLACK_MS) {
    return rejected('bad_request', 'The position is past the end.');
  }
  if (state !== 'active' && !committed) {
    return rejected('bad_request', 'Only what was meant completes or deletes a title.');
  }
  return ADMITTED;
}

function rejected(code: RejectionCode, message: string): Admission {
  return { kind: 'rejected', code, message };
}
