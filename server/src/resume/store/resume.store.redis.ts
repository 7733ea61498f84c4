import { randomUUID } from 'node:crypto';
import { CodedError } from '@cowatch/shared/protocol';
import { isOffered } from '@cowatch/shared/resume';
import type { Redis, RedisClient } from '../../platform/redis/redis.ts';
import type { ResumeJournal } from '../journal/resume.journal.ts';
import { DIRTY_LOOK_MS, DIRTY_PATIENCE_MS, ERASED_AT_ONCE, HOT_TTL_MS } from '../resume.limits.ts';
import { dirtyKey, journalKey, sampleKey, shardOf, titleKey, viewerKey } from './resume.keys.ts';
import { SAMPLE } from './resume.probe.ts';
import type {
  ChangedTitle,
  ColdResumeStore,
  ResumeStore,
  StoredTitle,
  TitleChange,
  TitleName,
  ViewerSettings,
  ViewerTotals,
} from './resume.store.ts';
import {
  APPLY,
  changedOf,
  FIELD_NAMES,
  isNothing,
  PRUNE,
  REWRITTEN,
  SEED,
  storedOf,
  VIEWER,
  valuesOf,
  viewerArgs,
} from './resume.title-hash.redis.ts';

/** Everything of the sample is beside what is anybody's. */
const SAMPLE_KEYS = ['title', 'dirty', 'journal', 'viewer'].map((what) => sampleKey(what));

const COLD_TRIES = 5;

/** A title that Redis does not know, with the `x` that was seen of it. */
interface ColdTitle extends TitleName {
  readonly accepted: string;
}

/**
 * Positions in Redis, for all instances: what was written there is in the journal in the same step, and acknowledged then.
 * What Redis does not know it is told from PostgreSQL first, also that there is nothing: so nothing that Redis has
 * forgotten comes back from a late word. Lists are PostgreSQL's, with what is on its way there put in.
 */
