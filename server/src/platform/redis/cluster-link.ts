import { Cluster, type Redis as NodeClient } from 'ioredis';
import { settlesWithin } from '../settles-within.ts';
import { addressOf, commandOptions, type RedisLink, retryDelayMs, subscriberOptions } from './redis-link.ts';

/** How often the layout of the Cluster is read without a reason, and how soon after a node was lost, in milliseconds. */
const LAYOUT_INTERVAL_MS = 5000;
const LAYOUT_AFTER_LOSS_MS = 250;
const LAYOUT_TIMEOUT_MS = 1000;

/**
 * Connects to a Cluster that has at least one of its nodes at one of the addresses.
 * @param changed called when a node was lost, when there is a new connection to it, and when another one has taken over
 */
export function openCluster(urls: readonly string[], changed: () => void): RedisLink {
  const addresses = urls.map(addressOf);
  const nodes = addresses.map(({ host, port }) => ({ host, port }));
  const { username, password, tls } = addresses[0] ?? {};
  const access = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    // A Cluster names its nodes by address, which certificates seldom do: the name of the first one counts for all.
    ...(tls === undefined ? {} : { tls }),
  };
  const shared = {
    clusterRetryStrategy: retryDelayMs,
    slotsRefreshTimeout: LAYOUT_TIMEOUT_MS,
    slotsRefreshInterval: LAYOUT_INTERVAL_MS,
  };
  const client = new Cluster([...nodes], {
    ...shared,
    enableOfflineQueue: false,
    // Each would send a command again that may have been carried out.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    redisOptions: { ...commandOptions, ...access },
  });
  const subscribers = new Set<Cluster>();
  const connected = new WeakSet<NodeClient>();
  const lost = new Set<string>();
  let masters = '';
  let reason = new Error('not connected yet');
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;

  /** A node that is gone is asked for again until it, or another in its place, answers. */
  function readLayoutSoon(): void {
    if (timer !== null || stopped) return;
    timer = setTimeout(() => {
      timer = null;
      if (lost.size === 0 || stopped) return;
      if (client.status === 'ready') client.refreshSlotsCache();
      readLayoutSoon();
    }, LAYOUT_AFTER_LOSS_MS);
    timer.unref();
  }

  for (const event of ['error', 'node error']) {
    client.on(event, (error: Error) => {
      reason = error;
    });
  }
  client.on('ready', changed);
  client.on('+node', (node: NodeClient) => {
    // Not on the first command: every other one until it is there would be refused.
    if (node.status === 'wait') node.connect().catch(() => {});
    node.on('ready', () => {
      connected.add(node);
      if (lost.delete(keyOf(node))) changed();
    });
  });
  client.on('-node', (node: NodeClient) => {
    if (!connected.has(node)) return;
    lost.add(keyOf(node));
    changed();
    readLayoutSoon();
  });
  client.on('refresh', () => {
    const now = client.nodes('master').map(keyOf).sort().join(' ');
    const before = masters;
    masters = now;
    if (before === '' || before === now) return;
    // What took over is known now; what is no longer part of the Cluster need not come back.
    for (const key of lost) if (!now.includes(key)) lost.delete(key);
    changed();
  });

  return {
    kind: 'cluster',
    client,
    async firstConnection(waitMs) {
      const ready = new Promise<void>((resolve) => {
        const look = () => {
          if (client.status === 'ready' && client.nodes('master').every((node) => node.status === 'ready')) resolve();
        };
        client.on('+node', (node: NodeClient) => node.once('ready', look));
        client.once('ready', look);
      });
      await settlesWithin(ready, waitMs);
    },
    async probe() {
      if (client.status !== 'ready') throw reason;
      const masterNodes = client.nodes('master');
      const away = [...lost, ...masterNodes.filter((node) => node.status !== 'ready').map(keyOf)];
      if (away.length > 0) throw new Error(`not connected to ${[...new Set(away)].join(', ')}`);
      for (const node of masterNodes) {
        const info = String(await node.cluster('INFO'));
        if (!info.includes('cluster_state:ok')) throw new Error('the Cluster does not serve all slots');
      }
    },
    // Each goes its own way to its node, without waiting for the others.
    batch: (commands) => Promise.all(commands.map(([name, ...args]) => client.call(name.toLowerCase(), ...args))),
    duplicate({ sharded = false } = {}) {
      const subscriber = new Cluster([...nodes], {
        ...shared,
        shardedSubscribers: sharded,
        redisOptions: { ...subscriberOptions, ...access },
      });
      subscriber.on('error', () => {});
      subscriber.on('node error', () => {});
      subscribers.add(subscriber);
      subscriber.once('end', () => subscribers.delete(subscriber));
      return subscriber;
    },
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      for (const subscriber of subscribers) subscriber.disconnect();
      client.disconnect();
    },
  };
}

const keyOf = ({ options }: NodeClient) => `${options.host}:${options.port}`;
