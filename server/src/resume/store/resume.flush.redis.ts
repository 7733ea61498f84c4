import { CodedError } from '@cowatch/shared/protocol';
import type { Redis } from '../../platform/redis/redis.ts';
import type { ResumeJournal } from '../journal/resume.journal.ts';
import { DIRTY_LOOK_MS, DIRTY_PATIENCE_MS } from '../resume.limits.ts';
import { dirtyKey, journalKey, shardOf } from './resume.keys.ts';
import { PRUNE } from './resume.title-hash.redis.ts';

/** Flush of the journal, for calls that read or change in PostgreSQL what may still be on its way there. */
export interface JournalFlush {
  /** Tries to flush the entries of a viewer. Resolves all the same where it takes too long: PostgreSQL may be away. */
  attempt(viewerId: string): Promise<void>;
  /** Flushes all entries of a viewer. @throws CodedError `unavailable` where it takes too long */
  settle(viewerId: string): Promise<void>;
}

/** Polls the dirty titles of a viewer until the journal has written them. */
export function createJournalFlush(redis: Redis, journal: Pick<ResumeJournal, 'hint' | 'look'>): JournalFlush {
  const attempt = async (viewerId: string): Promise<void> => {
    for (let waitedMs = 0; waitedMs < DIRTY_PATIENCE_MS; waitedMs += DIRTY_LOOK_MS) {
      const keys = [dirtyKey(viewerId), journalKey(shardOf(viewerId))] as const;
      // An entry that is gone without having been written, as in a failover, leaves its title dirty for ever.
      const isSecondLook = waitedMs === DIRTY_LOOK_MS;
      if ((await redis.run((client) => (isSecondLook ? PRUNE.run(client, keys, []) : client.hlen(keys[0])))) === 0) return;
      journal.hint(shardOf(viewerId));
      await journal.look();
      await new Promise((resolve) => setTimeout(resolve, DIRTY_LOOK_MS));
    }
  };
  return {
    attempt,
    async settle(viewerId) {
      await attempt(viewerId);
      if ((await redis.run((client) => client.hlen(dirtyKey(viewerId)))) > 0) throw notSettled();
    },
  };
}

export const notSettled = () => new CodedError('unavailable', 'Positions are still on their way to the database. Try again.', 1000);
