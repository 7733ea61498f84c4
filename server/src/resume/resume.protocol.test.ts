import { contentIdOf, formerContentIds, parseMediaUrl } from '@cowatch/shared/media';
import type { ResumeAnswer, ResumeEntry, ResumeSaveItem } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../platform/clock/manual-clock.testing.ts';
import { openPostgresTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from '../protocol.testing.ts';
import { saveItem } from './resume.testing.ts';

// What positions come to over sockets and HTTP, with a clock turned by hand; sockets, database and server are real.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TV = { id: 'device-tv', name: 'TV' };
const PHONE = { id: 'device-phone', name: 'Phone' };
const FILM = 'title:film';

let clock: ManualClock;
let home: TestDatabase;
let server: TestServer;
let ana: Person;
let tv: RawClient;
beforeAll(async () => {
  clock = new ManualClock();
  home = await openPostgresTestDatabase();
  server = await startTestServer({ clock, database: home.database });
});
afterAll(async () => {
  await server.stop();
  await home.remove();
});
beforeEach(async () => {
  clock.advance(DAY_MS);
  ana = await server.person('Ana');
  tv = await ana.connect();
});

const item = (changed: Partial<ResumeSaveItem> = {}) => saveItem(clock.nowMs(), { contentId: FILM, ...changed });

async function save(client: RawClient, items: readonly unknown[], device = TV, viewerId = ana.viewerId) {
  const { answers } = await client.do('resume:save', { viewerId, device, items: [...items] });
  return answers;
}
const outcomes = (answers: readonly ResumeAnswer[]) => answers.map(({ outcome }) => outcome);
const idOf = (contentId: string) => encodeURIComponent(contentId);
const get = async (person: Person, contentId = FILM) => {
  const { status, body } = await person.http('GET', `/resume/${idOf(contentId)}`);
  return status === 200 ? (body as ResumeEntry) : status;
};
const rowOf = async (person: Person, query = '') =>
  ((await person.http('GET', `/continue${query}`)).body as { entries: { contentId: string }[] }).entries.map(({ contentId }) => contentId);

describe('[RES16] saving', () => {
  it('answers each item by what became of it, and with what holds', async () => {
    const first = item({ positionMs: 0 });
    const [applied] = await save(tv, [first]);
    expect(applied).toMatchObject({ outcome: 'applied', entry: { ...first, device: TV, hidden: false, media: null } });
    expect(outcomes(await save(tv, [first]))).toEqual(['duplicate']);
    const early = item({ intentAtMs: first.intentAtMs - 1000, positionMs: 1 });
    const [stale] = await save(tv, [early], PHONE);
    expect(stale).toMatchObject({ outcome: 'stale', entry: { positionMs: 0, device: TV } });
    expect(await get(ana)).toMatchObject({ positionMs: 0, device: TV });
  });

  it('keeps nobody out for what is wrong with another', async () => {
    const ahead = clock.nowMs() + 60_000;
    const old = clock.nowMs() - 31 * DAY_MS;
    const wrong: unknown[] = [
      { ...item(), extra: 1 },
      { ...item(), positionMs: -1 },
      { ...item(), sittingId: 'x' },
      { ...item(), contentId: 'line\nbreak' },
      null,
      item({ positionMs: HOUR_MS + 2001 }),
    ];
    const skewed = item({ contentId: 'title:skewed', intentAtMs: ahead });
    const expired = item({ contentId: 'title:expired', intentAtMs: old, savedAtMs: old });
    const answers = await save(tv, [...wrong, skewed, expired, item()]);
    expect(outcomes(answers)).toEqual([...wrong.map(() => 'rejected'), 'rejected', 'expired', 'applied']);
    for (const answer of answers.slice(0, wrong.length)) expect(answer).toMatchObject({ code: 'bad_request' });
    expect(answers[wrong.length]).toMatchObject({ code: 'clock_skew' });
    expect(await get(ana, 'title:skewed')).toBe(404);
  });

  it('is refused whole where it is of somebody else, too much, or nothing', async () => {
    const ben = await server.person('Ben');
    const base = { viewerId: ana.viewerId, device: TV };
    for (const [message, code] of [
      [{ ...base, viewerId: ben.viewerId, items: [item()] }, 'forbidden'],
      [{ ...base, items: [] }, 'bad_request'],
      [{ ...base, items: Array.from({ length: 51 }, () => 1) }, 'bad_request'],
      [{ ...base, device: { id: 'x', name: '' }, items: [item()] }, 'bad_request'],
    ] as const) {
      expect(await tv.raw('resume:save', message)).toMatchObject({ ok: false, error: { code } });
    }
    expect(await get(ana)).toBe(404);
    expect(await get(ben)).toBe(404);
  });

  it('is the same over HTTP', async () => {
    const body = { viewerId: ana.viewerId, device: TV, items: [item(), 'nonsense'] };
    const { status, body: found } = await ana.http('POST', '/resume/batch', body);
    expect(status).toBe(200);
    expect(outcomes((found as { answers: ResumeAnswer[] }).answers)).toEqual(['applied', 'rejected']);
    const ben = await server.person('Ben');
    expect((await ben.http('POST', '/resume/batch', body)).status).toBe(403);
  });
});

describe('[RES17] reading', () => {
  it('gives a title, several, or none; another’s are as good as not there', async () => {
    const ids = ['title:film', 'a/b:c{d}', '🎬'.repeat(512), 'x y?z#%'];
    await save(
      tv,
      ids.map((contentId, i) => item({ contentId, positionMs: i })),
    );
    for (const [i, id] of ids.entries()) expect(await get(ana, id)).toMatchObject({ contentId: id, positionMs: i });
    const query = [...ids, 'unknown'].map((id) => `id=${idOf(id)}`).join('&');
    const { body } = await ana.http('GET', `/resume?${query}`);
    expect((body as { entries: ResumeEntry[] }).entries.map(({ contentId }) => contentId)).toEqual(ids);
    const ben = await server.person('Ben');
    expect(await get(ben)).toBe(404);
    expect((await ben.http('GET', `/resume?${query}`)).body).toEqual({ entries: [] });
  });

  it.each(['', 'a'.repeat(513), '\u0000', '\ud800'])('refuses what is no content id: %j', async (id) => {
    const encoded = id === '\ud800' ? '%ED%A0%80' : idOf(id);
    expect((await ana.http('GET', `/resume/${encoded}`)).status).toBeGreaterThanOrEqual(400);
    expect((await ana.http('GET', `/resume?id=${encoded}`)).status).toBe(id === '\ud800' ? 200 : 400);
  });

  it('says where to go on after an absence', async () => {
    await save(tv, [item()]);
    expect(await get(ana)).toMatchObject({ positionMs: 600_000, resumeAtMs: 600_000 });
    clock.advance(HOUR_MS);
    expect(await get(ana)).toMatchObject({ positionMs: 600_000, resumeAtMs: 590_000 });
  });
});

describe('[RES11] [RES18] a player that only says where it is', () => {
  const put = async (positionMs: number, id = FILM) =>
    (await ana.http('PUT', `/resume/${idOf(id)}`, { positionMs, durationMs: HOUR_MS })).body as ResumeAnswer & {
      entry: ResumeEntry;
    };

  it('makes a sitting that commits once 15 s of it were watched', async () => {
    expect((await put(1000)).entry).toMatchObject({ committed: false, seq: 1 });
    for (let i = 1; i <= 3; i += 1) {
      clock.advance(6000);
      expect((await put(1000 + 6000 * i)).outcome).toBe('applied');
    }
    const entry = (await get(ana)) as ResumeEntry;
    expect(entry).toMatchObject({ committed: true, seq: 4, watchedMs: 18_000, positionMs: 19_000 });
    clock.advance(61_000);
    expect((await put(25_000)).entry).toMatchObject({ committed: true, positionMs: 19_000 });
  });

  it('goes on with its sitting after the server was killed', async () => {
    const before = (await put(1000)).entry;
    clock.advance(6000);
    await server.stop();
    server = await startTestServer({ clock, database: home.database });
    ana = await server.personWith(ana);
    const after = (await put(7000)).entry;
    expect(after).toMatchObject({ sittingId: before.sittingId, seq: 2, watchedMs: 6000 });
  });

  it('says so when many PUTs come at once: each has a number of its own', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map((i) => put(1000 * i)));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['applied', 'applied', 'applied', 'applied']);
    expect(await get(ana)).toMatchObject({ seq: 4 });
  });

  it.each([{ positionMs: -1 }, { positionMs: 'x' }, {}, { positionMs: 5000, durationMs: 1000 }, { positionMs: 1, more: 1 }])(
    'refuses %j',
    async (body) => {
      expect((await ana.http('PUT', `/resume/${FILM}`, body)).status).toBe(400);
      expect(await get(ana)).toBe(404);
    },
  );
});

