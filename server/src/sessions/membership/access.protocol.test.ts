import type { Access, JoinSnapshot, MemberReport, Playback, PresenceChange, SessionInfo } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Person, type RawClient, startTestServer, type TestServer } from '../../protocol.testing.ts';

let server: TestServer;
let ana: Person;
let ben: Person;
let cleo: Person;
beforeAll(async () => {
  server = await startTestServer();
  [ana, ben, cleo] = [await server.person('Ana'), await server.person('Ben'), await server.person('Cleo')];
});
afterAll(() => server.stop());

let party: SessionInfo;
let id: string;
let owner: RawClient;
let guest: RawClient;
let other: RawClient;
/** Members by person. */
let ids: { ana: string; ben: string; cleo: string };
beforeEach(async () => {
  party = await ana.createSession();
  id = party.id;
  [owner, guest, other] = [await ana.connect(), await ben.connect(), await cleo.connect()];
  ids = {
    ana: (await owner.join(id)).you.memberId,
    ben: (await guest.join(id)).you.memberId,
    cleo: (await other.join(id)).you.memberId,
  };
});

type SessionBody = Parameters<RawClient['session']>[1];
const ask = async (client: RawClient, body: SessionBody) => client.raw('session:command', { ...(await client.envelope(id)), ...body });
const play = async (client: RawClient) => client.raw('playback:command', { ...(await client.envelope(id)), kind: 'play' });
const refused = (code: string) => expect.objectContaining({ ok: false, error: expect.objectContaining({ code }) });
const accessOf = async () => (await server.stored(id))?.access;
const changedAccess = (client: RawClient, isWanted: (access: Access) => boolean) =>
  client.next<{ sessionId: string; access: Access }>('session:changed', ({ access }) => isWanted(access));

describe('roles', () => {
  it('[ACC1] members do not control a party that is in the hands of hosts', async () => {
    await owner.session(id, { kind: 'control', control: 'hosts' });
    await changedAccess(guest, ({ control }) => control === 'hosts');
    const before = await server.stored(id);
    await owner.caughtUp();
    owner.forget();
    const bodies = [
      { kind: 'play' },
      { kind: 'pause' },
      { kind: 'seek', positionS: 9 },
      { kind: 'rate', rate: 2 },
      { kind: 'load', media: { url: 'https://a.example/x.mp4' } },
    ];
    for (const body of bodies) {
      expect(await guest.raw('playback:command', { ...(await guest.envelope(id)), ...body })).toEqual(refused('forbidden'));
    }
    expect(await server.stored(id)).toEqual(before);
    await owner.caughtUp();
    expect(owner.commits()).toEqual([]);
    expect(await play(owner)).toMatchObject({ ok: true });
    await owner.session(id, { kind: 'role', memberId: ids.ben, role: 'host' });
    expect(await guest.playback(id, { kind: 'pause' })).toMatchObject({ changed: true });
  });

  it('[ACC2] what is for hosts and for the owner is refused to others', async () => {
    const before = await server.stored(id);
    const forHosts: SessionBody[] = [
      { kind: 'control', control: 'hosts' },
      { kind: 'rename', name: 'Mine' },
      { kind: 'kick', memberId: ids.cleo },
    ];
    const forOwner: SessionBody[] = [{ kind: 'role', memberId: ids.ben, role: 'host' }, { kind: 'end' }];
    for (const body of [...forHosts, ...forOwner]) expect(await ask(guest, body)).toEqual(refused('forbidden'));
    expect(await server.stored(id)).toEqual(before);

    await owner.session(id, { kind: 'role', memberId: ids.ben, role: 'host' });
    for (const body of forOwner) expect(await ask(guest, body)).toEqual(refused('forbidden'));
    expect(await ask(owner, { kind: 'role', memberId: ids.ana, role: 'member' })).toEqual(refused('conflict'));
    for (const body of forHosts) expect(await ask(guest, body)).toMatchObject({ ok: true, data: { changed: true } });
    expect(await accessOf()).toMatchObject({ control: 'hosts', name: 'Mine', hostIds: [ids.ben] });
  });

  it('[ACC2] a change is told to all, with a version of its own, and roles show among people', async () => {
    const before = await accessOf();
    const timeline = (await server.stored(id))?.playback.timeline;
    await owner.session(id, { kind: 'role', memberId: ids.ben, role: 'host' });
    const { sessionId, access } = await changedAccess(other, ({ hostIds }) => hostIds.includes(ids.ben));
    expect(sessionId).toBe(id);
    expect(access).toEqual(await accessOf());
    expect(access.version).toBeGreaterThan(before?.version ?? 0);
    expect((await server.stored(id))?.playback.timeline).toEqual(timeline);
    await other.next<PresenceChange>('session:presence', ({ changed }) =>
      changed.some(({ memberId, role }) => memberId === ids.ben && role === 'host'),
    );
  });

  it('[ACC7] a repeat is answered the same, what is so already changes nothing, what is late is refused', async () => {
    const command = { ...(await owner.envelope(id)), kind: 'rename', name: 'One' } as const;
    const first = await owner.do('session:command', command);
    await owner.session(id, { kind: 'rename', name: 'Two' });
    expect(await owner.do('session:command', command)).toEqual(first);
    expect((await accessOf())?.name).toBe('Two');
    expect(await owner.session(id, { kind: 'rename', name: 'Two' })).toMatchObject({ changed: false });
    const late = { ...(await owner.envelope(id)), issuedAtMs: 1, kind: 'rename', name: 'Late' };
    expect(await owner.raw('session:command', late)).toEqual(refused('conflict'));
    expect((await accessOf())?.name).toBe('Two');
  });
});

