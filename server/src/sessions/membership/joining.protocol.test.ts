import type { Playback, PresenceChange, SessionInfo } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, startTestServer, type TestServer } from '../../protocol.testing.ts';
import { newSessionId } from '../session.domain.ts';

let server: TestServer;
let ana: Person;
let ben: Person;
let party: SessionInfo;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.person('Ana');
  ben = await server.person('Ben');
  party = await ana.createSession();
});
afterAll(() => server.stop());

describe('starting a party', () => {
  it('[LIFE1] [LIFE2] answers with the link of a durable session that the caller owns', async () => {
    const media = { url: 'https://youtu.be/aqz-KE-bpKQ?t=90' };
    const { status, headers, body } = await ana.http('POST', '/sessions', {
      media,
      name: ' Friday ',
      control: 'hosts',
    });
    const info = body as SessionInfo;
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/v1/sessions/${info.id}`);
    expect(info).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
      url: `${server.url}/s/${info.id}`,
      name: 'Friday',
      media: {
        id: 'yt:aqz-KE-bpKQ',
        url: 'https://www.youtube.com/watch?v=aqz-KE-bpKQ',
        kind: 'youtube',
        title: null,
        durationS: null,
      },
      playing: false,
      positionS: 90,
      memberCount: 0,
      faces: [],
      control: 'hosts',
      createdAtMs: expect.any(Number),
      owner: true,
    });
    expect((await server.stored(info.id))?.access).toMatchObject({ name: 'Friday', control: 'hosts' });
    expect((await ana.http('GET', `/sessions/${info.id}`)).body).toEqual(info);
    expect((await ben.http('GET', `/sessions/${info.id}`)).body).toEqual({ ...info, owner: false });
  });

  it('[LIFE2] gives whoever has no identity one on the same answer', async () => {
    const answer = await fetch(`${server.url}/api/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ media: { titleId: 'sample' } }),
    });
    const info = (await answer.json()) as SessionInfo;
    const cookie = answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
    expect(info).toMatchObject({ owner: true, name: 'Cowatch sample', media: { url: '/media/sample.mp4' } });
    const again = await fetch(`${server.url}/api/v1/sessions/${info.id}`, { headers: { cookie } });
    expect(await again.json()).toMatchObject({ owner: true });
    const stranger = await fetch(`${server.url}/api/v1/sessions/${info.id}`);
    expect(await stranger.json()).toMatchObject({ owner: false });
    expect(stranger.headers.getSetCookie()).toEqual([]);
  });

  it('[ERR7] refuses what it does not understand with a problem, and makes nothing', async () => {
    const media = { titleId: 'sample' };
    const wrong: [object | string, number, string][] = [
      [{}, 400, 'bad_request'],
      [{ media: {} }, 400, 'bad_request'],
      [{ media, name: '' }, 400, 'bad_request'],
      [{ media, name: 'x'.repeat(400) }, 400, 'bad_request'],
      [{ media, control: 'nobody' }, 400, 'bad_request'],
      [{ media, extra: 1 }, 400, 'bad_request'],
      [{ media: { url: 'javascript:alert(1)' } }, 400, 'bad_request'],
      [{ media: { url: 'x'.repeat(2049) } }, 400, 'bad_request'],
      [{ media: { titleId: 'unknown' } }, 404, 'not_found'],
      ['{"media":', 400, 'bad_request'],
      [[media], 400, 'bad_request'],
      [JSON.stringify({ media, name: 'x'.repeat(70_000) }), 413, 'too_large'],
    ];
    for (const [body, status, code] of wrong) {
      const answer = await ana.http('POST', '/sessions', body);
      expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ status, code })]);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
  });

  it('[LIFE3] an id nobody has is not found, however it looks', async () => {
    for (const id of [newSessionId(), 'short', `${party.id}x`, '..%2f..%2fetc']) {
      expect((await ana.http('GET', `/sessions/${id}`)).body).toMatchObject({ code: 'not_found' });
      expect((await ana.http('DELETE', `/sessions/${id}`)).body).toMatchObject({ code: 'not_found' });
    }
  });

  it('[LIFE3] [LIFE4] is ended by its owner alone, and then names its video', async () => {
    const { id, media } = await ana.createSession();
    expect((await ben.http('DELETE', `/sessions/${id}`)).status).toBe(403);
    expect((await fetch(`${server.url}/api/v1/sessions/${id}`, { method: 'DELETE' })).status).toBe(401);
    expect((await ana.http('GET', `/sessions/${id}`)).status).toBe(200);
    const guest = await ben.join(id);
    expect((await ana.http('DELETE', `/sessions/${id}`)).status).toBe(204);
    expect(await guest.next('session:ended')).toEqual({ sessionId: id, media });
    for (const method of ['GET', 'DELETE']) {
      const { status, body } = await ana.http(method, `/sessions/${id}`);
      expect(status).toBe(410);
      expect(body).toMatchObject({ code: 'gone', media });
    }
    expect((await server.stored(id))?.endedAtMs).toEqual(expect.any(Number));
  });

  it('[LIM5] is limited for one viewer, and far above that for one address', { timeout: 60_000 }, async () => {
    const limited = await startTestServer({ env: { REQUESTS_PER_MINUTE_PER_IP: '20' } });
    try {
      const start = async (who: Person) => (await who.http('POST', '/sessions', { media: { titleId: 'sample' } })).status;
      const one = await limited.person('One');
      await one.createSession();
      const refused = await one.http('POST', '/sessions', { media: { titleId: 'sample' } });
      expect([refused.status, refused.body]).toEqual([
        429,
        expect.objectContaining({ code: 'rate_limited', retryAfterMs: expect.any(Number) }),
      ]);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      for (let i = 2; i <= 20; i += 1) expect(await start(await limited.person(`Number ${i}`))).toBe(201);
      expect(await start(await limited.person('One too many'))).toBe(429);
    } finally {
      await limited.stop();
    }
  });

  it('is in the OpenAPI document, with its refusals', async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
    };
    const responses = (path: string, method: string) => Object.keys(document.paths[path]?.[method]?.responses ?? {});
    expect(responses('/api/v1/sessions', 'post')).toEqual(expect.arrayContaining(['201', '400', '404', '409', '410', '429', '503']));
    expect(responses('/api/v1/sessions/{id}', 'get')).toEqual(expect.arrayContaining(['200', '404', '410', '503']));
    expect(responses('/api/v1/sessions/{id}', 'delete')).toEqual(expect.arrayContaining(['204', '401', '403', '404', '410', '503']));
  });
});

