import type { Redis } from '../../platform/redis/redis.ts';
import { sessionKey } from '../session.keys.ts';
import { PRESENCE_TTL_MS } from '../session.limits.ts';
import type { FoundPresence, OwnPresence, PublishedPresenceStore, WantedPresence } from './published-presence.store.ts';
import { decodePresence, encodePresence } from './published-presence.ts';

/** One hash for each session, with one field for each instance. */
const keyOf = (sessionId: string) => sessionKey(sessionId, 'people');

export function createRedisPresenceStore(redis: Redis, instanceId: string): PublishedPresenceStore {
  return {
    get generation() {
      return redis.generation;
    },
    async write(own: readonly OwnPresence[]) {
      const answers = await redis.batch(
        own.flatMap(({ sessionId, published }) => [
          ['hset', keyOf(sessionId), instanceId, encodePresence(published)] as const,
          ['hlen', keyOf(sessionId)] as const,
          ['pexpire', keyOf(sessionId), PRESENCE_TTL_MS] as const,
        ]),
      );
      return own.map((_, i) => Number(answers[i * 3 + 1]));
    },
    async read(wanted: readonly WantedPresence[]) {
      const answers = await redis.batch(
        wanted.map(({ sessionId, instanceIds }) =>
          instanceIds === null ? (['hgetall', keyOf(sessionId)] as const) : (['hmget', keyOf(sessionId), ...instanceIds] as const),
        ),
      );
      return wanted.map(({ instanceIds }, i) => (instanceIds === null ? ofHash(answers[i]) : ofFields(instanceIds, answers[i])));
    },
    async remove(sessionId, instanceIds) {
      await redis.batch([['hdel', keyOf(sessionId), ...instanceIds]]);
    },
  };
}

/** RESP2 answers HGETALL with a list of field and value in turn, RESP3 with a map. */
function ofHash(answer: unknown): FoundPresence {
  const found = new Map<string, ReturnType<typeof decodePresence>>();
  const pairs = Array.isArray(answer)
    ? answer.flatMap((field, i) => (i % 2 === 0 ? [[field, answer[i + 1]]] : []))
    : answer instanceof Map
      ? [...answer]
      : Object.entries(answer ?? {});
  for (const [field, value] of pairs) found.set(String(field), decodePresence(String(value)));
  return found;
}

function ofFields(instanceIds: readonly string[], answer: unknown): FoundPresence {
  const values: unknown[] = Array.isArray(answer) ? answer : [];
  return new Map(
    instanceIds.map((id, i) => {
      const value = values[i];
      return [id, typeof value === 'string' ? decodePresence(value) : null];
    }),
  );
}
