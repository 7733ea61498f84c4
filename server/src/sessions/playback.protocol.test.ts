import { COMMAND_MAX_AGE_MS, type CommandResult, type Playback, type PlaybackCommand, type SessionInfo } from '@cowatch/shared/protocol';
import { LEAD_MARGIN_MS, LEAD_MAX_MS, playbackPositionAt } from '@cowatch/shared/timeline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLink } from '../platform/socket/socket.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from '../protocol.testing.ts';

/** One way, of a far link. */
const LINK_MS = 100;

let server: TestServer;
let ana: Person;
let ben: Person;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.person('Ana');
  ben = await server.person('Ben');
});
afterAll(() => server.stop());

let party: SessionInfo;
let id: string;
let host: RawClient;
let guest: RawClient;
beforeEach(async () => {
  party = await ana.createSession();
  id = party.id;
  host = await ana.join(id);
  guest = await ben.join(id);
});

/** The playback of a version, as a client was told of it. */
const told = (client: RawClient, version: number) =>
  client.next<Playback & { sessionId: string }>('playback:changed', ({ timeline }) => timeline.version === version);
const timeline = async () => (await server.stored(id))?.playback.timeline;

describe('the clock', () => {
  it('[CLK1] [CLK2] never steps back, and the answer is written after the question was read', async () => {
    const pongs = await Promise.all(Array.from({ length: 30 }, () => guest.do('clock:ping', {})));
    const times = pongs.flatMap(({ receivedAtMs, sentAtMs }) => [receivedAtMs, sentAtMs]);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(pongs.map(({ instanceId }) => instanceId)).size).toBe(1);
    expect(Math.abs((times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  });
});

describe('timeline', () => {
  it('[TL1] is a formula that everybody computes: one message, and everybody knows where playback is', async () => {
    const { version } = await host.playback(id, { kind: 'play' });
    const [one, other] = [await told(host, version), await told(guest, version)];
    expect(one).toEqual(other);
    const { media, timeline: t } = one;
    expect(one.sessionId).toBe(id);
    expect(t).toMatchObject({ mediaId: media.id, positionS: 0, rate: 1, playing: true });
    expect(playbackPositionAt(one, t.atMs + 12_345)).toBeCloseTo(12.345, 6);
    expect(playbackPositionAt(one, t.atMs - 50)).toBe(0);
    expect(playbackPositionAt(one, t.atMs + 3_600_000)).toBe(300);
    const { body } = await ben.http('GET', `/sessions/${id}`);
    const { sentAtMs } = await guest.do('clock:ping', {});
    expect(Math.abs((body as SessionInfo).positionS - playbackPositionAt(one, sentAtMs))).toBeLessThan(1);
  });

  it('[TL2] versions rise with every change, at least to cluster time', async () => {
    const { receivedAtMs } = await host.do('clock:ping', {});
    const versions: number[] = [party.createdAtMs];
    for (const positionS of [1, 2, 3, 4, 5]) {
      versions.push((await host.playback(id, { kind: 'seek', positionS })).version);
    }
    for (const [i, version] of versions.entries()) if (i > 0) expect(version).toBeGreaterThan(versions[i - 1] ?? 0);
    expect(versions[1]).toBeGreaterThanOrEqual(Math.floor(receivedAtMs));
    await guest.caughtUp();
    expect(guest.all<Playback>('playback:changed').map((p) => p.timeline.version)).toEqual(versions.slice(1));
  });

  it('[TL3] play, and seek and load while playing, start at a common instant a little ahead', async () => {
    const ahead = async (body: Parameters<typeof host.playback>[1]) => {
      const envelope = await host.envelope(id);
      const command = { ...envelope, ...body } as PlaybackCommand;
      const { version } = await host.do('playback:command', command);
      return (await told(guest, version)).timeline.atMs - envelope.issuedAtMs;
    };
    const bodies = [
      { kind: 'play' },
      { kind: 'seek', positionS: 100 },
      { kind: 'load', media: { url: 'https://a.example/film.mp4' } },
    ] as const;
    for (const body of bodies) {
      expect(await ahead(body)).toBeGreaterThanOrEqual(LEAD_MARGIN_MS);
      expect((await timeline())?.playing).toBe(true);
    }
  });

  it('[TL4] the lead follows what the server measured of the links, not what anybody says', async () => {
    const link = await startLink(Number(new URL(server.url).port), LINK_MS);
    const through = `http://127.0.0.1:${link.port}`;
    const far = await ana.createSession();
    const clients = [await ana.join(far.id, through), await ben.join(far.id, through)];
    const lead = async (sessionId: string, client: RawClient) => {
      const { version } = await client.playback(sessionId, { kind: 'play' });
      const change = await client.next<Playback>('playback:changed', (p) => p.timeline.version === version);
      await client.playback(sessionId, { kind: 'pause' });
      // Versions are at least cluster time, so this is when it was committed.
      return change.timeline.atMs - version;
    };
    for (const client of clients) await client.caughtUp();
    const farMs = await lead(far.id, clients[0] ?? host);
    expect(farMs).toBeGreaterThanOrEqual(LINK_MS + LEAD_MARGIN_MS - 1);
    expect(farMs).toBeLessThanOrEqual(LEAD_MAX_MS + 1);

    const slow = await (await server.person('Cleo')).join(id, through);
    await slow.caughtUp();
    await slow.do('member:report', {
      sessionId: id,
      version: 0,
      accessVersion: 0,
      state: 'buffering',
      positionS: 0,
      driftMs: -86_000_000,
    });
    expect(await lead(id, host)).toBeLessThan(LINK_MS + LEAD_MARGIN_MS - 1);
    for (const client of [...clients, slow]) client.socket.close();
    await link.close();
  });

  it('[TL6] [CMD9] takes a length from hosts alone, for the medium that is on, beyond what was reached', async () => {
    const { version } = await host.playback(id, { kind: 'load', media: { url: 'https://a.example/film.mp4' } });
    const { media } = await told(guest, version);
    await host.playback(id, { kind: 'seek', positionS: 500 });
    const before = await server.stored(id);
    const state = async (client: RawClient, mediaId: string, durationS: number) =>
      client.ask('playback:command', { ...(await client.envelope(id)), kind: 'duration', mediaId, durationS });
    expect(await state(guest, media.id, 10)).toMatchObject({ error: { code: 'forbidden' } });
    expect(await state(host, 'title:sample', 600)).toMatchObject({ error: { code: 'conflict' } });
    expect(await server.stored(id)).toEqual(before);
    expect(await state(host, media.id, 400)).toMatchObject({ data: { changed: false } });
    expect(await state(host, media.id, 600)).toMatchObject({ data: { changed: true } });
    const past = await host.playback(id, { kind: 'seek', positionS: 10_000 });
    expect((await told(guest, past.version)).timeline.positionS).toBe(600);
  });

  it('[CMD12] takes the place in what was live from whoever says it first, and tells everybody', async () => {
    const { version: loaded } = await host.playback(id, {
      kind: 'load',
      media: { url: 'https://a.example/live.m3u8' },
    });
    const { media } = await told(guest, loaded);
    const { version } = await host.playback(id, { kind: 'play' });
    const anchor = { kind: 'anchor', mediaId: media.id, version, positionS: 7260 } as const;
    const first = await guest.playback(id, anchor);
    expect(first).toMatchObject({ changed: true });
    expect((await told(host, first.version)).timeline).toMatchObject({ playing: true, cause: { kind: 'anchor' } });
    expect((await timeline())?.positionS).toBeCloseTo(7260, 0);
    const second = await host.playback(id, { ...anchor, positionS: 10, durationS: 7300 });
    expect(second).toEqual({ version: first.version, changed: false });
  });
});

describe('playback commands', () => {
  it('[CMD1] what is acknowledged is durable, and was told before', async () => {
    const answers: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const { version } = await guest.playback(id, { kind: 'seek', positionS: i + 1 });
      expect((await timeline())?.version).toBe(version);
      expect(guest.all<Playback>('playback:changed').map((p) => p.timeline.version)).toContain(version);
      answers.push(version);
    }
    await host.caughtUp();
    expect(host.all<Playback>('playback:changed').map((p) => p.timeline.version)).toEqual(answers);
  });

  it('[CMD2] a repeat is answered as the first time, and not applied', async () => {
    const command = { ...(await guest.envelope(id)), kind: 'play' } as const;
    const first = await guest.do('playback:command', command);
    await host.playback(id, { kind: 'pause' });
    const before = await server.stored(id);
    await host.caughtUp();
    host.forget();
    const again = await Promise.all([1, 2, 3].map(() => guest.do('playback:command', command)));
    expect(again).toEqual([first, first, first]);
    expect(await server.stored(id)).toEqual(before);
    await host.caughtUp();
    expect(host.commits()).toEqual([]);
  });

  it('[CMD2] the same id from somebody else is another command', async () => {
    const opId = 'the-same-id';
    await guest.do('playback:command', { ...(await guest.envelope(id)), opId, kind: 'seek', positionS: 10 });
    await host.do('playback:command', { ...(await host.envelope(id)), opId, kind: 'seek', positionS: 20 });
    expect((await timeline())?.positionS).toBe(20);
  });

  it('[CMD3] what was meant long ago, or will be, is refused', async () => {
    const before = await server.stored(id);
    for (const awayMs of [-COMMAND_MAX_AGE_MS - 1, COMMAND_MAX_AGE_MS + 2000, -1e12, Number.MAX_SAFE_INTEGER - 2e12]) {
      const envelope = await guest.envelope(id);
      const issuedAtMs = envelope.issuedAtMs + awayMs;
      const answer = await guest.ask('playback:command', { ...envelope, issuedAtMs, kind: 'play' });
      expect(answer).toMatchObject({ ok: false, error: { code: 'conflict' } });
    }
    expect(await server.stored(id)).toEqual(before);
  });

  it('[CMD4] commands at once are all carried out, and everybody ends with the same', async () => {
    const [one, two] = [await host.envelope(id), await guest.envelope(id)];
    const answers: CommandResult[] = await Promise.all([
      ...[10, 20, 30].map((positionS, i) => host.do('playback:command', { ...one, opId: `host-seek-${i}`, kind: 'seek', positionS })),
      guest.do('playback:command', { ...two, opId: 'guest-play', kind: 'play' }),
      ...[1.5, 2].map((rate, i) => guest.do('playback:command', { ...two, opId: `guest-rate-${i}`, kind: 'rate', rate })),
    ]);
    expect(answers.every(({ changed }) => changed)).toBe(true);
    expect(new Set(answers.map(({ version }) => version)).size).toBe(6);
    await host.caughtUp();
    await guest.caughtUp();
    const [atHost, atGuest] = [host, guest].map((client) => client.all<Playback>('playback:changed'));
    expect(atHost).toHaveLength(6);
    expect(atGuest).toEqual(atHost);
    const versions = (atHost ?? []).map((p) => p.timeline.version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(atHost?.at(-1)?.timeline).toEqual(await timeline());
    expect(await timeline()).toMatchObject({ playing: true, rate: 2 });
  });

  it('[CMD5] what is so already changes nothing and is told to nobody', async () => {
    const same = async (body: Parameters<typeof host.playback>[1]) => {
      const before = await timeline();
      await guest.caughtUp();
      guest.forget();
      const answer = await host.playback(id, body);
      expect(answer).toEqual({ version: before?.version, changed: false });
      expect(await timeline()).toEqual(before);
      await guest.caughtUp();
      expect(guest.all('playback:changed')).toEqual([]);
    };
    await same({ kind: 'pause' });
    await same({ kind: 'seek', positionS: 0 });
    await same({ kind: 'rate', rate: 1 });
    await same({ kind: 'duration', mediaId: 'title:sample', durationS: 300 });
    await host.playback(id, { kind: 'play' });
    await same({ kind: 'play' });
  });

  it('[CMD8] a medium nobody can play or has is refused', async () => {
    const before = await server.stored(id);
    const load = async (media: { url: string } | { titleId: string }) =>
      guest.ask('playback:command', { ...(await guest.envelope(id)), kind: 'load', media });
    expect(await load({ url: 'file:///etc/passwd' })).toMatchObject({ error: { code: 'bad_request' } });
    expect(await load({ titleId: 'unknown' })).toMatchObject({ error: { code: 'not_found' } });
    expect(await server.stored(id)).toEqual(before);
  });

  it('[CMD1] the record on the disk is the one that was told', async () => {
    const { version } = await guest.playback(id, { kind: 'seek', positionS: 33 });
    const record = await server.stored(id);
    const change = await told(host, version);
    expect(record?.playback).toEqual({ media: change.media, timeline: change.timeline });
    expect(record?.ops.at(-1)?.result).toEqual({ version, changed: true });
  });
});
