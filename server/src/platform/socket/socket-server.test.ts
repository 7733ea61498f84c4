import { CodedError, clockPingSchema, leaveSchema, PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connected, GUEST_TOKEN, type SocketTestServer, startLink, startSocketServer, type TestClient } from './socket.testing.ts';
import type { AppSocket } from './socket.types.ts';

let server: SocketTestServer;
afterEach(() => server.stop());

const PLENTY = { bucket: 'plenty', perS: 1000, burst: 1000 };
const SESSION_ID = 'AbCdEfGhIjKlMnOpQrStUv';

/** Whatever a test wants to send: raw events are not of the typed kind. */
function raw(client: TestClient): {
  emit(event: string, ...args: unknown[]): void;
  ask(event: string, ...args: unknown[]): Promise<unknown>;
} {
  const untyped = client as unknown as {
    emit(event: string, ...args: unknown[]): void;
    timeout(ms: number): { emitWithAck(event: string, ...args: unknown[]): Promise<unknown> };
  };
  return {
    emit: (event, ...args) => untyped.emit(event, ...args),
    ask: (event, ...args) => untyped.timeout(5000).emitWithAck(event, ...args),
  };
}

async function startWithCommands(env: Record<string, string> = {}): Promise<string[]> {
  server = await startSocketServer(env);
  const handled: string[] = [];
  server.sockets.onCommand('clock:ping', {
    schema: clockPingSchema,
    limit: { bucket: 'clock', perS: 1, burst: 3 },
    handle: (_message, { receivedAtMs }) => {
      handled.push('clock:ping');
      return { receivedAtMs, sentAtMs: receivedAtMs, instanceId: 'test' };
    },
  });
  server.sockets.onCommand('session:leave', {
    schema: leaveSchema,
    limit: PLENTY,
    handle: async ({ sessionId }) => {
      handled.push('session:leave');
      if (sessionId.startsWith('refused')) throw new CodedError('forbidden', 'Not you.');
      if (sessionId.startsWith('broken')) throw new Error('the inner life of the server');
      return null;
    },
  });
  return handled;
}

describe('who may connect', () => {
  const refusal = (client: TestClient) =>
    connected(client).then(
      () => 'connected',
      (error: { data?: unknown; message: string }) => error.data ?? error.message,
    );

  it('a guest, by token or by cookie', async () => {
    await startWithCommands();
    const token = GUEST_TOKEN;
    const viewers: string[] = [];
    server.sockets.onConnection((socket) => viewers.push(socket.data.viewerId));
    await connected(server.client({ token }));
    await connected(server.client({ headers: { cookie: `a=b; viewer=${token}` } }));
    expect(viewers).toEqual(['ana', 'ana']);
  });

  it('nobody without an identity, or with a wrong one', async () => {
    await startWithCommands();
    const unauthenticated = { code: 'unauthenticated', message: expect.any(String) };
    expect(await refusal(server.client())).toEqual(unauthenticated);
    const token = GUEST_TOKEN;
    expect(await refusal(server.client({ token: `no-${token}` }))).toEqual(unauthenticated);
    expect(await refusal(server.client({ auth: { protocol: PROTOCOL_VERSION, token: { $ne: null } } }))).toEqual(unauthenticated);
  });

  it('no other protocol', async () => {
    await startWithCommands();
    const token = GUEST_TOKEN;
    for (const protocol of [PROTOCOL_VERSION + 1, undefined, String(PROTOCOL_VERSION), null]) {
      expect(await refusal(server.client({ auth: { protocol, token } }))).toMatchObject({
        code: 'upgrade_required',
        protocol: PROTOCOL_VERSION,
      });
    }
  });

  it('no page of another origin', async () => {
    await startWithCommands({ ALLOWED_ORIGINS: 'https://tv.example' });
    const token = GUEST_TOKEN;
    const from = (origin: string) => refusal(server.client({ token, headers: { origin } }));
    expect(await from(`http://127.0.0.1:${server.port}`)).toBe('connected');
    expect(await from('https://tv.example')).toBe('connected');
    expect(await from('https://evil.example')).toBe('websocket error');
    expect(await from('null')).toBe('websocket error');
    expect(server.lines).toContainEqual(expect.objectContaining({ origin: 'https://evil.example', level: 40 }));
  });

  it('[LIM4] not more than so many of one viewer, from wherever, and again when some are gone', async () => {
    await startWithCommands({ CONNECTIONS_PER_IP: '2', TRUST_PROXY: 'loopback' });
    const token = GUEST_TOKEN;
    const from = (address: string) => server.client({ token, headers: { 'x-forwarded-for': address } });
    const first = await connected(from('10.0.0.1'));
    await connected(from('10.0.0.2'));
    expect(await refusal(from('10.0.0.3'))).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    expect(await refusal(server.client({ token: 'guest-ben', headers: { 'x-forwarded-for': '10.0.0.1' } }))).toBe('connected');
    const gone = new Promise((resolve) => server.sockets.onDisconnect(resolve));
    first.close();
    await gone;
    await expect.poll(() => refusal(from('10.0.0.1'))).toBe('connected');
  });

  it('[LIM4] not more than twenty times as many from one address, whoever they are', async () => {
    await startWithCommands({ CONNECTIONS_PER_IP: '1', TRUST_PROXY: 'loopback' });
    const pupil = (i: number, address = '2001:db8::1') =>
      refusal(server.client({ token: `guest-pupil${i}`, headers: { 'x-forwarded-for': address } }));
    for (let i = 0; i < 20; i += 1) expect(await pupil(i)).toBe('connected');
    expect(await pupil(20, '2001:db8::ffff')).toMatchObject({ code: 'rate_limited' });
    expect(await pupil(20, '2001:db8:1::1')).toBe('connected');
  });
});

