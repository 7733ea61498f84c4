import { describe, expect, it } from 'vitest';
import { continueRow, type RowOptions } from './continue-row.ts';
import { NO_REGISTERS, type ResumeRecord, type ResumeTitle, titleOf } from './record.ts';
import { ROW_WINDOW_MS } from './resume.constants.ts';
import { recordOf, sittingNamed } from './resume.testing.ts';

const NOW_MS = 2 * ROW_WINDOW_MS;

const title = (name: string, agoMs: number, changed: Partial<ResumeRecord> = {}): ResumeTitle =>
  titleOf(recordOf({ contentId: `title:${name}`, intentAtMs: NOW_MS - agoMs, sittingId: sittingNamed(agoMs), ...changed }));

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

  it('has what was hardly begun, is short, or of a length nobody knows after all others', () => {
    const titles = [
      title('hardly', 1000, { watchedMs: 20_000 }),
      title('short', 2000, { durationMs: 299_999 }),
      title('endless', 3000, { durationMs: null }),
      title('film', 4000),
      title('older', 5000),
    ];
    expect(row(titles)).toEqual(['film', 'older', 'hardly', 'short', 'endless'].map((name) => `${name} resume`));
    expect(row(titles, { limit: 3 })).toEqual(['film resume', 'older resume', 'hardly resume']);
  });

  it('leaves out a look of seconds, what is completed, unwatched, old, deleted or cleared', () => {
    expect(
      row([
        title('looked', 1000, { watchedMs: 4000, committed: false }),
        title('unwatched', 1000, { watchedMs: 0, positionMs: 0 }),
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
    expect(row([title('s.3', 1000, { watchedMs: 16_000 }), title('s.1', 2000)])).toEqual(['s.1 resume']);
    expect(row([title('s.3', 1000, { watchedMs: 16_000 }), title('s.2', 2000, { watchedMs: 16_000 })])).toEqual(['s.3 resume']);
  });

  it('what goes on by itself without anybody there is offered only where much of it was seen', () => {
    expect(row([title('tv', 1000, { committed: false })])).toEqual(['tv resume']);
  });

  it('a hidden one keeps nothing hidden but itself', () => {
    const hidden = { ...title('s.3', 1000, { watchedMs: 16_000 }), registers: { ...NO_REGISTERS, hiddenAtMs: NOW_MS } };
    expect(row([hidden, title('s.1', 2000), title('film', 3000, { watchedMs: 16_000 })])).toEqual(['s.1 resume', 'film resume']);
  });
});
