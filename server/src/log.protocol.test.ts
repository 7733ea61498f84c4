import { PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import { DrizzleQueryError } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { openPostgresTestDatabase, replacing } from './platform/database/database.testing.ts';
import { RawClient, startTestServer } from './protocol.testing.ts';

/** What nobody who reads logs should be able to use, or to know of anybody. */
const SAID = {
  party: 'A party of ours',
  person: 'Ana of the log',
  film: 'https://films.example/private-film.mp4?key=abcdef123456',
  title: 'A title that is nobody else’s business',
  contentId: 'movie:very-private-title',
  password: 'correct horse battery',
  device: 'The phone in the kitchen',
};

it('a server that is used, and that fails, logs nothing that opens a party or says what is watched', {
  timeout: 60_000,
}, async () => {
  const own = await openPostgresTestDatabase();
  let fails = false;
  const database = replacing(own.database, {
    run: (work) =>
      fails
        ? Promise.reject(new DrizzleQueryError('insert into x values ($1)', Object.values(SAID), new Error('full')))
        : own.database.run(work),
  });
  const server = await startTestServer({ database });
  const secrets: string[] = Object.values(SAID);
  try {
    const ana = await server.person(SAID.person);
    /** Uses what there is, all at once; the id of the party that was started. */
    const use = async () => {
      const linked = async () => {
        const { body } = await ana.http('POST', '/link/code', { client_id: 'tv', device_name: SAID.device });
        const { user_code: userCode = '', device_code: deviceCode = '' } = body as Record<string, string>;
        await ana.http('GET', `/link?userCode=${userCode}`);
        await ana.http('POST', '/link/token', { client_id: 'tv', device_code: deviceCode });
        return [userCode, deviceCode];
      };
      const save = { positionMs: 1000, durationMs: 300_000, media: { url: SAID.film, title: SAID.title } };
      const account = { username: 'ana.log', password: SAID.password, deviceName: SAID.device };
      const [party, codes] = await Promise.all([
        ana.http('POST', '/sessions', { media: { url: SAID.film }, name: SAID.party }),
        linked(),
        ana.http('PUT', `/resume/${SAID.contentId}`, save),
        ana.http('GET', `/resume?id=${SAID.contentId}`),
        ana.http('GET', `/media?url=${encodeURIComponent(SAID.film)}`),
        ana.http('POST', '/resume/batch', { viewerId: ana.viewerId, items: [{ contentId: SAID.contentId }] }),
        ana.http('POST', '/account/sign-in', account),
      ]);
      const { id = '' } = party.body as { id?: string };
      secrets.push(...[id, ...codes, ana.token].filter((text) => text !== ''));
      return id;
    };
    const id = await use();
    const client = await ana.join(id);
    await client.playback(id, { kind: 'play' });
    await client.session(id, { kind: 'rename', name: `${SAID.party} again` });
    for (const path of [`/s/${id}`, `/api/v1/sessions/${id}`, `/api/v1/sessions/${id}x`, `/nowhere/${id}`]) {
      await fetch(`${server.url}${path}`);
      await fetch(`${server.url}${path}`, {
        method: 'PUT',
        body: '{',
        headers: { 'content-type': 'application/json' },
      });
    }
    const origin = { origin: 'https://evil.example' };
    await new RawClient(server.url, 'x', { protocol: PROTOCOL_VERSION, token: ana.token }, origin).connected().catch(() => {});
    fails = true;
    await use();
    await client.ask('session:join', { sessionId: 'x'.repeat(22), name: SAID.person });
    await client.ask('session:leave', { sessionId: id });
    const text = JSON.stringify(server.log);
    expect(server.log.some(({ level }) => Number(level) >= 50)).toBe(true);
    expect(text).toContain('/api/v1/sessions/:id');
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of secrets) {
      for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
        expect(text.includes(form), form).toBe(false);
      }
    }
  } finally {
    await server.stop();
    await own.remove();
  }
});
