import { type Answer, type ClientToServerEvents, PROTOCOL_VERSION, type SessionInfo } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import { io, type Socket } from 'socket.io-client';
import { VIEWER_COOKIE } from './accounts/index.ts';
import { loadConfig } from './config.ts';
import { FEATURES } from './features.ts';
import { type ClusterClock, createMachineClock } from './platform/clock/cluster-clock.ts';
import { openPostgresTestDatabase } from './platform/database/database.testing.ts';
import type { Database } from './platform/database/database.ts';
import type { Feature, FeatureFactory } from './platform/feature.ts';
import type { HealthRegistry } from './platform/health/health.ts';
import type { PageRoots } from './platform/http/pages.ts';
import { createLogger } from './platform/log/log.ts';
import { createMetrics, type Metrics } from './platform/metrics/metrics.ts';
import type { Redis } from './platform/redis/redis.ts';
import type { SocketServer } from './platform/socket/socket-server.ts';
import { startServer } from './server.ts';
import { createPostgresSessionSnapshots } from './sessions/recovery/snapshots.postgres.ts';

type EventName = keyof ClientToServerEvents;
type Data<E extends EventName> = Parameters<ClientToServerEvents[E]>[1] extends (answer: Answer<infer T>) => void ? T : never;
type Message<E extends EventName> = Parameters<ClientToServerEvents[E]>[0];

/** How long a test waits for what must come, in milliseconds. */
const PATIENCE_MS = 8000;
/** Most that a connection takes to come about: longer than any test that has them come in a storm. */
const CONNECT_PATIENCE_MS = 60_000;

export interface TestServerOptions {
  readonly clock?: ClusterClock;
  /** Not closed with the server; by default an embedded one that is. */
  readonly database?: Database;
  /** Not closed with the server; by default none. */
  readonly redis?: Redis;
  readonly env?: Readonly<Record<string, string>>;
  /** Features beside those of the product. */
  readonly features?: readonly FeatureFactory[];
  readonly roots?: PageRoots;
}

/** A whole server on a port of its own. */
export interface TestServer {
  readonly url: string;
  readonly metrics: Metrics;
  readonly health: HealthRegistry;
  readonly sockets: SocketServer;
  readonly features: readonly Feature[];
  /** The schemas of all that comes in, by route or command and part: `PUT /api/v1/me body`, `clock:ping message`. */
  readonly inbound: ReadonlyMap<string, unknown>;
  /** What it logged, as JSON lines. */
  readonly log: readonly Record<string, unknown>[];
  /** Somebody new, with an identity. */
  person(name: string): Promise<Person>;
  /** The same person at this server, which another one knew. */
  personWith(identity: Pick<Person, 'name' | 'token'>): Promise<Person>;
  /** What is durable of a session. */
  stored(sessionId: string): Promise<SessionRecord | null>;
  /** Stops without a word, as a crash does, as far as the database can tell. */
  stop(): Promise<void>;
}

const SECRET = Buffer.alloc(32, 5);

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const config = loadConfig({
    PORT: '0',
    BIND_ADDRESS: '127.0.0.1',
    DATA_DIR: '/nonexistent',
    REQUESTS_PER_MINUTE_PER_IP: '100000',
    // Tests with made-up addresses ask nobody.
    LINK_CHECKS: 'off',
    ...options.env,
  });
  const own = options.database === undefined ? await openPostgresTestDatabase() : null;
  const database = options.database ?? own?.database;
  if (database === undefined) throw new Error('no database');
  const lines: Record<string, unknown>[] = [];
  const log = createLogger({ level: 'info', destination: { write: (line: string) => lines.push(JSON.parse(line)) } });
  const metrics = createMetrics({ processMetrics: false });
  const inbound = new Map<string, unknown>();
  const { clock = createMachineClock(), redis = null } = options;
  const server = await startServer({
    config,
    log,
    features: [...FEATURES, ...(options.features ?? [])].map((create) => noting(create, inbound)),
    given: {
      clock,
      database,
      redis,
      metrics,
      secret: SECRET,
      pagesBuild: '1700000000000-0123abcd',
      ...(options.roots === undefined ? {} : { roots: options.roots }),
    },
  });
  const url = `http://127.0.0.1:${server.port}`;
  const people: Person[] = [];
  const add = (name: string, token: string) => {
    const person = new Person(url, name, token);
    people.push(person);
    return person;
  };
  return {
    url,
    metrics,
    health: server.health,
    sockets: server.sockets,
    features: server.features,
    log: lines,
    inbound,
    async person(name) {
      const answer = await fetch(`${url}/api/v1/me`);
      const cookie = answer.headers.getSetCookie().find((line) => line.startsWith(`${VIEWER_COOKIE}=`));
      return add(name, cookie?.split(';', 1)[0]?.slice(VIEWER_COOKIE.length + 1) ?? '');
    },
    personWith: async ({ name, token }) => add(name, token),
    stored: async (id) => (await createPostgresSessionSnapshots(database).load(id))?.record ?? null,
    async stop() {
      for (const person of people) person.close();
      await server.halt();
      await own?.remove();
    },
  };
}

/** The same feature, of which is noted by what schemas it reads. */
function noting(create: FeatureFactory, inbound: Map<string, unknown>): FeatureFactory {
  return (deps) => {
    const feature = create(deps);
    return {
      ...feature,
      routes(api) {
        // Also of those that come after it: a route is noted once for each, and is the same.
        api.addHook('onRoute', ({ method, url, schema }) => {
          for (const part of ['params', 'querystring', 'headers', 'body'] as const) {
            if (schema?.[part] !== undefined) inbound.set(`${method} ${url} ${part}`, schema[part]);
          }
        });
        return feature.routes?.(api);
      },
      commands(sockets) {
        feature.commands?.({
          ...sockets,
          onCommand(event, command) {
            inbound.set(`${event} message`, command.schema);
            sockets.onCommand(event, command);
          },
        });
      },
    };
  };
}

