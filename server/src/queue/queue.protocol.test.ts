import type { Playback, QueueChange, QueueCommand, QueueResult, QueueState } from '@cowatch/shared/protocol';
import { itemsAfter } from '@cowatch/shared/queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../platform/clock/manual-clock.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from '../protocol.testing.ts';

type Without<T> = T extends unknown ? Omit<T, 'sessionId' | 'opId' | 'issuedAtMs'> : never;
type Body = Without<QueueCommand>;

const link = (name: string) => ({ media: { url: `https://films.example/${name}.mp4` } });

/** Gives a queue command; the answer as it comes. */
const ask = async (client: RawClient, sessionId: string, body: Body) =>
  client.ask('queue:command', { ...(await client.envelope(sessionId)), ...body } as QueueCommand);

/** Gives a queue command; a refusal is a failure of the test. */
const give = async (client: RawClient, sessionId: string, body: Body): Promise<QueueResult> => {
  const answer = await ask(client, sessionId, body);
  if (!answer.ok) throw new Error(`${body.kind}: ${answer.error.code} ${answer.error.message}`);
  return answer.data;
};

const add = async (client: RawClient, sessionId: string, ...names: string[]): Promise<string[]> => {
  const { added = [] } = await give(client, sessionId, { kind: 'add', items: names.map(link) });
  return added.map((itemId) => itemId ?? '');
};

const list = async (client: RawClient, sessionId: string): Promise<QueueState> => {
  const state = await client.do('queue:list', { sessionId, part: 'queue' });
  if (state.part !== 'queue') throw new Error('no queue');
  return state;
};

const names = ({ items }: QueueState) => items.map(({ media }) => /([^/]+)\.mp4$/.exec(media.url)?.[1]);

