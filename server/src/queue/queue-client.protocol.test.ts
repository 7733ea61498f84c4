import { createSessionClient, type QueueClient, type SessionClient } from '@cowatch/shared/client';
import type { QueueCause } from '@cowatch/shared/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startTestServer, type TestServer } from '../protocol.testing.ts';

// The queue of the headless client, on a real server.

const link = (name: string) => ({ media: { url: `https://films.example/${name}.mp4` } });
const names = ({ view }: QueueClient) => view.items.map(({ media }) => /([^/]+)\.mp4$/.exec(media.url)?.[1]);

describe('the queue of the headless client', { timeout: 30_000 }, () => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  const clients: SessionClient[] = [];
  beforeAll(async () => {
    server = await startTestServer();
    [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(() => server.stop());

  const client = async (person: Person, sessionId: string): Promise<SessionClient> => {
    const one = createSessionClient({ serverUrl: server.url, sessionId, name: person.name, token: person.token });
    clients.push(one);
    one.connect();
    await expect.poll(() => one.queue.view.phase).toBe('ready');
    return one;
  };
  const party = async () => {
    const { id } = await ana.createSession();
    return { id, host: await client(ana, id), guest: await client(ben, id) };
  };

  it('[QUEUE1] shows what is added at once, under the id that the server gives it, and everybody sees the same', async () => {
    const { host, guest } = await party();
    const causes: QueueCause[] = [];
    guest.queue.onCause((cause) => causes.push(cause));
    const adding = host.queue.add([link('a'), link('b')]);
    const expected = host.queue.view.items;
    expect(expected).toMatchObject([{ pending: 'add', own: true, addedBy: { name: 'Ana' } }, { pending: 'add' }]);
    const outcome = await adding;
    expect(outcome).toMatchObject({ ok: true, changed: true, added: expected.map(({ itemId }) => itemId) });
    await expect.poll(() => host.queue.view.items.map(({ pending }) => pending)).toEqual([null, null]);
    await expect.poll(() => names(guest.queue)).toEqual(['a', 'b']);
    expect(guest.queue.view.items.map(({ itemId, own }) => ({ itemId, own }))).toEqual(
      expected.map(({ itemId }) => ({ itemId, own: false })),
    );
    expect(causes).toMatchObject([{ kind: 'add', name: 'Ana', count: 2, own: false }]);
  });

  it('[QUEUE2] takes back what is refused, and says why', async () => {
    const { host, guest } = await party();
    const { added } = (await host.queue.add([link('a'), link('b')])) as unknown as { added: string[] };
    await expect.poll(() => names(guest.queue)).toEqual(['a', 'b']);
    const removing = guest.queue.remove(added[0] ?? '');
    expect(names(guest.queue)).toEqual(['b']);
    expect(await removing).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(names(guest.queue)).toEqual(['a', 'b']);
    expect(guest.queue.view.you).toEqual({ canQueue: true, canReplace: false, isHost: false });
    expect(host.queue.view.you).toEqual({ canQueue: true, canReplace: true, isHost: true });
  });

  it('[QUEUE7] [QUEUE8] counts votes at once, one’s own too, and knows how many it takes to skip', async () => {
    const { host, guest } = await party();
    const { added } = (await host.queue.add([link('a'), link('b')])) as unknown as { added: string[] };
    await expect.poll(() => names(guest.queue)).toEqual(['a', 'b']);
    const voting = guest.queue.vote(added[1] ?? '', true);
    expect(guest.queue.view.items[1]).toMatchObject({ votes: 1, voted: true, pending: 'vote' });
    await voting;
    await expect.poll(() => host.queue.view.items[1]).toMatchObject({ votes: 1, voted: false });
    await expect.poll(() => guest.queue.view.items[1]).toMatchObject({ votes: 1, voted: true, pending: null });
    await host.queue.setMode('votes');
    await expect.poll(() => names(guest.queue)).toEqual(['b', 'a']);
    await host.queue.setSkipPercent(100);
    await expect.poll(() => guest.queue.view.skip).toEqual({ votes: 0, needed: 2, percent: 100, voted: false });
    await guest.queue.skip(true);
    await expect.poll(() => guest.queue.view.skip).toMatchObject({ votes: 1, voted: true });
    await host.queue.skip(true);
    await expect.poll(() => guest.queue.view.current).toMatchObject({ itemId: added[1], addedBy: { name: 'Ana' } });
    expect(guest.queue.view.skip).toMatchObject({ votes: 0, voted: false });
    expect(guest.state.playback?.media.url).toBe('https://films.example/b.mp4');
  });

  it('[QUEUE9] [QUEUE10] goes on, takes back and plays again', async () => {
    const { host, guest } = await party();
    const { added } = (await host.queue.add([link('a'), link('b'), link('c')])) as unknown as { added: string[] };
    await host.queue.loadHistory();
    await host.queue.next();
    await expect.poll(() => host.queue.view.history?.[0]?.media.id).toBe('title:sample');
    await host.queue.move(added[2] ?? '', 'first');
    expect(names(host.queue)).toEqual(['c', 'b']);
    await expect.poll(() => guest.queue.view.undo).toMatchObject({ kind: 'move', name: 'Ana', own: false });
    await host.queue.undo();
    await expect.poll(() => names(guest.queue)).toEqual(['b', 'c']);
    await host.queue.next();
    await expect.poll(() => host.queue.view.history?.map(({ itemId }) => itemId)).toContain(added[0]);
    await host.queue.again(added[0] ?? '', 'first');
    await expect.poll(() => names(guest.queue)).toEqual(['a', 'c']);
    await host.queue.clear();
    await expect.poll(() => names(guest.queue)).toEqual([]);
  });

  it('[QUEUE3] sends a long list in messages that the server takes, and keeps its order', async () => {
    const { host, guest } = await party();
    const wanted = Array.from({ length: 230 }, (_, n) => `${n}-${'x'.repeat(90)}`);
    const outcome = await host.queue.add(wanted.map(link));
    expect(outcome).toMatchObject({ ok: true, changed: true });
    expect(outcome.ok && outcome.added.every((itemId) => itemId !== null)).toBe(true);
    await expect.poll(() => names(guest.queue)).toEqual(wanted);
  });

  it('[QUEUE11] has the queue again after the connection was lost, with what happened meanwhile', async () => {
    const { id, host, guest } = await party();
    await host.queue.add([link('a')]);
    await expect.poll(() => names(guest.queue)).toEqual(['a']);
    const socketIds = [...server.sockets.io.sockets.sockets.values()].filter(({ data }) => data.viewerId === ben.viewerId);
    for (const socket of socketIds) socket.conn.close();
    await expect.poll(() => guest.queue.view.phase).toBe('stale');
    expect(names(guest.queue)).toEqual(['a']);
    await host.queue.add([link('b')], 'first');
    await expect.poll(() => guest.queue.view.phase).toBe('ready');
    await expect.poll(() => names(guest.queue)).toEqual(['b', 'a']);
    expect(guest.state.sessionId).toBe(id);
  });

  it('[QUEUE11] reads the queue anew where a change never comes', async () => {
    const { id, host, guest } = await party();
    await host.queue.add([link('a')]);
    await expect.poll(() => names(guest.queue)).toEqual(['a']);
    // What the server tells now does not arrive at Ben's.
    const sockets = [...server.sockets.io.sockets.sockets.values()].filter(({ data }) => data.viewerId === ben.viewerId);
    const rooms = sockets.map((socket) => [...socket.rooms].filter((room) => room !== socket.id));
    for (const [i, socket] of sockets.entries()) for (const room of rooms[i] ?? []) await socket.leave(room);
    await host.queue.add([link('b')]);
    for (const [i, socket] of sockets.entries()) for (const room of rooms[i] ?? []) await socket.join(room);
    await host.queue.add([link('c')]);
    await expect.poll(() => names(guest.queue), { timeout: 5000 }).toEqual(['a', 'b', 'c']);
    expect(guest.state.sessionId).toBe(id);
  });
});
