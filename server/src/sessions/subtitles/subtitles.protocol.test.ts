import type { Access, AddedSubtitles, Playback, SubtitleTrack } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestInstances } from '../../instances.testing.ts';
import { openPostgresTestDatabase } from '../../platform/database/database.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from '../../protocol.testing.ts';

const VTT = 'WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nGood evening.\n';

let ops = 0;
const file = (change: object = {}) => {
  ops += 1;
  return { opId: `operation-${ops}`, name: 'Ana', mediaId: 'title:sample', label: 'English', text: VTT, ...change };
};
const pathOf = (sessionId: string) => `/sessions/${sessionId}/subtitles`;
const add = async (person: Person, sessionId: string, change: object = {}) => {
  const { status, body } = await person.http('POST', pathOf(sessionId), file(change));
  if (status !== 201) throw new Error(`not added: ${status} ${JSON.stringify(body)}`);
  return body as AddedSubtitles;
};
const read = (person: Person, sessionId: string, id: string) => person.http('GET', `${pathOf(sessionId)}/${id}`);
const remove = (person: Person, sessionId: string, id: string) => person.http('DELETE', `${pathOf(sessionId)}/${id}`);
const listed = async (person: Person, sessionId: string): Promise<readonly SubtitleTrack[]> =>
  (await (await person.connect()).join(sessionId)).access.subtitles ?? [];
const told = (client: RawClient, isWanted: (tracks: readonly SubtitleTrack[]) => boolean) =>
  client.next<{ readonly access: Access }>('session:changed', ({ access }) => isWanted(access.subtitles ?? []));

