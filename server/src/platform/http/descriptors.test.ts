import type { Socket } from 'node:net';
import { PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess, type TestProcess } from '../child-process.testing.ts';
import { open, sayRaw } from './raw-http.testing.ts';

/** Descriptors of the server; more than these knock. */
const LIMIT = 160;

let server: TestProcess;
let url: string;
beforeAll(async () => {
  server = startProcess(new URL('./descriptors.testing.ts', import.meta.url), [], {}, ['sh', '-c', `ulimit -n ${LIMIT}; exec "$0" "$@"`]);
  url = await server.lineThat(/^http/);
});
afterAll(async () => {
  await server.killNow();
});

const get = (path: string) => sayRaw(url, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);

it('whose descriptors are used up says so, still tells how it is, and takes people again when there is room', async () => {
  expect((await get('/api/v1/any')).status).toBe(200);
  // People who are there and stay: each has said something.
  const there: Socket[] = [];
  for (let i = 0; i < LIMIT; i += 1) {
    const socket = await open(url);
    socket.on('error', () => {});
    socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
    there.push(socket);
  }
  const said = JSON.parse(await server.lineThat(/descriptors/)) as Record<string, unknown>;
  expect(said).toMatchObject({ level: 50, limit: LIMIT });
  const ready = await get('/readyz');
  expect([ready.status, JSON.parse(ready.body)]).toEqual([200, expect.objectContaining({ status: 'ok' })]);
  // People who knock and say nothing: they hold no place for long.
  for (let i = 0; i < 60; i += 1) there.push((await open(url)).on('error', () => {}));
  expect((await get('/readyz')).status).toBe(200);
  const refused = await get('/api/v1/any');
  expect([refused.status, JSON.parse(refused.body)]).toEqual([503, expect.objectContaining({ code: 'unavailable' })]);
  expect(Number(/connections_short_total (\d+)/.exec((await get('/metrics')).body)?.[1])).toBeGreaterThan(2);
  const client = io(url, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    auth: { protocol: PROTOCOL_VERSION },
  });
  const outcome = await new Promise((resolve) => {
    client.once('connect', () => resolve('connected'));
    client.once('connect_error', () => resolve('refused'));
  });
  expect(outcome).toBe('refused');
  client.close();
  for (const socket of there) socket.destroy();
  await expect.poll(async () => (await get('/api/v1/any')).status).toBe(200);
});