/** Somebody with an identity, who may have many connections. */
export class Person {
  readonly name: string;
  readonly token: string;
  /** As the token says. */
  get viewerId(): string {
    return this.token.split('.')[1] ?? '';
  }
  readonly #url: string;
  readonly #clients: RawClient[] = [];

  constructor(url: string, name: string, token: string) {
    this.#url = url;
    this.name = name;
    this.token = token;
  }

  /** An API request; the answer's body as JSON where it is, null where there is none. */
  async http(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? null : isJson ? JSON.parse(text) : text,
    };
  }

  async createSession(body: object = { media: { titleId: 'sample' } }): Promise<SessionInfo> {
    const { status, body: info } = await this.http('POST', '/sessions', body);
    if (status !== 201) throw new Error(`no session: ${status} ${JSON.stringify(info)}`);
    return info as SessionInfo;
  }

  /** A connection; through another address where one is given. */
  async connect(url = this.#url): Promise<RawClient> {
    const client = new RawClient(url, this.name, { protocol: PROTOCOL_VERSION, token: this.token });
    this.#clients.push(client);
    await client.connected();
    return client;
  }

  /** A connection that has joined. */
  async join(sessionId: string, url?: string): Promise<RawClient> {
    const client = await this.connect(url);
    await client.join(sessionId);
    return client;
  }

  close(): void {
    for (const client of this.#clients) client.socket.close();
  }
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** A bare Socket.IO client: sends whatever it is told to, and keeps everything that comes. */
export class RawClient {
  readonly socket: Socket;
  readonly received: { readonly event: string; readonly message: unknown }[] = [];
  readonly #name: string;
  readonly #waiting = new Set<() => void>();
  #ops = 0;

  constructor(url: string, name: string, auth: object, headers: Record<string, string> = {}) {
    this.#name = name;
    this.socket = io(url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      autoConnect: false,
      // Whoever is kept waiting in a storm waits; for how long the test says.
      timeout: CONNECT_PATIENCE_MS,
      auth: { ...auth },
      extraHeaders: headers,
    });
    this.socket.onAny((event: string, message: unknown) => {
      this.received.push({ event, message });
      for (const look of this.#waiting) look();
    });
  }

  /** Connects; rejects with the `connect_error`. */
  connected(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('connect_error', reject);
      this.socket.connect();
    });
  }

  /** Sends anything, and waits for the acknowledgement. */
  raw(event: string, ...args: unknown[]): Promise<Answer<unknown>> {
    return this.socket.timeout(PATIENCE_MS).emitWithAck(event, ...args);
  }

  ask<E extends EventName>(event: E, message: Message<E>): Promise<Answer<Data<E>>> {
    return this.socket.timeout(PATIENCE_MS).emitWithAck(event, message);
  }

  /** Like `ask`, where a refusal is a failure of the test. */
  async do<E extends EventName>(event: E, message: Message<E>): Promise<Data<E>> {
    const answer = await this.ask(event, message);
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code} ${answer.error.message}`);
    return answer.data;
  }

  join(sessionId: string, name = this.#name): Promise<Data<'session:join'>> {
    return this.do('session:join', { sessionId, name });
  }

  /** What every command carries; the time is the server's, as a client that knows the clock would say it. */
  async envelope(sessionId: string): Promise<{ sessionId: string; opId: string; issuedAtMs: number }> {
    const { sentAtMs } = await this.do('clock:ping', {});
    this.#ops += 1;
    return { sessionId, opId: `${this.socket.id?.slice(0, 12)}_${this.#ops}`.padEnd(8, '_'), issuedAtMs: sentAtMs };
  }

  async playback<B extends Body<'playback:command'>>(sessionId: string, body: B): Promise<Data<'playback:command'>> {
    return this.do('playback:command', { ...(await this.envelope(sessionId)), ...body } as Message<'playback:command'>);
  }

  async session<B extends Body<'session:command'>>(sessionId: string, body: B): Promise<Data<'session:command'>> {
    return this.do('session:command', { ...(await this.envelope(sessionId)), ...body } as Message<'session:command'>);
  }

  /** Everything of one kind that came so far. */
  all<T>(event: string): T[] {
    return this.received.filter((one) => one.event === event).map((one) => one.message as T);
  }

  /** Everything that came but news of people, which come when they are due. */
  commits(): readonly { readonly event: string; readonly message: unknown }[] {
    return this.received.filter(({ event }) => event !== 'session:presence');
  }

  /** The first message of a kind that is as wanted, already here or still to come. */
  next<T>(event: string, isWanted: (message: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${event} did not come; came: ${JSON.stringify(this.received).slice(0, 2000)}`));
      }, PATIENCE_MS);
      const look = () => {
        const found = this.all<T>(event).find(isWanted);
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** After this everything that the server had sent before is here: messages of one connection keep their order. */
  async caughtUp(): Promise<this> {
    await this.do('clock:ping', {});
    return this;
  }

  forget(): void {
    this.received.length = 0;
  }
}

type Body<E extends EventName> =
  Message<E> extends infer M ? (M extends unknown ? Omit<M, 'sessionId' | 'opId' | 'issuedAtMs'> : never) : never;
