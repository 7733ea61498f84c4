import { expect, it } from 'vitest';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import { ClockSync } from './clock-sync.ts';
import type { Asker } from './questions.ts';

/** A clock 5 s behind the server's, on a link with this round trip. */
function clockOf(rttMs: number) {
  const env = new ManualEnvironment();
  const exchanges: number[] = [];
  const found: boolean[] = [];
  const server = { answers: true, restMs: 0 };
  const connection = {
    connected: true,
    async ask() {
      exchanges.push(env.nowMs());
      await new Promise<void>((resolve) => env.setTimer(resolve, rttMs));
      if (!server.answers) return { ok: false, error: { code: 'unavailable', message: '' } };
      const serverMs = env.nowMs() - rttMs / 2 + 5000;
      return { ok: true, data: { receivedAtMs: serverMs, sentAtMs: serverMs, instanceId: 'a', restMs: server.restMs } };
    },
  } as unknown as Asker;
  const sync = new ClockSync(connection, env, (last) => found.push(last));
  return { env, sync, server, exchanges, found };
}

it('finds the time in a burst, and keeps it by single exchanges', async () => {
  const { env, sync, exchanges, found } = clockOf(10);
  expect(sync.clock.at(env.nowMs())).toBeNull();
  sync.burst();
  await env.advance(2000);
  expect(exchanges).toHaveLength(8);
  expect(found).toEqual([...Array.from({ length: 7 }, () => false), true]);
  expect((sync.clock.at(env.nowMs()) ?? 0) - env.nowMs()).toBeCloseTo(5000, 0);
  await env.advance(60_000);
  // Every 3 s at first, then every 12 s.
  expect(exchanges.length).toBeGreaterThan(15);
  expect(exchanges.length).toBeLessThan(22);
});

it('takes longer on a far link', async () => {
  const { env, sync, exchanges } = clockOf(200);
  sync.burst();
  await env.advance(9000);
  expect(exchanges.length).toBeGreaterThanOrEqual(24);
});

it('[CLK8] rests when it is asked to', async () => {
  const { env, sync, server, exchanges, found } = clockOf(10);
  server.restMs = 9000;
  sync.burst();
  await env.advance(8900);
  expect(exchanges).toHaveLength(1);
  expect(found).toEqual([true]);
});

it('a burst in a burst takes its place', async () => {
  const { env, sync, exchanges, found } = clockOf(10);
  sync.burst();
  await env.advance(100);
  sync.burst();
  await env.advance(2000);
  // Two of the first, and all of the second.
  expect(exchanges).toHaveLength(10);
  expect(found.filter(Boolean)).toHaveLength(1);
});

it('asks nothing any more once it is stopped, also not by a burst', async () => {
  const { env, sync, exchanges, found } = clockOf(10);
  sync.burst();
  await env.advance(70);
  sync.stop();
  sync.burst();
  const before = found.length;
  await env.advance(60_000);
  expect(exchanges).toHaveLength(2);
  expect(found).toHaveLength(before);
});
