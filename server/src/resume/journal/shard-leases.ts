import type { Redis } from '../../platform/redis/redis.ts';
import { createScript } from '../../platform/redis/script.ts';
import { LEASE_MS, LEASE_RENEW_MS } from '../resume.limits.ts';
import { leaseKey, SHARDS } from '../store/resume.keys.ts';

/** KEYS lease; ARGV instance, life in ms: takes it where it is free, renews it where it is one's own. */
const TAKE = createScript(`
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

const GIVE_BACK = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`);

const ALL_SHARDS = Array.from({ length: SHARDS }, (_, shard) => shard);

/** Leases of shards: one instance at a time writes the journal of a shard. A lease that is not renewed ends by itself. */
export class ShardLeases {
  readonly #redis: Redis;
  readonly #instanceId: string;
  readonly #owned = new Set<number>();
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(redis: Redis, instanceId: string) {
    this.#redis = redis;
    this.#instanceId = instanceId;
  }

  /** Shards that this instance had the lease of when it renewed last. */
  get owned(): ReadonlySet<number> {
    return this.#owned;
  }

  /** Renews the own leases and takes the free ones; false where that is not due yet. */
  async renew(nowMs: number): Promise<boolean> {
    if (nowMs - this.#renewedAtMs < LEASE_RENEW_MS) return false;
    const taken = await this.#redis.run((client) =>
      Promise.all(ALL_SHARDS.map((shard) => TAKE.run(client, [leaseKey(shard)], [this.#instanceId, LEASE_MS]))),
    );
    this.#renewedAtMs = nowMs;
    this.#owned.clear();
    for (const shard of ALL_SHARDS) if (taken[shard] === 1) this.#owned.add(shard);
    return true;
  }

  /** Releases all leases: the shards are free for others at once. */
  async release(): Promise<void> {
    const owned = [...this.#owned];
    this.#owned.clear();
    await this.#redis
      .run((client) => Promise.all(owned.map((shard) => GIVE_BACK.run(client, [leaseKey(shard)], [this.#instanceId]))))
      .catch(() => {});
  }
}
