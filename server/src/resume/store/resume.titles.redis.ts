import { CodedError, isUnavailable } from '@cowatch/shared/protocol';
import { isOffered } from '@cowatch/shared/resume';
import type { Redis, RedisClient } from '../../platform/redis/redis.ts';
import type { ResumeJournal } from '../journal/resume.journal.ts';
import { HOT_TTL_MS } from '../resume.limits.ts';
import { type JournalFlush, notSettled } from './resume.flush.redis.ts';
import { dirtyKey, journalKey, sampleKey, shardOf, titleKey, viewerKey } from './resume.keys.ts';
import { PROBE } from './resume.probe.ts';
import type { ChangedTitle, ColdResumeStore, ResumeStore, StoredTitle, TitleChange, TitleName } from './resume.store.ts';
import { APPLY, changedOf, FIELD_NAMES, isNothing, SEED, storedOf, VIEWER, valuesOf, viewerArgs } from './resume.title-hash.redis.ts';
import type { ViewerCache } from './resume.viewers.redis.ts';

/** Dependencies of the parts of the store in Redis. */
export interface RedisParts {
  readonly redis: Redis;
  readonly cold: ColdResumeStore;
  readonly journal: Pick<ResumeJournal, 'hint'>;
  readonly viewers: ViewerCache;
  readonly flush: JournalFlush;
}

/** Keys of the probe, beside those of all viewers. */
const PROBE_KEYS = ['title', 'dirty', 'journal', 'viewer'].map((what) => sampleKey(what));

/** Attempts at loading titles into the cache that are changed meanwhile. */
const COLD_TRIES = 5;

/** Cache miss: a title that Redis does not have, with the `x` that was read of it. */
interface ColdTitle extends TitleName {
  readonly accepted: string;
}

/** Writes of titles: compare-and-set in Redis, with an entry in the journal in the same step. */
export function createRedisTitleWrites({ redis, cold, journal, viewers }: RedisParts): Pick<ResumeStore, 'verify' | 'apply'> {
  return {
    async verify() {
      await redis.run((client) => VIEWER.run(client, [PROBE_KEYS[3] as string], viewerArgs(0, 0)));
      await applyOne(redis, PROBE, true, PROBE_KEYS);
      await redis.run((client) => client.del(...PROBE_KEYS));
    },

    async apply(changes) {
      const found = new Map<TitleChange, ChangedTitle>();
      let left = changes;
      let blind = false;
      for (let attempt = 0; left.length > 0; attempt += 1) {
        if (attempt === COLD_TRIES) throw new CodedError('unavailable', 'Positions cannot be kept now. Try again.', 1000);
        // In the order they came: all changes of one title go over one connection.
        const answers = await Promise.all(left.map((change) => applyOne(redis, change, blind)));
        const coldViewers = new Set<string>();
        const coldTitles: ColdTitle[] = [];
        const again: TitleChange[] = [];
        for (const [i, answer] of answers.entries()) {
          const change = left[i] as TitleChange;
          if (answer.length > 1) {
            found.set(change, changedOf(change, answer));
            continue;
          }
          again.push(change);
          const { viewerId, contentId } = change;
          if (answer.length === 1) coldTitles.push({ viewerId, contentId, accepted: String(answer[0]) });
          else coldViewers.add(viewerId);
        }
        for (const { viewerId } of left) journal.hint(shardOf(viewerId));
        try {
          await Promise.all([viewers.warm([...coldViewers]), warm(redis, cold, coldTitles)]);
        } catch (error) {
          if (!isUnavailable(error) || !redis.health().ok) throw error;
          // Blind write: PostgreSQL compares it with what it has when the journal gets there; until then it is not read.
          blind = true;
        }
        left = again;
      }
      return changes.map((change) => found.get(change) as ChangedTitle);
    },
  };
}

