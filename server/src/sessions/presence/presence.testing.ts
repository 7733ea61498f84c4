import { type Access, CodedError } from '@cowatch/shared/protocol';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { Connection, ConnectionIds } from '../membership/member.registry.ts';
import { MemberRegistry } from '../membership/member.registry.ts';
import type { ConnectionHealth } from '../session.domain.ts';
import type { FaceWish } from './faces.domain.ts';
import { LocalRoster } from './local-roster.ts';
import { Presence } from './presence.ts';
import type { PublishedPresenceStore } from './published-presence.store.ts';
import { decodePresence, encodePresence } from './published-presence.ts';
import { ClusterPresence } from './remote-presence.cluster.ts';
import { type RemotePresence, singleNodePresence } from './remote-presence.ts';

/** Presence of one instance, whose connections are named by their ids. */
export class TestPresence {
  readonly registry: MemberRegistry;
  readonly local: LocalRoster;
  readonly remote: RemotePresence;
  readonly all: Presence;

  constructor(remoteOf: (registry: MemberRegistry, local: LocalRoster) => RemotePresence = () => singleNodePresence) {
    this.registry = new MemberRegistry();
    this.local = new LocalRoster(this.registry);
    this.remote = remoteOf(this.registry, this.local);
    this.all = new Presence(this.local, this.remote);
  }

  enter(ids: ConnectionIds, wish: FaceWish, access: Access, nowMs: number): void {
    this.local.enter(ids, wish, access, nowMs);
  }

  /** Returns true where that was the last one here. */
  exit(ids: ConnectionIds, nowMs: number): boolean {
    const connection = this.#connectionOf(ids);
    if (connection === undefined) return false;
    this.local.exit(connection, nowMs);
    return !this.registry.isOccupied(ids.sessionId);
  }

  report(ids: ConnectionIds, health: ConnectionHealth, nowMs: number): number {
    const connection = this.#connectionOf(ids);
    if (connection === undefined) throw new Error('nobody');
    return this.local.report(connection, health, nowMs);
  }

  #connectionOf({ socketId, sessionId, memberId }: ConnectionIds): Connection | undefined {
    const connection = this.registry.connectionOf(socketId);
    return connection?.sessionId === sessionId && connection.memberId === memberId ? connection : undefined;
  }
}

/** Instances that share presence over a Redis and messages whose failures are in the test's hand. */
export class HandCluster {
  readonly #hashes = new Map<string, Map<string, string>>();
  readonly #listeners = new Map<string, Map<string, (message: unknown, from: string) => void>>();
  readonly #answers = new Map<string, Map<string, (message: unknown) => unknown>>();
  generation = 0;
  away = false;
  /** What instances tell each other is lost. */
  deaf = false;
  /** Instances that give no answers. */
  readonly silent = new Set<string>();
  reads = 0;

  instance(instanceId: string, latenciesMs: readonly number[] = []): TestPresence {
    return new TestPresence((registry, local) => {
      const bus = this.#bus(instanceId);
      return new ClusterPresence({ store: this.#store(instanceId), registry, local, bus, latenciesMs: () => latenciesMs });
    });
  }

  flushAll(): void {
    this.#hashes.clear();
  }

  /** Which instances have left something of a session. */
  fieldsOf(sessionId: string): string[] {
    return [...(this.#hashes.get(sessionId)?.keys() ?? [])];
  }

  #store(instanceId: string): PublishedPresenceStore {
    const cluster = this;
    const assertThere = () => {
      if (this.away) throw new CodedError('unavailable', 'Redis is away.');
    };
    return {
      get generation() {
        return cluster.generation;
      },
      write: async (own) => {
        assertThere();
        return own.map(({ sessionId, published }) => {
          const hash = this.#hashes.get(sessionId) ?? new Map();
          this.#hashes.set(sessionId, hash.set(instanceId, encodePresence(published)));
          return hash.size;
        });
      },
      read: async (wanted) => {
        assertThere();
        this.reads += wanted.length;
        return wanted.map(({ sessionId, instanceIds }) => {
          const hash = this.#hashes.get(sessionId) ?? new Map<string, string>();
          return new Map((instanceIds ?? [...hash.keys()]).map((id) => [id, decodePresence(hash.get(id) ?? '')]));
        });
      },
      remove: async (sessionId, instanceIds) => {
        assertThere();
        for (const id of instanceIds) this.#hashes.get(sessionId)?.delete(id);
      },
    };
  }

  #bus(instanceId: string): ClusterBus {
    return {
      instanceId,
      publishToRoom: () => {},
      publish: (event, message) => {
        if (this.deaf || this.away) return;
        for (const [id, listener] of this.#listeners.get(event) ?? []) if (id !== instanceId) listener(message, instanceId);
      },
      subscribe: (event, listener) => {
        const listeners = this.#listeners.get(event) ?? new Map();
        this.#listeners.set(event, listeners.set(instanceId, listener));
        return () => {
          listeners.delete(instanceId);
        };
      },
      request: async (to, event, message) => {
        const answer = this.silent.has(to) || this.away ? undefined : this.#answers.get(event)?.get(to);
        if (answer === undefined) throw new CodedError('unavailable', 'No answer.');
        return JSON.parse(JSON.stringify(await answer(message)));
      },
      // Presence knows by name whom it asks.
      requestRoom: () => Promise.resolve([]),
      reply: (event, answer) => {
        const answers = this.#answers.get(event) ?? new Map();
        this.#answers.set(event, answers.set(instanceId, answer));
        return () => {
          answers.delete(instanceId);
        };
      },
      subscribed: () => null,
    };
  }
}
