import type { Access, Playback, PresenceChange } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type Person, type RawClient, startTestServer, type TestServer } from '../../protocol.testing.ts';

/** A message of 60 kB: a few hundred fill what lies between two ends of a connection. */
const BALLAST = { sessionId: 'ballast'.repeat(9000), media: null };

let server: TestServer;
let ana: Person;
let ben: Person;
beforeAll(async () => {
  server = await startTestServer();
  [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
});
afterAll(() => server.stop());

/** The websocket below a client; what it does not read stays in the network. */
const wireOf = (client: RawClient) => {
  const { transport } = client.socket.io.engine as unknown as { transport: { ws: WebSocket } };
  return transport.ws;
};
const slowCount = async () => Number(/^cowatch_socket_slow_total (\d+)$/m.exec(await server.metrics.registry.metrics())?.[1] ?? 0);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Sends to everybody in a session. Those who read have read it before this is over: only who does not is ever slow. */
async function send(id: string, readers: readonly RawClient[]): Promise<void> {
  const read = readers.map(ballastOf);
  server.sockets.io.to(`session:${id}`).emit('session:ended', BALLAST as never);
  await turn();
  await turn();
  for (const [index, reader] of readers.entries()) while (ballastOf(reader) === read[index]) await turn();
}

/** Sends to everybody in a session until somebody is slow; returns how many messages that took. */
async function fill(id: string, readers: readonly RawClient[]): Promise<number> {
  const before = await slowCount();
  for (let sent = 1; sent < 2000; sent += 1) {
    await send(id, readers);
    if ((await slowCount()) > before) return sent;
  }
  throw new Error('nobody is slow');
}
const ballastOf = (client: RawClient) =>
  client.all<{ sessionId: string }>('session:ended').filter(({ sessionId }) => sessionId === BALLAST.sessionId).length;

describe('a socket that does not read', { timeout: 30_000 }, () => {
  it('[SLOW1] [SLOW2] misses what happens, disturbs nobody, and is told once how things are when it reads again', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const guest = await ben.join(id);
    await guest.next<PresenceChange>('session:presence', ({ count }) => count === 2);
    wireOf(guest).pause();
    const sent = await fill(id, [host]);

    // While it is slow a lot happens, and others are told of all of it.
    let version = 0;
    for (let i = 0; i < 9; i += 1) ({ version } = await host.playback(id, { kind: 'seek', positionS: 10 + i }));
    await host.session(id, { kind: 'rename', name: 'Slow night' });
    for (let i = 0; i < 3; i += 1) {
      const cleo = await (await server.person(`Cleo ${i}`)).join(id);
      await host.next<PresenceChange>('session:presence', ({ count }) => count === 3 + i);
      if (i < 2) continue;
      await host.do('session:roster', { sessionId: id, offset: 0 });
      cleo.socket.close();
    }
    for (let i = 0; i < 50; i += 1) await send(id, [host]);
    await host.caughtUp();
    expect(host.all('playback:changed')).toHaveLength(9);

    guest.forget();
    wireOf(guest).resume();
    const now = await guest.next<Playback>('playback:changed');
    expect(now.timeline).toMatchObject({ version, positionS: 18 });
    await guest.next<{ access: Access }>('session:changed', ({ access }) => access.name === 'Slow night');
    // It had all that was sent before it was slow, nothing that was sent while it was, and the rest once.
    expect(ballastOf(guest)).toBe(sent);
    await guest.caughtUp();
    expect(guest.all('playback:changed')).toHaveLength(1);
    const presence = guest.all<PresenceChange>('session:presence').at(0);
    expect(presence?.changed).toEqual([]);
    const { revision, count } = await guest.do('session:roster', { sessionId: id, offset: 0 });
    expect(presence?.revision).toBeLessThanOrEqual(revision);
    expect(count).toBeGreaterThanOrEqual(4);

    // And it is in again like everybody else.
    const { version: next } = await host.playback(id, { kind: 'play' });
    await guest.next<Playback>('playback:changed', ({ timeline }) => timeline.version === next);
  });

  it('[SLOW2] learns of the end it slept through', async () => {
    const { id, media } = await ana.createSession();
    const host = await ana.join(id);
    const guest = await ben.join(id);
    wireOf(guest).pause();
    await fill(id, [host]);
    await host.session(id, { kind: 'end' });
    wireOf(guest).resume();
    await guest.next('session:ended', (message) => JSON.stringify(message) === JSON.stringify({ sessionId: id, media }));
  });

  it('[SLOW3] is cut off when answers to its own commands pile up', async () => {
    const { id } = await ana.createSession();
    const guest = await ben.join(id);
    const gone = new Promise((resolve) => guest.socket.once('disconnect', resolve));
    wireOf(guest).pause();
    await fill(id, []);
    const room = server.sockets.io.sockets.sockets;
    const socket = room.get(guest.socket.id ?? '');
    // Stands in for answers: whatever is sent to this socket alone.
    for (let i = 0; i < 20 && socket?.connected; i += 1) socket.emit('session:ended', BALLAST as never);
    expect(socket?.connected).toBe(false);
    expect(await server.metrics.registry.metrics()).toMatch(/^cowatch_socket_slow_cut_total 1$/m);
    wireOf(guest).resume();
    await gone;
  });
});
