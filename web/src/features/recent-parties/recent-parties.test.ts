import { describe, expect, it, vi } from 'vitest';
import { memoryStorage } from '../../lib/device-storage.ts';
import { createRecentParties, partiesOf, type RecentParty } from './recent-parties.ts';

const party = (sessionId: string, visitedAtMs: number): RecentParty => ({
  sessionId,
  title: `Party ${sessionId}`,
  media: { titleId: 'sample' },
  visitedAtMs,
});
const ids = (list: readonly RecentParty[]) => list.map((each) => each.sessionId);

describe('recent parties', () => {
  it('are there again after a reload, newest first', () => {
    const storage = memoryStorage();
    const parties = createRecentParties(storage);
    parties.record(party('a', 1));
    parties.record(party('b', 3));
    parties.record(party('c', 2));
    expect(ids(createRecentParties(storage).list())).toEqual(['b', 'c', 'a']);
  });

  it('holds a party once, with its newest title and time', () => {
    const parties = createRecentParties(memoryStorage());
    parties.record(party('a', 1));
    parties.record(party('b', 2));
    parties.record({ ...party('a', 5), title: 'Renamed' });
    expect(ids(parties.list())).toEqual(['a', 'b']);
    expect(parties.find('a')?.title).toBe('Renamed');
  });

  it('are each viewer’s own, and those of nobody in particular everybody’s', () => {
    const storage = memoryStorage();
    const parties = createRecentParties(storage);
    parties.record(party('old', 1));
    parties.record({ ...party('a', 2), viewerId: 'ben' });
    parties.record({ ...party('b', 3), viewerId: 'ana' });
    parties.record({ ...party('a', 4), viewerId: 'ana' });
    const list = createRecentParties(storage).list();
    expect(ids(partiesOf(list, ['ben']))).toEqual(['a', 'old']);
    expect(ids(partiesOf(list, ['ana']))).toEqual(['a', 'b', 'old']);
    expect(ids(partiesOf(list, ['ana', 'ben']))).toEqual(['a', 'b', 'old']);
    expect(ids(partiesOf(list, []))).toEqual(['old']);
  });

  it('comes back where it was when a removal is undone', () => {
    const parties = createRecentParties(memoryStorage());
    for (const [id, time] of [
      ['a', 3],
      ['b', 2],
      ['c', 1],
    ] as const)
      parties.record(party(id, time));
    const removed = party('b', 2);
    parties.remove('b');
    expect(ids(parties.list())).toEqual(['a', 'c']);
    parties.record(removed);
    expect(ids(parties.list())).toEqual(['a', 'b', 'c']);
  });

  it('forgets the oldest beyond twelve', () => {
    const parties = createRecentParties(memoryStorage());
    for (let i = 0; i < 15; i += 1) parties.record(party(String(i), i));
    expect(parties.list()).toHaveLength(12);
    expect(parties.find('2')).toBeUndefined();
  });

  it('tells listeners, and keeps its list the same object while nothing changes', () => {
    const parties = createRecentParties(memoryStorage());
    const listener = vi.fn();
    const stop = parties.subscribe(listener);
    const before = parties.list();
    expect(parties.list()).toBe(before);
    parties.record(party('a', 1));
    expect(listener).toHaveBeenCalledTimes(1);
    expect(parties.list()).not.toBe(before);
    stop();
    parties.remove('a');
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it.each(['not json', '{}', '[1,null,{"sessionId":"a"}]', '[{"sessionId":"a","title":"x","visitedAtMs":1,"media":null}]'])(
    'starts empty from %s',
    (stored) => {
      const storage = memoryStorage();
      storage.setItem('cowatch.recent', stored);
      expect(createRecentParties(storage).list()).toEqual([]);
    },
  );
});
