import type { ChatItem } from '@cowatch/shared/client';
import { expect, it } from 'vitest';
import { type ChatRow, GROUP_MS, rowsOf } from './chat-rows.ts';

const NOON = new Date(2026, 10, 27, 12).getTime();
const look = { colour: 1, emoji: '🦊' };
let seq = 0;

function line(name: string, afterMs: number, { mediaId = 'a', memberId = name } = {}): ChatItem {
  seq += 1;
  const atMs = NOON + afterMs;
  return {
    kind: 'line',
    key: `l${seq}`,
    own: name === 'you',
    mentionsYou: false,
    line: { seq, opId: `op${seq}`, memberId, name, look, text: 'hi', atMs, mediaId, positionS: 0 },
  };
}
const pending = (afterMs: number): ChatItem => {
  seq += 1;
  return { kind: 'pending', key: `op${seq}`, opId: `op${seq}`, text: 'hi', replyTo: null, mentions: [], atMs: NOON + afterMs, error: null };
};
const system = (afterMs: number, what: 'paused' | 'loaded' = 'paused'): ChatItem => {
  seq += 1;
  return { kind: 'system', key: `s${seq}`, atMs: NOON + afterMs, note: { what, names: ['Ben'] } };
};
const kinds = (rows: readonly ChatRow[]) => rows.map((row) => (row.kind === 'group' ? row.lines.length : row.kind));

it('groups lines by person and minute', () => {
  expect(kinds(rowsOf([line('Ana', 0), line('Ana', 1000), line('Ben', 2000), line('Ana', 3000)]))).toEqual([2, 1, 1]);
  expect(kinds(rowsOf([line('Ana', 0), line('Ana', GROUP_MS - 1), line('Ana', GROUP_MS)]))).toEqual([2, 1]);
});

it('puts own lines that are on their way below those that are there', () => {
  expect(kinds(rowsOf([line('you', 0), pending(1000), pending(2000)]))).toEqual([3]);
  expect(kinds(rowsOf([line('Ana', 0), pending(1000)]))).toEqual([1, 1]);
});

it('says who went on under another name', () => {
  expect(kinds(rowsOf([line('Ana', 0, { memberId: 'm' }), line('Anna', 1, { memberId: 'm' })]))).toEqual([1, 1]);
});

it('lets nothing that happened between lines pass for nothing', () => {
  expect(kinds(rowsOf([line('Ana', 0), system(1), line('Ana', 2)]))).toEqual([1, 'system', 1]);
  const gap: ChatItem = { kind: 'gap', key: 'g' };
  const more: ChatItem = { kind: 'more', key: 'm', count: 128 };
  expect(kinds(rowsOf([line('Ana', 0), gap, line('Ana', 1), more, line('Ana', 2)]))).toEqual([1, 'gap', 1, 'more', 1]);
});

it('tells a new day', () => {
  expect(kinds(rowsOf([line('Ana', 0), line('Ana', 24 * 3_600_000), system(48 * 3_600_000)]))).toEqual([1, 'day', 1, 'day', 'system']);
});

it('tells another video, and leaves that to who says it already', () => {
  const other = { mediaId: 'b' };
  expect(kinds(rowsOf([line('Ana', 0), line('Ana', 1, other), line('Ana', 2, other)]))).toEqual([1, 'film', 2]);
  expect(kinds(rowsOf([line('Ana', 0), system(1, 'loaded'), line('Ana', 2, other)]))).toEqual([1, 'system', 1]);
});

it('knows what was about an earlier video', () => {
  const rows = rowsOf([system(0), system(1, 'loaded'), system(2)]);
  expect(rows.map((row) => row.kind === 'system' && row.earlierFilm)).toEqual([true, false, false]);
});

it('keeps the key of a group when its first line is there', () => {
  const sent = pending(0);
  const there = line('you', 0);
  if (sent.kind !== 'pending' || there.kind !== 'line') throw new Error('These are a line and one on its way');
  expect(rowsOf([sent])[0]?.key).toBe(rowsOf([{ ...there, line: { ...there.line, opId: sent.opId } }])[0]?.key);
});

it('of playing and pausing with nothing said in between tells the last', () => {
  const rows = rowsOf([system(0), system(1), system(2), line('Ana', 3), system(4)]);
  expect(rows.map((row) => row.key)).toHaveLength(3);
  expect(kinds(rows)).toEqual(['system', 1, 'system']);
  expect(kinds(rowsOf([system(0), system(1, 'loaded'), system(2)]))).toEqual(['system', 'system', 'system']);
});
