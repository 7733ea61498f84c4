import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry, Numbered } from './chat.entries.ts';
import type { ChatLog, LogRow } from './chat.log.ts';
import { DEFAULT_SETTINGS } from './chat.opening.ts';
import { aLineEntry, newOp } from './chat.testing.ts';

const NOW_MS = 1_700_000_000_000;
let parties = 0;
const aParty = () => `party-${process.pid}-${++parties}`.padEnd(22, '_');
const texts = (entries: readonly Numbered[]) => entries.map(({ entry }) => (entry.kind === 'line' ? entry.text : entry.kind));

export interface LogUnderTest {
  readonly log: ChatLog;
  takeAway(): Promise<void>;
  remove(): Promise<void>;
}

/** What every durable log of chats does, on the real engine. */
export function chatLogContract(name: string, make: () => Promise<LogUnderTest>): void {
  describe(`chats as they are written down: ${name}`, () => {
    let under: LogUnderTest;
    let log: ChatLog;
    beforeAll(async () => {
      under = await make();
      log = under.log;
    });
    afterAll(() => under.remove());

    const row = (sessionId: string, seq: number, entry: Entry = aLineEntry({ text: `${seq}` })): LogRow => ({
      sessionId,
      seq,
      rank: 0,
      entry,
    });
    const base = { memberId: 'member_of_Ana', viewerId: 'viewer-of-Ana-________', atMs: NOW_MS };
    const edited = (target: number, text: string): Entry => ({ kind: 'edited', opId: newOp(), ...base, target, text });
    const deleted = (...targets: number[]): Entry => ({ kind: 'deleted', opId: newOp(), ...base, name: 'Ana', targets });
    const cleared = (): Entry => ({ kind: 'cleared', opId: newOp(), ...base, name: 'Ana' });

    it('writes entries once, however often it is told to, and says whose number is taken', async () => {
      const id = aParty();
      const rows = [row(id, 3), row(id, 1), row(aParty(), 1)];
      expect(await log.write(rows)).toEqual(['written', 'written', 'written']);
      expect(await log.write([...rows, row(id, 3), row(id, 4)])).toEqual(['written', 'written', 'written', 'taken', 'written']);
      expect(texts((await log.tail(id, 10)).entries)).toEqual(['1', '3', '4']);
      await log.withdraw(id, 4);
      expect(await log.tail(id, 2)).toMatchObject({ seq: 3, more: false, settings: null });
      expect(await log.tail(aParty(), 2)).toEqual({ entries: [], seq: 0, more: false, settings: null });
    });

    it('applies changes to lines in the order of their numbers, whenever they are written', async () => {
      const id = aParty();
      await log.write([row(id, 1), row(id, 2), row(id, 3), row(id, 5, edited(1, 'later')), row(id, 4, edited(1, 'sooner'))]);
      await log.write([row(id, 4, edited(1, 'sooner'))]);
      expect(texts(await log.before(id, 9, 9))).toEqual(['later', '2', '3']);
      await log.write([row(id, 6, deleted(1, 2))]);
      await log.write([row(id, 5, edited(1, 'later')), row(id, 2)]);
      expect(texts(await log.before(id, 9, 9))).toEqual(['3']);
      expect([await log.line(id, 1), (await log.line(id, 3))?.text, await log.line(id, 6)]).toEqual([null, '3', null]);
      await log.write([row(id, 7), row(id, 8, cleared()), row(id, 9)]);
      expect(texts(await log.before(id, 99, 9))).toEqual(['9']);
      expect(texts((await log.tail(id, 9)).entries)).toEqual(['deleted', 'cleared', '9']);
      expect((await log.tail(id, 1)).more).toBe(true);
    });

    it('keeps away what was taken away, though an edit that came behind it is written first', async () => {
      const id = aParty();
      await log.write([row(id, 1, aLineEntry({ text: 'rude' })), row(id, 2, aLineEntry({ text: 'rude' })), row(id, 3)]);
      await log.write([row(id, 5, edited(1, 'rude again'))]);
      await log.write([row(id, 4, deleted(1))]);
      await log.write([row(id, 7, cleared())]);
      await log.write([row(id, 8, edited(2, 'rude again')), row(id, 6, edited(3, 'rude again'))]);
      const { entries } = await log.tail(id, 9);
      expect(texts(entries)).toEqual(['deleted', 'cleared']);
      expect(JSON.stringify([entries, await log.before(id, 99, 9)])).not.toContain('rude');
    });

    it('has lines before a number, the last of them, and the newest settings', async () => {
      const id = aParty();
      const set = (slowMs: number): Entry => ({
        kind: 'settings',
        opId: newOp(),
        ...base,
        name: null,
        settings: { ...DEFAULT_SETTINGS, slowMs },
      });
      await log.write([row(id, 1), row(id, 2, set(3000)), row(id, 3), row(id, 4, set(10_000)), row(id, 5)]);
      expect(texts(await log.before(id, 5, 1))).toEqual(['3']);
      expect(texts(await log.before(id, 5, 9))).toEqual(['1', '3']);
      expect((await log.tail(id, 1)).settings).toMatchObject({ slowMs: 10_000 });
    });

    it('gives a viewer’s lines to another and back, a page at a time, and nobody else’s', async () => {
      const [one, two] = [aParty(), aParty()];
      const [guest, account] = [newOp(), newOp()];
      const of = (viewerId: string, text: string) => aLineEntry({ viewerId, text });
      await log.write([
        row(one, 1, of(guest, 'g1')),
        row(one, 2, of(account, 'a1')),
        row(two, 1, of(guest, 'g2')),
        row(two, 2, of(newOp(), 'x')),
      ]);
      const all = async (viewerId: string) => {
        const found: string[] = [];
        for (let cursor: string | null = null, isFirst = true; isFirst || cursor !== null; isFirst = false) {
          const page = await log.linesOf(viewerId, cursor, 1);
          found.push(...page.lines.map(({ entry }) => entry.text));
          cursor = page.cursor;
        }
        return found;
      };
      expect(await all(guest)).toEqual(['g1', 'g2']);
      for (let n = 0; n < 2; n += 1) await log.move(guest, account);
      expect([await all(guest), await all(account)]).toEqual([[], ['g1', 'a1', 'g2']]);
      for (let n = 0; n < 2; n += 1) await log.undo(guest, account);
      expect([await all(guest), await all(account)]).toEqual([['g1', 'g2'], ['a1']]);
    });

    it('leaves nothing of a viewer, and says which lines these were', async () => {
      const id = aParty();
      const viewerId = newOp();
      await log.write([
        row(id, 1, aLineEntry({ viewerId, text: 'secret', name: 'Secret' })),
        row(id, 2),
        row(id, 3, { ...edited(1, 'secret too'), viewerId }),
      ]);
      expect(await log.erase(viewerId)).toEqual(new Map([[id, [1]]]));
      expect(await log.erase(viewerId)).toEqual(new Map());
      const { entries } = await log.tail(id, 9);
      expect(texts(entries)).toEqual(['2']);
      expect(JSON.stringify([entries, await log.before(id, 9, 9)])).not.toMatch(/secret/i);
      // A writer that was behind writes the same again, and it stays gone.
      await log.write([row(id, 3, { ...edited(1, 'secret too'), viewerId })]);
      expect(texts(await log.before(id, 9, 9))).toEqual(['2']);
    });

    it('forgets what is old, in portions', async () => {
      const id = aParty();
      await log.write([1, 2, 3].map((seq) => row(id, seq, aLineEntry({ atMs: NOW_MS - 1_000_000 + seq }))));
      await log.write([row(id, 4, aLineEntry({ atMs: NOW_MS }))]);
      expect(await log.expire(NOW_MS - 500_000, 2)).toBe(2);
      expect(await log.expire(NOW_MS - 500_000, 2)).toBe(1);
      expect(await log.expire(NOW_MS - 500_000, 2)).toBe(0);
      expect((await log.before(id, 9, 9)).map(({ seq }) => seq)).toEqual([4]);
    });

    it('says unavailable when the database is away', async () => {
      await under.takeAway();
      const calls = [
        log.write([row(aParty(), 1)]),
        log.tail('a', 1),
        log.before('a', 1, 1),
        log.line('a', 1),
        log.erase('a'),
        log.move('a', 'b'),
        log.expire(1, 1),
      ];
      for (const call of await Promise.allSettled(calls)) {
        expect(call).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
      }
    });
  });
}
