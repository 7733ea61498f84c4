import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatSettings } from '../protocol/chat.ts';
import { admitLine, isRepeat, NEW_WRITER, type WriterHistory } from './admission.ts';
import { CHAT_BURST, CHAT_EVERY_MS, CHAT_FRAME_LINES, SLOW_QUIET_MS } from './chat.constants.ts';
import { hasLink } from './links.ts';
import { topReactions } from './reactions.ts';
import { isShownToAll } from './sampling.ts';
import { SlowMode } from './slow-mode.ts';

const OPEN: ChatSettings = { slowMs: 0, slowBy: 'hosts', links: 'everyone' };
const NOW_MS = 1_700_000_000_000;
const line = (text: string, more = {}) => ({ opId: `op-${text}`, text, isHost: false, presentMs: 0, ...more });

describe('the rate of one writer', () => {
  it('[CHAT4] is five at once and one in 1.5 s, however they try', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 60 }), (waits) => {
        let history: WriterHistory = NEW_WRITER;
        let nowMs = NOW_MS;
        const taken: number[] = [];
        for (const [n, waitMs] of waits.entries()) {
          nowMs += waitMs;
          const admission = admitLine(history, line(`text ${n}`), OPEN, nowMs);
          if (admission.kind === 'taken') {
            history = admission.next;
            taken.push(nowMs);
          } else {
            expect(admission.why).toBe('rate');
            const later = admitLine(history, line(`text ${n}`), OPEN, nowMs + (admission.retryAfterMs ?? 0));
            expect(later.kind).toBe('taken');
          }
        }
        for (const [n, atMs] of taken.entries()) {
          const first = taken[n - CHAT_BURST];
          if (first !== undefined) expect(atMs - first).toBeGreaterThanOrEqual(CHAT_EVERY_MS - 1e-6);
        }
        expect(history.recent.length).toBeLessThanOrEqual(CHAT_BURST + 30_000 / CHAT_EVERY_MS + 1);
      }),
    );
  });

  it('[CHAT4] knows a repeat, and refuses nothing twice over', () => {
    const first = admitLine(NEW_WRITER, line('a'), OPEN, NOW_MS);
    if (first.kind !== 'taken') throw new Error('refused');
    expect([isRepeat(first.next, 'op-a'), isRepeat(first.next, 'op-b')]).toEqual([true, false]);
  });

  it('[CHAT5] [CHAT9] links and slow mode are for who is no host', () => {
    const settings: ChatSettings = { slowMs: 10_000, slowBy: 'hosts', links: 'present' };
    const link = 'https://example.com';
    expect(admitLine(NEW_WRITER, line(link, { presentMs: 59_000 }), settings, NOW_MS)).toEqual({
      kind: 'refused',
      why: 'link',
      retryAfterMs: 1000,
    });
    expect(admitLine(NEW_WRITER, line(link, { presentMs: 60_000 }), settings, NOW_MS).kind).toBe('taken');
    expect(admitLine(NEW_WRITER, line(link, { presentMs: 1e9 }), { ...settings, links: 'hosts' }, NOW_MS)).toMatchObject({
      retryAfterMs: null,
    });
    expect(admitLine(NEW_WRITER, line(link, { isHost: true }), { ...settings, links: 'hosts' }, NOW_MS).kind).toBe('taken');
    const before = { ...NEW_WRITER, lastAtMs: NOW_MS - 4000 };
    expect(admitLine(before, line('a'), settings, NOW_MS)).toEqual({ kind: 'refused', why: 'slow', retryAfterMs: 6000 });
    expect(admitLine(before, line('a', { isHost: true }), settings, NOW_MS).kind).toBe('taken');
  });

  it('[CHAT5] finds links, and leaves sentences alone', () => {
    for (const text of ['http://x', 'see HTTPS://a.b/c', 'www.example.org', 'go to example.com now', 'example.party/x', 'spam.ru']) {
      expect([text, hasLink(text)]).toEqual([text, true]);
    }
    for (const text of ['hello', 'at 12:34', 'wait...what', 'e.g. this', '3.5/5', 'no.but yes', 'www', 'and/or']) {
      expect([text, hasLink(text)]).toEqual([text, false]);
    }
  });
});

describe('[CHAT9] slow mode by itself', () => {
  /** Lines evenly for so long, looked at twice a second; gives what was committed, and when. */
  const run = (perS: (atMs: number) => number, durationMs: number, start: ChatSettings = OPEN) => {
    const slowMode = new SlowMode(NOW_MS);
    let settings = start;
    const steps: [atS: number, slowMs: number][] = [];
    let owed = 0;
    for (let ms = 0; ms < durationMs; ms += 50) {
      owed += perS(ms) / 20;
      for (; owed >= 1; owed -= 1) slowMode.heard(NOW_MS + ms);
      if (ms % 500 !== 0) continue;
      const slowMs = slowMode.due(settings, NOW_MS + ms);
      if (slowMs === null) continue;
      settings = { ...settings, slowMs, slowBy: slowMs === 0 ? 'hosts' : 'crowd' };
      slowMode.changed(NOW_MS + ms);
      steps.push([Math.round(ms / 1000), slowMs]);
    }
    return steps;
  };

  it('comes in steps while more than 20 lines a second come for 5 s, and not at fewer', () => {
    expect(run(() => 20, 60_000)).toEqual([]);
    expect(run(() => 30, 30_000).map(([, slowMs]) => slowMs)).toEqual([3000, 10_000, 30_000, 60_000]);
    const [first] = run(() => 24, 30_000);
    expect(first?.[0]).toBeGreaterThanOrEqual(4);
    // A burst is no crowd.
    expect(run((ms) => (ms < 1500 ? 40 : 0), 30_000)).toEqual([]);
  });

  it('goes after a minute of quiet', () => {
    const steps = run((ms) => (ms < 8000 ? 30 : 5), 8000 + 3 * SLOW_QUIET_MS);
    expect(steps.at(-1)?.[1]).toBe(0);
    expect(steps.filter(([, slowMs]) => slowMs === 0)).toHaveLength(1);
    expect(steps.at(-1)?.[0]).toBeGreaterThanOrEqual(8 + 60 - 5);
  });

  it('leaves alone what hosts have set', () => {
    expect(run(() => 50, 60_000, { ...OPEN, slowMs: 3000, slowBy: 'hosts' })).toEqual([]);
  });
});

describe('[CHAT10] the sample', () => {
  it('is the first lines of each window and those of hosts, a thing of the line alone', () => {
    expect(Array.from({ length: 8 }, (_, rank) => isShownToAll(rank, false))).toEqual([true, true, true, true, true, false, false, false]);
    fc.assert(fc.property(fc.nat(), (rank) => isShownToAll(rank, true)));
    expect(CHAT_FRAME_LINES).toBe(5);
  });
});

describe('[REACT2] reactions of many', () => {
  it('are the eight most frequent', () => {
    const counts = Array.from({ length: 20 }, (_, n): [string, number] => [`e${n}`, n % 10]);
    expect(topReactions(counts).map(([, count]) => count)).toEqual([9, 9, 8, 8, 7, 7, 6, 6]);
    expect(topReactions([['a', 1]])).toEqual([['a', 1]]);
  });
});