describe('subtitles for everyone', () => {
  let server: TestServer;
  let ana: Person;
  let ben: Person;
  beforeAll(async () => {
    server = await startTestServer();
    [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
  });
  afterAll(() => server.stop());

  const hostsParty = () => ana.createSession({ media: { titleId: 'sample' }, control: 'hosts' });

  it('[SUB1] [SUB2] are told to all who are there and who come later, and read by each', async () => {
    const { id } = await ana.createSession();
    const [host, guest] = [await ana.join(id), await ben.join(id)];
    const added = await add(ana, id, { name: 'Somebody', label: '  Deutsch ', language: 'de-AT' });
    const track = {
      id: added.id,
      mediaId: 'title:sample',
      label: 'Deutsch',
      language: 'de-AT',
      addedBy: { memberId: (await host.join(id)).you.memberId, name: 'Ana' },
    };
    expect(added).toEqual(track);
    expect((await told(guest, (tracks) => tracks.length > 0)).access.subtitles).toEqual([track]);
    expect(guest.all('playback:changed')).toEqual([]);
    expect(await listed(await server.person('Cleo'), id)).toEqual([track]);

    const answer = await read(ben, id, track.id);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: VTT });
    expect(answer.headers.get('content-type')).toBe('text/vtt; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('[SUB3] are added by who may control, and taken away by them and by who added them', async () => {
    const { id } = await hostsParty();
    const [host] = [await ana.join(id), await ben.join(id)];
    expect(await ben.http('POST', pathOf(id), file())).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    const added = await add(ana, id);
    expect(await remove(ben, id, added.id)).toMatchObject({ status: 403 });
    const nobody = { authorization: '' };
    expect(await ben.http('POST', pathOf(id), file(), nobody)).toMatchObject({ status: 401 });
    expect(await ben.http('DELETE', `${pathOf(id)}/${added.id}`, undefined, nobody)).toMatchObject({ status: 401 });
    expect((await listed(ben, id)).map((track) => track.id)).toEqual([added.id]);

    await host.session(id, { kind: 'control', control: 'everyone' });
    const own = await add(ben, id, { name: 'Ben' });
    await host.session(id, { kind: 'control', control: 'hosts' });
    expect(await remove(ben, id, own.id)).toMatchObject({ status: 204 });
    expect(await remove(ana, id, added.id)).toMatchObject({ status: 204 });
    expect(await listed(ben, id)).toEqual([]);
    expect(await read(ben, id, added.id)).toMatchObject({ status: 404 });
    expect(await remove(ana, id, added.id)).toMatchObject({ status: 404 });
  });

  it('[SUB2] are nobody’s who was removed, and of no other party', async () => {
    const [one, other] = [await ana.createSession(), await ana.createSession()];
    const added = await add(ana, one.id);
    expect(await read(ben, other.id, added.id)).toMatchObject({ status: 404 });
    const host = await ana.join(one.id);
    const { you } = await (await ben.connect()).join(one.id);
    await host.session(one.id, { kind: 'kick', memberId: you.memberId });
    expect(await read(ben, one.id, added.id)).toMatchObject({ status: 403 });
    expect(await ben.http('POST', pathOf(one.id), file())).toMatchObject({ status: 403 });
    await host.session(one.id, { kind: 'end' });
    expect(await read(ana, one.id, added.id)).toMatchObject({ status: 410 });
    expect(await ana.http('POST', pathOf(one.id), file())).toMatchObject({ status: 410 });
  });

  it('[SUB4] are added once by one operation, however often it is sent; once they are removed it adds nothing more', async () => {
    const { id } = await ana.createSession();
    const request = file();
    const answers = await Promise.all([1, 2, 3].map(() => ana.http('POST', pathOf(id), request)));
    for (const { status, body } of answers) expect([status, body]).toEqual([201, answers[0]?.body]);
    expect(await listed(ben, id)).toHaveLength(1);
    const added = answers[0]?.body as AddedSubtitles;
    await remove(ana, id, added.id);
    await ana.http('POST', pathOf(id), request);
    expect(await listed(ben, id)).toEqual([]);
    expect(await read(ana, id, added.id)).toMatchObject({ status: 404 });
  });

  it('[SUB5] are bounded: eight of a medium, and what was watched longest ago makes way', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const first = await add(ana, id);
    for (let i = 1; i < 8; i += 1) await add(ana, id, { label: `No. ${i}` });
    expect(await ana.http('POST', pathOf(id), file())).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await listed(ben, id)).toHaveLength(8);

    for (let medium = 0; medium < 9; medium += 1) {
      const url = `https://a.example/${medium}.mp4`;
      await host.playback(id, { kind: 'load', media: { url } });
      const { media } = await host.next<Playback>('playback:changed', (playback) => playback.media.url === url);
      await add(ana, id, { mediaId: media.id });
    }
    const tracks = await listed(ben, id);
    expect(tracks).toHaveLength(16);
    expect(tracks.map((track) => track.id)).not.toContain(first.id);
    expect(await read(ben, id, first.id)).toMatchObject({ status: 404 });
  });

  it('[SUB6] belong to their medium: of another one they are refused, and they are there again when it is', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const added = await add(ana, id);
    await host.playback(id, { kind: 'load', media: { url: 'https://a.example/film.mp4?sig=1' } });
    expect(await ana.http('POST', pathOf(id), file())).toMatchObject({ status: 409 });
    const { media } = (await host.join(id)).playback;
    const film = await add(ana, id, { mediaId: media.id });
    // A new link of the same file, however that was signed.
    await host.playback(id, { kind: 'load', media: { url: 'https://a.example/film.mp4?sig=2' } });
    const again = (await host.join(id)).playback.media;
    expect(again.id).not.toBe(media.id);
    expect((await listed(ben, id)).map((track) => [track.id, track.mediaId])).toEqual([
      [added.id, 'title:sample'],
      [film.id, again.id],
    ]);
    await host.playback(id, { kind: 'load', media: { titleId: 'sample' } });
    expect(await read(ben, id, added.id)).toMatchObject({ status: 200, body: VTT });
  });

  it('[SUB7] what does not fit is refused and changes nothing', async () => {
    const { id } = await ana.createSession();
    const cases: readonly (readonly [object, number])[] = [
      [{ text: VTT.padEnd(512 * 1024 + 1) }, 413],
      [{ text: `${VTT}${'é'.repeat(256 * 1024)}` }, 413],
      [{ text: VTT.padEnd(2_000_000) }, 413],
      [{ text: '<script>alert(1)</script>' }, 400],
      [{ text: 'WEBVTT\n\nno cue' }, 400],
      [{ text: '1\n00:00:01,000 --> 00:00:02,000\nSRT\n' }, 400],
      [{ text: `${VTT}\0` }, 400],
      [{ text: `${VTT}\ud800` }, 400],
      [{ text: '' }, 400],
      [{ label: '' }, 400],
      [{ label: ' \u200b ' }, 400],
      [{ label: 'x'.repeat(81) }, 400],
      [{ language: 'no tag' }, 400],
      [{ language: '<b>' }, 400],
      [{ opId: 'short' }, 400],
      [{ mediaId: '' }, 400],
      [{ memberId: 'A'.repeat(12) }, 400],
    ];
    for (const [change, status] of cases) {
      const answer = await ana.http('POST', pathOf(id), file(change));
      expect([Object.keys(change), answer.status]).toEqual([Object.keys(change), status]);
    }
    expect(await listed(ben, id)).toEqual([]);
    expect(await ana.http('POST', pathOf('A'.repeat(22)), file())).toMatchObject({ status: 404 });
  });

  it('[SUB7] a hostile text and label go out as they came, as nothing but text', async () => {
    const { id } = await ana.createSession();
    const text = `${VTT}\n00:05.000 --> 00:06.000\n<img src=x onerror=alert(1)>"';drop table session_subtitles;--\n`;
    const added = await add(ana, id, { text, label: "<b>'; --\u202e" });
    expect(added.label).toBe("<b>'; --");
    expect(await read(ben, id, added.id)).toMatchObject({ status: 200, body: text });
  });

  it('[LIM5] come with a limit of their own', async () => {
    const limited = await startTestServer({ env: { REQUESTS_PER_MINUTE_PER_IP: '60' } });
    const person = await limited.person('Ana');
    const { id } = await person.createSession();
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await person.http('POST', pathOf(id), file())).status);
    expect(statuses).toEqual([201, 201, 201, 429]);
    await limited.stop();
  });
});