describe('the queue', { timeout: 30_000 }, () => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  let cleo: Person;
  const clock = new ManualClock();
  beforeAll(async () => {
    server = await startTestServer({ clock });
    [ana, ben, cleo] = [await server.person('Ana'), await server.person('Ben'), await server.person('Cleo')];
  });
  afterAll(() => server.stop());

  /** A party of Ana's with Ben in it, who may replace what is on where nothing else is wanted. */
  const party = async (video: 'everyone' | 'hosts' = 'everyone') => {
    // Whoever adds has a bucket per party.
    const { id } = await ana.createSession({ media: { titleId: 'sample' } });
    const [host, guest] = [await ana.join(id), await ben.join(id)];
    if (video === 'everyone') await host.session(id, { kind: 'rights', right: 'video', holders: 'everyone' });
    return { id, host, guest };
  };

  const mediumOf = async (client: RawClient, id: string) => (await client.join(id)).playback;

  it('[QUEUE1] is a list that the server orders, whose items have ids, and everybody is told the same', async () => {
    const { id, host, guest } = await party();
    const [a, b] = await add(host, id, 'a', 'b');
    const [c] = await add(guest, id, 'c');
    const state = await list(host, id);
    expect(state.items).toMatchObject([
      { itemId: a, addedBy: { name: 'Ana' }, votes: 0, startS: 0 },
      { itemId: b, addedBy: { name: 'Ana' } },
      { itemId: c, addedBy: { name: 'Ben' }, media: { url: 'https://films.example/c.mp4', kind: 'file' } },
    ]);
    expect({ ...(await list(guest, id)), voted: [] }).toEqual(state);
    expect(state.status).toMatchObject({
      mode: 'manual',
      auto: true,
      skipPercent: 50,
      current: null,
      skipVotes: 0,
      stay: false,
      undo: null,
    });
  });

  it('[QUEUE2] only members may look at it, and what each right allows is looked at here', async () => {
    const { id, host, guest } = await party('hosts');
    const outside = await cleo.connect();
    expect(await outside.ask('queue:list', { sessionId: id, part: 'queue' })).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    const [a, b] = await add(host, id, 'a', 'b');
    const [c] = await add(guest, id, 'c');
    const refused: Body[] = [
      { kind: 'clear' },
      { kind: 'mode', mode: 'votes' },
      { kind: 'auto', on: false },
      { kind: 'skip-percent', percent: 60 },
      { kind: 'remove', itemId: a ?? '' },
      { kind: 'move', itemId: b ?? '', place: 'first' },
      { kind: 'play-now', itemId: c ?? '' },
      { kind: 'next', fromItemId: null },
      { kind: 'stay', fromItemId: null, on: true },
    ];
    for (const body of refused) expect(await ask(guest, id, body), body.kind).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(names(await list(host, id))).toEqual(['a', 'b', 'c']);
    await give(guest, id, { kind: 'move', itemId: c ?? '', place: 'first' });
    await give(guest, id, { kind: 'vote', itemId: a ?? '', on: true });
    await give(guest, id, { kind: 'remove', itemId: c ?? '' });
    for (const body of refused.slice(1, 4)) await give(host, id, body);
    expect(await ask(host, id, { kind: 'move', itemId: b ?? '', place: 'first' })).toMatchObject({ error: { code: 'conflict' } });
    await give(host, id, { kind: 'remove', itemId: a ?? '' });
    await give(host, id, { kind: 'clear' });
    expect(names(await list(host, id))).toEqual([]);
  });

  it('[QUEUE3] a list adds in one operation what can be played of it, and what cannot is told', async () => {
    const { id, host } = await party();
    const items = [
      link('a'),
      { media: { url: 'nothing at all' } },
      { media: { titleId: 'sample' } },
      { ...link('b'), title: ' The film ' },
    ];
    const { added } = await give(host, id, { kind: 'add', items });
    expect(added).toEqual([expect.any(String), null, expect.any(String), expect.any(String)]);
    expect((await list(host, id)).items.map(({ media }) => media.title)).toEqual([null, 'Cowatch sample', 'The film']);
    const bad = await ask(host, id, { kind: 'add', items: [{ media: { url: 'nothing at all' } }] });
    expect(bad).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    const missing = await ask(host, id, { kind: 'add', items: [{ media: { titleId: 'missing' } }] });
    expect(missing).toMatchObject({ ok: false, error: { code: 'not_found' } });
    const tooLong = await ask(host, id, { kind: 'add', items: [{ ...link('b'), title: 'x'.repeat(201) }] });
    expect(tooLong).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    const tooMany = await ask(host, id, { kind: 'add', items: Array.from({ length: 101 }, () => link('a')) });
    expect(tooMany).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  });

  it('[QUEUE5] what is put on leaves the queue and is on, in one step; one start is scheduled for all', async () => {
    const { id, host, guest } = await party();
    const [a, b] = await add(guest, id, 'a', 'b');
    host.forget();
    await give(guest, id, { kind: 'play-now', itemId: b ?? '' });
    const change = await host.next<QueueChange>('queue:changed');
    const playback = await host.next<Playback>('playback:changed');
    expect(playback.media.url).toBe('https://films.example/b.mp4');
    expect(playback.timeline).toMatchObject({ playing: true, positionS: 0, rate: 1, cause: { kind: 'load', name: 'Ben' } });
    expect(playback.timeline.atMs - clock.nowMs()).toBeGreaterThan(3000);
    expect(change).toMatchObject({
      removed: [b],
      status: { current: { itemId: b, mediaId: playback.media.id, addedBy: { name: 'Ben' } } },
    });
    expect(change.causes).toMatchObject([{ kind: 'play-now', name: 'Ben', itemId: b }]);
    const stored = await server.stored(id);
    expect(stored?.playback.media.url).toBe('https://films.example/b.mp4');
    expect((await list(host, id)).items.map(({ itemId }) => itemId)).toEqual([a]);
  });

  it('[QUEUE5] it starts before that as soon as most of those who can play are ready', async () => {
    const { id, host, guest } = await party();
    const [a] = await add(host, id, 'a');
    await give(host, id, { kind: 'play-now', itemId: a ?? '' });
    const { timeline } = await host.next<Playback>('playback:changed');
    const report = (client: RawClient, version: number) =>
      client.do('member:report', { sessionId: id, version, accessVersion: 0, state: 'playing', positionS: 0, driftMs: null });
    await report(host, timeline.version);
    clock.advance(1500);
    await report(host, timeline.version);
    // Half of them is not most of them.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await mediumOf(host, id)).timeline.version).toBe(timeline.version);
    await report(guest, timeline.version);
    const sooner = await guest.next<Playback>('playback:changed', (one) => one.timeline.version > timeline.version);
    expect(sooner.timeline.atMs).toBeLessThan(timeline.atMs - 2000);
    expect(sooner.timeline).toMatchObject({ playing: true, positionS: 0 });
  });

  it('[QUEUE6] of several who go on from the same video the first does, and the others find it done', async () => {
    const { id, host, guest } = await party();
    await add(host, id, 'a', 'b', 'c');
    const both = await Promise.all([host, guest].map((client) => give(client, id, { kind: 'next', fromItemId: null })));
    expect(both.map(({ changed }) => changed).sort()).toEqual([false, true]);
    const state = await list(host, id);
    expect(names(state)).toEqual(['b', 'c']);
    const fromItemId = state.status.current?.itemId ?? null;
    await Promise.all([host, guest, host, guest].map((client) => give(client, id, { kind: 'next', fromItemId })));
    expect(names(await list(host, id))).toEqual(['c']);
  });

  it('[QUEUE7] votes are one each, count, order the queue in its mode, and say nothing of who', async () => {
    const { id, host, guest } = await party();
    const [a, b] = await add(host, id, 'a', 'b');
    const [c] = await add(guest, id, 'c');
    await give(host, id, { kind: 'mode', mode: 'votes' });
    expect(names(await list(host, id))).toEqual(['a', 'c', 'b']);
    await give(guest, id, { kind: 'vote', itemId: b ?? '', on: true });
    expect(await give(guest, id, { kind: 'vote', itemId: b ?? '', on: true })).toMatchObject({ changed: false });
    const state = await list(guest, id);
    expect(state).toMatchObject({ voted: [b], items: [{ itemId: b, votes: 1 }, { itemId: a }, { itemId: c }] });
    expect((await list(host, id)).voted).toEqual([]);
    expect(JSON.stringify(await list(host, id))).not.toContain('voters');
    await give(guest, id, { kind: 'vote', itemId: b ?? '', on: false });
    expect(names(await list(host, id))).toEqual(['a', 'c', 'b']);
  });

  it('[QUEUE7] [QUEUE8] who is gone for 30 s takes their votes along', async () => {
    const { id, host, guest } = await party();
    const [a] = await add(host, id, 'a');
    await give(guest, id, { kind: 'vote', itemId: a ?? '', on: true });
    guest.socket.disconnect();
    await expect.poll(async () => (await host.do('session:roster', { sessionId: id, offset: 0 })).count).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    clock.advance(3000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await list(host, id)).items).toMatchObject([{ votes: 1 }]);
    clock.advance(31_000);
    await expect.poll(async () => (await list(host, id)).items[0]?.votes).toBe(0);
  });

  it('[QUEUE8] half of those who are there skip a video together', async () => {
    const { id, host, guest } = await party();
    const third = await cleo.join(id);
    await add(host, id, 'a');
    await give(guest, id, { kind: 'skip', fromItemId: null, on: true });
    expect((await list(guest, id)).status).toMatchObject({ skipVotes: 1, current: null });
    expect(await list(guest, id)).toMatchObject({ skipVoted: true });
    await give(third, id, { kind: 'skip', fromItemId: null, on: true });
    expect(await list(guest, id)).toMatchObject({
      skipVoted: false,
      items: [],
      status: { skipVotes: 0, current: { addedBy: { name: 'Ana' } } },
    });
    const nothing = await ask(guest, id, { kind: 'skip', fromItemId: (await list(guest, id)).status.current?.itemId ?? null, on: true });
    expect(nothing).toMatchObject({ ok: false, error: { code: 'conflict' } });
  });

  it('[QUEUE9] removing, clearing and moving can be taken back for 10 s, by whose it was and by hosts', async () => {
    const { id, host, guest } = await party();
    const [a, b] = await add(host, id, 'a', 'b');
    const [c] = await add(guest, id, 'c');
    await give(guest, id, { kind: 'remove', itemId: c ?? '' });
    await give(host, id, { kind: 'move', itemId: b ?? '', place: 'first' });
    expect((await list(host, id)).status.undo).toMatchObject({ kind: 'move', name: 'Ana', count: 1 });
    await give(guest, id, { kind: 'undo' });
    // It comes back behind the one it stood behind, wherever that is now.
    expect(names(await list(host, id))).toEqual(['b', 'c', 'a']);
    expect(await ask(guest, id, { kind: 'undo' })).toMatchObject({ error: { code: 'conflict' } });
    await give(host, id, { kind: 'undo' });
    expect(names(await list(host, id))).toEqual(['c', 'a', 'b']);
    await give(host, id, { kind: 'clear' });
    expect((await list(host, id)).items).toEqual([]);
    await give(host, id, { kind: 'undo' });
    expect((await list(host, id)).items.map(({ itemId }) => itemId)).toEqual([c, a, b]);
    await give(host, id, { kind: 'remove', itemId: a ?? '' });
    clock.advance(10_001);
    expect(await ask(host, id, { kind: 'undo' })).toMatchObject({ error: { code: 'conflict' } });
  });

  it('[QUEUE10] what was on is remembered with where it was left, and can be played again', async () => {
    const { id, host } = await party();
    const [a, b] = await add(host, id, 'a', 'b');
    await give(host, id, { kind: 'play-now', itemId: a ?? '' });
    await host.playback(id, { kind: 'seek', positionS: 600 });
    await host.playback(id, { kind: 'pause' });
    await give(host, id, { kind: 'next', fromItemId: a ?? null });
    const history = await host.do('queue:list', { sessionId: id, part: 'history' });
    expect(history).toMatchObject({
      part: 'history',
      history: [
        { itemId: a, positionS: 600, addedBy: { name: 'Ana' } },
        { media: { id: 'title:sample' }, addedBy: null },
      ],
    });
    const { added } = await give(host, id, { kind: 'again', itemId: a ?? '' });
    expect((await list(host, id)).items).toMatchObject([{ itemId: added?.[0], positionS: 600 }]);
    await give(host, id, { kind: 'play-now', itemId: added?.[0] ?? '' });
    expect((await mediumOf(host, id)).timeline.positionS).toBe(600);
    await give(host, id, { kind: 'play-now', itemId: b ?? '', positionS: 0 });
    expect((await mediumOf(host, id)).media.url).toContain('/b.mp4');
  });

  it('[QUEUE11] changes lead from one version to the next: whoever applies them has what is listed', async () => {
    const { id, host, guest } = await party();
    const start = await list(guest, id);
    const ids = await add(host, id, 'a', 'b', 'c', 'd', 'e');
    const [c] = await add(guest, id, 'x');
    await give(host, id, { kind: 'move', itemId: ids[4] ?? '', place: { after: ids[0] ?? '' } });
    await give(guest, id, { kind: 'vote', itemId: ids[3] ?? '', on: true });
    await give(host, id, { kind: 'mode', mode: 'votes' });
    await give(host, id, { kind: 'mode', mode: 'manual' });
    await give(host, id, { kind: 'remove', itemId: ids[1] ?? '' });
    await give(host, id, { kind: 'undo' });
    await give(host, id, { kind: 'next', fromItemId: null });
    await give(host, id, { kind: 'move', itemId: c ?? '', place: 'first' });
    const end = await list(guest, id);
    let { items, version, status } = start;
    for (const change of (await guest.caughtUp()).all<QueueChange>('queue:changed')) {
      expect(change.from).toBe(version);
      items = itemsAfter(items, change);
      version = change.version;
      status = change.status ?? status;
      // A change is as small as what differs.
      expect(JSON.stringify(change).length).toBeLessThan(4000);
    }
    expect({ items, version, status }).toEqual({ items: end.items, version: end.version, status: end.status });
  });

  it('[QUEUE12] the next video begins when one of a stated length ends; not when it is to stay, or the queue is told not to', async () => {
    const { id, host, guest } = await party();
    await add(host, id, 'a', 'b');
    const atEnd = async () => {
      const { media } = await mediumOf(host, id);
      await host.playback(id, { kind: 'duration', mediaId: media.id, durationS: 1000 });
      await host.playback(id, { kind: 'seek', positionS: 999 });
      await host.playback(id, { kind: 'play' });
      clock.advance(7000);
      return media.id;
    };
    await host.playback(id, { kind: 'load', media: { url: 'https://films.example/first.mp4' } });
    await give(host, id, { kind: 'stay', fromItemId: null, on: true });
    await atEnd();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await mediumOf(guest, id)).media.url).toContain('first.mp4');
    await give(host, id, { kind: 'stay', fromItemId: null, on: false });
    await guest.next<Playback>('playback:changed', ({ media }) => media.url.endsWith('/a.mp4'));
    expect((await list(host, id)).status.current?.addedBy?.name).toBe('Ana');
    await give(host, id, { kind: 'auto', on: false });
    await atEnd();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await mediumOf(guest, id)).media.url).toContain('/a.mp4');
    await give(host, id, { kind: 'auto', on: true });
    clock.advance(3000);
    await guest.next<Playback>('playback:changed', ({ media }) => media.url.endsWith('/b.mp4'));
    expect((await list(host, id)).items).toEqual([]);
    // With nothing to go on with it stays at its end.
    const mediaId = await atEnd();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await mediumOf(guest, id)).media.id).toBe(mediaId);
  });

  it('[QUEUE12] of an unknown length a host says that it has ended, or half of those who are there; never one of many', async () => {
    const { id, host, guest } = await party();
    const others = await Promise.all([cleo, await server.person('Dev'), await server.person('Eli')].map((one) => one.join(id)));
    await add(host, id, 'a', 'b');
    await host.playback(id, { kind: 'load', media: { url: 'https://films.example/first.mp4' } });
    await host.playback(id, { kind: 'play' });
    clock.advance(2000);
    const { timeline } = await mediumOf(host, id);
    const ended = (client: RawClient, version = timeline.version) =>
      client.do('member:report', { sessionId: id, version, accessVersion: 0, state: 'ended', positionS: 90, driftMs: null });
    await ended(guest);
    await ended(guest, timeline.version + 1_000_000_000);
    await ended(others[0] ?? guest);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await mediumOf(guest, id)).media.url).toContain('first.mp4');
    await ended(others[1] ?? guest);
    const next = await guest.next<Playback>('playback:changed', ({ media }) => media.url.endsWith('/a.mp4'));
    clock.advance(6000);
    // The old word of the end says nothing of the new video.
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await mediumOf(guest, id)).media.url).toContain('/a.mp4');
    await ended(host, next.timeline.version);
    await guest.next<Playback>('playback:changed', ({ media }) => media.url.endsWith('/b.mp4'));
  });

  it('[QUEUE13] adds come five at once, then one in three seconds, whatever socket they come by; a person has 50 items', async () => {
    const { id, host, guest } = await party();
    const again = await ben.join(id);
    for (let i = 0; i < 5; i += 1)
      await add(i % 2 === 0 ? guest : again, id, ...Array.from({ length: 11 }, (_, n) => `g${i}-${n}`)).catch(() => {});
    expect((await list(host, id)).items).toHaveLength(50);
    expect(await ask(again, id, { kind: 'add', items: [link('more')] })).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    clock.advance(3000);
    expect(await ask(guest, id, { kind: 'add', items: [link('more')] })).toMatchObject({ ok: false, error: { code: 'conflict' } });
    for (let i = 0; i < 5; i += 1) await add(host, id, ...Array.from({ length: 90 }, (_, n) => `h${i}-${n}`));
    expect((await list(host, id)).items).toHaveLength(500);
    clock.advance(3000);
    expect(await ask(host, id, { kind: 'add', items: [link('more')] })).toMatchObject({ ok: false, error: { code: 'conflict' } });
  });

  it('[QUEUE14] a repeat is answered as before and acts once; what comes too late is refused', async () => {
    const { id, host } = await party();
    const command: QueueCommand = { ...(await host.envelope(id)), kind: 'add', items: [link('a')] };
    const first = await host.do('queue:command', command);
    expect(await host.do('queue:command', command)).toEqual(first);
    expect(names(await list(host, id))).toEqual(['a']);
    const late = { ...(await host.envelope(id)), kind: 'clear' } as const;
    clock.advance(4000);
    expect(await host.ask('queue:command', late)).toMatchObject({ ok: false, error: { code: 'conflict' } });
  });

  it('[QUEUE10] what was loaded past the queue takes the place of its item, which is remembered', async () => {
    const { id, host } = await party();
    const [a] = await add(host, id, 'a');
    await give(host, id, { kind: 'play-now', itemId: a ?? '' });
    await host.playback(id, { kind: 'load', media: { url: 'https://films.example/other.mp4' } });
    await expect.poll(async () => (await list(host, id)).status.current).toBeNull();
    expect(await host.do('queue:list', { sessionId: id, part: 'history' })).toMatchObject({ history: [{ itemId: a }, {}] });
  });
});
