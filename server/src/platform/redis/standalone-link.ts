import { Redis as Client } from 'ioredis';
import { settlesWithin } from '../settles-within.ts';
import { addressOf, commandOptions, type RedisLink, retryDelayMs, subscriberOptions } from './redis-link.ts';

/** How often a subscriber's connection is tried for life, in milliseconds: a dead one would be silent for ever. */
const SUBSCRIBER_PING_MS = 2000;

/**
 * Connects to one server.
 * @param changed called when the connection was lost, and when there is a new one
 */
export function openStandalone([url = '']: readonly string[], changed: () => void): RedisLink {
  const address = addressOf(url);
  const client = new Client({
    ...address,
    ...commandOptions,
    enableOfflineQueue: false,
    retryStrategy: retryDelayMs,
    // A master that became a replica keeps its connections: the address must be looked up again.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  const subscribers = new Set<{ client: Client; timer: NodeJS.Timeout }>();
  let ready = false;
  let reason = new Error('not connected yet');
  client.on('error', (error) => {
    reason = error;
  });
  client.on('ready', () => {
    ready = true;
    reason = new Error('the connection was lost');
    changed();
  });
  client.on('close', () => {
    if (!ready) return;
    ready = false;
    changed();
  });
  return {
    kind: 'standalone',
    client,
    async firstConnection(waitMs) {
      const ready = new Promise<void>((resolve) => {
        if (client.status === 'ready') resolve();
        else client.once('ready', resolve);
      });
      await settlesWithin(ready, waitMs);
    },
    async probe() {
      if (client.status !== 'ready') throw reason;
      await client.ping();
    },
    async batch(commands) {
      const answers = await client.pipeline(commands.map((command) => [...command])).exec();
      return (answers ?? []).map(([error, answer]) => {
        if (error !== null) throw error;
        return answer;
      });
    },
    duplicate() {
      const subscriber = new Client({ ...address, ...subscriberOptions, retryStrategy: retryDelayMs });
      subscriber.on('error', () => {});
      const timer = setInterval(() => watch(subscriber), SUBSCRIBER_PING_MS);
      timer.unref();
      const kept = { client: subscriber, timer };
      subscribers.add(kept);
      subscriber.once('end', () => {
        clearInterval(timer);
        subscribers.delete(kept);
      });
      return subscriber;
    },
    stop() {
      for (const { client: subscriber, timer } of subscribers) {
        clearInterval(timer);
        subscriber.disconnect();
      }
      client.disconnect();
    },
  };
}

/** Connects again where nobody answers at the other end. */
function watch(subscriber: Client): void {
  if (subscriber.status !== 'ready') return;
  const timer = setTimeout(() => subscriber.disconnect(true), commandOptions.commandTimeout);
  subscriber.ping().then(
    () => clearTimeout(timer),
    () => clearTimeout(timer),
  );
}