describe('shutting out', () => {
  it('[ACC3] takes all their devices out, lets them not back in, and touches nobody else', async () => {
    const phone = await ben.join(id);
    const elsewhere = await ben.createSession();
    const unconcerned = await ben.join(elsewhere.id);
    await owner.session(id, { kind: 'kick', memberId: ids.ben });
    for (const client of [guest, phone]) {
      expect(await client.next('session:removed')).toEqual({ sessionId: id, reason: 'kicked' });
      expect(await play(client)).toEqual(refused('forbidden'));
      expect(await client.ask('session:join', { sessionId: id, name: 'Ben again' })).toEqual(refused('forbidden'));
    }
    await other.next<PresenceChange>('session:presence', ({ left }) => left.includes(ids.ben));
    await guest.caughtUp();
    guest.forget();
    await owner.playback(id, { kind: 'play' });
    await guest.caughtUp();
    expect(guest.received).toEqual([]);
    expect(guest.socket.connected).toBe(true);

    const again = await ben.connect();
    expect(await again.ask('session:join', { sessionId: id, name: 'Ben' })).toEqual(refused('forbidden'));
    expect(await unconcerned.playback(elsewhere.id, { kind: 'play' })).toMatchObject({ changed: true });
    expect(await other.playback(id, { kind: 'pause' })).toMatchObject({ changed: true });
    expect(other.all('session:removed')).toEqual([]);
    expect((await server.stored(id))?.kickedIds).toEqual([ids.ben]);
  });

  it('[LIFE10] is told to who was shut out before they join, and to nobody else', async () => {
    const read = async (person: Person) => (await person.http('GET', `/sessions/${id}`)).status;
    expect(await read(ben)).toBe(200);
    await owner.session(id, { kind: 'kick', memberId: ids.ben });
    const answer = await ben.http('GET', `/sessions/${id}`);
    expect([answer.status, answer.body]).toEqual([403, expect.objectContaining({ code: 'forbidden' })]);
    expect([await read(ana), await read(cleo)]).toEqual([200, 200]);
    expect((await fetch(`${server.url}/api/v1/sessions/${id}`)).status).toBe(200);
  });

  it('[ACC3] holds against somebody who joins at that very moment', async () => {
    const late = await ben.connect();
    const kick = { ...(await owner.envelope(id)), kind: 'kick', memberId: ids.ben } as const;
    const joins = [1, 2, 3].map(() => late.ask('session:join', { sessionId: id, name: 'Ben' }));
    await owner.do('session:command', kick);
    await Promise.all(joins);
    await late.caughtUp();
    expect(await play(late)).toEqual(refused('forbidden'));
    await owner.next<PresenceChange>('session:presence', ({ left }) => left.includes(ids.ben));
    const { members } = await owner.do('session:roster', { sessionId: id, offset: 0 });
    expect(members.map(({ memberId }) => memberId)).not.toContain(ids.ben);
  });

  it('[ACC4] never meets the owner, oneself, or one host by another', async () => {
    await owner.session(id, { kind: 'role', memberId: ids.ben, role: 'host' });
    await owner.session(id, { kind: 'role', memberId: ids.cleo, role: 'host' });
    const before = await server.stored(id);
    for (const memberId of [ids.ana, ids.ben, ids.cleo]) {
      expect(await ask(guest, { kind: 'kick', memberId })).toEqual(refused('forbidden'));
    }
    expect(await ask(owner, { kind: 'kick', memberId: ids.ana })).toEqual(refused('forbidden'));
    expect(await server.stored(id)).toEqual(before);
    expect(await ask(owner, { kind: 'kick', memberId: ids.cleo })).toMatchObject({ ok: true });
    expect((await accessOf())?.hostIds).toEqual([ids.ben]);
  });
});

