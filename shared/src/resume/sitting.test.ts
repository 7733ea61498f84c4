import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResumeRecord } from './record.ts';
import { COMMIT_AFTER_MS, SITTING_PAUSE_MS } from './resume.constants.ts';
import { recordOf, sittingNamed, TV } from './resume.testing.ts';
import { advanceSitting, openSitting, playOpensSitting, type Sitting, saveSitting, seekSitting, watch } from './sitting.ts';

const HOUR_MS = 3_600_000;
const FILM = 'title:film';
const at = (positionMs: number, durationMs: number | null = HOUR_MS) => ({ positionMs, durationMs });
const gesture = (name: number, intentAtMs = name * 1_000_000) => ({ sittingId: sittingNamed(name), intentAtMs });
const open = (record: ResumeRecord | null, positionMs: number, name = 5) => openSitting(FILM, gesture(name), at(positionMs), record);
const saved = (sitting: Sitting, positionMs: number, durationMs: number | null = HOUR_MS) =>
  saveSitting(sitting, at(positionMs, durationMs), { savedAtMs: 9_000_000, device: TV }).record;

describe('[RES4] a sitting', () => {
  it('opens on play from stop and after a minute of pause, not after less', () => {
    expect(playOpensSitting(null)).toBe(true);
    expect(playOpensSitting(SITTING_PAUSE_MS)).toBe(true);
    expect(playOpensSitting(SITTING_PAUSE_MS - 1)).toBe(false);
  });

  it('counts what it saves, and keeps the time of its gesture', () => {
    const first = saveSitting(open(null, 0), at(1000), { savedAtMs: 9_000_000, device: TV });
    const second = saveSitting(first.sitting, at(2000.4), { savedAtMs: 9_010_000, device: TV });
    expect([first.record.seq, second.record.seq]).toEqual([1, 2]);
    expect(second.record).toMatchObject({ intentAtMs: 5_000_000, positionMs: 2000, savedAtMs: 9_010_000 });
  });

  it('is meant after 15 s watched, and a jump is no watching', () => {
    const sitting = watch(open(null, 0), COMMIT_AFTER_MS - 1);
    expect(saved(sitting, 14_999).committed).toBe(false);
    expect(saved(watch(sitting, 1), 15_000).committed).toBe(true);
    expect(saved(seekSitting(sitting, gesture(6), at(14_999), at(HOUR_MS / 2)), HOUR_MS / 2).committed).toBe(false);
    expect(watch(open(null, 0), -5).sinceGestureMs).toBe(0);
  });

  it('a jump is as good as what it jumps from, and can be undone', () => {
    const jumped = seekSitting(watch(open(null, 0), 20_000), gesture(6), at(20_000), at(HOUR_MS / 2));
    expect(saved(jumped, HOUR_MS / 2)).toMatchObject({
      committed: true,
      sittingId: sittingNamed(6),
      seq: 1,
      previousPositionMs: 20_000,
      watchedMs: 20_000,
    });
  });

  it('goes on counting what was watched before, and begins anew where it is watched again', () => {
    const goingOn = watch(open(recordOf(), 600_000), 30_000);
    expect(saved(goingOn, 630_000)).toMatchObject({ watchedMs: 630_000, previousPositionMs: 600_000 });
    const again = watch(open(recordOf({ state: 'completed' }), 0), 30_000);
    expect(saved(again, 30_000)).toMatchObject({ watchedMs: 30_000, state: 'active' });
    expect(saved(open(recordOf({ state: 'deleted' }), 0), 0)).toMatchObject({ watchedMs: 0, previousPositionMs: null });
  });
});

describe('[RES5] completion', () => {
  it('by position, of what was meant only', () => {
    expect(saved(open(null, 0), 0.95 * HOUR_MS).state).toBe('active');
    expect(saved(watch(open(null, 0), 20_000), 0.95 * HOUR_MS).state).toBe('completed');
    expect(saved(watch(open(null, 0), 20_000), 0.8 * HOUR_MS).state).toBe('active');
  });

  it('a look into the middle of a completed title leaves it completed until it is watched', () => {
    const looked = watch(open(recordOf({ state: 'completed', watchedMs: HOUR_MS }), HOUR_MS / 2), 20_000);
    expect(saved(looked, HOUR_MS / 2).state).toBe('completed');
    const jumped = seekSitting(looked, gesture(6), at(HOUR_MS / 2), at(HOUR_MS / 3));
    expect(saved(watch(jumped, 87_999), HOUR_MS / 3).state).toBe('completed');
    expect(saved(watch(jumped, 88_000), HOUR_MS / 3).state).toBe('active');
  });

  it('a jump to its beginning watches it again', () => {
    const looked = watch(open(recordOf({ state: 'completed', watchedMs: HOUR_MS }), HOUR_MS / 2), 20_000);
    const again = seekSitting(looked, gesture(6), at(HOUR_MS / 2), at(0));
    expect(saved(again, 0)).toMatchObject({ state: 'active', watchedMs: 0 });
  });
});

describe('[RES6] titles that come on by themselves', () => {
  const evening = watch(open(null, 0), 3_000_000);
  const next = (sitting: Sitting, episode: number) => watch(advanceSitting(sitting, `title:e${episode}`, at(0), null), 3_000_000);

  it('are the same gesture, and after three of them nobody’s', () => {
    const second = next(evening, 2);
    expect(saved(second, HOUR_MS)).toMatchObject({
      contentId: 'title:e2',
      sittingId: evening.sittingId,
      intentAtMs: evening.intentAtMs,
      state: 'completed',
      watchedMs: 3_000_000,
    });
    const fourth = next(next(second, 3), 4);
    expect(saved(fourth, HOUR_MS)).toMatchObject({ committed: false, state: 'active' });
    expect(saved(next(fourth, 5), HOUR_MS).committed).toBe(false);
  });

  it('until somebody does something', () => {
    const fourth = next(next(next(evening, 2), 3), 4);
    const jumped = seekSitting(fourth, gesture(7), at(0), at(60_000));
    expect(saved(jumped, 60_000).committed).toBe(false);
    expect(saved(watch(jumped, COMMIT_AFTER_MS), 75_000).committed).toBe(true);
  });
});

describe('saveSitting', () => {
  it('never completes what was not meant, nor anything whose length is not known', () => {
    fc.assert(
      fc.property(fc.nat(HOUR_MS), fc.nat(30_000), fc.boolean(), (positionMs, watchedMs, isLong) => {
        const record = saved(watch(open(null, 0), watchedMs), positionMs, isLong ? HOUR_MS : null);
        expect(record.committed).toBe(watchedMs >= COMMIT_AFTER_MS);
        if (!record.committed || !isLong) expect(record.state).toBe('active');
      }),
    );
  });
});
