import type { SessionRecord } from '@cowatch/shared/timeline';
import type { Redis } from '../platform/redis/redis.ts';
import type { Companion } from './session.companion.ts';
import { sessionKey } from './session.keys.ts';
import { LIVE_TTL_MS } from './session.limits.ts';
import type { SessionStore } from './session.store.ts';

// A record is a hash: `v` its version, `r` the record as JSON; so is a companion. The scripts compare versions and know no rule.

/** Writes the companion where one is named, after the record was written. */
const WITH_COMPANION = `
if KEYS[3] then
  redis.call('HSET', KEYS[3], 'v', ARGV[5], 'r', ARGV[6])
  redis.call('PEXPIRE', KEYS[3], ARGV[3])
end`;

const CREATE = `
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'r', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

const COMMIT = `
if redis.call('HGET', KEYS[1], 'v') ~= ARGV[4] then return 0 end
if redis.call('EXISTS', KEYS[2]) == 1 then return 2 end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'r', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
${WITH_COMPANION}
return 1`;

const RESTORE = `
if (redis.call('HGET', KEYS[1], 'v') or '') ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'r', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
${WITH_COMPANION}
return 1`;

const DROP = `
if redis.call('HGET', KEYS[1], 'v') ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`;

/**
 * Sessions in Redis, where every instance finds them. A record that was neither read nor changed for a day is dropped
 * by Redis; the snapshots have it.
 */
export function createRedisSessionStore(redis: Redis): SessionStore {
  const keyOf = (id: string) => sessionKey(id, 'record');
  const fenceKeyOf = (id: string) => sessionKey(id, 'held');
  const write = (script: string, id: string, ...args: (string | number)[]) =>
    redis.run((client) => client.eval(script, 2, keyOf(id), fenceKeyOf(id), ...args));
  const put = (script: string, record: SessionRecord, expectedVersion: number | '', companion?: Companion) => {
    const args = [record.version, JSON.stringify(record), LIVE_TTL_MS, expectedVersion];
    if (companion === undefined) return write(script, record.id, ...args);
    const { name, version } = companion;
    const keys = [keyOf(record.id), fenceKeyOf(record.id), sessionKey(record.id, name)];
    return redis.run((client) => client.eval(script, 3, ...keys, ...args, version, JSON.stringify(companion.record)));
  };
  return {
    isShared: true,
    get generation() {
      return redis.generation;
    },
    async load(id) {
      const key = keyOf(id);
      const [text] = await redis.batch([
        ['hget', key, 'r'],
        ['pexpire', key, LIVE_TTL_MS],
      ]);
      return typeof text === 'string' ? (JSON.parse(text) as SessionRecord) : null;
    },
    create: async (record) => (await put(CREATE, record, '')) === 1,
    async companion(id, name) {
      const key = sessionKey(id, name);
      const [found] = await redis.batch([
        ['hmget', key, 'v', 'r'],
        ['pexpire', key, LIVE_TTL_MS],
      ]);
      const [version, text] = found as readonly (string | null)[];
      return version == null || text == null ? null : { name, version: Number(version), record: JSON.parse(text) as unknown };
    },
    async commit(record, expectedVersion, companion) {
      const answer = await put(COMMIT, record, expectedVersion, companion);
      if (answer === 2) return 'fenced';
      return answer === 1 ? 'committed' : 'conflict';
    },
    restore: async (record, expectedVersion, companion) => (await put(RESTORE, record, expectedVersion ?? '', companion)) === 1,
    drop: async (id, expectedVersion) => (await write(DROP, id, expectedVersion)) === 1,
    async fence(id, ms) {
      await redis.run((client) => client.set(fenceKeyOf(id), 1, 'PX', ms, 'NX'));
    },
    async versions(ids) {
      const answers = await redis.batch(ids.map((id) => ['hget', keyOf(id), 'v']));
      return answers.map((version) => (version === null ? null : Number(version)));
    },
  };
}