describe('[ACC9] somebody who', () => {
  const stranger = 'AAAAAAAAAAAA';

  it('was never there is not found, and nothing changes', async () => {
    const elsewhere = await cleo.createSession();
    const foreign = (await (await ben.connect()).join(elsewhere.id)).you.memberId;
    const before = await server.stored(id);
    for (const memberId of [stranger, foreign]) {
      expect(await ask(owner, { kind: 'role', memberId, role: 'host' })).toEqual(refused('not_found'));
      expect(await ask(owner, { kind: 'role', memberId, role: 'member' })).toEqual(refused('not_found'));
      expect(await ask(owner, { kind: 'kick', memberId })).toEqual(refused('not_found'));
    }
    expect(await ask(guest, { kind: 'kick', memberId: stranger })).toEqual(refused('forbidden'));
    expect(await server.stored(id)).toEqual(before);
  });

  it('has left can still be shut out, and a host who is away be made a member', async () => {
    await owner.session(id, { kind: 'role', memberId: ids.cleo, role: 'host' });
    for (const client of [guest, other]) await client.do('session:leave', { sessionId: id });
    expect(await owner.session(id, { kind: 'kick', memberId: ids.ben })).toMatchObject({ changed: true });
    expect(await guest.ask('session:join', { sessionId: id, name: 'Ben' })).toEqual(refused('forbidden'));
    expect(await owner.session(id, { kind: 'role', memberId: ids.cleo, role: 'member' })).toMatchObject({
      changed: true,
    });
    expect(await ask(owner, { kind: 'role', memberId: ids.ben, role: 'host' })).toEqual(refused('conflict'));
    expect((await accessOf())?.hostIds).toEqual([]);
  });
});

describe('the end', () => {
  it('[ACC5] is told to all with the video, and is for good', async () => {
    await owner.session(id, { kind: 'end' });
    for (const client of [owner, guest, other]) {
      expect(await client.next('session:ended')).toEqual({ sessionId: id, media: party.media });
      expect(await play(client)).toEqual(refused('forbidden'));
      expect(await client.ask('session:join', { sessionId: id, name: 'X' })).toEqual(refused('gone'));
    }
    expect((await ana.http('GET', `/sessions/${id}`)).status).toBe(410);
  });
});

describe('names', () => {
  it('[ACC6] one’s own is told among people, and raises no version', async () => {
    const before = await server.stored(id);
    expect(await guest.session(id, { kind: 'own-name', name: '  Benjamin ' })).toEqual({
      version: before?.playback.timeline.version,
      changed: true,
    });
    expect(await guest.session(id, { kind: 'own-name', name: 'Benjamin' })).toMatchObject({ changed: false });
    await owner.next<PresenceChange>('session:presence', ({ changed }) =>
      changed.some(({ memberId, name }) => memberId === ids.ben && name === 'Benjamin'),
    );
    expect(await server.stored(id)).toEqual(before);
    await guest.playback(id, { kind: 'play' });
    const { timeline } = await owner.next<Playback>('playback:changed');
    expect(timeline.cause).toEqual({ kind: 'play', memberId: ids.ben, name: 'Benjamin' });
  });

  it('[FACE1] that are taken get a number, wherever they are told', async () => {
    await guest.session(id, { kind: 'own-name', name: 'ANA' });
    await owner.next<PresenceChange>('session:presence', ({ changed }) =>
      changed.some(({ memberId, name }) => memberId === ids.ben && name === 'ANA 2'),
    );
    await guest.playback(id, { kind: 'play' });
    const { timeline } = await owner.next<Playback>('playback:changed');
    expect(timeline.cause.name).toBe('ANA 2');
  });

  it('[ACC6] [FACE2] looks are told among people and at the door, and raise no version', async () => {
    const before = await server.stored(id);
    const look = { colour: 7, emoji: '🪁' };
    expect(await guest.session(id, { kind: 'own-look', look })).toMatchObject({ changed: true });
    expect(await guest.session(id, { kind: 'own-look', look })).toMatchObject({ changed: false });
    await owner.next<PresenceChange>('session:presence', ({ changed }) =>
      changed.some((member) => member.memberId === ids.ben && member.look.emoji === look.emoji),
    );
    for (const wrong of [
      { ...look, colour: 12 },
      { ...look, emoji: 'B' },
      { ...look, emoji: '🪁🪁' },
      { ...look, hat: 1 },
    ]) {
      expect(await ask(guest, { kind: 'own-look', look: wrong } as never)).toEqual(refused('bad_request'));
    }
    const dev = await (await server.person('Dev')).connect();
    const worn = { colour: 2, emoji: '🎈' };
    const joined = await dev.ask('session:join', { sessionId: id, name: 'Dev', look: worn });
    if (!joined.ok) throw new Error('not joined');
    const { roster, you } = joined.data as JoinSnapshot;
    expect(roster.members.find(({ memberId }) => memberId === you.memberId)?.look).toEqual(worn);
    const { faces } = (await cleo.http('GET', `/sessions/${id}`)).body as SessionInfo;
    expect(faces).toHaveLength(4);
    expect(faces).toContainEqual(look);
    expect(await server.stored(id)).toEqual(before);
  });
});

