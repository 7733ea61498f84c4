import type { RedisClient } from '../../platform/redis/redis.ts';
import { createScript } from '../../platform/redis/script.ts';
import { JOURNAL_BATCH } from '../resume.limits.ts';
import { dirtyKey, journalKey, shardOf, titleKey } from '../store/resume.keys.ts';
import type { TitleChange } from '../store/resume.store.ts';

/** Entry of the journal, as far as it can be read. */
export interface JournalEntry {
  readonly shard: number;
  /** Its id in the stream of its shard. */
  readonly id: string;
  /** The change as JSON, as it was written. */
  readonly text: string;
  /** Null where the text is none. */
  readonly change: TitleChange | null;
  /** Blind write: it was accepted without a value to compare it with. */
  readonly accepted: boolean;
}

/** KEYS journal, and for each entry its viewer's dirty titles; ARGV for each entry its id and title: it is in PostgreSQL now. */
const DONE = createScript(`
for i = 2, #KEYS do
  local id, title = ARGV[2 * i - 3], ARGV[2 * i - 2]
  redis.call('XDEL', KEYS[1], id)
  if redis.call('HGET', KEYS[i], title) == id then redis.call('HDEL', KEYS[i], title) end
end
return 1`);

/** KEYS titles; ARGV the blind write of each: a reader that asks PostgreSQL from now on finds what came of it. */
const COMPARED = createScript(`
for i = 1, #KEYS do
  if redis.call('HGET', KEYS[i], 'x') == ARGV[i] then redis.call('HSET', KEYS[i], 'x', ARGV[i] .. '!') end
end
return 1`);

/** The first entries of a shard, at most `JOURNAL_BATCH`. */
export async function readEntries(client: RedisClient, shard: number): Promise<readonly JournalEntry[]> {
  const found = await client.xrange(journalKey(shard), '-', '+', 'COUNT', JOURNAL_BATCH);
  return found.map(([id, fields]) => {
    const text = fields[1] ?? '';
    return { shard, id, text, change: parsed(text), accepted: fields.length > 2 };
  });
}

/** Removes entries of one shard, and clears the dirty marks of their titles. */
export async function removeEntries(client: RedisClient, shard: number, entries: readonly JournalEntry[]): Promise<void> {
  const own = entries.flatMap(({ id, accepted, change }) =>
    // An entry that another program has put there need not be of this shard.
    change !== null && shardOf(change.viewerId) === shard ? [{ id, accepted, ...change }] : [],
  );
  // Before an entry is removed: as long as it is there, its title is not loaded into the cache.
  const blind = own.filter(({ accepted }) => accepted);
  if (blind.length > 0) {
    const keys = blind.map(({ viewerId, contentId }) => titleKey(viewerId, contentId));
    const ids = blind.map(({ id }) => id);
    await COMPARED.run(client, keys, ids);
  }
  if (own.length > 0) {
    const keys = [journalKey(shard), ...own.map(({ viewerId }) => dirtyKey(viewerId))];
    const args = own.flatMap(({ id, contentId }) => [id, contentId]);
    await DONE.run(client, keys, args);
  }
  if (own.length < entries.length) await client.xdel(journalKey(shard), ...entries.map(({ id }) => id));
}

function parsed(text: string): TitleChange | null {
  try {
    const change = JSON.parse(text) as Partial<TitleChange> | null;
    const isChange = typeof change?.viewerId === 'string' && typeof change.contentId === 'string';
    return isChange && typeof change.registers === 'object' ? (change as TitleChange) : null;
  } catch {
    return null;
  }
}
