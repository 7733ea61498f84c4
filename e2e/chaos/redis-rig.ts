import { startTestCluster, startTestRedis, type TestRedis } from '../../server/src/platform/redis/redis.testing.ts';
import { type LinkProxy, startLinkProxy } from '../fixtures/proxy.ts';
import { sleep } from './chaos-bot.ts';
import type { Faults, Mortal, Undo } from './faults.ts';
import type { RedisFaultKind } from './schedule.ts';

/** How Redis is run: one server with its file written at every command or every second, one with a replica, a Cluster. */
export const REDIS_KINDS = ['always', 'everysec', 'failover', 'cluster'] as const;
export type RedisKind = (typeof REDIS_KINDS)[number];

/** The Redis of a world, with what can befall it. */
export interface RedisRig {
  /** What can befall it, besides being cut off from an instance. */
  readonly faults: readonly RedisFaultKind[];
  /** Its address for one more instance, and the cable of that instance to it; a Cluster has none. */
  connect(): Promise<{ readonly url: string; readonly link: LinkProxy | null }>;
  /** Begins a fault; `at` says at which node, where there are several. */
  begin(faults: Faults, kind: RedisFaultKind, at: number): Undo;
  /** What a command answers where this key lives, from beside every instance. */
  onKey(key: string, command: string, ...args: (string | number)[]): Promise<unknown>;
  remove(): Promise<void>;
}

/** How long replication has stood still when its master is killed: commands of that time are lost with it. */
const REPLICA_BEHIND_MS = 300;

/** Starts the Redis of a world. */
export function startRedisRig(kind: RedisKind): Promise<RedisRig> {
  if (kind === 'cluster') return startCluster();
  return kind === 'failover' ? startWithReplica() : startSingle(kind);
}

async function startSingle(appendfsync: 'always' | 'everysec'): Promise<RedisRig> {
  const redis = await startTestRedis({ appendfsync });
  const cables = await createCables(redis);
  return {
    faults: ['redis-killed', 'redis-paused', 'redis-flushed'],
    connect: cables.connect,
    begin(faults, kind) {
      if (kind === 'redis-killed') return faults.kill('redis', mortal(redis));
      return kind === 'redis-paused' ? faults.pause('redis', mortal(redis)) : flush([redis]);
    },
    onKey: (key, command, ...args) => redis.call(command, key, ...args),
    async remove() {
      await cables.remove();
      await redis.remove();
    },
  };
}

/** A master and a replica that lags behind and takes over; the old master comes back as the replica of the new one. */
async function startWithReplica(): Promise<RedisRig> {
  const [one, other] = [await startTestRedis({ appendfsync: 'always' }), await startTestRedis({ appendfsync: 'always' })];
  const cables = await createCables(one);
  const replication = await startLinkProxy({ targetPort: one.port });
  let [master, replica] = [one, other];
  const follow = async () => {
    await replica.call('REPLICAOF', '127.0.0.1', replication.port);
    while (!String(await replica.call('INFO', 'replication')).includes('master_link_status:up')) await sleep(20);
  };
  await follow();
  return {
    faults: ['redis-failed-over', 'redis-flushed'],
    connect: cables.connect,
    begin(faults, kind) {
      if (kind === 'redis-flushed') return flush([master]);
      const failOver = async () => {
        replication.partition();
        await sleep(REPLICA_BEHIND_MS);
        await master.kill();
        await replica.call('REPLICAOF', 'NO', 'ONE');
        [master, replica] = [replica, master];
        cables.lead(master);
        replication.drop();
        replication.lead(master.port);
        replication.heal();
      };
      const comeBack = async () => {
        await replica.start();
        await follow();
      };
      return faults.during('redis', 'failed over', failOver, comeBack);
    },
    onKey: (key, command, ...args) => master.call(command, key, ...args),
    async remove() {
      await replication.stop();
      await cables.remove();
      await Promise.all([one.remove(), other.remove()]);
    },
  };
}

/** Three masters. Whoever speaks to one learns the addresses of all, so there are no cables that could be pulled. */
async function startCluster(): Promise<RedisRig> {
  const { nodes, urls, remove } = await startTestCluster();
  const node = (at: number) => {
    const found = nodes[at % nodes.length];
    if (found === undefined) throw new Error('a Cluster without nodes');
    return found;
  };
  return {
    faults: ['redis-killed', 'redis-paused', 'redis-flushed'],
    connect: async () => ({ url: urls.join(','), link: null }),
    begin(faults, kind, at) {
      const part = `redis ${at % nodes.length}`;
      if (kind === 'redis-killed') return faults.kill(part, mortal(node(at)));
      return kind === 'redis-paused' ? faults.pause(part, mortal(node(at))) : flush(nodes);
    },
    async onKey(key, command, ...args) {
      const slot = Number(await node(0).call('CLUSTER', 'KEYSLOT', key));
      const owner = nodes[Math.floor((slot * nodes.length) / 16_384)] ?? node(0);
      return owner.call(command, key, ...args);
    },
    remove,
  };
}

const mortal = (redis: TestRedis): Mortal => ({
  kill: redis.kill,
  start: redis.start,
  pause: redis.freeze,
  resume: redis.thaw,
});

/** Asks from beside; where Redis is stopped it is flushed when it goes on. */
function flush(nodes: readonly TestRedis[]): Undo {
  const flushed = Promise.all(nodes.map((one) => one.flushAll().catch(() => {})));
  return () => flushed;
}

/** A cable from each instance to one Redis, behind which another one can take its place. */
async function createCables(first: TestRedis) {
  const links: LinkProxy[] = [];
  let target = first;
  return {
    async connect() {
      const link = await startLinkProxy({ targetPort: target.port });
      links.push(link);
      return { url: `redis://127.0.0.1:${link.port}`, link };
    },
    /** Breaks all connections; new ones are led there. */
    lead(next: TestRedis): void {
      target = next;
      for (const link of links) {
        link.lead(next.port);
        link.drop();
      }
    },
    async remove() {
      for (const link of links) await link.stop();
    },
  };
}
