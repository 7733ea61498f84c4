import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestRedis, reachable, startTestCluster, startTestRedis, type TestRedis } from '../redis/redis.testing.ts';
import type { Redis } from '../redis/redis.ts';
import { connected, GUEST_TOKEN, type SocketTestServer, startSocketServer, type TestClient } from './socket.testing.ts';

const ROOMS = 40;

/** An engine, with what of it can be killed. */
interface Engine {
  readonly urls: readonly string[];
  readonly nodes: readonly TestRedis[];
  remove(): Promise<void>;
}

const ENGINES: readonly { readonly name: string; start(): Promise<Engine> }[] = [
  {
    name: 'one Redis',
    async start() {
      const node = await startTestRedis();
      return { urls: [node.url], nodes: [node], remove: () => node.remove() };
    },
  },
  { name: 'a Cluster of three nodes', start: startTestCluster },
];

describe.each(ENGINES)('two instances on $name', { timeout: 60_000 }, ({ start }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start();
  });
  afterAll(() => engine.remove());

  const handles: Redis[] = [];
  let here: SocketTestServer;
  let there: SocketTestServer;
  beforeEach(async () => {
    const servers: SocketTestServer[] = [];
    for (let i = 0; i < 2; i += 1) {
      const redis = await openTestRedis(engine.urls);
      handles.push(redis);
      servers.push(await startSocketServer({}, redis));
    }
    [here, there] = servers as [SocketTestServer, SocketTestServer];
  });
  afterEach(async () => {
    await Promise.all([here.stop(), there.stop()]);
    for (const redis of handles.splice(0)) await redis.stop();
  });

  /** A client of an instance, in a room, where the instance hears what is told to that room. */
  async function inRoom(server: SocketTestServer, room: string): Promise<{ client: TestClient; got: unknown[] }> {
    const client = await connected(server.client({ token: GUEST_TOKEN }));
    const got: unknown[] = [];
    client.onAny((_event, message) => got.push(message));
    await server.sockets.io.sockets.sockets.get(client.id ?? '')?.join(room);
    await server.sockets.bus.subscribed(room);
    return { client, got };
  }
  const emit = (server: SocketTestServer, room: string, text: string) =>
    server.sockets.io.to(room).emit('session:ended', { sessionId: text, media: null as never });
  const texts = (got: unknown[]) => got.map((message) => (message as { sessionId: string }).sessionId);

  it('a room has every message once, wherever its sockets are, from the moment it is listened to', async () => {
    const rooms = await Promise.all(
      Array.from({ length: ROOMS }, async (_, i) => {
        const room = `session:${i}`.padEnd(30, '_');
        const far = await inRoom(there, room);
        // At once: nothing is lost between listening and hearing.
        emit(here, room, `first ${i}`);
        return { room, far, near: await inRoom(here, room) };
      }),
    );
    for (const [i, { room }] of rooms.entries()) emit(here, room, `second ${i}`);
    await expect
      .poll(() => rooms.map(({ far, near }) => [texts(far.got), texts(near.got)]))
      .toEqual(rooms.map((_, i) => [[`first ${i}`, `second ${i}`], [`second ${i}`]]));
  });

  it('messages to one room keep their order', async () => {
    const far = await inRoom(there, 'session:order');
    const sent = Array.from({ length: 300 }, (_, i) => String(i));
    for (const text of sent) emit(here, 'session:order', text);
    await expect.poll(() => texts(far.got).length).toBe(sent.length);
    expect(texts(far.got)).toEqual(sent);
  });

  it('an instance without sockets in a room is sent nothing of it', async () => {
    await inRoom(there, 'session:mine');
    const channels = async () => (await Promise.all(engine.nodes.map((node) => node.call('PUBSUB', 'SHARDCHANNELS', '*mine*')))).flat();
    expect(await channels()).toHaveLength(1);
    const counts = async () =>
      (await Promise.all(engine.nodes.map((node) => node.call('PUBSUB', 'SHARDNUMSUB', 'cowatch#/#session:mine#'))))
        .map((answer) => Number((answer as unknown[])[1]))
        .reduce((a, b) => a + b, 0);
    expect(await counts()).toBe(1);
    await there.sockets.io.local.in('session:mine').socketsLeave('session:mine');
    await expect.poll(channels).toEqual([]);
  });

  it('instances tell each other, and ask one of them', async () => {
    const told: unknown[] = [];
    there.sockets.bus.subscribe('news', (message, from) => told.push([message, from]));
    there.sockets.bus.reply('double', (message) => Number(message) * 2);
    const { instanceId } = there.sockets.bus;
    // The subscription of a new instance takes a moment.
    await expect.poll(() => here.sockets.bus.request(instanceId, 'double', 21, 300).catch(() => null)).toBe(42);
    here.sockets.bus.publish('news', { a: 1 });
    await expect.poll(() => told).toEqual([[{ a: 1 }, here.sockets.bus.instanceId]]);
    await expect(here.sockets.bus.request('nobody', 'double', 1, 50)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('what is published to a room reaches the instances in it, in order, and no other', async () => {
    const told: unknown[] = [];
    there.sockets.bus.subscribe('change', (message, from) => told.push([message, from]));
    await inRoom(there, 'session:told');
    const { bus } = here.sockets;
    for (const room of ['session:told', 'session:other']) {
      for (let n = 0; n < 100; n += 1) bus.publishToRoom(room, 'change', `${room} ${n}`);
    }
    bus.publishToRoom('session:told', 'change', 'last');
    await expect.poll(() => told.at(-1)).toEqual(['last', bus.instanceId]);
    const inOrder = Array.from({ length: 100 }, (_, n) => [`session:told ${n}`, bus.instanceId]);
    expect(told.slice(0, -1)).toEqual(inOrder);
  });

  it('a request to a room reaches the instances in it and no other, and resolves as soon as all have replied', async () => {
    const asked: unknown[] = [];
    there.sockets.bus.reply('who', (message) => {
      asked.push(message);
      return 'there';
    });
    here.sockets.bus.reply('who', () => 'here');
    const ask = (room: string) => here.sockets.bus.requestRoom(room, 'who', room, 5000);
    await inRoom(there, 'viewer:both');
    await inRoom(here, 'viewer:both');
    await inRoom(there, 'viewer:there');
    await inRoom(here, 'viewer:here');
    // The way of the answers is a subscription of its own.
    await expect.poll(() => here.sockets.bus.requestRoom('viewer:both', 'who', 'first', 300)).toEqual(['there']);
    asked.length = 0;
    const began = performance.now();
    expect(await Promise.all(['viewer:both', 'viewer:there', 'viewer:here', 'viewer:nobody'].map(ask))).toEqual([
      ['there'],
      ['there'],
      [],
      [],
    ]);
    expect(performance.now() - began).toBeLessThan(2500);
    expect(asked.sort()).toEqual(['viewer:both', 'viewer:there']);
    for (const node of engine.nodes) await node.kill();
    expect(await ask('viewer:both')).toEqual([]);
    for (const node of engine.nodes) await node.start();
    for (const redis of handles) await reachable(redis);
  });

  it('[CLU5] Redis away: people here are told at once; back again, everybody is, without a hand', async () => {
    const far = await inRoom(there, 'session:away');
    const near = await inRoom(here, 'session:away');
    for (const node of engine.nodes) await node.kill();
    emit(here, 'session:away', 'while away');
    await expect.poll(() => texts(near.got), { timeout: 500 }).toEqual(['while away']);
    // Who comes in the meantime is heard of later as well.
    const late = await inRoom(there, 'session:late');
    for (const node of engine.nodes) await node.start();
    for (const redis of handles) await reachable(redis);
    await expect
      .poll(
        () => {
          emit(here, 'session:away', 'again');
          emit(here, 'session:late', 'again');
          return [texts(far.got).includes('again'), texts(late.got).includes('again')];
        },
        { timeout: 10_000 },
      )
      .toEqual([true, true]);
  });
});
