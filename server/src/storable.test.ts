import { connect } from 'node:net';
import { deviceAnswerSchema, findUnstorable, isStorable, resumeSaveItemSchema } from '@cowatch/shared/protocol';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { openPostgresTestDatabase, type TestDatabase } from './platform/database/database.testing.ts';
import { type Person, RawClient, startTestServer, type TestServer } from './protocol.testing.ts';

// Text that comes from outside and that some store of ours does not take: whatever a schema lets through is put into a
// real PostgreSQL, and whatever a schema forgets stops before its handler.

let server: TestServer;
let postgres: TestDatabase;
beforeAll(async () => {
  server = await startTestServer();
  postgres = await openPostgresTestDatabase();
  await postgres.database.run((db) => db.execute(sql`create table words (t text, j jsonb)`));
});
afterAll(async () => {
  await server.stop();
  await postgres.remove();
});

/** What schemas here let through as it is; what is in the items has a schema and an answer of its own. */
const UNSEEN = [
  'POST /api/v1/resume/batch body.items[]',
  // No HTTP parser lets such text into a header: the test below tries.
  'POST /api/v1/sessions headers.*',
  'resume:save message.items[]',
];

/** Texts that the fields here accept: spoiled in the middle they would pass whatever does not look closely. */
const ACCEPTED = [
  'Ana',
  'title:film',
  'https://example.org/a.mp4',
  'device-tv',
  'correct horse',
  'ABCDEFGH',
  'cowatch-tv',
  'a'.repeat(12),
  'b'.repeat(22),
  'c'.repeat(32),
  `1700000000000-${'0'.repeat(32)}`,
];
const CHARACTERS = ['\0', '\ud800', '\udbff', '\udc00', '\udfff', '\uffff', '\ufffe', '\u{10ffff}', '\u0001', '\u2028', 'é'];

const spoiled = fc
  .tuple(fc.constantFrom(...ACCEPTED), fc.constantFrom(...CHARACTERS), fc.nat({ max: 32 }), fc.string({ unit: 'binary' }))
  .chain(([text, character, at, noise]) => fc.constantFrom(text.slice(0, at) + character + text.slice(at), character, text + noise, noise));

/** Every place of a schema that takes text, or takes anything. */
function textsIn(schema: unknown, path: string): { readonly path: string; readonly schema: z.ZodType }[] {
  const type = schema as z.ZodType;
  const def = type._zod.def as unknown as Record<string, unknown> & { type: string };
  switch (def.type) {
    case 'object': {
      const fields = Object.entries(def.shape as object).flatMap(([key, field]) => textsIn(field, `${path}.${key}`));
      const catchall = def.catchall as z.ZodType | undefined;
      const isLoose = catchall !== undefined && catchall._zod.def.type !== 'never';
      return isLoose ? [...fields, { path: `${path}.*`, schema: withField(type) }] : fields;
    }
    case 'array':
      return textsIn(def.element, `${path}[]`);
    case 'union':
      return (def.options as unknown[]).flatMap((option) => textsIn(option, path));
    case 'optional':
    case 'nullable':
    case 'default':
    case 'readonly':
      return textsIn(def.innerType, path);
    case 'string':
    case 'pipe':
    case 'unknown':
      return [{ path, schema: type }];
    case 'enum':
    case 'literal':
    case 'number':
    case 'boolean':
      return [];
    default:
      throw new Error(`${path}: nobody has said here what text a ${def.type} may take`);
  }
}

/** What a loose object makes of a field that it does not know. */
function withField(schema: z.ZodType): z.ZodType {
  const parse = (value: unknown) => schema.safeParse({ id: 'x', type: 'public-key', deep: [{ value }] });
  return { safeParse: parse } as unknown as z.ZodType;
}

function inbound() {
  const all = [
    ...server.inbound,
    ['item of resume:save', resumeSaveItemSchema] as const,
    ['answer to device:command', deviceAnswerSchema] as const,
  ];
  return all.flatMap(([name, schema]) => textsIn(schema, name));
}

describe('[TEXT1] text that comes from outside', () => {
  it('goes through a schema only where every store takes it, wherever it is', async () => {
    const fields = inbound();
    expect(fields.length).toBeGreaterThan(40);
    const through = new Set<string>();
    const unseen = new Set<string>();
    for (const { path, schema } of fields) {
      fc.assert(
        fc.property(spoiled, (text) => {
          const parsed = schema.safeParse(text);
          if (!parsed.success) return;
          if (findUnstorable(parsed.data) !== null) unseen.add(path);
          else through.add(typeof parsed.data === 'string' ? parsed.data : JSON.stringify(parsed.data));
        }),
        { seed: 12, numRuns: 200 },
      );
    }
    expect([...unseen].sort()).toEqual(UNSEEN);
    expect(through.size).toBeGreaterThan(100);
    const words = [...through];
    const { rows } = await postgres.database.run((db) =>
      db.execute<{ t: string; j: string }>(sql`
        insert into words (t, j) select value, to_jsonb(value) from jsonb_array_elements_text(${JSON.stringify(words)}::jsonb)
        returning t, j`),
    );
    expect(rows.map(({ t }) => t)).toEqual(words);
    expect(rows.map(({ j }) => j)).toEqual(words);
    const all = words.join('\n');
    const { rows: one } = await postgres.database.run((db) => db.execute<{ t: string }>(sql`select ${all}::text as t`));
    expect(one[0]?.t).toBe(all);
  });

  it('that would not be taken is what the rule says', async () => {
    for (const text of ['a\0b', '\ud800', 'a\udc00b']) {
      const kept = await postgres.database
        .run((db) => db.execute<{ t: string; j: string }>(sql`select ${text}::text as t, ${JSON.stringify(text)}::jsonb as j`))
        .then(({ rows: [row] }) => row?.t === text && row.j === text)
        .catch(() => false);
      expect([kept, isStorable(text)], JSON.stringify(text)).toEqual([false, false]);
    }
  });
});

