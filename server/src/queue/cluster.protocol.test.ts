import type { QueueChange, QueueCommand, QueueResult, QueueState } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestInstances, type TestInstance, type TestInstances } from '../instances.testing.ts';
import { reachable } from '../platform/redis/redis.testing.ts';
import type { Person, RawClient } from '../protocol.testing.ts';
import { sessionKey } from '../sessions/session.keys.ts';
import type { QueueBody } from './queue.testing.ts';

const envelope = async (client: RawClient, sessionId: string, body: QueueBody) =>
  ({ ...(await client.envelope(sessionId)), ...body }) as QueueCommand;
const give = async (client: RawClient, sessionId: string, body: QueueBody): Promise<QueueResult> =>
  client.do('queue:command', await envelope(client, sessionId, body));
const films = (...names: string[]): QueueBody => ({
  kind: 'add',
  items: names.map((name) => ({ media: { url: `https://films.example/${name}.mp4` } })),
});
const list = async (client: RawClient, sessionId: string): Promise<QueueState> => {
  const state = await client.do('queue:list', { sessionId, part: 'queue' });
  if (state.part !== 'queue') throw new Error('no queue');
  // Whether an instance has written down what it heard of the other is its own.
  const { kept: _, ...shared } = state;
  return { ...shared, voted: [], skipVoted: false };
};

describe('queues on two instances, one Redis and one PostgreSQL', { timeout: 90_000 }, () => {
  let world: TestInstances;
  let instances: [TestInstance, TestInstance];
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    world = await startTestInstances();
    instances = [await world.start(), await world.start()];
    [ana, ben] = [await instances[0].server.person('Ana'), await instances[1].server.person('Ben')];
  });
  afterAll(() => world.remove());

  /** Ana on the one, Ben on the other, in a party of Ana's. */
  const party = async () => {
    const { id } = await ana.createSession();
    const [host, guest] = [await ana.join(id), await ben.join(id)];
    await host.session(id, { kind: 'rights', right: 'video', holders: 'everyone' });
    return { id, host, guest };
  };

  it('[QUEUE1] [QUEUE11] what is done on one is told on the other, and both list the same', async () => {
    const { id, host, guest } = await party();
    const first = await give(host, id, films('a', 'b'));
    expect(await guest.next<QueueChange>('queue:changed', ({ version }) => version === first.version)).toMatchObject({
      put: [{ itemId: first.added?.[0] }, { itemId: first.added?.[1] }],
      causes: [{ kind: 'add', name: 'Ana', count: 2 }],
    });
    const second = await give(guest, id, { kind: 'move', itemId: first.added?.[1] ?? '', place: 'first' }).catch((error: Error) => error);
    expect(second).toMatchObject({ message: expect.stringContaining('forbidden') });
    const added = await give(guest, id, films('c'));
    await host.next<QueueChange>('queue:changed', ({ version }) => version === added.version);
    expect(await list(host, id)).toEqual(await list(guest, id));
  });

  it('[QUEUE14] a repeat on another instance is answered and acts once', async () => {
    const { id, host, guest } = await party();
    const command = await envelope(guest, id, films('a'));
    const first = await guest.do('queue:command', command);
    const elsewhere = await (await instances[0].server.personWith(ben)).join(id);
    expect(await elsewhere.do('queue:command', command)).toEqual(first);
    expect((await list(host, id)).items).toHaveLength(1);
  });

  it('[QUEUE6] two people on two instances who go on at once skip one video; everybody sees it go with the queue', async () => {
    const { id, host, guest } = await party();
    await give(host, id, films('a', 'b', 'c', 'd', 'e', 'f'));
    let fromItemId: string | null = null;
    for (let left = 5; left >= 3; left -= 1) {
      const from = fromItemId;
      const done = await Promise.all([host, guest].map((client) => give(client, id, { kind: 'next', fromItemId: from })));
      expect(done.filter(({ changed }) => changed)).toHaveLength(1);
      const state = await list(guest, id);
      expect(state.items).toHaveLength(left);
      const { playback } = await guest.join(id);
      expect(playback.media.id).toBe(state.status.current?.mediaId);
      fromItemId = state.status.current?.itemId ?? null;
    }
  });

  it('[QUEUE14] Redis forgets everything: the queue is there again, and goes on', async () => {
    const { id, host, guest } = await party();
    await give(host, id, films('a', 'b'));
    const before = await list(host, id);
    await world.redisServer.flushAll();
    expect(await list(guest, id)).toEqual(before);
    await give(guest, id, films('c'));
    expect((await list(host, id)).items).toHaveLength(3);
    // Only the queue itself: its session is as it was.
    await instances[0].redis.run((client) => client.del(sessionKey(id, 'queue')));
    await give(guest, id, films('d'));
    expect((await list(host, id)).items).toHaveLength(4);
  });

  it('[QUEUE14] one of two is killed while people add: what was acknowledged is there once, in one order', async () => {
    const { id, host, guest } = await party();
    const third = await instances[1].server.person('Cleo');
    const cleo = await third.join(id);
    const acknowledged: string[] = [];
    let running = true;
    const adding = async (client: RawClient, name: string) => {
      for (let i = 0; running && i < 5; i += 1) {
        const result = await give(client, id, films(`${name}${i}-0`, `${name}${i}-1`)).catch(() => null);
        acknowledged.push(...(result?.added ?? []).filter((itemId) => itemId !== null));
      }
    };
    const voting = async (client: RawClient) => {
      while (running) {
        for (const itemId of acknowledged.slice(-3)) await give(client, id, { kind: 'vote', itemId, on: true }).catch(() => null);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const all = Promise.all([adding(host, 'ana'), adding(guest, 'ben'), adding(cleo, 'cleo'), voting(host)]);
    await expect.poll(() => acknowledged.length, { interval: 5 }).toBeGreaterThan(4);
    await instances[1].stop();
    instances[1] = await world.start();
    running = false;
    await all;
    await reachable(instances[1].redis);
    const again = await (await instances[1].server.personWith(ben)).join(id);
    const [here, there] = [await list(host, id), await list(again, id)];
    expect(there).toEqual(here);
    const ids = here.items.map(({ itemId }) => itemId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(acknowledged));
    const urls = here.items.map(({ media }) => media.url);
    expect(new Set(urls).size).toBe(urls.length);
  });
});