describe('reports', () => {
  const report = (client: RawClient, changes: Partial<MemberReport>) =>
    client.do('member:report', {
      sessionId: id,
      version: 0,
      accessVersion: 0,
      state: 'playing',
      positionS: 10,
      driftMs: 0,
      ...changes,
    });

  it('[REP1] are answered with what the reporter does not have', async () => {
    await owner.playback(id, { kind: 'seek', positionS: 12 });
    const record = await server.stored(id);
    const [version, accessVersion] = [record?.playback.timeline.version ?? 0, record?.access.version ?? 0];
    const behind = await report(guest, { version: version - 1, accessVersion: accessVersion - 1 });
    expect(behind).toMatchObject({ version, accessVersion, playback: record?.playback, access: record?.access });
    const level = await report(guest, { version, accessVersion });
    expect(level).toEqual({ version, accessVersion, presenceRevision: expect.any(Number), reportIntervalMs: 2000 });
    const ahead = await report(guest, { version: version + 1e9, accessVersion: accessVersion + 1e9 });
    expect(ahead).toEqual({ ...level, presenceRevision: ahead.presenceRevision });
  });

  it('[REP2] with false positions, drifts and versions change nothing but how their sender is shown', async () => {
    await owner.playback(id, { kind: 'play' });
    await owner.next('playback:changed');
    const before = await server.stored(id);
    await other.caughtUp();
    other.forget();
    const lies: Partial<MemberReport>[] = [
      { positionS: 2_000_000, driftMs: 86_400_000 },
      { positionS: 0, driftMs: -86_400_000, state: 'ended' },
      { version: Number.MAX_SAFE_INTEGER, accessVersion: Number.MAX_SAFE_INTEGER, state: 'buffering' },
      { positionS: null, driftMs: null, state: 'unplayable' },
    ];
    for (const lie of lies) await report(guest, lie);
    await other.next<PresenceChange>('session:presence', ({ changed }) =>
      changed.some(({ memberId, state }) => memberId === ids.ben && state === 'unplayable'),
    );
    expect(await server.stored(id)).toEqual(before);
    expect(other.commits()).toEqual([]);
    const shown = other.all<PresenceChange>('session:presence').flatMap(({ changed }) => changed);
    const others = shown.filter(({ memberId }) => memberId !== ids.ben);
    expect(others.filter(({ state, driftMs }) => state !== 'joining' || driftMs !== null)).toEqual([]);
  });

  it('[REP5] every state is shown to others, and none is a command', async () => {
    const before = await server.stored(id);
    const states = ['playing', 'buffering', 'advert', 'blocked', 'background', 'ended', 'unplayable', 'away'] as const;
    for (const state of states) {
      await report(guest, { state });
      await owner.next<PresenceChange>('session:presence', ({ changed }) =>
        changed.some((member) => member.memberId === ids.ben && member.state === state),
      );
    }
    expect(await server.stored(id)).toEqual(before);
    expect(owner.all('playback:changed')).toEqual([]);
  });
});

describe('the roster', () => {
  it('[PRES5] has everybody, owner first', async () => {
    const page = await guest.do('session:roster', { sessionId: id, offset: 0 });
    expect(page).toMatchObject({ count: 3, nextOffset: null });
    expect(page.members.map(({ memberId, role }) => [memberId, role])).toEqual([
      [ids.ana, 'owner'],
      [ids.ben, 'member'],
      [ids.cleo, 'member'],
    ]);
    expect(await guest.do('session:roster', { sessionId: id, offset: 1 })).toMatchObject({
      count: 3,
      nextOffset: null,
    });
    expect((await guest.do('session:roster', { sessionId: id, offset: 500 })).members).toEqual([]);
  });
});
