import { type ClientEnvironment, createSessionClient, type SessionClient } from '@cowatch/shared/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Person, startTestServer, type TestServer } from '../../protocol.testing.ts';

// What a client does about a lost connection: the headless client itself, on a real server.

/** Time stands still, and timers are rung by hand. */
function handEnvironment(random: number) {
  const timers: { readonly callback: () => void; readonly delayMs: number }[] = [];
  let wake = () => {};
  const environment: ClientEnvironment = {
    nowMs: () => 0,
    wallMs: () => 0,
    setTimer(callback, delayMs) {
      timers.push({ callback, delayMs });
      return null;
    },
    clearTimer() {},
    random: () => random,
    onWake(callback) {
      wake = callback;
      return () => {};
    },
  };
  return { environment, timers, wake: () => wake() };
}

describe('[CONN7] a server that is not there', () => {
  it.each([0, 1])(
    'is asked again after a random time from an interval that grows up to 8 s, and at once on waking (%s)',
    async (random) => {
      const { environment, timers, wake } = handEnvironment(random);
      // Port 1 of this machine: nobody listens there.
      const nowhere = { serverUrl: 'http://127.0.0.1:1', sessionId: 'a'.repeat(22), name: 'Ben', environment };
      const client = createSessionClient(nowhere);
      try {
        client.connect();
        const intervalsMs = [300, 600, 1200, 2400, 4800, 8000, 8000];
        for (const [i, intervalMs] of intervalsMs.entries()) {
          await expect.poll(() => timers.length).toBe(i + 1);
          expect(timers[i]?.delayMs).toBe(100 + random * intervalMs);
          expect(client.state.failedTries).toBe(i + 1);
          timers[i]?.callback();
        }
        await expect.poll(() => timers.length).toBe(intervalsMs.length + 1);
        wake();
        await expect.poll(() => timers.length).toBe(intervalsMs.length + 2);
        expect(timers.at(-1)?.delayMs).toBe(100 + random * 300);
      } finally {
        client.close();
      }
    },
  );
});

describe('[CONN10] somebody whom the server does not know', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('asks for an identity once, and stops where none is kept', async () => {
    const { environment, timers } = handEnvironment(0);
    let asked = 0;
    const renewIdentity = async () => {
      asked += 1;
    };
    const client = createSessionClient({
      serverUrl: server.url,
      sessionId: 'a'.repeat(22),
      name: 'Ben',
      environment: { ...environment, renewIdentity },
    });
    try {
      client.connect();
      await expect.poll(() => timers.length).toBe(1);
      expect([asked, client.state.connection]).toEqual([1, 'connecting']);
      timers[0]?.callback();
      await expect.poll(() => client.state.connection).toBe('failed');
      expect([asked, timers.length, client.state.error?.code]).toEqual([1, 1, 'unauthenticated']);
      // A server that answers is one that is reached.
      expect(client.state.failedTries).toBe(0);
    } finally {
      client.close();
    }
  });

  it('has a token that is no good, and stops at once', async () => {
    const { environment, timers } = handEnvironment(0);
    const client = createSessionClient({
      serverUrl: server.url,
      sessionId: 'a'.repeat(22),
      name: 'Ben',
      token: 'nobody',
      environment: { ...environment, renewIdentity: () => Promise.reject(new Error('is not asked')) },
    });
    try {
      client.connect();
      await expect.poll(() => client.state.connection).toBe('failed');
      expect([timers.length, client.state.error?.code]).toEqual([0, 'unauthenticated']);
    } finally {
      client.close();
    }
  });
});

describe('a connection that is lost', () => {
  let server: TestServer;
  let ana: Person;
  let sessionId: string;
  let client: SessionClient;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    ana = await server.person('Ana');
    sessionId = ((await ana.http('POST', '/sessions', { media: { titleId: 'sample' } })).body as { id: string }).id;
    client = createSessionClient({ serverUrl: server.url, sessionId, name: 'Ana', token: ana.token });
    client.connect();
    await expect.poll(() => client.state.connection).toBe('joined');
    await expect.poll(() => client.clusterNowMs()).not.toBeNull();
  });
  afterEach(() => client.close());

  const version = () => client.state.playback?.timeline.version;
  const lose = async () => {
    server.sockets.io.disconnectSockets(true);
    await expect.poll(() => client.state.connection).not.toBe('joined');
  };
  const comeBack = () => expect.poll(() => client.state.connection, { timeout: 5000 }).toBe('joined');

  it('[CONN7] playback goes on meanwhile along the timeline that is known', async () => {
    await client.play();
    await lose();
    const fromS = client.targetPositionS() ?? Number.NaN;
    await expect.poll(() => client.targetPositionS()).toBeGreaterThan(fromS);
    await comeBack();
  });

  it('[CONN8] what is joined then is the truth, also at a lower version than what was known', async () => {
    const { playback } = client.state;
    if (playback === null) throw new Error('no playback');
    const timeline = { ...playback.timeline, positionS: 99, version: playback.timeline.version + 1e9 };
    server.sockets.io.emit('playback:changed', { sessionId, media: playback.media, timeline });
    await expect.poll(version).toBe(timeline.version);
    await lose();
    await comeBack();
    expect(client.state.playback).toEqual(playback);
  });

  it('[CONN9] a command is refused while there is none, and never carried out later', async () => {
    const before = version();
    await lose();
    expect(await client.play()).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    await comeBack();
    const watching = await (await server.personWith(ana)).connect();
    const { playback } = await watching.do('session:join', { sessionId, name: 'Ana' });
    expect(playback.timeline).toMatchObject({ playing: false, version: before });
    expect(await client.play()).toEqual({ ok: true, changed: true });
  });
});