describe('the dispatcher of commands', () => {
  it('answers with data, with a code, and tells nobody about its inner life', async () => {
    await startWithCommands();
    const { ask } = raw(await connected(server.client({ token: GUEST_TOKEN })));
    expect(await ask('clock:ping', {})).toMatchObject({ ok: true, data: { instanceId: 'test' } });
    expect(await ask('session:leave', { sessionId: SESSION_ID })).toEqual({ ok: true, data: null });
    expect(await ask('session:leave', { sessionId: 'refused'.padEnd(22, '_') })).toEqual({
      ok: false,
      error: { code: 'forbidden', message: 'Not you.' },
    });
    const broken = await ask('session:leave', { sessionId: 'broken'.padEnd(22, '_') });
    expect(broken).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(broken)).not.toContain('inner life');
    const logged = server.lines.find((line) => line.msg === 'a command failed');
    expect(logged).toMatchObject({
      level: 50,
      event: 'session:leave',
      err: { message: 'the inner life of the server' },
    });
    expect(JSON.stringify(broken)).toContain(String(logged?.reqId));
  });

  it.each([
    ['a wrong type', [{ sessionId: 5 }], 'sessionId'],
    ['a missing field', [{}], 'sessionId'],
    ['an unknown field', [{ sessionId: SESSION_ID, extra: true }], 'extra'],
    ['no message', [], 'one message'],
    ['two messages', [{ sessionId: SESSION_ID }, { sessionId: SESSION_ID }], 'one message'],
    ['null', [null], 'message'],
    ['a string', ['x'], 'message'],
    ['an array', [[]], 'message'],
    ['bytes', [Buffer.from('{"sessionId":1}')], 'message'],
    ['bytes within', [{ sessionId: Buffer.from('x') }], 'sessionId'],
    ['a poisoned prototype', [JSON.parse(`{"sessionId":"${SESSION_ID}","__proto__":{"a":1}}`)], '__proto__'],
  ])('refuses %s with bad_request and names what is wrong', async (_name, args, named) => {
    const handled = await startWithCommands();
    const { ask } = raw(await connected(server.client({ token: GUEST_TOKEN })));
    const answer = await ask('session:leave', ...args);
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'bad_request', message: expect.stringContaining(named) },
    });
    expect(handled).toEqual([]);
    expect(await ask('session:leave', { sessionId: SESSION_ID })).toEqual({ ok: true, data: null });
  });

  it('refuses what is too large, and closes on what is far too large', async () => {
    const handled = await startWithCommands();
    const token = GUEST_TOKEN;
    const client = await connected(server.client({ token }));
    const { ask, emit } = raw(client);
    const tooLarge = { ok: false, error: { code: 'too_large', message: expect.any(String) } };
    expect(await ask('session:leave', { sessionId: 'x'.repeat(9000) })).toEqual(tooLarge);
    expect(await ask('session:leave', { sessionId: '€'.repeat(3000) })).toEqual(tooLarge);
    expect(await ask('nothing', 'x'.repeat(9000))).toEqual(tooLarge);
    let deep: unknown = [];
    for (let i = 0; i < 4000; i++) deep = [deep];
    expect(await ask('session:leave', deep)).toMatchObject({ ok: false });
    expect(handled).toEqual([]);
    const closed = new Promise((resolve) => client.once('disconnect', resolve));
    emit('session:leave', { sessionId: 'x'.repeat(70_000) });
    await closed;
    expect(await raw(await connected(server.client({ token }))).ask('clock:ping', {})).toMatchObject({ ok: true });
  });

  it('answers unknown events, and survives all that have a name of their own', async () => {
    await startWithCommands();
    const client = await connected(server.client({ token: GUEST_TOKEN }));
    const { ask, emit } = raw(client);
    for (const event of ['nothing', '', 'error', '__proto__', 'constructor', 'toString', 'session:leave ', 'x'.repeat(5000)]) {
      expect(await ask(event, {}), event).toMatchObject({ ok: false, error: { code: 'bad_request' } });
      emit(event, {});
    }
    emit('clock:ping', {});
    emit('clock:ping');
    emit('session:leave', { sessionId: 'broken'.padEnd(22, '_') });
    expect(await ask('session:leave', { sessionId: SESSION_ID })).toEqual({ ok: true, data: null });
    expect(await server.metrics.registry.metrics()).toMatch(/cowatch_socket_commands_total\{event="unknown",code="bad_request"\} 16/);
  });

  it('bounds each kind of command by itself', async () => {
    const handled = await startWithCommands();
    const { ask } = raw(await connected(server.client({ token: GUEST_TOKEN })));
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('clock:ping', {})));
    expect(answers.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ ok: true })));
    for (const answer of answers.slice(3)) {
      expect(answer).toMatchObject({ ok: false, error: { code: 'rate_limited', retryAfterMs: expect.any(Number) } });
    }
    expect(handled).toHaveLength(3);
    expect(await ask('session:leave', { sessionId: SESSION_ID })).toEqual({ ok: true, data: null });
  });

  it('registers one handler a command', async () => {
    await startWithCommands();
    const again = () => server.sockets.onCommand('session:leave', { schema: leaveSchema, limit: PLENTY, handle: () => null });
    expect(again).toThrow(/registered twice/);
  });
});

