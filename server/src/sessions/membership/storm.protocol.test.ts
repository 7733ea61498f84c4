import { once } from 'node:events';
import { connect } from 'node:net';
import type { JoinSnapshot, Playback } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../protocol.testing.ts';

const CROWD = 250;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { CONNECTIONS_PER_IP: '10000' } });
});
afterAll(() => server.stop());

it('[STORM1] a crowd that comes at once is all let in, with what held, and whoever is in acts meanwhile', {
  timeout: 60_000,
}, async () => {
  const ana = await server.person('Ana');
  const { id } = await ana.createSession();
  const host = await ana.join(id);
  const people = await Promise.all(Array.from({ length: CROWD }, (_, i) => server.person(`Guest ${i}`)));

  let storming = true;
  const acting = (async () => {
    let version = 0;
    let acts = 0;
    while (storming) {
      ({ version } = await host.playback(id, { kind: 'seek', positionS: (acts % 200) + 1 }));
      acts += 1;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return { version, acts };
  })();
  const arriving = Promise.all(
    people.map(async (person) => {
      const client = await person.connect();
      return { client, snapshot: await client.join(id) };
    }),
  ).finally(() => {
    storming = false;
  });
  // Both at once: where one fails the other is not left alone with its own failure.
  const [crowd, { version, acts }] = await Promise.all([arriving, acting]);

  expect(acts).toBeGreaterThan(0);
  const ids = new Set(crowd.map(({ snapshot }) => snapshot.you.memberId));
  expect(ids.size).toBe(CROWD);
  for (const { client, snapshot } of crowd) {
    await client.caughtUp();
    const told = client.all<Playback>('playback:changed').map(({ timeline }) => timeline.version);
    expect(Math.max(snapshot.playback.timeline.version, ...told)).toBe(version);
  }
  const page = (await host.do('session:roster', { sessionId: id, offset: 0 })) satisfies JoinSnapshot['roster'];
  expect(page.count).toBe(CROWD + 1);
});

it('[STORM1] whoever goes away while waiting to connect takes nobody along', { timeout: 30_000 }, async () => {
  const upgrade = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==',
  ];
  for (let turns = 1; turns <= 4; turns += 1) {
    const sockets = await Promise.all(
      Array.from({ length: CROWD }, async () => {
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
        socket.on('error', () => {});
        await once(socket, 'connect');
        return socket;
      }),
    );
    for (const socket of sockets) socket.write(`${upgrade.join('\r\n')}\r\n\r\n`);
    // By then some are let in, some wait and some have not been read.
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    for (const socket of sockets) socket.resetAndDestroy();
  }
  const ana = await server.person('Ana');
  const { id } = await ana.createSession();
  await ana.join(id);
});