/** Reads of titles: through the cache by id; lists from PostgreSQL, with the dirty titles of the cache put in. */
export function createRedisTitleReads(parts: RedisParts): Pick<ResumeStore, 'load' | 'offered' | 'all' | 'outline'> {
  const { redis, cold, flush } = parts;
  const load = (viewerId: string, contentIds: readonly string[]) => readThrough(parts, viewerId, contentIds);
  return {
    load,

    async offered(viewerId, sinceMs, after, limit) {
      const dirty = Object.keys(await redis.run((client) => client.hgetall(dirtyKey(viewerId))));
      const page = await cold.offered(viewerId, sinceMs, after, limit);
      const kept = page.titles.filter(({ contentId }) => !dirty.includes(contentId));
      const fresh = after === null && dirty.length > 0 ? [...(await load(viewerId, dirty)).values()] : [];
      const offered = fresh.filter(({ record }) => record !== null && isOffered(record) && record.intentAtMs >= sinceMs);
      const newestFirst = (a: StoredTitle, b: StoredTitle) => (b.record?.intentAtMs ?? 0) - (a.record?.intentAtMs ?? 0);
      return { titles: [...offered, ...kept].sort(newestFirst), next: page.next };
    },

    async all(viewerId, afterId, limit) {
      if (afterId === null) await flush.attempt(viewerId);
      return cold.all(viewerId, afterId, limit);
    },

    outline: (viewerId) => cold.outline(viewerId),
  };
}

async function readThrough(
  { redis, cold, viewers, flush }: RedisParts,
  viewerId: string,
  contentIds: readonly string[],
): Promise<ReadonlyMap<string, StoredTitle>> {
  const cleared = await viewers.clearedAtMs(viewerId);
  const found = new Map<string, StoredTitle>();
  let left = contentIds;
  for (let attempt = 0; left.length > 0; attempt += 1) {
    const wanted = left;
    const hashes = await redis.run((client) => Promise.all(wanted.map((id) => client.hmget(titleKey(viewerId, id), ...FIELD_NAMES, 'x'))));
    const misses: ColdTitle[] = [];
    for (const [i, contentId] of wanted.entries()) {
      const hash = hashes[i] as (string | null)[];
      const accepted = hash.pop() ?? '';
      const rev = hash.at(-1);
      if (rev === null) misses.push({ viewerId, contentId, accepted });
      else if (Number(rev) > 0) found.set(contentId, storedOf(contentId, hash, cleared));
    }
    if (misses.length === 0) break;
    if (attempt === COLD_TRIES) throw notSettled();
    // Blind writes are compared first; only then is there a value to read.
    if (misses.some(({ accepted }) => accepted !== '' && !accepted.endsWith('!'))) await flush.settle(viewerId);
    await warm(redis, cold, misses);
    left = misses.map(({ contentId }) => contentId);
  }
  return found;
}

/** Applies one change. @param blind whether it is a blind write: PostgreSQL cannot be asked */
async function applyOne(redis: Redis, change: TitleChange, blind: boolean, keys = keysOf(change)): Promise<unknown[]> {
  const { titlesMax, ...said } = change;
  const args = [...valuesOf(said), JSON.stringify(said), said.contentId, HOT_TTL_MS, blind ? '1' : '', titlesMax ?? ''];
  return (await redis.run((client) => APPLY.run(client, keys, args))) as unknown[];
}

/** Loads titles into the cache from PostgreSQL, also that there is none. */
async function warm(redis: Redis, cold: Pick<ColdResumeStore, 'find'>, wanted: readonly ColdTitle[]): Promise<void> {
  if (wanted.length === 0) return;
  const stored = await cold.find(wanted);
  await redis.run((client) => Promise.all(wanted.map((title, i) => seed(client, title, stored[i] ?? null))));
}

async function seed(client: RedisClient, { viewerId, contentId, accepted }: ColdTitle, stored: StoredTitle | null): Promise<void> {
  const values = stored === null ? [] : valuesOf(stored);
  const fields = values.flatMap((value, i) => (isNothing(value) ? [] : [FIELD_NAMES[i] as string, value]));
  const args = [HOT_TTL_MS, contentId, accepted, ...fields, 'n', stored?.rev ?? 0];
  await SEED.run(client, [titleKey(viewerId, contentId), dirtyKey(viewerId)], args);
}

const keysOf = ({ viewerId, contentId }: TitleName) => [
  titleKey(viewerId, contentId),
  dirtyKey(viewerId),
  journalKey(shardOf(viewerId)),
  viewerKey(viewerId),
];
