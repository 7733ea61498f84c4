import { expect, it } from 'vitest';
import { type ApiDocument, createFuzzer } from './fuzz.testing.ts';
import { openPostgresTestDatabase } from './platform/database/database.testing.ts';
import { sayRaw } from './platform/http/raw-http.testing.ts';
import { seeded } from './platform/seeded.testing.ts';
import { startTestServer, type TestServer } from './protocol.testing.ts';

/** How long each server is asked nonsense, in milliseconds, and how often at most. */
const FUZZ_MS = Number(process.env.FUZZ_MS ?? 10_000);
const REQUESTS_MAX = FUZZ_MS / 2;
/** So many are asked all the same, however busy the machine is. */
const REQUESTS_MIN = 150;
/** Requests under way at once. */
const AT_ONCE = 8;

/** Paths whose refusals have a form of their own: RFC 6749 and Engine.IO. */
const OTHER_REFUSALS = /^\/(?:api\/v1\/link\/(?:code|token)|socket\.io)/;

async function fuzz(server: TestServer, seed: number): Promise<string[]> {
  const people = [await server.person('Ana'), await server.person('Ben')];
  const sessionIds = [(await people[0]?.createSession())?.id ?? ''];
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as ApiDocument;
  const next = createFuzzer(document, { people, sessionIds }, seeded(seed));
  const faults: string[] = [];
  const endAtMs = performance.now() + FUZZ_MS;
  let asked = 0;
  const ask = async () => {
    while ((performance.now() < endAtMs || asked < REQUESTS_MIN) && asked < REQUESTS_MAX) {
      asked += 1;
      const { method, target, bytes } = next();
      const { status, headers, body } = await sayRaw(server.url, bytes, true);
      const isProblem = headers['content-type']?.startsWith('application/problem+json') === true;
      const hasForm = method === 'HEAD' || OTHER_REFUSALS.test(target) || headers['content-type']?.startsWith('text/html');
      const isFault = status === 500 || (status >= 400 && !isProblem && !hasForm);
      if (isFault) faults.push(`${status} ${body.slice(0, 300)}\n${bytes.toString('latin1').slice(0, 2000)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const failures = server.log.filter(({ level }) => Number(level) >= 50);
  return [...faults, ...failures.map((line) => JSON.stringify(line))];
}

it('no request makes a server fail, whatever it says, with a proxy trusted or not', { timeout: 120_000 }, async () => {
  const seed = Number(process.env.FUZZ_SEED ?? 12);
  const own = await openPostgresTestDatabase();
  const database = own.database;
  const env = { DATABASE_URL: '', ALLOWED_ORIGINS: 'https://tv.example' };
  const servers = [await startTestServer({ database, env }), await startTestServer({ database, env: { ...env, TRUST_PROXY: 'true' } })];
  try {
    const faults = await Promise.all(servers.map((server, i) => fuzz(server, seed + i)));
    expect(faults.flat().slice(0, 5), `with FUZZ_SEED=${seed}`).toEqual([]);
  } finally {
    for (const server of servers) await server.stop();
    await own.remove();
  }
});
