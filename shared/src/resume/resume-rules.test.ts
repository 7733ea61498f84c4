import { describe, expect, it } from 'vitest';
import { admit } from './admission.ts';
import { begunAfterMs, isAtEnd, isRewatch, isWellBegun } from './completion.ts';
import { editTitle } from './edits.ts';
import { applyRecord, titleOf } from './record.ts';
import { INTENT_AHEAD_MAX_MS, SAVE_EXPIRES_MS } from './resume.constants.ts';
import { PHONE, recordOf, sittingNamed } from './resume.testing.ts';
import { resumeAtMs, rewindMs } from './rewind.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const at = (positionMs: number, durationMs: number | null, creditsAtMs: number | null = null) => ({
  positionMs,
  durationMs,
  creditsAtMs,
});

describe('[RES5] the end of a title', () => {
  it.each([
    ['at 90 %', at(9 * MINUTE_MS, 10 * MINUTE_MS), true],
    ['just before', at(9 * MINUTE_MS - 1, 10 * MINUTE_MS), false],
    ['three minutes left of 20', at(17 * MINUTE_MS, 20 * MINUTE_MS), true],
    ['three minutes left of less', at(17 * MINUTE_MS - 1, 20 * MINUTE_MS - 1), false],
    ['ten hours: three minutes left is past 90 % anyway', at(9 * HOUR_MS, 10 * HOUR_MS), true],
    ['ten hours, at eight', at(8 * HOUR_MS, 10 * HOUR_MS), false],
    ['the credits, where they are known', at(50 * MINUTE_MS, HOUR_MS, 50 * MINUTE_MS), true],
    ['before the credits, though past 90 %', at(55 * MINUTE_MS, HOUR_MS, 56 * MINUTE_MS), false],
    ['no length', at(9 * HOUR_MS, null), false],
    ['a length of nothing', at(0, 0), false],
  ])('%s', (_, place, expected) => {
    expect(isAtEnd(place)).toBe(expected);
  });

  it('begun is two minutes or three per cent, and well begun what has five minutes or more', () => {
    expect(begunAfterMs(10 * HOUR_MS)).toBe(2 * MINUTE_MS);
    expect(begunAfterMs(10 * MINUTE_MS)).toBe(18_000);
    expect(isWellBegun(18_000, 10 * MINUTE_MS)).toBe(true);
    expect(isWellBegun(17_999, 10 * MINUTE_MS)).toBe(false);
    expect(isWellBegun(HOUR_MS, 5 * MINUTE_MS - 1)).toBe(false);
    expect(isWellBegun(HOUR_MS, null)).toBe(false);
  });

  it('watching again begins below 5 %', () => {
    expect(isRewatch(at(0.05 * HOUR_MS - 1, HOUR_MS))).toBe(true);
    expect(isRewatch(at(0.05 * HOUR_MS, HOUR_MS))).toBe(false);
    expect(isRewatch(at(0, null))).toBe(true);
  });
});

describe('[RES7] going back a little', () => {
  it.each([
    [0, 0],
    [MINUTE_MS - 1, 0],
    [MINUTE_MS, 3000],
    [HOUR_MS - 1, 3000],
    [HOUR_MS, 10_000],
    [DAY_MS - 1, 10_000],
    [DAY_MS, 20_000],
    [400 * DAY_MS, 20_000],
    [-5, 0],
  ])('after %d ms: %d ms', (absenceMs, expected) => {
    expect(rewindMs(absenceMs)).toBe(expected);
  });

  it('never before the beginning', () => {
    expect(resumeAtMs(15_000, 0, 2 * DAY_MS)).toBe(0);
    expect(resumeAtMs(0, 0, 2 * DAY_MS)).toBe(0);
    expect(resumeAtMs(60_000, 0, HOUR_MS)).toBe(50_000);
  });
});

describe('[RES9] what is taken at all', () => {
  const nowMs = 40 * DAY_MS;
  const record = recordOf({ intentAtMs: nowMs, savedAtMs: nowMs });

  it('takes a position of zero, at the very end, and of unknown length', () => {
    for (const changed of [{ positionMs: 0 }, { positionMs: HOUR_MS + 2000 }, { durationMs: null }]) {
      expect(admit({ ...record, ...changed }, nowMs)).toEqual({ kind: 'admitted' });
    }
  });

  it('rejects a clock that is ahead, and never guesses what it meant', () => {
    const ahead = nowMs + INTENT_AHEAD_MAX_MS;
    expect(admit({ ...record, intentAtMs: ahead, savedAtMs: ahead }, nowMs).kind).toBe('admitted');
    expect(admit({ ...record, intentAtMs: ahead + 1 }, nowMs)).toMatchObject({ kind: 'rejected', code: 'clock_skew' });
    expect(admit({ ...record, savedAtMs: ahead + 1 }, nowMs)).toMatchObject({ kind: 'rejected', code: 'clock_skew' });
  });

  it('says that a position of more than 30 days ago has expired', () => {
    expect(admit({ ...record, savedAtMs: nowMs - SAVE_EXPIRES_MS }, nowMs).kind).toBe('admitted');
    expect(admit({ ...record, savedAtMs: nowMs - SAVE_EXPIRES_MS - 1 }, nowMs).kind).toBe('expired');
  });

  it('rejects a position past the end, and an end that was not meant', () => {
    const code = 'bad_request';
    expect(admit({ ...record, positionMs: HOUR_MS + 2001 }, nowMs)).toMatchObject({ kind: 'rejected', code });
    for (const state of ['completed', 'deleted'] as const) {
      expect(admit({ ...record, committed: false, state }, nowMs)).toMatchObject({ kind: 'rejected', code });
      expect(admit({ ...record, state }, nowMs).kind).toBe('admitted');
    }
  });
});

describe('[RES10] saying so', () => {
  const gesture = { sittingId: sittingNamed(9), intentAtMs: 9_000_000 };
  const edited = (edit: 'watched' | 'unwatched' | 'delete') =>
    applyRecord(titleOf(recordOf()), editTitle(edit, 'title:film', gesture, recordOf(), PHONE));

  it('watched, unwatched and deleted are meant at once, and what was before can be had again', () => {
    expect(edited('watched').title.record).toMatchObject({ state: 'completed', positionMs: HOUR_MS });
    expect(edited('unwatched').title.record).toMatchObject({ state: 'active', positionMs: 0, watchedMs: 0 });
    expect(edited('delete').title.record).toMatchObject({ state: 'deleted', positionMs: 0 });
    for (const edit of ['watched', 'unwatched', 'delete'] as const) {
      expect(edited(edit)).toMatchObject({
        outcome: 'applied',
        title: { record: { committed: true, previousPositionMs: 600_000 } },
      });
    }
  });

  it('of a title that nobody knows: its length is not known either', () => {
    expect(editTitle('watched', 'title:x', gesture, null, PHONE)).toMatchObject({ durationMs: null, positionMs: 0 });
  });
});
