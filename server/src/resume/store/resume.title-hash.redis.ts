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
import { createScript } from '../../platform/redis/script.ts';
import { unknownTitle } from '../resume.domain.ts';
import { HOT_TTL_MS } from '../resume.limits.ts';
import type { ChangedTitle, StoredTitle, TitleChange } from './resume.store.ts';

// A title is a hash: `k` the order key, `r` the figures of the record, `i` and `o` the id and name of its device, `mk` and
// `m` the media, `w h u d` the registers, `p` the sitting of a player that knows of none, `n` the count of writes. What is
// empty or 0 is not there. All but media and sittings is short enough for Redis to keep the whole hash in one piece of
// memory (`hash-max-listpack-value`, 64 bytes). Where `n` is 0 there is nothing. The scripts compare bytes and numbers; they
// know no rule.
//
// Without `n` the title is not in the cache. `x` beside that: blind writes were accepted, with nothing to compare them with,
// the last of them being this entry of the journal; with `!` behind it they are in PostgreSQL. A load of the title says
// which `x` it read before it asked PostgreSQL: where it has changed since, the answer is too old.

export const FIELD_NAMES = ['k', 'r', 'i', 'o', 'mk', 'm', 'w', 'h', 'u', 'd', 'p', 'n'];
const FIELDS = FIELD_NAMES.map((name) => `'${name}'`).join(',');

// Of a viewer `c` is the clearance, `k` the key that nothing older gets above, and `t` the count of titles: loaded from
// PostgreSQL, and grown with each new one from then on. A title that was cleared is a new one when it is written again: its
// `q` is the clearance after which it was counted.

/**
 * Compare-and-set of one title. KEYS title, dirty, journal, viewer; ARGV the values of all fields but `n`, change, content id,
 * life in ms, whether it is a blind write, most titles. An empty answer where the viewer is not in the cache; where the title
 * is not, its `x`, or nothing and `accepted`; nothing and `full` where it would be one too many.
 */
export const APPLY = createScript(`
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

/** Load into the cache. KEYS title, dirty; ARGV life in ms, content id, the `x` that was read, then names and values of after that. */
export const SEED = createScript(`
if redis.call('HEXISTS', KEYS[1], 'n') == 1 then return 0 end
local x = redis.call('HGET', KEYS[1], 'x') or ''
local waits = x ~= '' and string.sub(x, -1) ~= '!' and redis.call('HEXISTS', KEYS[2], ARGV[2]) == 1
if x ~= ARGV[3] or waits then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 4))
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return 1`);

/** Invalidation. KEYS title, dirty; ARGV content id, a new `x`, life in ms. Nothing happens while a change is on its way to PostgreSQL. */
export const INVALIDATE = createScript(`
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'x', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`);

/** Load or clearance of a viewer. KEYS viewer; ARGV clearance, its key, count of titles or nothing, life in ms. A clearance ends the count. */
export const VIEWER = createScript(`
local cleared = redis.call('HGET', KEYS[1], 'c')
if not cleared or tonumber(ARGV[1]) > tonumber(cleared) then
  redis.call('HSET', KEYS[1], 'c', ARGV[1], 'k', ARGV[2])
  redis.call('HDEL', KEYS[1], 't')
end
if ARGV[3] ~= '' then redis.call('HSETNX', KEYS[1], 't', ARGV[3]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return redis.call('HGET', KEYS[1], 'c')`);

/** KEYS dirty, journal: clears the marks of titles whose entry is in the journal no more; returns how many are left. */
export const PRUNE = createScript(`
local dirty = redis.call('HGETALL', KEYS[1])
for i = 1, #dirty, 2 do
  if #redis.call('XRANGE', KEYS[2], dirty[i + 1], dirty[i + 1]) == 0 then redis.call('HDEL', KEYS[1], dirty[i]) end
end
return redis.call('HLEN', KEYS[1])`);

/** The arguments of `VIEWER`. @param titles nothing where they are to be counted */
export const viewerArgs = (clearedAtMs: number, titles: number | '') => [
  clearedAtMs,
  clearedAtMs > 0 ? clearanceKey(clearedAtMs) : '',
  titles,
  HOT_TTL_MS,
];

const json = (value: unknown) => (value === null ? '' : JSON.stringify(value));
const parsed = <T>(text: string | null | undefined): T | null => (text === null || text === undefined ? null : (JSON.parse(text) as T));
export const isNothing = (value: string | number) => value === '' || value === 0;

type Kept = Pick<StoredTitle, 'record' | 'media' | 'registers' | 'put'>;

/** What the fields hold, in the order of their names, without the count. */
export function valuesOf({ record, media, registers, put }: Kept): (string | number)[] {
  const { lastWatchedAtMs, hiddenAtMs, unhiddenAtMs, deletedAtMs } = registers;
  return [
    ...(record === null ? ['', '', '', ''] : [orderKey(record), figuresOf(record), record.device.id, record.device.name]),
    media?.key ?? '',
    json(media),
    lastWatchedAtMs,
    hiddenAtMs,
    unhiddenAtMs,
    deletedAtMs,
    json(put),
  ];
}

/** The part of a record that is neither in its key nor its device, as short text. */
function figuresOf({ positionMs, durationMs, watchedMs, state, previousPositionMs, savedAtMs }: ResumeRecord): string {
  return [positionMs, durationMs ?? '', watchedMs, state, previousPositionMs ?? '', savedAtMs].join(' ');
}

function recordOf(contentId: string, key: string, figures: string, device: ResumeDevice): ResumeRecord {
  const [positionMs, durationMs, watchedMs, state, previousPositionMs, savedAtMs] = figures.split(' ');
  return {
    ...readOrderKey(key),
    contentId,
    device,
    state: state as ResumeRecord['state'],
    positionMs: Number(positionMs),
    watchedMs: Number(watchedMs),
    savedAtMs: Number(savedAtMs),
    durationMs: durationMs === '' ? null : Number(durationMs),
    previousPositionMs: previousPositionMs === '' ? null : Number(previousPositionMs),
  };
}

export function storedOf(contentId: string, hash: readonly (string | null)[], clearedAtMs: number): StoredTitle {
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

export function changedOf(change: TitleChange, answer: unknown[]): ChangedTitle {
  const [, what] = answer;
  if (what === 'accepted' || what === 'full') return { outcome: what, stored: unknownTitle(change.contentId) };
  const [before, grown, hash, cleared] = answer as [string, number, (string | null)[], string];
  const key = change.record === null ? '' : orderKey(change.record);
  const outcome: SaveOutcome =
    change.record === null ? (grown ? 'applied' : 'duplicate') : key > before ? 'applied' : key === before ? 'duplicate' : 'stale';
  return { outcome, stored: storedOf(change.contentId, hash, Number(cleared)) };
}
