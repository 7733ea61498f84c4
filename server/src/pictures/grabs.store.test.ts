import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_DATABASES } from '../platform/database/database.testing.ts';
import type { Database } from '../platform/database/database.ts';
import { createPostgresGrabStore } from './grabs.store.postgres.ts';
import type { GrabStore } from './grabs.store.ts';
import { GRABS_OF_SESSION_MAX, GRABS_OF_VIEWER_MAX } from './pictures.limits.ts';

const NOW_MS = 1_700_000_000_000;
const EVERYTHING = { beforeMs: NOW_MS * 2, partiesBeforeMs: NOW_MS * 2, max: 0 };

describe.each(TEST_DATABASES)('grabbed frames: $kind', ({ open }) => {
  let database: Database;
  let remove: () => Promise<void>;
  let store: GrabStore;
  beforeAll(async () => {
    ({ database, remove } = await open());
    store = createPostgresGrabStore(database);
  });
  afterAll(() => remove());

  const aGrab = (contentId: string, viewerId: string, tag: string, grabbedAtMs = NOW_MS) => ({
    contentId,
    viewerId,
    picture: { webp: Buffer.from([0, 255, ...Buffer.from(tag)]), tag },
    grabbedAtMs,
  });
  const tagIn = async (place: Parameters<GrabStore['load']>[0], contentId: string) => (await store.load(place, contentId))?.tag ?? null;

  it('gives back what was put last, byte for byte', async () => {
    await store.putOwn(aGrab('a', 'ana', '1'));
    await store.putOwn(aGrab('a', 'ana', '2', NOW_MS + 0.5));
    expect(await store.load({ viewerId: 'ana' }, 'a')).toEqual(aGrab('a', 'ana', '2').picture);
    expect(await tagIn({ viewerId: 'ben' }, 'a')).toBeNull();
    // A viewer's and a party's of the same name are two.
    expect(await tagIn({ sessionId: 'ana' }, 'a')).toBeNull();
  });

  it('keeps the first of a party, until a host gives one', async () => {
    const put = (viewerId: string, isHost: boolean, tag: string) =>
      store.putOfParty('s1', aGrab('a', viewerId, tag), { memberId: `m-${viewerId}`, isHost });
    const tag = () => tagIn({ sessionId: 's1' }, 'a');
    expect([await put('ben', false, '1'), await tag()]).toEqual([true, '1']);
    expect([await put('cleo', false, '2'), await tag()]).toEqual([false, '1']);
    expect([await put('ben', false, '3'), await tag()]).toEqual([true, '3']);
    expect([await put('ana', true, '4'), await tag()]).toEqual([true, '4']);
    // Also against one who was a host when they gave it, and is none now.
    for (const viewerId of ['ben', 'ana']) expect([await put(viewerId, false, '5'), await tag()]).toEqual([false, '4']);
    expect([await put('dev', true, '6'), await tag()]).toEqual([true, '6']);
    // At once: one of them is the first.
    const both = ['ben', 'cleo'].map((viewerId) =>
      store.putOfParty('s2', aGrab('a', viewerId, viewerId), { memberId: viewerId, isHost: false }),
    );
    expect((await Promise.all(both)).toSorted()).toEqual([false, true]);
  });

  it('forgets a party’s, or what one member gave it', async () => {
    for (const [contentId, memberId] of [
      ['a', 'm1'],
      ['b', 'm2'],
      ['c', 'm1'],
    ] as const)
      await store.putOfParty('s3', aGrab(contentId, 'ana', contentId), { memberId, isHost: true });
    const left = () => Promise.all(['a', 'b', 'c'].map((id) => tagIn({ sessionId: 's3' }, id)));
    await store.eraseOfParty('s3', 'm1');
    expect(await left()).toEqual([null, 'b', null]);
    await store.eraseOfParty('s3');
    expect(await left()).toEqual([null, null, null]);
    expect(await tagIn({ sessionId: 's1' }, 'a')).toBe('6');
  });

  it('keeps the newest of each place', async () => {
    for (let i = 0; i < GRABS_OF_VIEWER_MAX + 3; i += 1) await store.putOwn(aGrab(`c${i}`, 'many', `${i}`, NOW_MS + i));
    const all = await store.ofViewer('many', null, 1000);
    expect(all).toHaveLength(GRABS_OF_VIEWER_MAX);
    expect(await Promise.all(['c2', 'c3'].map((id) => tagIn({ viewerId: 'many' }, id)))).toEqual([null, '3']);
    const pages = [await store.ofViewer('many', null, 150), await store.ofViewer('many', all[149]?.contentId ?? '', 150)];
    expect(pages.flat()).toEqual(all);
    for (let i = 0; i < GRABS_OF_SESSION_MAX + 1; i += 1)
      await store.putOfParty('s4', aGrab(`c${i}`, 'ana', `${i}`, NOW_MS + i), { memberId: 'm', isHost: true });
    expect(await Promise.all(['c0', 'c1'].map((id) => tagIn({ sessionId: 's4' }, id)))).toEqual([null, '1']);
  });

  it('copies a guest’s to an account that keeps its own, and takes it out again', async () => {
    await store.putOwn(aGrab('a', 'guest', 'g-a'));
    await store.putOwn(aGrab('b', 'guest', 'g-b'));
    await store.putOwn(aGrab('b', 'account', 'own-b'));
    const of = (viewerId: string) => Promise.all(['a', 'b'].map((id) => tagIn({ viewerId }, id)));
    for (let i = 0; i < 2; i += 1) await store.copy('guest', 'account');
    expect([await of('account'), await of('guest')]).toEqual([
      ['g-a', 'own-b'],
      ['g-a', 'g-b'],
    ]);
    for (let i = 0; i < 2; i += 1) await store.uncopy('guest', 'account');
    expect([await of('account'), await of('guest')]).toEqual([
      [null, 'own-b'],
      ['g-a', 'g-b'],
    ]);
    // What the account has said itself meanwhile stays.
    await store.copy('guest', 'account');
    await store.putOwn(aGrab('a', 'account', 'newer', NOW_MS + 5));
    await store.uncopy('guest', 'account');
    expect(await of('account')).toEqual(['newer', 'own-b']);
  });

  it('forgets a viewer’s own of one title, or of all, and leaves what they gave to parties', async () => {
    for (const id of ['a', 'b', 'c']) await store.putOwn(aGrab(id, 'forgetful', id));
    await store.putOwn(aGrab('a', 'other', 'a'));
    await store.putOfParty('s6', aGrab('a', 'forgetful', 'a'), { memberId: 'm', isHost: false });
    const left = () => Promise.all(['a', 'b', 'c'].map((id) => tagIn({ viewerId: 'forgetful' }, id)));
    await store.eraseOwn('forgetful', 'a');
    expect(await left()).toEqual([null, 'b', 'c']);
    await store.eraseOwn('forgetful', null);
    expect(await left()).toEqual([null, null, null]);
    expect([await tagIn({ viewerId: 'other' }, 'a'), await tagIn({ sessionId: 's6' }, 'a')]).toEqual(['a', 'a']);
  });

  it('forgets everything that a viewer gave, to parties too', async () => {
    await store.putOwn(aGrab('a', 'gone', '1'));
    await store.putOfParty('s5', aGrab('a', 'gone', '1'), { memberId: 'm', isHost: false });
    await store.erase('gone');
    expect([await tagIn({ viewerId: 'gone' }, 'a'), await tagIn({ sessionId: 's5' }, 'a')]).toEqual([null, null]);
  });

  it('sweeps what is old and what is too much, in portions, the oldest first', async () => {
    while ((await store.sweep(EVERYTHING, 100)) > 0);
    for (let i = 0; i < 6; i += 1) await store.putOwn(aGrab(`c${i}`, 'ana', `${i}`, NOW_MS + i));
    await store.putOfParty('s6', aGrab('c', 'ana', 's'), { memberId: 'm', isHost: true });
    const sweep = (bounds: Partial<typeof EVERYTHING>, limit = 100) =>
      store.sweep({ beforeMs: NOW_MS, partiesBeforeMs: NOW_MS, max: 100, ...bounds }, limit);
    expect(await sweep({})).toBe(0);
    expect(await sweep({ partiesBeforeMs: NOW_MS + 1 })).toBe(1);
    expect(await sweep({ beforeMs: NOW_MS + 2 }, 1)).toBe(1);
    expect(await sweep({ beforeMs: NOW_MS + 2 })).toBe(1);
    expect(await sweep({ max: 3 })).toBe(1);
    expect((await store.ofViewer('ana', null, 10)).map(({ contentId }) => contentId)).toEqual(['c3', 'c4', 'c5']);
  });
});
