import { expect, it } from 'vitest';
import { createLogger } from '../platform/log/log.ts';
import { aloneAs, type BetweenInstances } from '../platform/socket/between-instances.ts';
import { EndedTokens } from './ended-tokens.ts';

const log = createLogger({ level: 'silent' });

/** Instances that hear each other at once, and a database that nobody looks into unasked. */
function world(count: number) {
  const listeners: ((message: unknown) => void)[][] = Array.from({ length: count }, () => []);
  const ended: string[] = [];
  const between = (own: number): BetweenInstances => ({
    ...aloneAs(`instance ${own}`),
    tell(_event, message) {
      for (const [i, others] of listeners.entries()) if (i !== own) for (const hear of others) hear(message);
    },
    onTold(_event, listener) {
      listeners[own]?.push(listener as (message: unknown) => void);
      return () => {};
    },
  });
  const instances = listeners.map((_, i) => {
    const sockets = new Map<string, { data: object; conn: { close(): void } }>();
    const closed: string[] = [];
    const tokens = new EndedTokens({ endedSince: async () => ({ subjects: ended, latestMs: 1 }) }, log);
    tokens.connect({ of: () => ({ sockets }) } as never, between(i));
    const arrive = (viewerId: string, deviceId: string | null) => {
      const id = `${viewerId} ${deviceId}`;
      sockets.set(id, { data: { viewerId, deviceId }, conn: { close: () => closed.push(id) } });
    };
    return { tokens, closed, arrive };
  });
  return { instances, ended, tell: (message: unknown) => listeners[1]?.forEach((hear) => void hear(message)) };
}

it('[ACT3] what ends on one instance ends on the others at once, with its connections and no other', () => {
  const { instances } = world(3);
  const [here, there] = instances;
  there?.arrive('ana', 'phone');
  there?.arrive('ana', 'laptop');
  there?.arrive('phone', null);
  here?.arrive('ana', 'phone');
  here?.tokens.end(['phone']);
  for (const { tokens } of instances) expect([tokens.has('phone'), tokens.has('laptop')]).toEqual([true, false]);
  expect(here?.closed).toEqual(['ana phone']);
  expect(there?.closed).toEqual(['ana phone', 'phone null']);
});

it('what was not told is looked up, and what is told in words that nobody knows does no harm', async () => {
  const { instances, ended, tell } = world(2);
  const there = instances[1];
  there?.arrive('guest', null);
  for (const message of [null, 'guest', { subject: 'guest' }, [1, null]]) tell(message);
  expect(there?.tokens.has('guest')).toBe(false);
  ended.push('guest');
  await there?.tokens.refresh();
  expect(there?.tokens.has('guest')).toBe(true);
  expect(there?.closed).toEqual(['guest null']);
});