describe('noise on the wire', () => {
  /** A websocket that has opened Engine.IO's handshake and says what it likes. */
  async function wire(): Promise<{ socket: WebSocket; closed: Promise<void> }> {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`);
    socket.on('error', () => {});
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    await new Promise((resolve) => socket.once('message', resolve));
    return { socket, closed };
  }

  it.each([
    ['a command before saying who it is', '42["clock:ping",{}]'],
    ['no packet at all', 'hello'],
    ['a packet of no kind', '9'],
    ['broken JSON', '40{"protocol":'],
    ['a command that is no JSON', '42[oops'],
    ['attachments without end', '451000000000-["clock:ping",{"_placeholder":true,"num":0}]'],
    ['binary', Buffer.from([0, 1, 2, 3])],
    ['nothing', ''],
    ['another namespace', '40/admin,{}'],
  ])('%s hurts nobody', async (_name, noise) => {
    await startWithCommands();
    const { socket } = await wire();
    socket.send(noise);
    socket.send(noise);
    const client = await connected(server.client({ token: GUEST_TOKEN }));
    expect(await raw(client).ask('clock:ping', {})).toMatchObject({ ok: true });
    socket.terminate();
  });

  it.each([
    ['commands', (socket: WebSocket) => socket.send('42["nothing",{}]')],
    ['pings below the protocol', (socket: WebSocket) => socket.ping()],
    ['empty packets', (socket: WebSocket) => socket.send('6')],
  ])('a flood of %s is cut off, and only it', async (_name, say) => {
    await startWithCommands();
    const token = GUEST_TOKEN;
    const other = await connected(server.client({ token }));
    const { socket, closed } = await wire();
    socket.send(`40${JSON.stringify({ protocol: PROTOCOL_VERSION, token })}`);
    await new Promise((resolve) => socket.once('message', resolve));
    for (let i = 0; i < 1000; i++) say(socket);
    await closed;
    expect(await raw(other).ask('clock:ping', {})).toMatchObject({ ok: true });
    expect(await server.metrics.registry.metrics()).toMatch(/cowatch_socket_floods_total 1/);
  });
});

describe('the link to a client', () => {
  const serverSide = () => new Promise<AppSocket>((resolve) => server.sockets.onConnection(resolve));

  it('is measured by the server within a second, whatever its delay', async () => {
    await startWithCommands();
    for (const delayMs of [0, 60]) {
      const link = await startLink(server.port, delayMs);
      const accepted = serverSide();
      await connected(server.client({ token: GUEST_TOKEN, port: link.port }));
      const socket = await accepted;
      const sinceMs = performance.now();
      await expect.poll(() => server.sockets.oneWayLatencyMs(socket), { interval: 10, timeout: 3000 }).not.toBeNull();
      expect(performance.now() - sinceMs).toBeLessThan(1000);
      const oneWayMs = server.sockets.oneWayLatencyMs(socket) ?? -1;
      expect(oneWayMs).toBeGreaterThanOrEqual(delayMs * 0.95);
      expect(oneWayMs).toBeLessThan(delayMs + 60);
      await link.close();
    }
  });

  it('cannot be made to look shorter: a pong that answers no ping is not heard', async () => {
    await startWithCommands();
    const token = GUEST_TOKEN;
    const accepted = serverSide();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/socket.io/?EIO=4&transport=websocket`, {
      autoPong: false,
    });
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send(`40${JSON.stringify({ protocol: PROTOCOL_VERSION, token })}`);
    const there = await accepted;
    for (let i = 0; i < 50; i++) socket.pong(Buffer.alloc(8, i));
    const pinged = await new Promise<Buffer>((resolve) => socket.once('ping', resolve));
    expect(server.sockets.oneWayLatencyMs(there)).toBeNull();
    socket.pong(pinged);
    await expect.poll(() => server.sockets.oneWayLatencyMs(there)).not.toBeNull();
    socket.terminate();
  });

  it('is known to be dead within ten seconds', async () => {
    await startWithCommands();
    const link = await startLink(server.port, 0);
    const client = await connected(server.client({ token: GUEST_TOKEN, port: link.port }));
    const gone = new Promise<string>((resolve) => server.sockets.onDisconnect((_socket, reason) => resolve(reason)));
    const sinceMs = performance.now();
    link.cut();
    expect(await gone).toBe('ping timeout');
    expect(performance.now() - sinceMs).toBeLessThan(10_000);
    client.close();
    await link.close();
  });
});

describe('draining', () => {
  it('lets nobody in, tells everybody to go each at their own time, and waits for them', async () => {
    await startWithCommands();
    const token = GUEST_TOKEN;
    const clients = await Promise.all(Array.from({ length: 5 }, () => connected(server.client({ token }))));
    const told = clients.map(
      (client) =>
        new Promise<number>((resolve) => {
          client.once('server:draining', ({ reconnectInMs }) => {
            resolve(reconnectInMs);
            client.close();
          });
        }),
    );
    const drained = server.sockets.drain();
    const refused = await connected(server.client({ token })).catch((error: { data: unknown }) => error.data);
    expect(refused).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
    const delays = await Promise.all(told);
    expect(new Set(delays).size).toBeGreaterThan(1);
    for (const delayMs of delays) expect(delayMs).toBeLessThanOrEqual(2100);
    const sinceMs = performance.now();
    await drained;
    expect(performance.now() - sinceMs).toBeLessThan(1500);
  });

  it('does not wait for ever for those who stay', async () => {
    await startWithCommands();
    const client = await connected(server.client({ token: GUEST_TOKEN }));
    const gone = new Promise((resolve) => client.once('disconnect', resolve));
    await server.sockets.drain();
    await server.sockets.stop();
    await gone;
  });
});
