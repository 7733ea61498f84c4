import type { SessionRecord } from '@cowatch/shared/timeline';
import type { Redis } from '../platform/redis/redis.ts';
import { sessionKey } from './session.keys.ts';
import { LIVE_TTL_MS } from './session.limits.ts';
import type { SessionStore } from './session.store.ts';

// A record is a hash: `v` its version, `r` the record as JSON. The scripts compare versions and know no rule.

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
return 1`;

const RESTORE = `
if (redis.call('HGET', KEYS[1], 'v') or '') ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'r', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
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
  const put = (script: string, record: SessionRecord, ...args: (string | number)[]) =>
    write(script, record.id, record.version, JSON.stringify(record), LIVE_TTL_MS, ...args);
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
    create: async (record) => (await put(CREATE, record)) === 1,
    async commit(record, expectedVersion) {
      const answer = await put(COMMIT, record, expectedVersion);
      if (answer === 2) return 'fenced';
      return answer === 1 ? 'committed' : 'conflict';
    },
    restore: async (record, expectedVersion) => (await put(RESTORE, record, expectedVersion ?? '')) === 1,
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
