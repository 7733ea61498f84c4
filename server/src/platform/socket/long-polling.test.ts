import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SocketTestServer, startSocketServer } from './socket.testing.ts';

const WORDS = /speaks WebSocket only.*transports: \['websocket'\]/;

let server: SocketTestServer;
let url: string;
beforeAll(async () => {
  server = await startSocketServer({ ALLOWED_ORIGINS: 'https://tv.example' });
  url = `http://127.0.0.1:${server.port}`;
});
afterAll(() => server.stop());

describe('[CONN1] long polling', () => {
  it('is refused in words that a Socket.IO client with its defaults passes on, once', async () => {
    const client = io(url, { forceNew: true });
    const errors: (Error & { data?: unknown })[] = [];
    client.on('connect_error', (error) => errors.push(error));
    await expect.poll(() => errors.length).toBe(1);
    expect(errors[0]?.message).toMatch(WORDS);
    expect(errors[0]?.data).toEqual({ code: 'bad_request', message: errors[0]?.message });
    // It does not try again: that would change nothing.
    expect(client.active).toBe(false);
    client.close();
  });

  it.each([
    ['GET', '?EIO=4&transport=polling'],
    ['GET', '?EIO=3&transport=polling&t=x'],
    ['GET', '?EIO=4&transport=polling&t=x&sid=websocket-only'],
    ['POST', '?EIO=4&transport=polling&t=x&sid=websocket-only'],
  ])('%s %s is a problem in the same words', async (method, query) => {
    const answer = await fetch(`${url}/socket.io/${query}`, { method });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const problem = (await answer.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ status: 400, code: 'bad_request', requestId: expect.any(String) });
    expect(problem.detail).toMatch(WORDS);
    expect(problem.message).toMatch(WORDS);
  });

  it('can be read by pages of allowed origins, and by no others', async () => {
    const from = async (origin: string) =>
      (await fetch(`${url}/socket.io/?EIO=4&transport=polling&t=x`, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await from('https://tv.example')).toBe('https://tv.example');
    expect(await from('https://evil.example')).toBeNull();
  });

  it('[CONN11] tells a page whose origin is refused that, and as what the server was reached', async () => {
    const knock = (origin: string) => fetch(`${url}/socket.io/?EIO=4&transport=polling`, { method: 'POST', headers: { origin } });
    expect((await knock(url)).status).toBe(400);
    // A proxy that does not say by what people came: the page's own address is a stranger's.
    const answer = await knock('https://party.example');
    expect(answer.status).toBe(403);
    const host = `127.0.0.1:${server.port}`;
    expect(await answer.json()).toMatchObject({
      code: 'forbidden',
      reachedAs: host,
      detail: expect.stringContaining(host),
    });
  });
});
