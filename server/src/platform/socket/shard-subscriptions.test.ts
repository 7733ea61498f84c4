import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { settle } from '../promises.testing.ts';
import type { RedisClient } from '../redis/redis.ts';
import { ShardSubscriptions } from './shard-subscriptions.ts';

/** A client whose connections a test makes and breaks: what was subscribed on one is not on the next. */
class HandClient extends EventEmitter {
  readonly channels = new Set<string>();
  refuses = false;
  open = true;

  disconnect(): void {
    this.open = false;
    this.channels.clear();
  }

  async ssubscribe(channel: string): Promise<void> {
    if (this.refuses) throw new Error('CLUSTERDOWN');
    this.channels.add(channel);
  }

  async sunsubscribe(channel: string): Promise<void> {
    this.channels.delete(channel);
  }
}

const subscriptionsOn = (...clients: HandClient[]) =>
  new ShardSubscriptions({
    open: () => clients.shift() as unknown as RedisClient,
    isReachable: () => true,
    retryDelayMs: () => 0,
    onError: () => {},
  });

it('[CLU3] channels are subscribed to again on new connections, until it works, and no others', async () => {
  const client = new HandClient();
  const subscriptions = subscriptionsOn(client);
  for (const channel of ['a', 'b', 'c']) subscriptions.ssubscribe(channel);
  await expect.poll(() => [...client.channels]).toEqual(['a', 'b', 'c']);
  subscriptions.sunsubscribe('b');
  client.channels.clear();
  client.refuses = true;
  client.emit('subscribersReady');
  await settle();
  expect(subscriptions.settled('a')).not.toBeNull();
  client.refuses = false;
  await subscriptions.settled('a');
  await expect.poll(() => [...client.channels]).toEqual(['a', 'c']);
  await expect.poll(() => subscriptions.settled('c')).toBeNull();
});

it('[CLU3] a client that comes back and cannot subscribe is given up for a new one, which hears everything', async () => {
  const [first, second] = [new HandClient(), new HandClient()];
  const subscriptions = subscriptionsOn(first, second);
  const heard: string[] = [];
  subscriptions.on('smessageBuffer', (channel) => heard.push(String(channel)));
  for (const channel of ['a', 'b']) subscriptions.ssubscribe(channel);
  await expect.poll(() => first.channels.size).toBe(2);
  first.channels.clear();
  first.refuses = true;
  first.emit('ready');
  await expect.poll(() => [...second.channels].sort()).toEqual(['a', 'b']);
  expect(first.open).toBe(false);
  await expect.poll(() => [subscriptions.settled('a'), subscriptions.settled('b')]).toEqual([null, null]);
  second.emit('smessageBuffer', Buffer.from('a'), Buffer.from('message'));
  expect(heard).toEqual(['a']);
});

it('nothing is subscribed to after the end', async () => {
  const client = new HandClient();
  const subscriptions = subscriptionsOn(client);
  subscriptions.ssubscribe('a');
  await expect.poll(() => client.channels.size).toBe(1);
  subscriptions.stop();
  client.channels.clear();
  client.emit('subscribersReady');
  await settle();
  expect(client.channels.size).toBe(0);
});
