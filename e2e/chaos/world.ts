import type { SessionInfo } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import { sql } from '../../server/src/platform/database/database.ts';
import { openDatabase } from '../../server/src/platform/database/open-database.ts';
import { startTestPostgres, type TestPostgres } from '../../server/src/platform/database/postgres.testing.ts';
import { createLogger } from '../../server/src/platform/log/log.ts';
import { journalKey, SHARDS } from '../../server/src/resume/store/resume.keys.ts';
import { createPostgresSessionSnapshots } from '../../server/src/sessions/recovery/snapshots.postgres.ts';
import { CLEAN_LINK } from '../fixtures/delay-line.ts';
import { type LinkProxy, startLinkProxy } from '../fixtures/proxy.ts';
import { sleep } from './chaos-bot.ts';
import { Faults, type Mortal, type Undo } from './faults.ts';
import { createInstance, type Instance } from './instance.ts';
import { createPoison, type Poison } from './poison.ts';
import { type RedisKind, type RedisRig, startRedisRig } from './redis-rig.ts';
import type { Fault, FaultKind, Planned } from './schedule.ts';

const SECRET = 'the secret that all instances of the chaos share';
/** Nobody's machine need be on time. */
const WALL_CLOCKS_APART_MS = 3000;
const WELL_WITHIN_MS = 45_000;
/** A database that answers late, but answers. */
const SLOW_POSTGRES = { latencyMs: 1200, jitterMs: 900 };

/** One instance and its three cables. */
interface Post {
  readonly instance: Instance;
  readonly people: LinkProxy;
  /** Null to a Cluster. */
  readonly redis: LinkProxy | null;
  readonly postgres: LinkProxy;
}

/** Instances on one Redis and one PostgreSQL, all real and all to be maltreated. */
export interface World {
  readonly instances: number;
  /** What can befall it. */
  readonly possible: readonly FaultKind[];
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
  /** Entries in the journals of positions that are not in PostgreSQL yet. */
  journaled(): Promise<number>;
  /** Entries that were put into the journals and that no database takes, and those that were put aside. */
  poisoned(): Promise<{ readonly written: number; readonly putAside: number }>;
  /** The last lines of every instance. */
  logs(): string;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly instances?: number;
  readonly redis?: RedisKind;
}

/** Starts everything, and resolves when people can come. */
export async function startWorld({ instances = 2, redis: kind = 'always' }: WorldOptions = {}): Promise<World> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of stops.splice(0).reverse()) await step();
  };
  try {
    const [redis, postgres] = await Promise.all([startRedisRig(kind), startTestPostgres()]);
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
      const toRedis = await redis.connect();
      const databaseLink = await startLinkProxy({ targetPort: Number(new URL(databaseUrl).port) });
      stops.push(() => databaseLink.stop());
      const throughLink = new URL(databaseUrl);
      throughLink.port = String(databaseLink.port);
      const env = {
        REDIS_URL: toRedis.url,
        DATABASE_URL: throughLink.href,
        AUTH_SECRET: SECRET,
      };
      const instance = await createInstance(env, i * WALL_CLOCKS_APART_MS);
      stops.push(() => instance.stop());
      const people = await startLinkProxy({ targetPort: instance.port });
      stops.push(() => people.stop());
      posts.push({ instance, people, redis: toRedis.link, postgres: databaseLink });
    }
    for (const { instance } of posts) instance.start();
    const poison = createPoison(redis);
    const world = worldOf(posts, redis, postgres, poison, stop);
    const snapshots = createPostgresSessionSnapshots(database);
    await world.heal();
    return {
      ...world,
      durable: async (id) => (await patiently(() => snapshots.load(id)))?.record ?? null,
      async poisoned() {
        const found = await patiently(() => database.run((db) => db.execute(sql`select count(*)::int as n from resume_dead_letters`)));
        return { written: poison.written(), putAside: Number(found.rows[0]?.n) };
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Connections that were open when PostgreSQL was killed say so once, each. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 10; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(200);
    }
  }
}

function worldOf(
  posts: readonly Post[],
  redis: RedisRig,
  postgres: TestPostgres,
  poison: Poison,
  stop: () => Promise<void>,
): Omit<World, 'durable' | 'poisoned'> {
  const begin = befalling(posts, redis, postgres, poison);
  const address = (instance: number) => posts[instance % posts.length]?.people.url ?? '';
  const states = () => Promise.all(posts.map(({ instance }) => instance.state()));
  const logs = () => posts.map(({ instance }, i) => `── instance ${i + 1} ──\n${instance.log()}`).join('\n');
  return {
    instances: posts.length,
    possible: [
      ...(['instance-killed', 'instance-paused', 'people-cut-off'] as const),
      ...(['postgres-killed', 'postgres-paused', 'postgres-cut-off', 'postgres-slow'] as const),
      ...(['started-without-postgres', 'journal-poisoned'] as const),
      ...(posts.some((post) => post.redis !== null) ? (['redis-cut-off'] as const) : []),
      ...redis.faults,
    ],
    address,
    async suffer(plan) {
      await Promise.all(
        plan.map(async ({ fault, atMs, forMs }) => {
          await sleep(atMs);
          const undo = begin(fault);
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
      const text = await redis.onKey(`cowatch:{s:${sessionId}}:record`, 'HGET', 'r');
      return typeof text === 'string' ? (JSON.parse(text) as SessionRecord) : null;
    },
    async journaled() {
      let entries = 0;
      for (let shard = 0; shard < SHARDS; shard += 1) entries += Number(await redis.onKey(journalKey(shard), 'XLEN'));
      return entries;
    },
    logs,
    stop,
  };
}

/** What can befall this world, and how it begins. */
function befalling(posts: readonly Post[], redis: RedisRig, postgres: TestPostgres, poison: Poison) {
  const faults = new Faults();
  const database: Mortal = {
    kill: postgres.kill,
    start: postgres.start,
    pause: postgres.freeze,
    resume: postgres.thaw,
  };
  return ({ kind, at: place }: Fault): Undo => {
    const at = place % posts.length;
    const post = posts[at];
    if (post === undefined) throw new Error('there is no such instance');
    switch (kind) {
      case 'instance-killed':
        return faults.kill(`instance ${at}`, post.instance);
      case 'instance-paused':
        return faults.pause(`instance ${at}`, post.instance);
      case 'people-cut-off':
        return faults.cutOff(`people ${at}`, post.people);
      case 'redis-cut-off':
        if (post.redis === null) throw new Error('there is no cable to this Redis');
        return faults.cutOff(`redis link ${at}`, post.redis);
      case 'postgres-cut-off':
        return faults.cutOff(`postgres link ${at}`, post.postgres);
      case 'postgres-slow':
        return faults.during(
          `postgres link ${at}`,
          'slow',
          () => post.postgres.shape({ down: SLOW_POSTGRES }),
          () => post.postgres.shape({ down: CLEAN_LINK }),
        );
      case 'started-without-postgres': {
        const reconnect = faults.cutOff(`postgres link ${at}`, post.postgres);
        const started = faults.kill(`instance ${at}`, post.instance)();
        return async () => {
          await started;
          await reconnect();
        };
      }
      case 'journal-poisoned': {
        const written = poison.write(place);
        return () => written;
      }
      case 'postgres-killed':
        return faults.kill('postgres', database);
      case 'postgres-paused':
        return faults.pause('postgres', database);
      default:
        return redis.begin(faults, kind, place);
    }
  };
}
