import type { ClusterClock } from './platform/clock/cluster-clock.ts';
import type { Database } from './platform/database/database.ts';
import { openDatabase } from './platform/database/open-database.ts';
import { startTestPostgres, type TestPostgres } from './platform/database/postgres.testing.ts';
import { createLogger } from './platform/log/log.ts';
import { openTestRedis, startTestRedis, type TestRedis } from './platform/redis/redis.testing.ts';
import type { Redis } from './platform/redis/redis.ts';
import { startTestServer, type TestServer } from './protocol.testing.ts';

/** One instance with connections of its own, as a process of its own has them. */
export interface TestInstance {
  readonly server: TestServer;
  readonly redis: Redis;
  readonly database: Database;
  /** Without a goodbye: what it left in Redis stays. */
  stop(): Promise<void>;
}

/** One Redis and one PostgreSQL, and the instances that share them. */
export interface TestInstances {
  readonly redisServer: TestRedis;
  readonly postgres: TestPostgres;
  start(clock?: ClusterClock, env?: Readonly<Record<string, string>>): Promise<TestInstance>;
  /** Ends everything, whatever still runs. */
  remove(): Promise<void>;
}

export async function startTestInstances(): Promise<TestInstances> {
  const [postgres, redisServer] = await Promise.all([startTestPostgres(), startTestRedis()]);
  const databaseUrl = await postgres.createDatabase();
  const running = new Set<TestInstance>();
  return {
    redisServer,
    postgres,
    async start(clock, env = {}) {
      const log = createLogger({ level: 'silent' });
      const database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log });
      const redis = await openTestRedis(redisServer.url);
      const server = await startTestServer({ database, redis, env, ...(clock === undefined ? {} : { clock }) });
      const instance: TestInstance = {
        server,
        redis,
        database,
        async stop() {
          if (!running.delete(instance)) return;
          await server.stop();
          await redis.stop();
          await database.stop();
        },
      };
      running.add(instance);
      return instance;
    },
    async remove() {
      for (const instance of [...running]) await instance.stop();
      await redisServer.remove();
      await postgres.remove();
    },
  };
}
