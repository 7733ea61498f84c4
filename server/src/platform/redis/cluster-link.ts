import { Cluster, type Redis as NodeClient } from 'ioredis';
import { settlesWithin } from '../settles-within.ts';
import type { DuplicateOptions, RedisCommand } from './redis.ts';
import { addressOf, commandOptions, type RedisLink, retryDelayMs, subscriberOptions } from './redis-link.ts';

/** How often the layout of the Cluster is read without a reason, and how soon after a node was lost, in milliseconds. */
const LAYOUT_INTERVAL_MS = 5000;
const LAYOUT_AFTER_LOSS_MS = 250;
const LAYOUT_TIMEOUT_MS = 1000;

const CLUSTER_OPTIONS = {
  clusterRetryStrategy: retryDelayMs,
  slotsRefreshTimeout: LAYOUT_TIMEOUT_MS,
  slotsRefreshInterval: LAYOUT_INTERVAL_MS,
};

/**
 * Connects to a Cluster that has at least one of its nodes at one of the addresses.
 * @param changed called when a node was lost, when there is a new connection to it, and when another one has taken over
 */
export function openCluster(urls: readonly string[], changed: () => void): RedisLink {
  return new ClusterLink(urls, changed);
}

class ClusterLink implements RedisLink {
  readonly kind = 'cluster';
  readonly client: Cluster;
  readonly #nodes: readonly { readonly host: string; readonly port: number }[];
  readonly #access;
  readonly #changed: () => void;
  readonly #subscribers = new Set<Cluster>();
  /** Nodes that there has been a connection to. */
  readonly #connected = new WeakSet<NodeClient>();
  /** Addresses of nodes that are gone, until they or others in their place answer. */
  readonly #lost = new Set<string>();
  #masters = '';
  /** Why there is no connection. */
  #reason = new Error('not connected yet');
  /** The next reading of the layout while nodes are lost. */
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(urls: readonly string[], changed: () => void) {
    const addresses = urls.map(addressOf);
    this.#changed = changed;
    this.#nodes = addresses.map(({ host, port }) => ({ host, port }));
    this.#access = accessOf(addresses[0]);
    this.client = new Cluster([...this.#nodes], {
      ...CLUSTER_OPTIONS,
      enableOfflineQueue: false,
      // Each would send a command again that may have been carried out.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      redisOptions: { ...commandOptions, ...this.#access },
    });
    this.#listen();
  }

  async firstConnection(waitMs: number): Promise<void> {
    const { client } = this;
    const ready = new Promise<void>((resolve) => {
      const look = () => {
        if (client.status === 'ready' && client.nodes('master').every((node) => node.status === 'ready')) resolve();
      };
      client.on('+node', (node: NodeClient) => node.once('ready', look));
      client.once('ready', look);
    });
    await settlesWithin(ready, waitMs);
  }

  async probe(): Promise<void> {
    if (this.client.status !== 'ready') throw this.#reason;
    const masters = this.client.nodes('master');
    const away = [...this.#lost, ...masters.filter((node) => node.status !== 'ready').map(keyOf)];
    if (away.length > 0) throw new Error(`not connected to ${[...new Set(away)].join(', ')}`);
    for (const node of masters) {
      const info = String(await node.cluster('INFO'));
      if (!info.includes('cluster_state:ok')) throw new Error('the Cluster does not serve all slots');
    }
  }

  /** Each goes its own way to its node, without waiting for the others. */
  batch(commands: readonly RedisCommand[]): Promise<unknown[]> {
    return Promise.all(commands.map(([name, ...args]) => this.client.call(name.toLowerCase(), ...args)));
  }

  duplicate({ sharded = false }: DuplicateOptions = {}): Cluster {
    const subscriber = new Cluster([...this.#nodes], {
      ...CLUSTER_OPTIONS,
      shardedSubscribers: sharded,
      redisOptions: { ...subscriberOptions, ...this.#access },
    });
    subscriber.on('error', () => {});
    subscriber.on('node error', () => {});
    this.#subscribers.add(subscriber);
    subscriber.once('end', () => this.#subscribers.delete(subscriber));
    return subscriber;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const subscriber of this.#subscribers) subscriber.disconnect();
    this.client.disconnect();
  }

  #listen(): void {
    for (const event of ['error', 'node error']) {
      this.client.on(event, (error: Error) => {
        this.#reason = error;
      });
    }
    this.client.on('ready', this.#changed);
    this.client.on('+node', (node: NodeClient) => this.#onNode(node));
    this.client.on('-node', (node: NodeClient) => this.#onLostNode(node));
    this.client.on('refresh', () => this.#onLayout());
  }

  #onNode(node: NodeClient): void {
    // Not on the first command: every other one until it is there would be refused.
    if (node.status === 'wait') node.connect().catch(() => {});
    node.on('ready', () => {
      this.#connected.add(node);
      if (this.#lost.delete(keyOf(node))) this.#changed();
    });
  }

  #onLostNode(node: NodeClient): void {
    if (!this.#connected.has(node)) return;
    this.#lost.add(keyOf(node));
    this.#changed();
    this.#readLayoutSoon();
  }

  #onLayout(): void {
    const masters = this.client.nodes('master').map(keyOf).sort().join(' ');
    const before = this.#masters;
    this.#masters = masters;
    if (before === '' || before === masters) return;
    // What took over is known now; what is no longer part of the Cluster need not come back.
    for (const key of this.#lost) if (!masters.includes(key)) this.#lost.delete(key);
    this.#changed();
  }

  /** Reads the layout again and again while a node is lost, until it, or another in its place, answers. */
  #readLayoutSoon(): void {
    if (this.#timer !== null || this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#lost.size === 0 || this.#stopped) return;
      if (this.client.status === 'ready') this.client.refreshSlotsCache();
      this.#readLayoutSoon();
    }, LAYOUT_AFTER_LOSS_MS);
    this.#timer.unref();
  }
}

/** How to get in: a Cluster has one password, and names its nodes by address, which certificates seldom do. */
function accessOf({ username, password, tls }: Partial<ReturnType<typeof addressOf>> = {}) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    // The name of the first one counts for all.
    ...(tls === undefined ? {} : { tls }),
  };
}

const keyOf = ({ options }: NodeClient) => `${options.host}:${options.port}`;
