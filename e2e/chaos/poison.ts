import { NO_REGISTERS } from '@cowatch/shared/resume';
import { journalKey, shardOf } from '../../server/src/resume/store/resume.keys.ts';
import type { RedisRig } from './redis-rig.ts';

/** Puts entries into the journals of positions that no database takes. */
export interface Poison {
  /** Writes one entry; `at` chooses its shard and what is wrong with it. Never rejects: Redis may be away. */
  write(at: number): Promise<void>;
  /** How many were written. */
  written(): number;
}

/** Who is told of in a poisoned entry: nobody who is there. */
const viewerOf = (at: number) => `poison${at}`.padEnd(22, '_');

export function createPoison(redis: Pick<RedisRig, 'onKey'>): Poison {
  let count = 0;
  return {
    async write(at) {
      const viewerId = viewerOf(at);
      const media = { key: '1', url: 'https://films.example/\u0000', title: null };
      const change = { viewerId, contentId: 'poison', record: null, registers: NO_REGISTERS, media, put: null };
      const text = at % 2 === 0 ? JSON.stringify(change) : '{"viewerId":';
      await redis.onKey(journalKey(shardOf(viewerId)), 'XADD', '*', 'c', text).then(
        () => {
          count += 1;
        },
        () => {},
      );
    },
    written: () => count,
  };
}
