import type { SessionInfo } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import { startTestPostgres, type TestPostgres } from '../../server/src/platform/database/database.testing.ts';
import { openDatabase } from '../../server/src/platform/database/open-database.ts';
import { createLogger } from '../../server/src/platform/log/log.ts';
import { startTestRedis, type TestRedis } from '../../server/src/platform/redis/redis.testing.ts';
import { createPostgresSessionSnapshots } from '../../server/src/sessions/session.snapshots.postgres.ts';
import { type LinkProxy, startLinkProxy } from '../fixtures/proxy.ts';
import { sleep } from './chaos-bot.ts';
import { createInstance, type Instance } from './instance.ts';
import type { Planned } from './schedule.ts';

const SECRET = 'the secret that all instances of the chaos share';
/** Nobody's machine need be on time. */
const WALL_CLOCKS_APART_MS = 3000;
const WELL_WITHIN_MS = 45_000;

/** One instance and its three cables. */
interface Post {
  readonly instance: Instance;
  readonly people: LinkProxy;
  readonly redis: LinkProxy;
  readonly postgres: LinkProxy;
}

/** Instances on one Redis and one PostgreSQL, all real and all to be maltreated. */
export interface World {
  readonly instances: number;
  /** Where people reach an instance. */
  address(instance: number): string;
  /** Does what is planned, from now on; resolves when all of it is over. */
  suffer(plan: readonly Planned[]): Promise<void>;
  /** Ends every fault, and waits until every instance says that all is well. Throws with their states where not. */
  heal(): Promise<void>;
  person(): Promise<string>;
  createSession(token: string): Promise<string>;
  live(sessionId: string): Promise<SessionRecord | null>;
  durable(sessionId: string): Promise<SessionRecord | null>;
  /** The last lines of every instance. */
  logs(): string;
  stop(): Promise<void>;
}

/** Starts everything, and resolves when people can come. */
export async function startWorld({ instances = 2 }: { readonly instances?: number } = {}): Promise<World> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const [redis, postgres] = await Promise.all([startTestRedis({ appendfsync: 'always' }), startTestPostgres()]);
    stops.push(
      () => redis.remove(),
      () => postgres.remove(),
    );
    const databaseUrl = await postgres.createDatabase();
    const log = createLogger({ level: 'silent' });
    const database = await openDatabase({ databaseUrl, dataDir: '/nonexistent', log });
    stops.push(() => database.stop());
    const posts: Post[] = [];
    for (let i = 0; i < instances; i += 1) {
      const redisLink = await startLinkProxy({ targetPort: redis.port });
      stops.push(() => redisLink.stop());
      const databaseLink = await startLinkProxy({ targetPort: Number(new URL(databaseUrl).port) });
      stops.push(() => databaseLink.stop());
      const throughLink = new URL(databaseUrl);
      throughLink.port = String(databaseLink.port);
      const env = {
        REDIS_URL: `redis://127.0.0.1:${redisLink.port}`,
        DATABASE_URL: throughLink.href,
        AUTH_SECRET: SECRET,
      };
      const instance = await createInstance(env, i * WALL_CLOCKS_APART_MS);
      stops.push(() => instance.stop());
      const people = await startLinkProxy({ targetPort: instance.port });
      stops.push(() => people.stop());
      posts.push({ instance, people, redis: redisLink, postgres: databaseLink });
    }
    for (const { instance } of posts) instance.start();
    const world = worldOf(posts, redis, postgres, stop);
    const snapshots = createPostgresSessionSnapshots(database);
    await world.heal();
    return { ...world, durable: async (id) => (await snapshots.load(id))?.record ?? null };
  } catch (error) {
    await stop();
    throw error;
  }
}

