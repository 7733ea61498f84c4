import { CodedError } from '@cowatch/shared/protocol';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import { ClusterPresence } from './presence.cluster.ts';
import type { PublishedPresenceStore } from './published-presence.store.ts';
import { decodePresence, encodePresence } from './published-presence.ts';

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

  instance(instanceId: string, latenciesMs: readonly number[] = []): ClusterPresence {
    const presence = new ClusterPresence({ shares: this.#shares(instanceId) });
    presence.connect({ bus: this.#bus(instanceId), latenciesMs: () => latenciesMs });
    return presence;
  }

  flushAll(): void {
    this.#hashes.clear();
  }

  /** Which instances have left something of a session. */
  fieldsOf(sessionId: string): string[] {
    return [...(this.#hashes.get(sessionId)?.keys() ?? [])];
  }

  #shares(instanceId: string): PublishedPresenceStore {
    const cluster = this;
    const assertThere = () => {
      if (this.away) throw new CodedError('unavailable', 'Redis is away.');
    };
    return {
      get generation() {
        return cluster.generation;
      },
      write: async (shares) => {
        assertThere();
        return shares.map(({ sessionId, share }) => {
          const hash = this.#hashes.get(sessionId) ?? new Map();
          this.#hashes.set(sessionId, hash.set(instanceId, encodePresence(share)));
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
