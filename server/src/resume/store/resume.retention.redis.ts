import { ERASED_AT_ONCE } from '../resume.limits.ts';
import { titleKey, viewerKey } from './resume.keys.ts';
import type { RetentionStore, StoredTitle } from './resume.store.ts';
import type { RedisParts } from './resume.titles.redis.ts';

/** Retention: removed in PostgreSQL, and out of the cache in front of it. */
export function createRedisRetention({ redis, cold, viewers, flush }: RedisParts): RetentionStore {
  return {
    async clear(viewerId, atMs) {
      await cold.clear(viewerId, atMs);
      await viewers.clear(viewerId, atMs);
      // Entries that were on their way come after the clearance, which hides them; they are removed too.
      await flush.attempt(viewerId);
      await cold.clear(viewerId, atMs);
    },

    async erase(viewerId, idleSinceMs) {
      await flush.settle(viewerId);
      // A dead letter may have its title in Redis alone.
      const dead = await cold.deadLetterTitles(viewerId);
      await redis.run((client) => Promise.all(dead.map((id) => client.del(titleKey(viewerId, id)))));
      for (let afterId: string | null = null; ; ) {
        const page: readonly StoredTitle[] = await cold.all(viewerId, afterId, ERASED_AT_ONCE);
        const keys = page.map(({ contentId }) => titleKey(viewerId, contentId));
        if (keys.length > 0) await redis.run((client) => client.del(...keys));
        afterId = page.at(-1)?.contentId ?? null;
        if (page.length < ERASED_AT_ONCE) break;
      }
      await redis.run((client) => client.del(viewerKey(viewerId)));
      await cold.erase(viewerId, idleSinceMs);
    },

    idle: (afterViewerId, idleSinceMs, limit) => cold.idle(afterViewerId, idleSinceMs, limit),

    async expire(beforeMs, limit) {
      const viewerIds = await cold.expire(beforeMs, limit);
      await viewers.recount(viewerIds);
      return viewerIds;
    },
  };
}
