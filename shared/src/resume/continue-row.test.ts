import { describe, expect, it } from 'vitest';
import { continueRow, type RowOptions } from './continue-row.ts';
import { NO_REGISTERS, type ResumeRecord, type ResumeTitle, titleOf } from './record.ts';
import { ROW_WINDOW_MS } from './resume.constants.ts';
import { recordOf, sittingNamed } from './resume.testing.ts';

const NOW_MS = 2 * ROW_WINDOW_MS;

const title = (name: string, agoMs: number, changed: Partial<ResumeRecord> = {}): ResumeTitle =>
  titleOf(
    recordOf({ contentId: `title:${name}`, intentAtMs: NOW_MS - agoMs, sittingId: sittingNamed(agoMs), ...changed }),
  );

/** Episodes are named `show.number`; shows have three. */
const placeOf: RowOptions['placeOf'] = (contentId) => {
  const [show = '', episode] = contentId.split('.');
  if (episode === undefined) return { showId: null, nextContentId: null };
  return { showId: show, nextContentId: Number(episode) < 3 ? `${show}.${Number(episode) + 1}` : null };
};

const row = (titles: readonly ResumeTitle[], options: Partial<RowOptions> = {}) =>
  continueRow(titles, { nowMs: NOW_MS, clearedAtMs: 0, placeOf, ...options }).map(
    ({ contentId, kind }) => `${contentId.replace('title:', '')} ${kind}`,
  );

describe('[RES12] the continue-watching row', () => {
  it('has the newest gesture first, ten of them unless more are asked for', () => {
    const titles = Array.from({ length: 15 }, (_, i) => title(`f${i}`, (i + 1) * 1000));
    expect(row(titles)).toEqual(Array.from({ length: 10 }, (_, i) => `f${i} resume`));
    expect(row(titles.toReversed(), { limit: 12 })).toHaveLength(12);
  });

  it('leaves out what was hardly begun, is short, completed, old, deleted or cleared', () => {
    expect(
      row([
        title('begun', 1000, { watchedMs: 100_000 }),
        title('short', 1000, { durationMs: 299_999 }),
        title('endless', 1000, { durationMs: null }),
        title('seen', 1000, { state: 'completed' }),
        title('gone', 1000, { state: 'deleted' }),
        title('old', ROW_WINDOW_MS + 1),
      ]),
    ).toEqual([]);
    expect(row([title('a', 1000), title('b', 3000)], { clearedAtMs: NOW_MS - 2000 })).toEqual(['a resume']);
  });

  it('leaves out what is hidden, until it is watched again', () => {
    const hide = (it: ResumeTitle, agoMs: number) => ({
      ...it,
      registers: { ...NO_REGISTERS, hiddenAtMs: NOW_MS - agoMs },
    });
    expect(row([hide(title('a', 2000), 1000), hide(title('b', 2000), 3000)])).toEqual(['b resume']);
  });

  it('has one entry for a show: the episode that was begun last', () => {
    expect(row([title('s.1', 2000), title('s.2', 1000), title('film', 3000)])).toEqual(['s.2 resume', 'film resume']);
  });

  it('offers the episode after one that was completed, and nothing where that was the last', () => {
    expect(row([title('s.1', 1000, { state: 'completed' })])).toEqual(['s.2 next']);
    expect(row([title('s.3', 1000, { state: 'completed' }), title('s.1', 9000)])).toEqual([]);
    expect(row([title('s.1', 1000, { state: 'completed' }), title('s.2', 9000, { state: 'completed' })])).toEqual([]);
  });

  it('a look into another episode does not put away the one that is watched', () => {
    expect(row([title('s.3', 1000, { watchedMs: 5000 }), title('s.1', 2000)])).toEqual(['s.1 resume']);
  });
});
