import { describe, expect, it } from 'vitest';
import { entitle } from './entitle.ts';
import { createSessionRecord } from './session-record.ts';

const NOW_MS = 1_700_000_000_000;
const media = { id: 'yt:a', url: 'https://www.youtube.com/watch?v=a', kind: 'youtube', title: null, durationS: 60 } as const;
const aRecord = (name: string | null = null) =>
  createSessionRecord({
    id: 's',
    nowMs: NOW_MS,
    owner: { memberId: 'm', name: 'Ana' },
    name,
    control: 'everyone',
    media,
    startS: 7,
  });

describe('a title that comes late', () => {
  it('changes nothing of where playback is', () => {
    const record = aRecord();
    const { next, renamed } = entitle(record, 'yt:a', 'A film', NOW_MS + 5000) ?? {};
    expect(next?.playback).toEqual({
      media: { ...media, title: 'A film' },
      timeline: { ...record.playback.timeline, version: next?.version, cause: { kind: 'title', memberId: null, name: null } },
    });
    expect(next?.version).toBe(NOW_MS + 5000);
    expect([renamed, next?.access]).toEqual([true, { ...record.access, name: 'A film', version: next?.version }]);
  });

  it('leaves the name that somebody chose, and all of access with it', () => {
    const record = aRecord('Friday');
    const { next, renamed } = entitle(record, 'yt:a', 'A film', NOW_MS) ?? {};
    expect([renamed, next?.access]).toEqual([false, record.access]);
    expect(next?.version).toBeGreaterThan(record.version);
  });

  it('comes too late for what has a title, is not on, or is over; a repeat does nothing', () => {
    const record = aRecord();
    const next = entitle(record, 'yt:a', 'A film', NOW_MS)?.next ?? record;
    expect(entitle(next, 'yt:a', 'A film', NOW_MS)).toBeNull();
    expect(entitle(record, 'yt:b', 'A film', NOW_MS)).toBeNull();
    expect(entitle({ ...record, endedAtMs: NOW_MS }, 'yt:a', 'A film', NOW_MS)).toBeNull();
  });
});