it('[SUB8] outlast a restart', async () => {
  const { database, remove: forget } = await openPostgresTestDatabase();
  const before = await startTestServer({ database });
  const ana = await before.person('Ana');
  const { id } = await ana.createSession();
  const added = await add(ana, id);
  await before.stop();
  const after = await startTestServer({ database });
  const again = await after.personWith(ana);
  expect((await listed(again, id)).map((track) => track.id)).toEqual([added.id]);
  expect(await read(again, id, added.id)).toMatchObject({ status: 200, body: VTT });
  await after.stop();
  await forget();
});

it('[SUB8] are refused while the database is away, and nobody is told', async () => {
  const { database, remove: forget } = await openPostgresTestDatabase();
  const server = await startTestServer({ database });
  const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
  const { id } = await ana.createSession();
  const added = await add(ana, id);
  const guest = await ben.join(id);
  await database.stop();
  expect(await ana.http('POST', pathOf(id), file())).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect(await remove(ana, id, added.id)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  expect((await guest.caughtUp()).all('session:changed')).toEqual([]);
  await server.stop();
  await forget();
});

it('[SUB1] [CLU1] are the same on every instance', async () => {
  const world = await startTestInstances();
  const [one, other] = [(await world.start()).server, (await world.start()).server];
  const [ana, ben] = [await one.person('Ana'), await other.person('Ben')];
  const { id } = await ana.createSession();
  await ana.join(id);
  const guest = await ben.join(id);
  // Her request comes to the instance that her connection is not at.
  const added = await add(await other.personWith(ana), id);
  expect(added.addedBy.name).toBe('Ana');
  await told(guest, (tracks) => tracks.some((track) => track.id === added.id));
  expect(await read(ben, id, added.id)).toMatchObject({ status: 200, body: VTT });
  expect(await read(ana, id, added.id)).toMatchObject({ status: 200, body: VTT });
  expect(await remove(ana, id, added.id)).toMatchObject({ status: 204 });
  await told(guest, (tracks) => tracks.length === 0);
  await world.remove();
});
