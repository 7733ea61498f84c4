import { expect, it } from 'vitest';
import { SAMPLE } from '../../media/sample.ts';
import { changeOver, createSessionRecord, hastenStart } from '../../timeline/index.ts';
import { isSoonerStart, noticeOf } from './notices.ts';

const NOW_MS = 1_700_000_000_000;
const ANA = { memberId: 'member-ana00', name: 'Ana' };
const film = (id: string) => ({ ...SAMPLE, id, url: `https://films.example/${id}` });

it('[QUEUE5] a start that is brought forward keeps its cause, and people are not told of it again', () => {
  const init = { id: 'party', nowMs: NOW_MS, owner: ANA, name: null, control: 'everyone', media: SAMPLE, startS: 0 } as const;
  const context = { nowMs: NOW_MS, atMs: NOW_MS + 5000, by: ANA };
  const { next: put } = changeOver(createSessionRecord(init), { media: film('a'), positionS: 0 }, context);
  const sooner = hastenStart(put, NOW_MS + 1000, NOW_MS + 1100)?.next;
  if (sooner === undefined) throw new Error('not brought forward');
  expect(sooner.playback.timeline).toMatchObject({ atMs: NOW_MS + 1100, cause: put.playback.timeline.cause });
  expect(sooner.playback.timeline.version).toBeGreaterThan(put.playback.timeline.version);
  expect(isSoonerStart(null, put.playback)).toBe(false);
  expect(noticeOf(put.playback, null)).toMatchObject({ kind: 'loaded', name: 'Ana' });
  expect(isSoonerStart(put.playback, sooner.playback)).toBe(true);
  const { next: other } = changeOver(sooner, { media: film('b'), positionS: 0 }, context);
  expect(isSoonerStart(sooner.playback, other.playback)).toBe(false);
  expect(hastenStart(sooner, NOW_MS + 1000, NOW_MS + 1200)).toBeNull();
});
