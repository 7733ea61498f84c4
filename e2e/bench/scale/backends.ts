import { startTestPostgres } from '../../../server/src/platform/database/postgres.testing.ts';
import { startTestRedis } from '../../../server/src/platform/redis/redis.testing.ts';
import type { Backends } from './target.ts';

/** A Redis and a PostgreSQL of their own for a bench, as operators are told to run them: nothing that was kept is lost. */
export async function openBackends(): Promise<{ readonly backends: Backends; close(): Promise<void> }> {
  const redis = await startTestRedis({ appendfsync: 'always' });
  try {
    const postgres = await startTestPostgres({ durable: true });
    return {
      backends: { redisUrl: redis.url, databaseUrl: await postgres.createDatabase() },
      async close() {
        // Their processes keep nobody waiting, and this one has nothing else left to do: it must not end before them.
        const awake = setInterval(() => {}, 1000);
        await postgres.remove();
        await redis.remove();
        clearInterval(awake);
      },
    };
  } catch (error) {
    await redis.remove();
    throw error;
  }
}
