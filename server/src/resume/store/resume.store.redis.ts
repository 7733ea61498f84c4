import { randomUUID } from 'node:crypto';
import type { Redis } from '../../platform/redis/redis.ts';
import type { ResumeJournal } from '../journal/resume.journal.ts';
import { HOT_TTL_MS } from '../resume.limits.ts';
import { createJournalFlush, type JournalFlush } from './resume.flush.redis.ts';
import { dirtyKey, titleKey } from './resume.keys.ts';
import { createRedisRetention } from './resume.retention.redis.ts';
import type { ColdResumeStore, HistoryStore, ResumeStore } from './resume.store.ts';
import { INVALIDATE } from './resume.title-hash.redis.ts';
import { createRedisTitleReads, createRedisTitleWrites, type RedisParts } from './resume.titles.redis.ts';
import { createViewerCache } from './resume.viewers.redis.ts';

/**
 * Write-behind cache: positions in Redis, for all instances. A write is in the journal in the same step, and acknowledged
 * then. What Redis does not have it loads from PostgreSQL first, also that there is nothing: so a late write never wins
 * over a newer one that Redis has forgotten. Lists are PostgreSQL's, with what is on its way there put in.
 */
export function createRedisResumeStore(redis: Redis, cold: ColdResumeStore, journal: Pick<ResumeJournal, 'hint' | 'look'>): ResumeStore {
  const viewers = createViewerCache(redis, cold);
  const flush = createJournalFlush(redis, journal);
  const parts: RedisParts = { redis, cold, journal, viewers, flush };
  return {
    ...createRedisTitleWrites(parts),
    ...createRedisTitleReads(parts),
    ...createFlushedHistory(cold, flush),
    ...createRedisRetention(parts),
    settle: flush.settle,

    async invalidate(viewerId, contentIds) {
      // A reader that asked PostgreSQL before this has read another `x`.
      const mark = `undo-${randomUUID()}!`;
      const invalidated = await redis.run((client) =>
        Promise.all(contentIds.map((id) => INVALIDATE.run(client, [titleKey(viewerId, id), dirtyKey(viewerId)], [id, mark, HOT_TTL_MS]))),
      );
      // Some may be gone.
      await viewers.recount([viewerId]);
      return contentIds.filter((_, i) => invalidated[i] !== 1);
    },
  };
}

/** The watch history of PostgreSQL, which the journal is flushed to first. */
function createFlushedHistory(cold: HistoryStore, flush: JournalFlush): HistoryStore {
  return {
    async history(viewerId, after, limit) {
      if (after === null) await flush.attempt(viewerId);
      return cold.history(viewerId, after, limit);
    },

    settings: (viewerId) => cold.settings(viewerId),

    async pauseHistory(viewerId, paused) {
      // What was watched before the pause belongs to the history still.
      await flush.attempt(viewerId);
      await cold.pauseHistory(viewerId, paused);
    },

    async moveHistory(fromViewerId, toViewerId, contentIds) {
      await flush.settle(fromViewerId);
      await cold.moveHistory(fromViewerId, toViewerId, contentIds);
    },
  };
}
