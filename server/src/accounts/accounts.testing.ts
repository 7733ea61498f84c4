import type { Me, SignedInDevice } from '@cowatch/shared/protocol';
import { afterAll, beforeAll } from 'vitest';
import { createMachineClock } from '../platform/clock/cluster-clock.ts';
import { openPostgresTestDatabase } from '../platform/database/database.testing.ts';
import type { Database } from '../platform/database/database.ts';
import { type HttpAnswer, startTestServer, type TestServer } from '../protocol.testing.ts';
import { VIEWER_COOKIE } from './tokens/credentials.ts';

/** A browser, as far as the API can tell: it keeps cookies, and says which page asks. */
export class TestBrowser {
  readonly name: string;
  readonly #url: string;
  readonly cookies = new Map<string, string>();

  constructor(url: string, name: string) {
    this.#url = url;
    this.name = name;
  }

  /** The token that its cookie holds. */
  get token(): string {
    return this.cookies.get(VIEWER_COOKIE) ?? '';
  }

  async http(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        origin: this.#url,
        cookie: [...this.cookies].map((pair) => pair.join('=')).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const gone = attributes.some((attribute) => /max-age=0|expires=Thu, 01 Jan 1970/i.test(attribute.trim()));
      if (gone) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), decodeURIComponent(pair.slice(at + 1)));
    }
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
  }

  async me(): Promise<Me> {
    const { status, body } = await this.http('GET', '/me');
    if (status !== 200) throw new Error(`nobody is known: ${status} ${JSON.stringify(body)}`);
    return body as Me;
  }

  async signUp(username: string, password = 'correct horse'): Promise<Me> {
    const { status, body } = await this.http('POST', '/account', { username, password, deviceName: this.name });
    if (status !== 201) throw new Error(`no account: ${status} ${JSON.stringify(body)}`);
    return body as Me;
  }

  signIn(username: string, password = 'correct horse', more: object = {}): Promise<HttpAnswer> {
    return this.http('POST', '/account/sign-in', { username, password, deviceName: this.name, ...more });
  }

  /** Brings the guest of this browser along, and waits until everything has come. */
  async bring(): Promise<Me> {
    const { status, body } = await this.http('POST', '/account/guest/bring');
    if (status !== 202) throw new Error(`not brought along: ${status} ${JSON.stringify(body)}`);
    return this.settled();
  }

  /** Takes a guest out of the account again, and waits until that is done. */
  async undo(viewerId: string): Promise<Me> {
    const { status, body } = await this.http('POST', '/account/guest/undo', { viewerId });
    if (status !== 202) throw new Error(`not undone: ${status} ${JSON.stringify(body)}`);
    return this.settled();
  }

  /** Who is here once nothing is on its way any more. */
  async settled(): Promise<Me> {
    for (;;) {
      const me = await this.me();
      if (me.brought.every(({ state }) => state === 'brought')) return me;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** A server with accounts, and browsers that come to it. Its time can be put forward. */
export interface AccountsWorld {
  readonly server: TestServer;
  readonly database: Database;
  nowMs(): number;
  advance(ms: number): void;
  browser(name?: string): TestBrowser;
  /** A name that nobody has. */
  newName(): string;
  stop(): Promise<void>;
}

export async function startAccountsWorld(env: Readonly<Record<string, string>> = {}): Promise<AccountsWorld> {
  const machine = createMachineClock();
  let aheadMs = 0;
  let people = 0;
  const nowMs = () => machine.nowMs() + aheadMs;
  const clock = Object.assign(Object.create(machine) as typeof machine, { nowMs });
  const own = await openPostgresTestDatabase();
  const server = await startTestServer({ clock, database: own.database, env });
  return {
    server,
    database: own.database,
    nowMs,
    advance(ms) {
      aheadMs += ms;
    },
    browser: (name = 'Laptop') => new TestBrowser(server.url, name),
    newName() {
      people += 1;
      return `Ana.${people}`;
    },
    async stop() {
      await server.stop();
      await own.remove();
    },
  };
}

/** The world of a test file: there before its first test, stopped after the last. Its functions need no receiver. */
export function useAccountsWorld(env: Readonly<Record<string, string>> = {}): Omit<AccountsWorld, 'stop'> {
  let started: AccountsWorld | null = null;
  beforeAll(async () => {
    started = await startAccountsWorld(env);
  });
  afterAll(() => started?.stop());
  const world = (): AccountsWorld => {
    if (started === null) throw new Error('the world is there within tests only');
    return started;
  };
  return {
    get server() {
      return world().server;
    },
    get database() {
      return world().database;
    },
    nowMs: () => world().nowMs(),
    advance: (ms) => world().advance(ms),
    browser: (name) => world().browser(name),
    newName: () => world().newName(),
  };
}

/** Says where somebody is, as a player does that knows nothing of sittings. */
export const put = (who: TestBrowser, contentId: string, positionMs: number): Promise<HttpAnswer> =>
  who.http('PUT', `/resume/${contentId}`, { positionMs, durationMs: 3_600_000 });

/** Where somebody is, in milliseconds, or the status of the refusal. */
export async function positionOf(who: TestBrowser, contentId: string): Promise<number> {
  const { status, body } = await who.http('GET', `/resume/${contentId}`);
  return status === 200 ? (body as { positionMs: number }).positionMs : status;
}

export const devicesOf = async (who: TestBrowser): Promise<readonly SignedInDevice[]> =>
  ((await who.http('GET', '/devices')).body as { devices: SignedInDevice[] }).devices;

export const codeOf = ({ body }: { readonly body: unknown }): string => (body as { code: string }).code;