describe('[RES12] [RES8] the row', () => {
  it('has what is worth going on with, newest first; hidden titles come back', async () => {
    const at = (id: string, agoMs: number, changed: Partial<ResumeSaveItem> = {}) =>
      item({ contentId: id, intentAtMs: Math.floor(clock.nowMs() - agoMs), ...changed });
    await save(tv, [at('b', 2000), at('a', 1000), at('c', 3000), at('probe', 0, { watchedMs: 4000, committed: false })]);
    expect(await rowOf(ana)).toEqual(['a', 'b', 'c']);
    expect(await rowOf(ana, '?limit=2')).toEqual(['a', 'b']);
    for (const limit of ['41', '0x5', '010', '1e1', '%205', '%2B5', '5&limit=5', '']) {
      expect((await ana.http('GET', `/continue?limit=${limit}`)).status, limit).toBe(400);
      expect((await ana.http('GET', `/history?limit=${limit.replace('41', '999')}`)).status, limit).toBe(400);
    }
    expect((await ana.http('POST', '/resume/a/hide')).status).toBe(200);
    expect(await rowOf(ana)).toEqual(['b', 'c']);
    expect(await get(ana, 'a')).toMatchObject({ hidden: true, positionMs: 600_000 });
    clock.advance(1000);
    await ana.http('POST', '/resume/a/unhide');
    expect(await rowOf(ana)).toEqual(['a', 'b', 'c']);
    await ana.http('POST', '/resume/b/watched');
    expect(await rowOf(ana)).toEqual(['a', 'c']);
    expect((await ana.http('POST', '/resume/unknown/hide')).status).toBe(404);
  });

  it('has what was hardly begun behind everything that is being watched, however much older that is', async () => {
    const at = (id: string, agoMs: number, changed: Partial<ResumeSaveItem> = {}) =>
      item({ contentId: id, intentAtMs: Math.floor(clock.nowMs() - agoMs), ...changed });
    await save(tv, [at('film', 90_000), at('short', 80_000, { positionMs: 60_000, durationMs: 120_000 })]);
    const looks = Array.from({ length: 45 }, (_, n) => at(`look${n}`, 1000 + n, { watchedMs: 20_000 }));
    for (let i = 0; i < 45; i += 15) await save(tv, looks.slice(i, i + 15));
    expect(await rowOf(ana, '?limit=3')).toEqual(['film', 'look0', 'look1']);
    expect((await rowOf(ana, '?limit=40')).slice(0, 2)).toEqual(['film', 'look0']);
  });

  it('[MEDIA8] shows titles once that are one content today', async () => {
    const url = 'https://cdn.example/film.mp4?token=a';
    const media = { url, title: null };
    const at = Math.floor(clock.nowMs());
    const now = contentIdOf(parseMediaUrl(url));
    const [former = ''] = formerContentIds(now, url);
    await save(tv, [item({ contentId: former, intentAtMs: at - 2000, media }), item({ contentId: now, intentAtMs: at - 1000, media })]);
    expect(await rowOf(ana)).toEqual([now]);
  });

  it('fills up past what is hidden', async () => {
    for (let i = 0; i < 3; i += 1) {
      await save(
        tv,
        Array.from({ length: 20 }, (_, n) => item({ contentId: `t${i}-${n}`, intentAtMs: Math.floor(clock.nowMs()) - i * 100 - n })),
      );
    }
    const all = await rowOf(ana, '?limit=40');
    for (const id of all) await ana.http('POST', `/resume/${id}/hide`);
    expect(await rowOf(ana, '?limit=40')).toHaveLength(20);
  });
});