export function createRedisResumeStore(redis: Redis, cold: ColdResumeStore, journal: ResumeJournal): ResumeStore {
  const seed = async (client: RedisClient, { viewerId, contentId, accepted }: ColdTitle, stored: StoredTitle | null) => {
    const values = stored === null ? [] : valuesOf(stored);
    const known = values.flatMap((value, i) => (isNothing(value) ? [] : [FIELD_NAMES[i] as string, value]));
    const args = [HOT_TTL_MS, contentId, accepted, ...known, 'n', stored?.rev ?? 0];
    await SEED.run(client, [titleKey(viewerId, contentId), dirtyKey(viewerId)], args);
  };

  /** Tells Redis from PostgreSQL when viewers cleared everything; what Redis knows meanwhile holds. In their order. */
  const meet = async (viewerIds: readonly string[]): Promise<readonly number[]> => {
    if (viewerIds.length === 0) return [];
    const totals = await cold.totals(viewerIds);
    const told = await redis.run((client) =>
      Promise.all(
        viewerIds.map((id, i) => {
          const { clearedAtMs: at, titles } = totals[i] as ViewerTotals;
          return VIEWER.run(client, [viewerKey(id)], viewerArgs(at, titles));
        }),
      ),
    );
    return told.map(Number);
  };

  const clearedAtMs = async (viewerId: string): Promise<number> => {
    const known = await redis.run((client) => client.hget(viewerKey(viewerId), 'c'));
    return known === null ? ((await meet([viewerId]))[0] ?? 0) : Number(known);
  };

  /** Applies one change. @param blind whether PostgreSQL cannot be asked */
  const applyOne = async (change: TitleChange, blind: boolean, keys = keysOf(change)): Promise<unknown[]> => {
    const { titlesMax, ...said } = change;
    const args = [...valuesOf(said), JSON.stringify(said), said.contentId, HOT_TTL_MS, blind ? '1' : '', titlesMax ?? ''];
    return (await redis.run((client) => APPLY.run(client, keys, args))) as unknown[];
  };

  /** Tells Redis from PostgreSQL of titles that it does not know. */
  const warm = async (wanted: readonly ColdTitle[]): Promise<void> => {
    if (wanted.length === 0) return;
    const stored = await cold.find(wanted);
    await redis.run((client) => Promise.all(wanted.map((title, i) => seed(client, title, stored[i] ?? null))));
  };

  /** Resolves when what a viewer has in the journal is in PostgreSQL, or after a while. */
  const settled = async (viewerId: string): Promise<void> => {
    for (let waitedMs = 0; waitedMs < DIRTY_PATIENCE_MS; waitedMs += DIRTY_LOOK_MS) {
      const keys = [dirtyKey(viewerId), journalKey(shardOf(viewerId))] as const;
      // An entry that is gone otherwise than by being written, as in a failover, is waited for by nobody.
      const isSecondLook = waitedMs === DIRTY_LOOK_MS;
      if ((await redis.run((client) => (isSecondLook ? PRUNE.run(client, keys, []) : client.hlen(keys[0])))) === 0) return;
      journal.hint(shardOf(viewerId));
      await journal.look();
      await new Promise((resolve) => setTimeout(resolve, DIRTY_LOOK_MS));
    }
  };

  /** The same, where nothing may be left out. @throws CodedError `unavailable` */
  const allSettled = async (viewerId: string): Promise<void> => {
    await settled(viewerId);
    if ((await redis.run((client) => client.hlen(dirtyKey(viewerId)))) > 0) throw notSettled();
  };

  const store: ResumeStore = {
    async verify() {
      await redis.run((client) => VIEWER.run(client, [SAMPLE_KEYS[3] as string], viewerArgs(0, 0)));
      await applyOne(SAMPLE, true, SAMPLE_KEYS);
      await redis.run((client) => client.del(...SAMPLE_KEYS));
    },

    async apply(changes) {
      const found = new Map<TitleChange, ChangedTitle>();
      let left = changes;
      let blind = false;
      for (let attempt = 0; left.length > 0; attempt += 1) {
        if (attempt === COLD_TRIES) throw new CodedError('unavailable', 'Positions cannot be kept now. Try again.', 1000);
        // In the order they came: what is said of one title goes over one connection.
        const answers = await Promise.all(left.map((change) => applyOne(change, blind)));
        const unknown = new Set<string>();
        const colds: ColdTitle[] = [];
        const again: TitleChange[] = [];
        for (const [i, answer] of answers.entries()) {
          const change = left[i] as TitleChange;
          if (answer.length > 1) {
            found.set(change, changedOf(change, answer));
            continue;
          }
          again.push(change);
          const { viewerId, contentId } = change;
          if (answer.length === 1) colds.push({ viewerId, contentId, accepted: String(answer[0]) });
          else unknown.add(viewerId);
        }
        for (const { viewerId } of left) journal.hint(shardOf(viewerId));
        try {
          await Promise.all([meet([...unknown]), warm(colds)]);
        } catch (error) {
          if (!(error instanceof CodedError) || error.code !== 'unavailable' || !redis.health().ok) throw error;
          // What is on its way to PostgreSQL is compared there: nothing that it does not know is answered before that.
          blind = true;
        }
        left = again;
      }
      return changes.map((change) => found.get(change) as ChangedTitle);
    },

    async load(viewerId, contentIds) {
      const cleared = await clearedAtMs(viewerId);
      const known = new Map<string, StoredTitle>();
      let left = contentIds;
      for (let attempt = 0; left.length > 0; attempt += 1) {
        const wanted = left;
        const hashes = await redis.run((client) =>
          Promise.all(wanted.map((id) => client.hmget(titleKey(viewerId, id), ...FIELD_NAMES, 'x'))),
        );
        const colds: ColdTitle[] = [];
        for (const [i, contentId] of wanted.entries()) {
          const hash = hashes[i] as (string | null)[];
          const accepted = hash.pop() ?? '';
          const rev = hash.at(-1);
          if (rev === null) colds.push({ viewerId, contentId, accepted });
          else if (Number(rev) > 0) known.set(contentId, storedOf(contentId, hash, cleared));
        }
        if (colds.length === 0) break;
        if (attempt === COLD_TRIES) throw notSettled();
        // What was accepted unseen is compared first; then there is something to know.
        if (colds.some(({ accepted }) => accepted !== '' && !accepted.endsWith('!'))) await allSettled(viewerId);
        await warm(colds);
        left = colds.map(({ contentId }) => contentId);
      }
      return known;
    },

    async offered(viewerId, sinceMs, after, limit) {
      const dirty = Object.keys(await redis.run((client) => client.hgetall(dirtyKey(viewerId))));
      const page = await cold.offered(viewerId, sinceMs, after, limit);
      const kept = page.titles.filter(({ contentId }) => !dirty.includes(contentId));
      const fresh = after === null && dirty.length > 0 ? [...(await store.load(viewerId, dirty)).values()] : [];
      const offered = fresh.filter(({ record }) => record !== null && isOffered(record) && record.intentAtMs >= sinceMs);
      const newestFirst = (a: StoredTitle, b: StoredTitle) => (b.record?.intentAtMs ?? 0) - (a.record?.intentAtMs ?? 0);
      return { titles: [...offered, ...kept].sort(newestFirst), next: page.next };
    },

    async all(viewerId, afterId, limit) {
      if (afterId === null) await settled(viewerId);
      return cold.all(viewerId, afterId, limit);
    },

    async history(viewerId, after, limit) {
      if (after === null) await settled(viewerId);
      return cold.history(viewerId, after, limit);
    },

    settings: (viewerId): Promise<ViewerSettings> => cold.settings(viewerId),

    async pauseHistory(viewerId, paused) {
      // What was watched before belongs to the history still.
      await settled(viewerId);
      await cold.pauseHistory(viewerId, paused);
    },

    async clear(viewerId, atMs) {
      await cold.clear(viewerId, atMs);
      await redis.run((client) => VIEWER.run(client, [viewerKey(viewerId)], viewerArgs(Math.floor(atMs), '')));
      // What was on its way came after it, and is hidden by it; it goes for good too.
      await settled(viewerId);
      await cold.clear(viewerId, atMs);
    },

    async outline(viewerId) {
      return cold.outline(viewerId);
    },

    async moveHistory(fromViewerId, toViewerId, contentIds) {
      await allSettled(fromViewerId);
      await cold.moveHistory(fromViewerId, toViewerId, contentIds);
    },

    settle: allSettled,

    async rewritten(viewerId, contentIds) {
      // Whoever asked PostgreSQL before this has seen another `x`.
      const mark = `undo-${randomUUID()}!`;
      const told = await redis.run((client) =>
        Promise.all(contentIds.map((id) => REWRITTEN.run(client, [titleKey(viewerId, id), dirtyKey(viewerId)], [id, mark, HOT_TTL_MS]))),
      );
      // Some may be gone: they are counted anew.
      await redis.run((client) => client.hdel(viewerKey(viewerId), 't'));
      return contentIds.filter((_, i) => told[i] !== 1);
    },

    async erase(viewerId, idleSinceMs) {
      await allSettled(viewerId);
      // What was put aside may be in Redis only.
      const buried = await cold.buried(viewerId);
      await redis.run((client) => Promise.all(buried.map((id) => client.del(titleKey(viewerId, id)))));
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
      // They have room again: their titles are counted anew when they say something next.
      await redis.run((client) => Promise.all([...new Set(viewerIds)].map((id) => client.hdel(viewerKey(id), 't'))));
      return viewerIds;
    },
  };
  return store;
}
const keysOf = ({ viewerId, contentId }: TitleName) => [
  titleKey(viewerId, contentId),
  dirtyKey(viewerId),
  journalKey(shardOf(viewerId)),
  viewerKey(viewerId),
];

const notSettled = () => new CodedError('unavailable', 'Positions are still on their way to the database. Try again.', 1000);
