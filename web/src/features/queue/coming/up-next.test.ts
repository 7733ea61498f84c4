import type { QueueView, SessionClient, SessionState } from '@cowatch/shared/client';
import { describe, expect, it } from 'vitest';
import { UpNextWatch } from './up-next.ts';

function party() {
  const now = { mediaId: 'a', items: ['b', 'c'], positionS: 0, stay: false };
  const session = {
    get state() {
      return {
        playback: { media: { id: now.mediaId, durationS: 100 }, timeline: { rate: 1, playing: true } },
        sync: { phase: 'in-sync' },
      } as unknown as SessionState;
    },
    queue: {
      get view() {
        const items = now.items.map((itemId) => ({ itemId, media: MEDIA[itemId as 'b' | 'c'] }));
        return { items, auto: true, stay: now.stay } as unknown as QueueView;
      },
    },
    targetPositionS: () => now.positionS,
  } as unknown as SessionClient;
  return { now, watch: new UpNextWatch(session) };
}

const MEDIA = { b: { id: 'b' }, c: { id: 'c' } };

describe('UpNextWatch', () => {
  it('is the same object until something changes', () => {
    const { now, watch } = party();
    const first = watch.look(0);
    now.positionS = 10;
    expect(watch.look(200)).toBe(first);
    now.positionS = 92.2;
    const counting = watch.look(400);
    expect(counting).toMatchObject({ item: { itemId: 'b' }, change: { kind: 'soon', leftS: 8 } });
    now.positionS = 92.9;
    expect(watch.look(600)).toBe(counting);
  });

  it('holds on to the next one while it is being put on, whichever is told of first', () => {
    const { now, watch } = party();
    watch.look(0);
    now.items = ['c'];
    expect(watch.look(100)?.item.itemId).toBe('b');
    now.mediaId = 'b';
    expect(watch.look(200)?.item.itemId).toBe('c');

    const other = party();
    other.watch.look(0);
    other.now.mediaId = 'b';
    expect(other.watch.look(100)?.item.itemId).toBe('b');
    other.now.items = ['c'];
    other.watch.look(150);
    expect(other.watch.look(1200)?.item.itemId).toBe('c');
  });

  it('takes another one where it stays so, and none', () => {
    const { now, watch } = party();
    watch.look(0);
    now.items = ['c', 'b'];
    expect(watch.look(100)?.item.itemId).toBe('b');
    expect(watch.look(1100)?.item.itemId).toBe('c');
    now.items = [];
    expect(watch.look(1200)?.item.itemId).toBe('c');
    expect(watch.look(2300)).toBeNull();
    now.items = ['b'];
    expect(watch.look(2400)?.item.itemId).toBe('b');
  });
});
