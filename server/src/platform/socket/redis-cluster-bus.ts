import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { retryDelayMs } from '../redis/redis-link.ts';
import { settlesWithin } from '../settles-within.ts';
import type { ClusterBus } from './cluster-bus.ts';
import { ShardSubscriptions } from './shard-subscriptions.ts';
import type { AppServer } from './socket.types.ts';
import { WiredClusterBus } from './wired-cluster-bus.ts';

const CHANNEL_PREFIX = 'cowatch';

/** The one event that instances send each other; what it is about is in its message. */
const ENVELOPE = 'between';

/**
 * How an envelope to those in a room begins on the room's own channel: Socket.IO's messages there begin otherwise, and its
 * adapter passes over what is of another namespace.
 */
const ROOM_ENVELOPE = '{"nsp":"between",';

/** Longest wait for a subscription, in milliseconds: a join goes on without it, and what is missed heals. */
const SUBSCRIBE_WAIT_MS = 1000;

export interface RedisClusterBusOptions {
  readonly redis: Redis;
  readonly instanceId: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** The cluster bus and the adapter of Socket.IO, both over sharded Pub/Sub of Redis. */
export interface RedisClusterBus {
  /** For the options of the Socket.IO server. */
  readonly adapter: ReturnType<typeof createShardedAdapter>;
  /** To be called once, with the server that has the adapter. */
  attach(io: AppServer): ClusterBus;
  stop(): void;
}

/**
 * Each session's room has a channel of its own, to which an instance subscribes while it has sockets in the room; what all
 * instances are to know goes over one channel. Publishing is never waited for: people on this instance are told at once,
 * whatever becomes of Redis.
 */
export function createRedisClusterBus({ redis, instanceId, log, metrics }: RedisClusterBusOptions): RedisClusterBus {
  const unpublished = metrics.counter({
    name: 'cowatch_between_unpublished_total',
    help: 'Messages to other instances that could not be handed to Redis.',
  });
  const onLost = () => unpublished.inc();
  const onError = (error: unknown) => log.error({ err: error }, 'taking a message of another instance failed');
  const subscriptions = new ShardSubscriptions({
    open: () => redis.duplicate({ sharded: true }),
    isReachable: () => redis.health().ok,
    retryDelayMs,
    onError,
  });
  const publisher = {
    spublish(channel: string, message: string | Buffer): Promise<number> {
      redis.run((client) => client.spublish(channel, message)).catch(onLost);
      return Promise.resolve(0);
    },
  };
  const channelOf = (room: string) => `${CHANNEL_PREFIX}#/#${room}#`;
  return {
    adapter: createShardedAdapter(publisher, subscriptions, { channelPrefix: CHANNEL_PREFIX, subscriptionMode: 'dynamic' }),
    attach: (io) =>
      new WiredClusterBus({
        instanceId,
        onError,
        onLost,
        send: (envelope) => io.serverSideEmit(ENVELOPE, envelope),
        async sendToRoom(room, envelope) {
          const message = ROOM_ENVELOPE + JSON.stringify(envelope).slice(1);
          return Number(await redis.run((client) => client.spublish(channelOf(room), message)));
        },
        onReceived(listener) {
          io.on(ENVELOPE, listener);
          const start = Buffer.from(ROOM_ENVELOPE);
          subscriptions.on('smessageBuffer', (_channel, message) => {
            if (message.subarray(0, start.length).equals(start)) listener(JSON.parse(message.toString()));
          });
        },
        subscribed(room) {
          const settled = redis.health().ok ? subscriptions.settled(channelOf(room)) : null;
          return settled === null ? null : settlesWithin(settled, SUBSCRIBE_WAIT_MS).then(() => {});
        },
      }),
    stop: () => subscriptions.stop(),
  };
}