describe('joining', () => {
  it('[JOIN1] answers with the whole truth', async () => {
    const { id } = party;
    const host = await ana.connect();
    const snapshot = await host.join(id, 'Ana');
    const record = await server.stored(id);
    expect(snapshot).toEqual({
      sessionId: id,
      createdAtMs: party.createdAtMs,
      playback: record?.playback,
      access: record?.access,
      roster: {
        revision: expect.any(Number),
        count: 1,
        members: [
          {
            memberId: record?.access.ownerId,
            name: 'Ana',
            role: 'owner',
            state: 'joining',
            driftMs: null,
            devices: 1,
            look: { colour: expect.any(Number), emoji: expect.any(String) },
          },
        ],
        nextOffset: null,
      },
      you: { memberId: record?.access.ownerId, role: 'owner' },
      reportIntervalMs: 2000,
    });
    host.socket.close();
  });

  it('[JOIN1] loses nothing that is told while somebody joins', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const envelope = await host.envelope(id);
    const commands = Array.from({ length: 8 }, (_, i) =>
      host.do('playback:command', { ...envelope, opId: `racing-${i}`, kind: 'seek', positionS: 10 + i }),
    );
    const guest = await ben.connect();
    const snapshot = await guest.join(id);
    await Promise.all(commands);
    await guest.caughtUp();
    const told = guest.all<Playback>('playback:changed').map(({ timeline }) => timeline);
    const newest = [snapshot.playback.timeline, ...told].reduce((a, b) => (b.version > a.version ? b : a));
    expect(newest).toEqual((await server.stored(id))?.playback.timeline);
    expect(newest.positionS).toBe(17);
  });

  it('[JOIN2] is refused where there is nothing to join', async () => {
    const guest = await ben.connect();
    const ended = await ana.createSession();
    await ana.http('DELETE', `/sessions/${ended.id}`);
    const join = (sessionId: string) => guest.ask('session:join', { sessionId, name: 'Ben' });
    expect(await join(newSessionId())).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await join(ended.id)).toMatchObject({ ok: false, error: { code: 'gone' } });
  });

  it('[JOIN3] another session leaves the first; a refused one leaves everything as it was', async () => {
    const [first, second] = [await ana.createSession(), await ana.createSession()];
    const host = await ana.join(first.id);
    const guest = await ben.join(first.id);
    await guest.ask('session:join', { sessionId: newSessionId(), name: 'Ben' });
    await guest.playback(first.id, { kind: 'seek', positionS: 5 });
    await guest.join(second.id);
    await host.next<PresenceChange>('session:presence', ({ left, count }) => left.length === 1 && count === 1);
    const late = await guest.ask('session:roster', { sessionId: first.id, offset: 0 });
    expect(late).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    guest.forget();
    await host.playback(first.id, { kind: 'seek', positionS: 9 });
    await guest.caughtUp();
    expect(guest.all('playback:changed')).toEqual([]);
  });

  it('[JOIN4] several sockets of one viewer are one member', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const laptop = await ben.connect();
    const phone = await ben.connect();
    const first = await laptop.join(id, 'Ben');
    const second = await phone.join(id, 'Ben on the phone');
    expect(second.you).toEqual(first.you);
    expect(second.roster).toMatchObject({ count: 2 });
    const isBoth = ({ changed }: PresenceChange) => changed.some((m) => m.name === 'Ben on the phone' && m.devices === 2);
    await host.next<PresenceChange>('session:presence', isBoth);
    phone.socket.close();
    await host.next<PresenceChange>(
      'session:presence',
      ({ changed, count }) => count === 2 && changed.some((m) => m.memberId === first.you.memberId && m.devices === 1),
    );
    expect(host.all<PresenceChange>('session:presence').flatMap(({ left }) => left)).toEqual([]);
  });

  it('[JOIN4] joining again on the same socket counts nobody twice', async () => {
    const { id } = await ana.createSession();
    const guest = await ben.connect();
    await guest.join(id, 'Ben');
    const again = await guest.join(id, 'Benjamin');
    expect(again.roster).toMatchObject({ count: 1, members: [{ name: 'Benjamin', devices: 1 }] });
  });

  it('[JOIN5] a viewer is the same member every time, and another one elsewhere', async () => {
    const other = await ana.createSession();
    const idIn = async (sessionId: string) => {
      const client = await ben.connect();
      const { you } = await client.join(sessionId);
      client.socket.close();
      return you.memberId;
    };
    expect(await idIn(party.id)).toBe(await idIn(party.id));
    expect(await idIn(other.id)).not.toBe(await idIn(party.id));
  });

  it('[JOIN6] disturbs nobody', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    await host.playback(id, { kind: 'play' });
    await host.next('playback:changed');
    const before = await server.stored(id);
    await host.caughtUp();
    host.forget();
    const guest = await ben.join(id);
    guest.socket.close();
    await host.next<PresenceChange>('session:presence', ({ left }) => left.length === 1);
    expect(host.commits()).toEqual([]);
    expect(await server.stored(id)).toEqual(before);
  });

  it('[JOIN7] who left gets nothing more', async () => {
    const { id } = await ana.createSession();
    const host = await ana.join(id);
    const guest = await ben.join(id);
    expect(await guest.do('session:leave', { sessionId: id })).toBeNull();
    await host.next<PresenceChange>('session:presence', ({ left }) => left.length === 1);
    await guest.caughtUp();
    guest.forget();
    await host.playback(id, { kind: 'play' });
    await host.session(id, { kind: 'rename', name: 'Other' });
    await guest.caughtUp();
    expect(guest.received).toEqual([]);
    expect(await guest.ask('session:leave', { sessionId: id })).toMatchObject({ error: { code: 'forbidden' } });
  });

  it('[JOIN3] of two joins at once on one socket the later one holds', async () => {
    const [first, second] = [await ana.createSession(), await ana.createSession()];
    const guest = await ben.connect();
    const [one, two] = await Promise.all([
      guest.ask('session:join', { sessionId: first.id, name: 'Ben' }),
      guest.ask('session:join', { sessionId: second.id, name: 'Ben' }),
    ]);
    expect(two.ok).toBe(true);
    expect(one.ok ? null : one.error.code).toBe('conflict');
    expect((await ana.http('GET', `/sessions/${first.id}`)).body).toMatchObject({ memberCount: 0 });
    expect((await ana.http('GET', `/sessions/${second.id}`)).body).toMatchObject({ memberCount: 1 });
  });
});