function worldOf(
  posts: readonly Post[],
  redis: TestRedis,
  postgres: TestPostgres,
  stop: () => Promise<void>,
): Omit<World, 'durable'> {
  const faults = createFaults(posts, redis, postgres);
  const address = (instance: number) => posts[instance % posts.length]?.people.url ?? '';
  const states = () => Promise.all(posts.map(({ instance }) => instance.state()));
  const logs = () => posts.map(({ instance }, i) => `── instance ${i + 1} ──\n${instance.log()}`).join('\n');
  return {
    instances: posts.length,
    address,
    async suffer(plan) {
      await Promise.all(
        plan.map(async ({ fault, atMs, forMs }) => {
          await sleep(atMs);
          const undo = faults.begin(fault);
          await sleep(forMs);
          await undo();
        }),
      );
    },
    async heal() {
      const startMs = performance.now();
      while (!(await Promise.all(posts.map(({ instance }) => instance.isWell()))).every(Boolean)) {
        if (performance.now() - startMs > WELL_WITHIN_MS) {
          throw new Error(`not all is well again: ${(await states()).join('; ')}\n${logs()}`);
        }
        await sleep(100);
      }
    },
    async person() {
      const answer = await fetch(`${address(0)}/api/v1/me`);
      const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
      return cookie.slice(cookie.indexOf('=') + 1);
    },
    async createSession(token) {
      const answer = await fetch(`${address(0)}/api/v1/sessions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ media: { titleId: 'sample' } }),
      });
      if (answer.status !== 201) throw new Error(`no party: ${answer.status} ${await answer.text()}`);
      return ((await answer.json()) as SessionInfo).id;
    },
    async live(sessionId) {
      const text = await redis.call('HGET', `cowatch:{s:${sessionId}}:record`, 'r');
      return typeof text === 'string' ? (JSON.parse(text) as SessionRecord) : null;
    },
    logs,
    stop,
  };
}

/** Begins faults and ends them; where several of one kind overlap, the last one that ends ends it. */
function createFaults(posts: readonly Post[], redis: TestRedis, postgres: TestPostgres) {
  const depths = new Map<string, number>();
  /** One after the other for each part: a kill must not meet a start half way. */
  const queues = new Map<string, Promise<unknown>>();
  const inTurn = (part: string, work: () => unknown) => {
    const turn = (queues.get(part) ?? Promise.resolve()).then(work);
    queues.set(
      part,
      turn.catch(() => {}),
    );
    return turn;
  };
  const counted = (part: string, name: string, begin: () => unknown, end: () => unknown) => {
    const key = `${part} ${name}`;
    const change = (by: number) => {
      const depth = (depths.get(key) ?? 0) + by;
      depths.set(key, depth);
      return depth;
    };
    void inTurn(part, () => (change(1) === 1 ? begin() : undefined)).catch(() => {});
    return () => inTurn(part, () => (change(-1) === 0 ? end() : undefined));
  };
  const cutOff = (part: string, link: LinkProxy) =>
    counted(
      part,
      'cut off',
      () => link.partition(),
      () => link.heal(),
    );
  /** A process is down, stopped or up; being killed goes before being stopped. */
  const isDown = new Set<string>();
  const killed = (part: string, kill: () => unknown, start: () => unknown) =>
    counted(
      part,
      'killed',
      () => {
        isDown.add(part);
        return kill();
      },
      () => {
        isDown.delete(part);
        return start();
      },
    );
  const paused = (part: string, pause: () => unknown, resume: () => unknown) =>
    counted(
      part,
      'paused',
      () => (isDown.has(part) ? undefined : pause()),
      () => (isDown.has(part) ? undefined : resume()),
    );
  return {
    begin(fault: Planned['fault']): () => Promise<unknown> {
      const at = 'instance' in fault ? fault.instance % posts.length : 0;
      const post = posts[at];
      if (post === undefined) throw new Error('there is no such instance');
      const { instance, people, redis: redisLink, postgres: databaseLink } = post;
      switch (fault.kind) {
        case 'instance-killed':
          return killed(`instance ${at}`, instance.kill, instance.start);
        case 'instance-paused':
          return paused(`instance ${at}`, instance.pause, instance.resume);
        case 'people-cut-off':
          return cutOff(`people ${at}`, people);
        case 'redis-cut-off':
          return cutOff(`redis link ${at}`, redisLink);
        case 'postgres-cut-off':
          return cutOff(`postgres link ${at}`, databaseLink);
        case 'redis-killed':
          return killed('redis', redis.kill, redis.start);
        case 'redis-paused':
          return paused('redis', redis.freeze, redis.thaw);
        case 'redis-flushed': {
          // Asks from beside; where Redis is stopped it is flushed when it goes on.
          const flushed = redis.flushAll().catch(() => {});
          return () => flushed;
        }
        case 'postgres-killed':
          return killed('postgres', postgres.kill, postgres.start);
        case 'postgres-paused':
          return paused('postgres', postgres.freeze, postgres.thaw);
      }
    },
  };
}
