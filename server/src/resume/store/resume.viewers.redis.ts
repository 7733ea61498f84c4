import type { Redis } from '../../platform/redis/redis.ts';
import { viewerKey } from './resume.keys.ts';
import type { ColdResumeStore, ViewerTotals } from './resume.store.ts';
import { VIEWER, viewerArgs } from './resume.title-hash.redis.ts';

/** Read-through cache of viewers: their clearance, and how many titles they have. */
export interface ViewerCache {
  /** Loads viewers from PostgreSQL; a later clearance in Redis stands. */
  warm(viewerIds: readonly string[]): Promise<void>;
  /** Time of a viewer's last clearance; 0 without one. */
  clearedAtMs(viewerId: string): Promise<number>;
  /** Puts a clearance in. */
  clear(viewerId: string, atMs: number): Promise<void>;
  /** Invalidates counts: titles are counted anew with the next write. */
  recount(viewerIds: readonly string[]): Promise<void>;
}

export function createViewerCache(redis: Redis, cold: Pick<ColdResumeStore, 'totals'>): ViewerCache {
  const load = async (viewerIds: readonly string[]): Promise<readonly unknown[]> => {
    if (viewerIds.length === 0) return [];
    const totals = await cold.totals(viewerIds);
    return redis.run((client) =>
      Promise.all(
        viewerIds.map((id, i) => {
          const { clearedAtMs: at, titles } = totals[i] as ViewerTotals;
          return VIEWER.run(client, [viewerKey(id)], viewerArgs(at, titles));
        }),
      ),
    );
  };

  return {
    async warm(viewerIds) {
      await load(viewerIds);
    },
    async clearedAtMs(viewerId) {
      const cached = await redis.run((client) => client.hget(viewerKey(viewerId), 'c'));
      return Number(cached ?? (await load([viewerId]))[0] ?? 0);
    },
    async clear(viewerId, atMs) {
      await redis.run((client) => VIEWER.run(client, [viewerKey(viewerId)], viewerArgs(Math.floor(atMs), '')));
    },
    async recount(viewerIds) {
      await redis.run((client) => Promise.all([...new Set(viewerIds)].map((id) => client.hdel(viewerKey(id), 't'))));
    },
  };
}