describe('[TEXT2] what a schema does not see', () => {
  const HOUR_MS = 3_600_000;
  let ana: Person;
  let client: RawClient;
  beforeAll(async () => {
    ana = await server.person('Ana');
    client = await ana.connect();
  });
  const put = { positionMs: 1, durationMs: 2 };
  const credential = { id: 'x', type: 'public-key', response: { clientDataJSON: '\0' } };

  it.each([
    ['PUT', '/resume/x', { ...put, media: { url: '\0', title: null } }, 'body.media.url'],
    ['PUT', '/resume/x', { ...put, media: { url: 'https://\ud800', title: null } }, 'body.media.url'],
    ['PUT', '/resume/x', { ...put, media: { url: 'https://a.b', title: '\0' } }, 'body.media.title'],
    ['PUT', '/resume/x', { ...put, '\0': 1 }, 'body'],
    ['PUT', '/resume/%00', put, 'params.contentId'],
    ['GET', '/resume?id=a&id=%00', undefined, 'querystring.id.1'],
    ['GET', '/link?userCode=%00', undefined, 'querystring.userCode'],
    ['POST', '/sessions', { media: { url: '\ud83d' } }, 'body.media.url'],
    ['DELETE', '/devices/%00', undefined, 'params.id'],
    ['POST', '/account/sign-in', { username: 'a\0', password: 'x', deviceName: 'TV' }, 'body.username'],
    ['POST', '/account/sign-in/passkey', { response: credential, deviceName: 'TV' }, 'body.response.response.clientDataJSON'],
    ['POST', '/link/code', { client_id: 'tv', device_name: '\0' }, 'body.device_name'],
    ['POST', '/link/code', 'client_id=tv&device_name=%00', 'body.device_name'],
    ['POST', '/resume/batch', { viewerId: '\0', device: { id: 'device-tv', name: 'TV' }, items: [1] }, 'body.viewerId'],
  ])('%s %s is refused with the name of the field', async (method, path, body, field) => {
    const isForm = typeof body === 'string';
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${ana.token}`,
        ...(body === undefined ? {} : { 'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json' }),
      },
      body: body === undefined ? null : isForm ? body : JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    const problem = (await answer.json()) as Record<string, string>;
    expect(problem.code ?? problem.error).toMatch(/^(bad_request|invalid_request)$/);
    expect(problem.detail ?? problem.error_description).toMatch(new RegExp(`^${field.replaceAll('.', '\\.')}: `));
  });

  it('does not come in a header', async () => {
    const request = `GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a\0b\r\nConnection: close\r\n\r\n`;
    const { hostname, port } = new URL(server.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(request));
      socket.on('data', (data) => {
        text += data.toString();
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  it('is no identity in a cookie', async () => {
    const answer = await fetch(`${server.url}/api/v1/me`, { headers: { cookie: 'cowatch_viewer=%00.%00.%00' } });
    expect(answer.status).toBe(200);
  });

  it('is refused on a socket, also where it connects, and what is nested without end', async () => {
    const device = { id: 'device-tv', name: 'TV' };
    let deep: unknown = '\0';
    for (let i = 0; i < 100; i += 1) deep = [deep];
    for (const [event, message, field] of [
      ['resume:start', { contentId: 'a', device: { ...device, name: '\0' } }, 'message.device.name'],
      ['session:join', { sessionId: '\ud800', name: 'Ana' }, 'message.sessionId'],
      ['clock:ping', { '\udfff': 1 }, 'message'],
      ['resume:save', { viewerId: ana.viewerId, device, items: [], more: '\0' }, 'message.more'],
      ['clock:ping', deep, 'message.0'],
    ] as const) {
      const answer = await client.raw(event, message);
      expect(answer).toMatchObject({ ok: false, error: { code: 'bad_request' } });
      expect(answer.ok ? '' : answer.error.message.startsWith(field)).toBe(true);
    }
    const stranger = new RawClient(server.url, 'Mallory', { protocol: 1, token: ana.token, more: '\0' });
    await expect(stranger.connected()).rejects.toMatchObject({ data: { code: 'bad_request' } });
    stranger.socket.close();
  });

  it('keeps no other item of a batch out', async () => {
    const nowMs = Date.now();
    const item = (contentId: string, url: string) => ({
      contentId,
      committed: true,
      sittingId: 'a'.repeat(32),
      seq: 1,
      intentAtMs: nowMs,
      savedAtMs: nowMs,
      positionMs: 1,
      durationMs: HOUR_MS,
      watchedMs: 1,
      state: 'active',
      previousPositionMs: null,
      media: { url, title: null },
    });
    const items = [item('a', 'https://a.b/\0'), item('b', 'https://a.b/'), { '\0': [] }];
    const request = { viewerId: ana.viewerId, device: { id: 'device-tv', name: 'TV' }, items };
    const { answers } = await client.do('resume:save', request);
    const { body } = await ana.http('POST', '/resume/batch', request);
    for (const given of [answers, (body as { answers: typeof answers }).answers]) {
      expect(given.map((answer) => ('code' in answer ? answer.code : 'taken'))).toEqual(['bad_request', 'taken', 'bad_request']);
    }
  });
});
