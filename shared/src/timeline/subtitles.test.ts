import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError, type Media, SUBTITLES_MAX, SUBTITLES_PER_MEDIUM_MAX, type SubtitleAction } from '../protocol/index.ts';
import { decide } from './decide.ts';
import { isRevocation } from './permissions.ts';
import { createSessionRecord, type SessionRecord } from './session-record.ts';
import { subtitlesOf } from './subtitles.ts';

const OWNER = { memberId: 'owner0000000', name: 'Ana' };
const BEN = { memberId: 'ben000000000', name: 'Ben' };
const T0 = 1_700_000_000_000;
const mediaOf = (id: string): Media => ({
  id,
  url: `https://a.example/${id}.mp4`,
  kind: 'file',
  title: null,
  durationS: null,
});
const newRecord = (control: 'everyone' | 'hosts' = 'everyone') =>
  createSessionRecord({ id: 'p', nowMs: T0, owner: OWNER, name: 'Film', control, media: mediaOf('url:0'), startS: 0 });

let ops = 0;
const envelope = () => {
  ops += 1;
  return { sessionId: 'p', opId: `op-${ops}`, issuedAtMs: T0 };
};
const context = (actor: typeof OWNER) => ({ nowMs: T0, actor, leadMs: 0, isSeen: () => true });
const addition = (id: string, mediaId = 'url:0'): SubtitleAction => ({
  ...envelope(),
  kind: 'add-subtitles',
  track: { id, mediaId, label: 'English', language: 'en' },
});
const removal = (subtitleId: string): SubtitleAction => ({ ...envelope(), kind: 'remove-subtitles', subtitleId });

function after(record: SessionRecord, action: SubtitleAction, actor = OWNER): SessionRecord | string {
  const decision = decide(record, action, context(actor));
  if (decision.kind === 'commit') return decision.next;
  return decision.kind === 'refused' ? decision.error.code : decision.kind;
}
const committed = (record: SessionRecord, action: SubtitleAction, actor = OWNER): SessionRecord => {
  const next = after(record, action, actor);
  if (typeof next === 'string') throw new CodedError('internal', next);
  return next;
};
const load = (record: SessionRecord, media: Media): SessionRecord => {
  const decision = decide(record, { ...envelope(), kind: 'load', media, startS: 0 }, context(OWNER));
  if (decision.kind !== 'commit') throw new Error(decision.kind);
  return decision.next;
};

describe('subtitles for everyone', () => {
  it('[SUB1] are a change of access alone, and are absent where there never were any', () => {
    const record = newRecord();
    expect(record.access).not.toHaveProperty('subtitles');
    const next = committed(record, addition('a'), BEN);
    expect(next.playback).toBe(record.playback);
    expect(next.access.version).toBe(next.version);
    expect(next.access.subtitles).toEqual([{ id: 'a', mediaId: 'url:0', label: 'English', language: 'en', addedBy: BEN }]);
  });

  it('[SUB3] [KEPT3] follow the right to control; taking away is a revocation', () => {
    const record = committed(newRecord('hosts'), addition('a'));
    expect(after(record, addition('b'), BEN)).toBe('forbidden');
    expect(after(record, removal('a'), BEN)).toBe('forbidden');
    // Nobody learns by it what there is.
    expect(after(record, removal('none'), BEN)).toBe('forbidden');
    expect(after(record, removal('none'))).toBe('not_found');
    expect(isRevocation(removal('a'))).toBe(true);
    expect(isRevocation(addition('a'))).toBe(false);
  });

  it('[SUB5] whatever is added, removed and loaded, the list keeps its bounds and loses nothing of what is on', () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant('add' as const), n: fc.nat(40) }),
      fc.record({ what: fc.constant('remove' as const), n: fc.nat(40) }),
      fc.record({ what: fc.constant('load' as const), n: fc.nat(4) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let record = newRecord();
        for (const { what, n } of steps) {
          const here = record.playback.media.id;
          const mine = subtitlesOf(record.access, here);
          if (what === 'load') {
            const { subtitles } = record.access;
            record = load(record, mediaOf(`url:${n}`));
            expect(record.access.subtitles).toEqual(subtitles);
            continue;
          }
          const next = after(record, what === 'add' ? addition(`${here} ${n}`, here) : removal(`${here} ${n}`));
          const known = mine.some(({ id }) => id === `${here} ${n}`);
          if (what === 'remove') expect(typeof next === 'string').toBe(!known);
          else expect(next === 'conflict').toBe(!known && mine.length === SUBTITLES_PER_MEDIUM_MAX);
          if (typeof next === 'string') continue;
          record = next;
          const all = record.access.subtitles ?? [];
          expect(all.length).toBeLessThanOrEqual(SUBTITLES_MAX);
          expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
          const still = subtitlesOf(record.access, here).map(({ id }) => id);
          const kept = mine.map(({ id }) => id).filter((id) => what === 'add' || id !== `${here} ${n}`);
          expect(still).toEqual(expect.arrayContaining(kept));
        }
      }),
    );
  });

  it('[SUB6] go along to a new link of the same file, and stay with their own where it is another', () => {
    const record = committed(newRecord(), addition('a'));
    const url = `${mediaOf('url:0').url}?token=2`;
    expect(load(record, { ...mediaOf('url:signed'), url }).access.subtitles).toMatchObject([{ mediaId: 'url:signed' }]);
    expect(load(record, mediaOf('url:1')).access.subtitles).toMatchObject([{ mediaId: 'url:0' }]);
    expect(after(load(record, mediaOf('url:1')), addition('b'))).toBe('conflict');
  });
});
