import { CodedError } from '@cowatch/shared/protocol';
import {
  clearanceKey,
  type KnownMedia,
  orderKey,
  type PutSitting,
  type ResumeDevice,
  type ResumeRecord,
  readOrderKey,
  type SaveOutcome,
} from '@cowatch/shared/resume';
import type { Redis, RedisClient } from '../platform/redis/redis.ts';
import { createScript } from '../platform/redis/script.ts';
import { isOffered, unknownTitle } from './resume.domain.ts';
import type { ResumeJournal } from './resume.journal.ts';
import { dirtyKey, journalKey, sampleKey, shardOf, titleKey, viewerKey } from './resume.keys.ts';
import { DIRTY_LOOK_MS, DIRTY_PATIENCE_MS, ERASED_AT_ONCE, HOT_TTL_MS } from './resume.limits.ts';
import { SAMPLE } from './resume.sample.ts';
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

// A title is a hash: `k` the order key, `r` the figures of the record, `i` and `o` the id and name of its device, `mk` and
// `m` the media, `w h u d` the registers, `p` the sitting of a player that knows of none, `n` the count of writes. What is
// empty or 0 is not there. All but media and sittings is short enough for Redis to keep the whole hash in one piece of
// memory (`hash-max-listpack-value`, 64 bytes). Where `n` is 0 there is nothing. The scripts compare bytes and numbers; they
// know no rule.
//
// Without `n` the title is not known. `x` beside that: words on it were accepted that there was nothing to compare with,
// the last of them being this entry of the journal; with `!` behind it they are in PostgreSQL. Whoever tells Redis of a
// title says which `x` they saw before they asked PostgreSQL: where it has changed since, their answer is too old.

const FIELD_NAMES = ['k', 'r', 'i', 'o', 'mk', 'm', 'w', 'h', 'u', 'd', 'p', 'n'];
const FIELDS = FIELD_NAMES.map((name) => `'${name}'`).join(',');

// Of a viewer `c` says when they cleared everything, `k` the key that nothing older gets above, and `t` how many titles there
// are: counted in PostgreSQL where it is not known, and with each new one from then on. A title that was cleared is a new one
// when it is spoken of again: its `q` is the clearance after which it was counted.

/**
 * KEYS title, dirty, journal, viewer; ARGV the values of all fields but `n`, change, content id, life in ms, whether
 * PostgreSQL cannot be asked, most titles. An empty answer where the viewer is not known; where the title is not, its
 * `x`, or nothing and `accepted`; nothing and `full` where it would be one too many.
 */
const APPLY = createScript(`
local blind = ARGV[15] == '1'
local viewer = redis.call('HMGET', KEYS[4], 'c', 'k', 't')
local cleared, clearance, titles = viewer[1] or '0', viewer[2] or '', viewer[3]
if not blind and not (viewer[1] and titles) then return {} end
local names = {${FIELDS}}
local t = redis.call('HMGET', KEYS[1], ${FIELDS})
if not t[12] then
  local x = redis.call('HGET', KEYS[1], 'x') or ''
  local waits = x ~= '' and string.sub(x, -1) ~= '!' and redis.call('HEXISTS', KEYS[2], ARGV[13]) == 1
  if not blind and not waits then return {x} end
  local id = redis.call('XADD', KEYS[3], '*', 'c', ARGV[12], 'x', '1')
  redis.call('HSET', KEYS[2], ARGV[13], id)
  redis.call('HSET', KEYS[1], 'x', id)
  redis.call('PEXPIRE', KEYS[1], ARGV[14])
  return {'', 'accepted'}
end
local function put(i)
  if ARGV[i] == '' then redis.call('HDEL', KEYS[1], names[i]) else redis.call('HSET', KEYS[1], names[i], ARGV[i]) end
end
local before = t[1] or ''
local newer, grown = ARGV[1] > before, false
local fresh = t[12] == '0' or before < clearance and redis.call('HGET', KEYS[1], 'q') ~= clearance
fresh = fresh and titles
if fresh and ARGV[16] ~= '' and tonumber(titles) >= tonumber(ARGV[16]) then return {'', 'full'} end
if newer then for _, i in ipairs({1, 2, 3, 4, 11}) do put(i) end end
if ARGV[5] > (t[5] or '') then put(5); put(6); grown = true end
for i = 7, 10 do
  if tonumber(ARGV[i]) > tonumber(t[i] or 0) then put(i); grown = true end
end
if ARGV[1] ~= before or grown then
  if newer or grown then
    redis.call('HINCRBY', KEYS[1], 'n', 1)
    if fresh then redis.call('HINCRBY', KEYS[4], 't', 1) end
    if fresh and clearance ~= '' then redis.call('HSET', KEYS[1], 'q', clearance) end
  end
  local id = redis.call('XADD', KEYS[3], '*', 'c', ARGV[12])
  redis.call('HSET', KEYS[2], ARGV[13], id)
end
redis.call('PEXPIRE', KEYS[1], ARGV[14])
return {before, grown and 1 or 0, redis.call('HMGET', KEYS[1], ${FIELDS}), cleared}`);

/** KEYS title, dirty; ARGV life in ms, content id, the `x` that was seen, then names and values: what the database had after that. */
const SEED = createScript(`
if redis.call('HEXISTS', KEYS[1], 'n') == 1 then return 0 end
local x = redis.call('HGET', KEYS[1], 'x') or ''
local waits = x ~= '' and string.sub(x, -1) ~= '!' and redis.call('HEXISTS', KEYS[2], ARGV[2]) == 1
if x ~= ARGV[3] or waits then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`);

