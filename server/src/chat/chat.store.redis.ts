import type { Redis } from '../platform/redis/redis.ts';
import { createScript } from '../platform/redis/script.ts';
import { sessionKey } from '../sessions/index.ts';
import { type Numbered, parseEntry, settingsSchema } from './chat.entries.ts';
import { LIVE_TTL_MS, TAIL_MAX } from './chat.limits.ts';
import { type ChatHead, type ChatStore, opKeyOf } from './chat.store.ts';

// A chat is three keys of one slot: a hash with where it stands, and two sorted sets by number: the entries, each as its rank
// and JSON, and what repeats are known by. The scripts count and compare, and know no rule.

/** Fields of the head. `w` and `n`: the window that lines are counted in, and how many there were before. */
const FIELDS = ['e', 's', 'o', 'a'] as const;

const OPEN = createScript(`
local open = redis.call('HMGET', KEYS[1], 'e', 's')
if open[1] and (open[1] ~= ARGV[5] or open[2] ~= ARGV[6]) then return redis.call('HMGET', KEYS[1], 'e', 's', 'o', 'a') end
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
redis.call('HSET', KEYS[1], 'e', ARGV[1], 's', ARGV[1], 'o', ARGV[2], 'a', ARGV[3])
for i = 7, #ARGV, 3 do
  redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i + 2])
  redis.call('ZADD', KEYS[3], ARGV[i], ARGV[i + 1])
end
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[4]) end
return redis.call('HMGET', KEYS[1], 'e', 's', 'o', 'a')`);

// ARGV: 1 the entry, 2 what its repeat is known by, 3 window, 4 time to live, 5 longest tail, 6 whether all before goes,
// 7 the settings that are expected or '', 8 new settings or '', then pairs of a number and what stands there now, or ''.
const APPEND = createScript(`
local epoch = redis.call('HGET', KEYS[1], 'e')
if not epoch then return { 0 } end
local known = redis.call('ZSCORE', KEYS[3], ARGV[2])
if known then return { 2, epoch, known } end
if ARGV[7] ~= '' and redis.call('HGET', KEYS[1], 'o') ~= ARGV[7] then return { 3 } end
local seq = string.format('%.0f', redis.call('HINCRBY', KEYS[1], 's', 1))
local rank = 0
if tonumber(ARGV[3]) > tonumber(redis.call('HGET', KEYS[1], 'w') or '0') then
  redis.call('HSET', KEYS[1], 'w', ARGV[3], 'n', 0)
else
  rank = redis.call('HINCRBY', KEYS[1], 'n', 1)
end
if ARGV[6] == '1' then
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'a', 1)
end
for i = 9, #ARGV, 2 do
  local before = redis.call('ZRANGEBYSCORE', KEYS[2], ARGV[i], ARGV[i])[1]
  if before then
    redis.call('ZREM', KEYS[2], before)
    if ARGV[i + 1] ~= '' then redis.call('ZADD', KEYS[2], ARGV[i], string.match(before, '^%d+|') .. ARGV[i + 1]) end
  end
end
redis.call('ZADD', KEYS[2], seq, rank .. '|' .. ARGV[1])
redis.call('ZADD', KEYS[3], seq, ARGV[2])
if ARGV[8] ~= '' then redis.call('HSET', KEYS[1], 'o', ARGV[8]) end
if redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - ARGV[5]) > 0 then redis.call('HSET', KEYS[1], 'a', 0) end
redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - ARGV[5])
for i = 1, 3 do redis.call('PEXPIRE', KEYS[i], ARGV[4]) end
return { 1, epoch, seq, rank }`);

/** Chats in Redis, where every instance finds them. One that nobody said anything in for a day is left to the database. */
export function createRedisChatStore(redis: Redis): ChatStore {
  const keysOf = (id: string) => [sessionKey(id, 'chat'), sessionKey(id, 'chat-tail'), sessionKey(id, 'chat-ops')] as const;
  return {
    isShared: true,
    get generation() {
      return redis.generation;
    },

    async heads(ids) {
      const answers = await redis.batch(ids.map((id) => ['hmget', keysOf(id)[0], ...FIELDS]));
      return answers.map((fields) => headOf(fields));
    },

    async open(id, { epoch, settings, whole, tail }, lost) {
      const entries = tail.slice(-TAIL_MAX).flatMap(({ seq, rank, entry }) => [seq, opKeyOf(entry), memberOf(rank, entry)]);
      const head = [epoch, settingsText(settings), whole ? 1 : 0, LIVE_TTL_MS, lost?.epoch ?? '', lost?.seq ?? ''];
      const opened = headOf(await redis.run((client) => OPEN.run(client, keysOf(id), [...head, ...entries])));
      if (opened === null) throw new Error('a chat that was opened is not open');
      return opened;
    },

    async append(id, { entry, window, replaced, clears, settingsAsOf }) {
      const changes = [...(replaced ?? [])].flatMap(([seq, other]) => [seq, other === null ? '' : JSON.stringify(other)]);
      const expected = settingsAsOf === undefined ? '' : settingsText(settingsAsOf);
      const settings = entry.kind === 'settings' ? settingsText(entry.settings) : '';
      const fixed = [JSON.stringify(entry), opKeyOf(entry), window, LIVE_TTL_MS, TAIL_MAX, clears ? 1 : 0, expected, settings];
      const answer = await redis.run((client) => APPEND.run(client, keysOf(id), [...fixed, ...changes]));
      const [outcome, epoch, seq, rank] = (answer as readonly unknown[]).map(Number);
      if (outcome === 0) return { kind: 'absent' };
      if (outcome === 3) return { kind: 'conflict' };
      if (epoch === undefined || seq === undefined) throw new Error('a chat gave no number');
      return outcome === 2 ? { kind: 'repeat', epoch, seq } : { kind: 'appended', epoch, seq, rank: rank ?? 0 };
    },

    async tail(id, range) {
      const key = keysOf(id)[1];
      const flat = await redis.run((client) =>
        'afterSeq' in range
          ? client.zrangebyscore(key, `(${range.afterSeq}`, '+inf', 'WITHSCORES')
          : client.zrevrangebyscore(key, `(${range.beforeSeq}`, '-inf', 'WITHSCORES', 'LIMIT', 0, range.max),
      );
      const entries: Numbered[] = [];
      for (let i = 0; i + 1 < flat.length; i += 2) {
        const numbered = numberedOf(Number(flat[i + 1]), flat[i] as string);
        if (numbered !== null) entries.push(numbered);
      }
      return 'afterSeq' in range ? entries : entries.reverse();
    },

    async drop(id) {
      await redis.run((client) => client.del(...keysOf(id)));
    },
  };
}

/** Settings are compared as text: their fields come in the order of the schema. */
const settingsText = (settings: ChatHead['settings']) => JSON.stringify(settingsSchema.parse(settings));

const memberOf = (rank: number, entry: Numbered['entry']) => `${rank}|${JSON.stringify(entry)}`;

function numberedOf(seq: number, member: string): Numbered | null {
  const bar = member.indexOf('|');
  const entry = parseEntry(JSON.parse(member.slice(bar + 1)));
  return entry === null ? null : { seq, rank: Number(member.slice(0, bar)), entry };
}

function headOf(fields: unknown): ChatHead | null {
  const [epoch, seq, settings, whole] = fields as readonly (string | null)[];
  if (!epoch || !seq || !settings) return null;
  return { epoch: Number(epoch), seq: Number(seq), settings: settingsSchema.parse(JSON.parse(settings)), whole: whole === '1' };
}
