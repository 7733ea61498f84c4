import { type ClientEnvironment, createSessionClient } from '@cowatch/shared/client';
import { expect, it } from 'vitest';
import { connected, GUEST_TOKEN, startSocketServer } from './socket.testing.ts';

/** What a viewer with too many connections is told to wait. */
const TOLD_MS = 10_000;

it.each([0, 0.5, 1])('[STORM2] a client that is told when to come again comes later, by chance (%s)', async (random) => {
  const server = await startSocketServer({ CONNECTIONS_PER_IP: '1' });
  const delays: number[] = [];
  const environment: ClientEnvironment = {
    nowMs: () => performance.now(),
    wallMs: () => Date.now(),
    setTimer(_callback, delayMs) {
      delays.push(delayMs);
      return null;
    },
    clearTimer() {},
    random: () => random,
  };
  const client = createSessionClient({
    serverUrl: `http://127.0.0.1:${server.port}`,
    sessionId: 'a'.repeat(22),
    name: 'Ben',
    token: GUEST_TOKEN,
    environment,
  });
  try {
    // Another connection has the only place there is.
    await connected(server.client({ token: GUEST_TOKEN }));
    client.connect();
    await expect.poll(() => delays, { timeout: 5000 }).toEqual([TOLD_MS * (1 + random / 2)]);
  } finally {
    client.close();
    await server.stop();
  }
});