/** KEYS viewer; ARGV cleared at, its key, count of titles or nothing, life in ms. What was counted before a clearance is gone. */
const VIEWER = createScript(`
local cleared = redis.call('HGET', KEYS[1], 'c')
if not cleared or tonumber(ARGV[1]) > tonumber(cleared) then
  redis.call('HSET', KEYS[1], 'c', ARGV[1], 'k', ARGV[2])
  redis.call('HDEL', KEYS[1], 't')
end
if ARGV[3] ~= '' then redis.call('HSETNX', KEYS[1], 't', ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return redis.call('HGET', KEYS[1], 'c')`);

/** KEYS dirty, journal: forgets titles whose entry is in the journal no more; returns how many are left. */
const PRUNE = createScript(`
local dirty = redis.call('HGETALL', KEYS[1])
for i = 1, #dirty, 2 do
  if #redis.call('XRANGE', KEYS[2], dirty[i + 1], dirty[i + 1]) == 0 then redis.call('HDEL', KEYS[1], dirty[i]) end
end
return redis.call('HLEN', KEYS[1])`);

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
  const seed = async (
    client: RedisClient,
    { viewerId, contentId, accepted }: ColdTitle,
    stored: StoredTitle | null,
  ) => {
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
    const args = [
      ...valuesOf(said),
      JSON.stringify(said),
      said.contentId,
      HOT_TTL_MS,
      blind ? '1' : '',
      titlesMax ?? '',
    ];
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
      if ((await redis.run((client) => (isSecondLook ? PRUNE.run(client, keys, []) : client.hlen(keys[0])))) === 0)
        return;
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
        if (attempt === COLD_TRIES)
          throw new CodedError('unavailable', 'Positions cannot be kept now. Try again.', 1000);
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
      const offered = fresh.filter(
        ({ record }) => record !== null && isOffered(record) && record.intentAtMs >= sinceMs,
      );
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

    async moveHistory(fromViewerId, toViewerId) {
      await allSettled(fromViewerId);
      await cold.moveHistory(fromViewerId, toViewerId);
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

const viewerArgs = (clearedAtMs: number, titles: number | '') => [
  ...[clearedAtMs, clearedAtMs > 0 ? clearanceKey(clearedAtMs) : '', titles, HOT_TTL_MS],
];

const keysOf = ({ viewerId, contentId }: TitleName) => [
  ...[titleKey(viewerId, contentId), dirtyKey(viewerId), journalKey(shardOf(viewerId)), viewerKey(viewerId)],
];

const notSettled = () =>
  new CodedError('unavailable', 'Positions are still on their way to the database. Try again.', 1000);

const json = (value: unknown) => (value === null ? '' : JSON.stringify(value));
const parsed = <T>(text: string | null | undefined): T | null =>
  text === null || text === undefined ? null : (JSON.parse(text) as T);
const isNothing = (value: string | number) => value === '' || value === 0;

type Kept = Pick<StoredTitle, 'record' | 'media' | 'registers' | 'put'>;

/** What the fields hold, in the order of their names, without the count. */
function valuesOf({ record, media, registers, put }: Kept): (string | number)[] {
  const { lastWatchedAtMs, hiddenAtMs, unhiddenAtMs, deletedAtMs } = registers;
  return [
    ...(record === null
      ? ['', '', '', '']
      : [orderKey(record), figuresOf(record), record.device.id, record.device.name]),
    ...[media?.key ?? '', json(media), lastWatchedAtMs, hiddenAtMs, unhiddenAtMs, deletedAtMs, json(put)],
  ];
}

/** The part of a record that is neither in its key nor its device, as short text. */
function figuresOf({ positionMs, durationMs, watchedMs, state, previousPositionMs, savedAtMs }: ResumeRecord): string {
  return [positionMs, durationMs ?? '', watchedMs, state, previousPositionMs ?? '', savedAtMs].join(' ');
}

function recordOf(contentId: string, key: string, figures: string, device: ResumeDevice): ResumeRecord {
  const [positionMs, durationMs, watchedMs, state, previousPositionMs, savedAtMs] = figures.split(' ');
  return {
    ...{ ...readOrderKey(key), contentId, device, state: state as ResumeRecord['state'] },
    ...{ positionMs: Number(positionMs), watchedMs: Number(watchedMs), savedAtMs: Number(savedAtMs) },
    durationMs: durationMs === '' ? null : Number(durationMs),
    previousPositionMs: previousPositionMs === '' ? null : Number(previousPositionMs),
  };
}

function storedOf(contentId: string, hash: readonly (string | null)[], clearedAtMs: number): StoredTitle {
  const [key, figures, id, name, , media, watched, hidden, unhidden, deleted, put, rev] = hash;
  return {
    contentId,
    record: key && figures && id && name ? recordOf(contentId, key, figures, { id, name }) : null,
    media: parsed<KnownMedia>(media),
    registers: {
      lastWatchedAtMs: Number(watched),
      hiddenAtMs: Number(hidden),
      unhiddenAtMs: Number(unhidden),
      deletedAtMs: Number(deleted),
    },
    put: parsed<PutSitting>(put),
    rev: Number(rev),
    clearedAtMs,
  };
}

function changedOf(change: TitleChange, answer: unknown[]): ChangedTitle {
  const [, what] = answer;
  if (what === 'accepted' || what === 'full') return { outcome: what, stored: unknownTitle(change.contentId) };
  const [before, grown, hash, cleared] = answer as [string, number, (string | null)[], string];
  const key = change.record === null ? '' : orderKey(change.record);
  const outcome: SaveOutcome =
    change.record === null
      ? grown
        ? 'applied'
        : 'duplicate'
      : key > before
        ? 'applied'
        : key === before
          ? 'duplicate'
          : 'stale';
  return { outcome, stored: storedOf(change.contentId, hash, Number(cleared)) };
}
