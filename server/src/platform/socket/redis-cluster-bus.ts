import { randomBytes } from 'node:crypto';
import { CodedError } from '@cowatch/shared/protocol';
import { createShardedAdapter } from '@socket.io/redis-adapter';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Redis } from '../redis/redis.ts';
import { retryDelayMs } from '../redis/redis-link.ts';
import { settlesWithin } from '../settles-within.ts';
import type { ClusterBus } from './cluster-bus.ts';
import { ShardSubscriptions } from './shard-subscriptions.ts';
import type { AppServer } from './socket.types.ts';

const CHANNEL_PREFIX = 'cowatch';

/** The one event that instances send each other; what it is about is in its message. */
const ENVELOPE = 'between';

/**
 * How a question to those in a room begins on the room's own channel: Socket.IO's messages there begin otherwise, and its
 * adapter passes over what is of another namespace.
 */
const ROOM_ENVELOPE = '{"nsp":"between",';

/** Longest wait for a subscription, in milliseconds: a join goes on without it, and what is missed heals. */
const LISTEN_WAIT_MS = 1000;

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
 * Each session's room has a channel of its own, to which an instance listens while it has sockets in the room; what all
 * instances are to know goes over one channel. Publishing is never waited for: people on this instance are told at once,
 * whatever becomes of Redis.
 */
export function createRedisClusterBus({ redis, instanceId, log, metrics }: RedisClusterBusOptions): RedisClusterBus {
  const lost = metrics.counter({
    name: 'cowatch_between_unpublished_total',
    help: 'Messages to other instances that could not be handed to Redis.',
  });
  const onError = (error: unknown) => log.error({ err: error }, 'taking a message of another instance failed');
  const subscriptions = new ShardSubscriptions({
    open: () => redis.duplicate({ sharded: true }),
    isReachable: () => redis.health().ok,
    retryDelayMs,
    onError,
  });
  const publisher = {
    spublish(channel: string, message: string | Buffer): Promise<number> {
      redis.run((client) => client.spublish(channel, message)).catch(() => lost.inc());
      return Promise.resolve(0);
    },
  };
  const channelOf = (room: string) => `${CHANNEL_PREFIX}#/#${room}#`;
  return {
    adapter: createShardedAdapter(publisher, subscriptions, {
      channelPrefix: CHANNEL_PREFIX,
      subscriptionMode: 'dynamic',
    }),
    attach: (io) =>
      createClusterBus({
        instanceId,
        onError,
        send: (envelope) => io.serverSideEmit(ENVELOPE, envelope),
        onLost: () => lost.inc(),
        async sendTo(room, envelope) {
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
          return settled === null ? null : settlesWithin(settled, LISTEN_WAIT_MS).then(() => {});
        },
      }),
    stop: () => subscriptions.stop(),
  };
}

/** What travels between instances. */
interface Envelope {
  readonly from: string;
  /** An instance, or null for all. */
  readonly to: string | null;
  readonly kind: 'told' | 'asked' | 'answered';
  readonly event: string;
  /** Which question it belongs to. */
  readonly id?: string;
  readonly message: unknown;
}

/** Stands for what one asked oneself. */
const OWN = Symbol('own question');

interface Wire {
  readonly instanceId: string;
  send(envelope: Envelope): void;
  /** Resolves with how many instances it reached, this one among them if it is there. */
  sendTo(room: string, envelope: Envelope): Promise<number>;
  onReceived(listener: (envelope: unknown) => void): void;
  subscribed(room: string): Promise<void> | null;
  onError(error: unknown): void;
  /** A message could not be sent. */
  onLost(): void;
}

/** Publish and subscribe, request and reply, over a wire that only carries messages to every instance. */
function createClusterBus({ instanceId, send, sendTo, onReceived, subscribed, onError, onLost }: Wire): ClusterBus {
  const told = new Map<string, Set<(message: unknown, instanceId: string) => void>>();
  const answers = new Map<string, (message: unknown) => unknown>();
  /** Bound: one entry for each question, for as long as it may wait. */
  const questions = new Map<string, (message: unknown) => void>();
  const newQuestionId = () => randomBytes(9).toString('base64url');

  async function answer({ from, event, id, message }: Envelope): Promise<void> {
    const answering = answers.get(event);
    if (answering === undefined || id === undefined) return;
    const found = await answering(message);
    send({ from: instanceId, to: from, kind: 'answered', event, id, message: found });
  }

  onReceived((received) => {
    const envelope = received as Envelope;
    if (envelope.to !== null && envelope.to !== instanceId) return;
    // Of what goes to a room one hears one's own: it has been counted, and there is nothing to answer.
    if (envelope.from === instanceId) questions.get(envelope.id ?? '')?.(OWN);
    else if (envelope.kind === 'told') {
      for (const listener of told.get(envelope.event) ?? []) {
        try {
          listener(envelope.message, envelope.from);
        } catch (error) {
          onError(error);
        }
      }
    } else if (envelope.kind === 'asked') answer(envelope).catch(onError);
    else if (envelope.id !== undefined) questions.get(envelope.id)?.(envelope.message);
  });

  return {
    instanceId,
    publish: (event, message) => send({ from: instanceId, to: null, kind: 'told', event, message }),
    publishToRoom(room, event, message) {
      sendTo(room, { from: instanceId, to: null, kind: 'told', event, message }).catch(onLost);
    },
    subscribe(event, listener) {
      const listeners = told.get(event) ?? new Set();
      told.set(event, listeners.add(listener));
      return () => {
        listeners.delete(listener);
      };
    },
    request(to, event, message, timeoutMs) {
      const id = newQuestionId();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          questions.delete(id);
          reject(new CodedError('unavailable', 'Another server gave no answer. Try again.', timeoutMs));
        }, timeoutMs);
        questions.set(id, (found) => {
          clearTimeout(timer);
          questions.delete(id);
          resolve(found);
        });
        send({ from: instanceId, to, kind: 'asked', event, id, message });
      });
    },
    requestRoom(room, event, message, timeoutMs) {
      const id = newQuestionId();
      const found: unknown[] = [];
      let heard = 0;
      let reached = Number.POSITIVE_INFINITY;
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          questions.delete(id);
          resolve(found);
        };
        const look = () => {
          if (heard >= reached) done();
        };
        const timer = setTimeout(done, timeoutMs);
        questions.set(id, (answered) => {
          heard += 1;
          if (answered !== OWN) found.push(answered);
          look();
        });
        sendTo(room, { from: instanceId, to: null, kind: 'asked', event, id, message }).then((count) => {
          reached = count;
          look();
        }, done);
      });
    },
    reply(event, answering) {
      answers.set(event, answering);
      return () => {
        answers.delete(event);
      };
    },
    subscribed,
  };
}