describe('[RES3] [RES10] what is removed', () => {
  it('stays removed when a device flushes late, and comes back when it is meant later', async () => {
    const late = item();
    await save(tv, [late]);
    clock.advance(1000);
    expect((await ana.http('DELETE', `/resume/${FILM}`)).status).toBe(204);
    expect(await get(ana)).toBe(404);
    expect((await ana.http('DELETE', `/resume/${FILM}`)).status).toBe(404);
    const [answer] = await save(tv, [{ ...late, seq: 2, state: 'completed' }]);
    expect(answer).toEqual({ outcome: 'stale', entry: null });
    expect(await get(ana)).toBe(404);
    clock.advance(1000);
    expect(outcomes(await save(tv, [item()]))).toEqual(['applied']);
    expect(await get(ana)).toMatchObject({ positionMs: 600_000 });
  });

  it('clearing forgets all of it, and only one’s own', async () => {
    const ben = await server.person('Ben');
    await save(await ben.connect(), [item()], TV, ben.viewerId);
    const late = item({ contentId: 'title:late' });
    await save(tv, [item(), item({ contentId: 'title:other' })]);
    clock.advance(1000);
    expect((await ana.http('DELETE', '/history')).status).toBe(204);
    expect([await get(ana), await get(ana, 'title:other'), await rowOf(ana)]).toEqual([404, 404, []]);
    expect(await save(tv, [late])).toEqual([{ outcome: 'stale', entry: null }]);
    expect(await get(ana, 'title:late')).toBe(404);
    expect(await get(ben)).toMatchObject({ positionMs: 600_000 });
  });
});

