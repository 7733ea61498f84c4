import { windowOf } from '@cowatch/shared/chat';
import { describe, expect, it } from 'vitest';
import type { Entry, Numbered } from './chat.entries.ts';
import { TAIL_MAX } from './chat.limits.ts';
import { DEFAULT_SETTINGS } from './chat.opening.ts';
import type { ChatStore, NewEntry } from './chat.store.ts';
import { aLineEntry, newOp } from './chat.testing.ts';

const EPOCH = 1_700_000_000_000;
const CLOSED = { epoch: EPOCH, settings: DEFAULT_SETTINGS, whole: true, tail: [] };
let parties = 0;
const aParty = () => `party-${process.pid}-${++parties}`.padEnd(22, '_');
const line = (text: string, more: Partial<NewEntry> = {}): NewEntry => ({ entry: aLineEntry({ text }), window: 1, ...more });
const texts = (entries: readonly Numbered[]) => entries.map(({ entry }) => (entry.kind === 'line' ? entry.text : entry.kind));

/** What every live store of chats does, on the real engine. */
export function chatStoreContract(name: string, make: () => ChatStore | Promise<ChatStore>): void {
  describe(`live chats: ${name}`, () => {
    const opened = async () => {
      const store = await make();
      const id = aParty();
      await store.open(id, CLOSED, null);
      return { store, id };
    };

    it('numbers entries one apart above the epoch, in one step with keeping them, whoever comes at once', async () => {
      const { store, id } = await opened();
      const appended = await Promise.all(Array.from({ length: 40 }, (_, n) => store.append(id, line(`${n}`))));
      const seqs = appended.map((one) => (one.kind === 'appended' ? one.seq : 0));
      expect([...seqs].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => EPOCH + 1 + n));
      const tail = await store.tail(id, { afterSeq: EPOCH });
      expect(tail.map(({ seq }) => seq)).toEqual([...seqs].sort((a, b) => a - b));
      for (const [n, seq] of seqs.entries()) expect(texts(tail.filter((one) => one.seq === seq))).toEqual([`${n}`]);
      expect(await store.heads([id, aParty()])).toEqual([{ epoch: EPOCH, seq: EPOCH + 40, settings: DEFAULT_SETTINGS, whole: true }, null]);
    });

    it('answers the repeat of a member’s operation with the number it has, and takes the same id of another member', async () => {
      const { store, id } = await opened();
      const entry = aLineEntry();
      expect(await store.append(id, { entry, window: 1 })).toMatchObject({ kind: 'appended', seq: EPOCH + 1, rank: 0 });
      expect(await store.append(id, { entry: { ...entry, text: 'other' }, window: 9 })).toEqual({
        kind: 'repeat',
        epoch: EPOCH,
        seq: EPOCH + 1,
      });
      expect(await store.append(id, { entry: { ...entry, memberId: 'member_of_Ben' }, window: 1 })).toMatchObject({ seq: EPOCH + 2 });
      expect(texts(await store.tail(id, { afterSeq: 0 }))).toEqual(['hello', 'hello']);
    });

    it('counts the lines of a window of time, which never goes back', async () => {
      const { store, id } = await opened();
      const ranks: number[] = [];
      for (const window of [5, 5, 5, 6, 5, 6, 7]) {
        const appended = await store.append(id, line('x', { window: windowOf(EPOCH) + window }));
        if (appended.kind === 'appended') ranks.push(appended.rank);
      }
      expect(ranks).toEqual([0, 1, 2, 0, 1, 2, 0]);
      expect((await store.tail(id, { afterSeq: 0 })).map(({ rank }) => rank)).toEqual(ranks);
    });

    it('is absent before it is opened, and is opened once for each epoch', async () => {
      const store = await make();
      const id = aParty();
      expect(await store.append(id, line('x'))).toEqual({ kind: 'absent' });
      expect(await store.tail(id, { afterSeq: 0 })).toEqual([]);
      const before = { seq: EPOCH - 5, rank: 0, entry: aLineEntry({ text: 'before' }) };
      const first = await store.open(id, { ...CLOSED, whole: false, tail: [before] }, null);
      expect(first).toEqual({ epoch: EPOCH, seq: EPOCH, settings: DEFAULT_SETTINGS, whole: false });
      await store.append(id, line('after'));
      // Another instance comes to the same at once, and gets what is open.
      expect(await store.open(id, { ...CLOSED, epoch: EPOCH + 9 }, null)).toMatchObject({ epoch: EPOCH, seq: EPOCH + 1 });
      expect(await store.open(id, { ...CLOSED, epoch: EPOCH + 9 }, { epoch: EPOCH - 1, seq: EPOCH + 1 })).toMatchObject({ epoch: EPOCH });
      expect(await store.open(id, { ...CLOSED, epoch: EPOCH + 9 }, { epoch: EPOCH, seq: EPOCH })).toMatchObject({ epoch: EPOCH });
      expect(texts(await store.tail(id, { afterSeq: 0 }))).toEqual(['before', 'after']);
      expect(await store.append(id, { entry: before.entry, window: 1 })).toMatchObject({ kind: 'repeat', seq: before.seq });
      expect(await store.open(id, { ...CLOSED, epoch: EPOCH + 9 }, { epoch: EPOCH, seq: EPOCH + 1 })).toMatchObject({
        epoch: EPOCH + 9,
        seq: EPOCH + 9,
      });
      expect(await store.tail(id, { afterSeq: 0 })).toEqual([]);
      await store.drop(id);
      expect(await store.heads([id])).toEqual([null]);
    });

    it('has the last of them, by what is behind a number and by what is before one', async () => {
      const { store, id } = await opened();
      for (let n = 1; n <= TAIL_MAX + 3; n += 1) await store.append(id, line(`${n}`));
      expect((await store.heads([id]))[0]).toMatchObject({ seq: EPOCH + TAIL_MAX + 3, whole: false });
      expect((await store.tail(id, { afterSeq: 0 })).map(({ seq }) => seq - EPOCH)).toEqual(
        Array.from({ length: TAIL_MAX }, (_, n) => n + 4),
      );
      expect(texts(await store.tail(id, { afterSeq: EPOCH + TAIL_MAX + 1 }))).toEqual([`${TAIL_MAX + 2}`, `${TAIL_MAX + 3}`]);
      expect(texts(await store.tail(id, { beforeSeq: EPOCH + 100, max: 2 }))).toEqual(['98', '99']);
      expect(texts(await store.tail(id, { beforeSeq: EPOCH + 6, max: 9 }))).toEqual(['4', '5']);
    });

    it('puts others in the place of lines, takes them away, and leaves gone what is gone', async () => {
      const { store, id } = await opened();
      for (const text of ['a', 'b', 'c']) await store.append(id, line(text, { window: 3 }));
      const change = (kind: 'edited' | 'deleted', target: number): Entry => {
        const base = { opId: newOp(), memberId: 'member_of_Ana', viewerId: null, atMs: EPOCH };
        return kind === 'edited' ? { ...base, kind, target, text: 'B' } : { ...base, kind, name: 'Ana', targets: [target] };
      };
      const b = EPOCH + 2;
      await store.append(id, { entry: change('edited', b), window: 3, replaced: new Map([[b, aLineEntry({ text: 'B' })]]) });
      expect(texts(await store.tail(id, { afterSeq: 0 }))).toEqual(['a', 'B', 'c', 'edited']);
      expect((await store.tail(id, { afterSeq: 0 }))[1]).toMatchObject({ seq: b, rank: 1 });
      await store.append(id, { entry: change('deleted', b), window: 3, replaced: new Map([[b, null]]) });
      await store.append(id, { entry: change('edited', b), window: 3, replaced: new Map([[b, aLineEntry({ text: 'back' })]]) });
      expect(texts(await store.tail(id, { afterSeq: 0 }))).toEqual(['a', 'c', 'edited', 'deleted', 'edited']);
      const cleared: Entry = { kind: 'cleared', opId: newOp(), memberId: 'm', viewerId: null, atMs: EPOCH, name: 'Ana' };
      expect(await store.append(id, { entry: cleared, window: 3, clears: true })).toMatchObject({ seq: EPOCH + 7 });
      expect(texts(await store.tail(id, { afterSeq: 0 }))).toEqual(['cleared']);
      expect((await store.heads([id]))[0]).toMatchObject({ whole: true });
    });

    it('changes settings as long as they are as they were read', async () => {
      const { store, id } = await opened();
      const slow = { ...DEFAULT_SETTINGS, slowMs: 3000, slowBy: 'crowd' as const };
      const set = (settings: typeof DEFAULT_SETTINGS, settingsAsOf: typeof DEFAULT_SETTINGS): NewEntry => ({
        entry: { kind: 'settings', opId: newOp(), memberId: null, viewerId: null, atMs: EPOCH, name: null, settings },
        window: 1,
        settingsAsOf,
      });
      const both = await Promise.all([store.append(id, set(slow, DEFAULT_SETTINGS)), store.append(id, set(slow, DEFAULT_SETTINGS))]);
      expect(both.map(({ kind }) => kind).sort()).toEqual(['appended', 'conflict']);
      expect((await store.heads([id]))[0]).toMatchObject({ settings: slow, seq: EPOCH + 1 });
      expect(await store.append(id, set(DEFAULT_SETTINGS, slow))).toMatchObject({ kind: 'appended' });
    });

    it('keeps any text as it is', async () => {
      const { store, id } = await opened();
      const text = `"]}|\\' {{s}} \u0001 👨‍👩‍👧‍👦 שָׁ 12|{"a":1}`;
      await store.append(id, line(text));
      expect(texts(await store.tail(id, { afterSeq: 0 }))).toEqual([text]);
    });
  });
}
