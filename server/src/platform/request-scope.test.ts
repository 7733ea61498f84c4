import { PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess, type TestProcess } from './child-process.testing.ts';

let server: TestProcess;
let url: string;
beforeAll(async () => {
  server = startProcess(new URL('./request-scope.testing.ts', import.meta.url));
  url = await server.lineThat(/^http/);
});
afterAll(async () => {
  await server.killNow();
});

const leave = (how: string, answers: boolean) =>
  fetch(`${url}/api/v1/leave`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ how, answers }),
  });
const failures = async () => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const count = (source: string) => Number(new RegExp(`internal_errors_total{source="${source}"} (\\d+)`).exec(text)?.[1]);
  return { http: count('http'), socket: count('socket') };
};
const logged = async () => JSON.parse(await server.lineThat(/left behind/)) as Record<string, unknown>;

it.each(['reject', 'throw'])('what a request leaves to %s ends that request, with its name in the log', async (how) => {
  const before = await failures();
  const answer = await leave(how, false);
  expect(answer.status).toBe(500);
  const problem = (await answer.json()) as { requestId: string };
  expect(problem).toMatchObject({ code: 'internal' });
  expect(JSON.stringify(problem)).not.toContain('left behind');
  expect(await logged()).toMatchObject({ level: 50, reqId: problem.requestId, route: '/api/v1/leave' });
  expect(await failures()).toEqual({ ...before, http: before.http + 1 });
});

it('what it leaves after its answer is its own too, and what it leaves before its body is read', async () => {
  const before = await failures();
  const answered = await leave('reject', true);
  expect(answered.status).toBe(200);
  expect(await logged()).toMatchObject({ level: 50, reqId: answered.headers.get('x-request-id') });
  const early = await fetch(`${url}/api/v1/leave`);
  expect(await logged()).toMatchObject({ level: 50, reqId: early.headers.get('x-request-id') });
  expect(await failures()).toEqual({ ...before, http: before.http + 2 });
});

it('what a command leaves is answered for it, and its connection stays', async () => {
  const before = await failures();
  const socket = io(url, { transports: ['websocket'], reconnection: false, auth: { protocol: PROTOCOL_VERSION } });
  for (let i = 0; i < 2; i += 1) {
    const answer = await socket.timeout(8000).emitWithAck('clock:ping', {});
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(await logged()).toMatchObject({ level: 50, event: 'clock:ping' });
  }
  expect(await failures()).toEqual({ ...before, socket: before.socket + 2 });
  expect(socket.connected).toBe(true);
  socket.close();
});