describe('[RES19] history', () => {
  const historyOf = async (query = '') =>
    (await ana.http('GET', `/history${query}`)).body as {
      entries: { contentId: string; completedAtMs: number | null }[];
      next: string | null;
      paused: boolean;
    };

  it('has what was watched, page by page, and nothing while it is paused', async () => {
    for (let i = 0; i < 3; i += 1) {
      clock.advance(1000);
      await save(tv, [item({ contentId: `t${i}` })]);
    }
    const first = await historyOf('?limit=2');
    expect(first.entries.map(({ contentId }) => contentId)).toEqual(['t2', 't1']);
    const second = await historyOf(`?limit=2&after=${first.next}`);
    expect(second).toMatchObject({ entries: [{ contentId: 't0', completedAtMs: null }], next: null, paused: false });
    expect((await ana.http('PATCH', '/history', { paused: true })).body).toEqual({ paused: true });
    await save(tv, [item({ contentId: 'secret' })]);
    expect(await historyOf()).toMatchObject({
      paused: true,
      entries: [{ contentId: 't2' }, { contentId: 't1' }, { contentId: 't0' }],
    });
    expect((await ana.http('GET', '/history?after=x')).status).toBe(400);
  });
});

describe('[RES20] an export', () => {
  it('has everything, and nothing of anybody else', async () => {
    await save(tv, [item({ media: { url: 'https://example.org/film.mp4', title: 'Film “1”\u2028' } }), item({ contentId: 'b' })]);
    const ben = await server.person('Ben');
    await save(await ben.connect(), [item({ contentId: 'ben' })], TV, ben.viewerId);
    const { status, headers, body } = await ana.http('POST', '/exports');
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain('attachment');
    expect(body).toMatchObject({
      viewerId: ana.viewerId,
      account: null,
      historyPaused: false,
      titles: [{ contentId: 'b' }, { contentId: FILM, media: { url: 'https://example.org/film.mp4', title: 'Film “1”' } }],
    });
    expect((body as { history: unknown[] }).history).toHaveLength(2);
  });
});

describe('[RES21] the other devices', () => {
  it('hear of every change, of a takeover and of the row; strangers and who did not ask hear nothing', async () => {
    const phone = await ana.connect();
    const silent = await ana.connect();
    const stranger = await (await server.person('Ben')).connect();
    for (const [client, device] of [
      [phone, PHONE],
      [stranger, TV],
    ] as const) {
      const { viewerId } = await client.do('device:hello', { device });
      expect(viewerId === ana.viewerId).toBe(client === phone);
    }
    await save(tv, [item({ positionMs: 42_000 })]);
    expect(await phone.next('resume:updated')).toMatchObject({
      contentId: FILM,
      entry: { positionMs: 42_000, device: TV },
    });
    await phone.next('continue:changed');
    await tv.do('resume:start', { contentId: FILM, device: TV });
    expect(await phone.next('resume:superseded')).toEqual({ contentId: FILM, device: TV });
    await ana.http('DELETE', `/resume/${FILM}`);
    await phone.next<{ entry: null }>('resume:updated', ({ entry }) => entry === null);
    for (const client of [silent, stranger]) {
      // Which pages are served is told to everybody.
      expect((await client.caughtUp()).received.filter(({ event }) => event !== 'server:pages')).toEqual([]);
    }
  });

  it('going on with a title gives what is known of it', async () => {
    expect(await tv.do('resume:start', { contentId: FILM, device: TV })).toMatchObject({ entry: null });
    await save(tv, [item()]);
    expect(await tv.do('resume:start', { contentId: FILM, device: PHONE })).toMatchObject({
      entry: { positionMs: 600_000 },
    });
  });
});

describe('[RES9] two devices with clocks an hour apart', () => {
  it('whose clock is ahead is told so, and nothing was changed', async () => {
    const [answer] = await save(tv, [item({ intentAtMs: Math.floor(clock.nowMs()) + HOUR_MS })]);
    expect(answer).toMatchObject({ outcome: 'rejected', code: 'clock_skew' });
    expect(await get(ana)).toBe(404);
  });
});
