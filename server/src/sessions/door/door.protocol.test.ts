import type { Access, BanReach, KnockList, Moderation, PartyLink, Playback } from '@cowatch/shared/protocol';
import { PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Person, RawClient, startTestServer, type TestServer } from '../../protocol.testing.ts';

let server: TestServer;
let people: Readonly<Record<'ana' | 'ben' | 'cleo' | 'dev', Person>>;
beforeAll(async () => {
  server = await startTestServer({ env: { TRUST_PROXY: 'loopback' } });
  const [ana, ben, cleo, dev] = await Promise.all(['Ana', 'Ben', 'Cleo', 'Dev'].map((name) => server.person(name)));
  people = { ana, ben, cleo, dev } as typeof people;
});
afterAll(() => server.stop());

/** A connection that comes from there, as the trusted proxy says. */
async function from(address: string, { name, token }: Person): Promise<RawClient> {
  const client = new RawClient(server.url, name, { protocol: PROTOCOL_VERSION, token }, { 'x-forwarded-for': address });
  await client.connected();
  opened.push(client);
  return client;
}
const opened: RawClient[] = [];
afterAll(() => {
  for (const client of opened) client.socket.close();
});

/** Ana owns the party, Ben is a host, Cleo a member; each at an address of their own. */
let id: string;
let owner: RawClient;
let host: RawClient;
let member: RawClient;
let ids: { ana: string; ben: string; cleo: string };
beforeEach(async () => {
  ({ id } = await people.ana.createSession());
  [owner, host, member] = [await from('192.0.2.1', people.ana), await from('192.0.2.2', people.ben), await from('192.0.2.3', people.cleo)];
  ids = {
    ana: (await owner.join(id)).you.memberId,
    ben: (await host.join(id)).you.memberId,
    cleo: (await member.join(id)).you.memberId,
  };
  await owner.session(id, { kind: 'role', memberId: ids.ben, role: 'host' });
});

type SessionBody = Parameters<RawClient['session']>[1];
type PlaybackBody = Parameters<RawClient['playback']>[1];
const ask = async (client: RawClient, body: SessionBody) => client.raw('session:command', { ...(await client.envelope(id)), ...body });
const play = async (client: RawClient, body: PlaybackBody = { kind: 'play' }) =>
  client.raw('playback:command', { ...(await client.envelope(id)), ...body });
const join = (client: RawClient, more: object = {}) => client.raw('session:join', { sessionId: id, name: 'Somebody', ...more });
const refused = (code: string, reason?: string) =>
  expect.objectContaining({ ok: false, error: expect.objectContaining({ code, ...(reason === undefined ? {} : { reason }) }) });
const NOT_OPEN = { ok: false, error: { code: 'forbidden', message: 'This party isn’t open to you.', reason: 'not_open' } };
const gate = async (person: Person, query = '') => {
  const { status, body } = await person.http('GET', `/sessions/${id}${query}`);
  const { detail, reason, media } = body as { detail?: string; reason?: string; media?: object };
  return { status, detail, reason, tellsFilm: media !== undefined };
};
const CLOSED = { status: 403, detail: 'This party isn’t open to you.', reason: 'not_open', tellsFilm: false };

describe('[ROLE3] who talks to the socket directly', () => {
  it('changes nothing without the right: every command of a member, and of who is in another party', async () => {
    const stranger = await people.dev.join((await people.dev.createSession()).id);
    const of = (memberId: string): SessionBody[] => [
      { kind: 'mute', memberId, muted: true },
      { kind: 'time-out', memberId, minutes: 10 },
      { kind: 'kick', memberId },
      { kind: 'ban', memberId, address: true },
      { kind: 'unban', memberId },
      { kind: 'admit', memberId, admit: true },
      { kind: 'role', memberId, role: 'host' },
      { kind: 'hand-over', memberId },
    ];
    const bodies: SessionBody[] = [
      ...of(ids.ana),
      ...of(ids.ben),
      ...of(ids.cleo),
      { kind: 'control', control: 'hosts' },
      { kind: 'rights', right: 'video', holders: 'everyone' },
      { kind: 'rename', name: 'Mine' },
      { kind: 'door', door: 'locked' },
      { kind: 'new-link' },
      { kind: 'take-over' },
      { kind: 'end' },
    ];
    const before = await server.stored(id);
    for (const client of [member, stranger]) {
      // Within what may be asked in a second or so.
      for (const body of bodies) {
        let answer = await ask(client, body);
        while (!answer.ok && answer.error.code === 'rate_limited') {
          await new Promise((resolve) => setTimeout(resolve, answer.ok ? 0 : (answer.error.retryAfterMs ?? 100)));
          answer = await ask(client, body);
        }
        expect(answer).toEqual(refused('forbidden'));
      }
      for (const event of ['session:moderation', 'session:ban-reach']) {
        const message = event === 'session:ban-reach' ? { sessionId: id, memberId: ids.ben } : { sessionId: id };
        expect(await client.raw(event, message)).toEqual(refused('forbidden'));
      }
    }
    expect(await play(member, { kind: 'load', media: { url: 'https://a.example/x.mp4' } })).toEqual(refused('forbidden'));
    expect(await play(member, { kind: 'restore-media' })).toEqual(refused('forbidden'));
    expect(await server.stored(id)).toEqual(before);
  }, 60_000);

  it('nor under the id of an operation that was theirs: a repeat lets nobody in', async () => {
    await host.session(id, { kind: 'door', door: 'knock' });
    const dev = await from('192.0.2.9', people.dev);
    await join(dev, { name: 'Dev' });
    const { waiting } = await host.next<KnockList>('session:knock', (list) => list.waiting.length === 1);
    const theirs = { ...(await member.envelope(id)), kind: 'pause' };
    expect(await member.raw('playback:command', theirs)).toMatchObject({ ok: true });
    for (const admit of [true, false]) {
      const answer = await member.raw('session:command', { ...theirs, kind: 'admit', memberId: waiting[0]?.memberId, admit });
      expect(answer).toEqual(refused('forbidden'));
    }
    await dev.caughtUp();
    expect(dev.all('session:admitted')).toEqual([]);
    expect(await join(dev, { name: 'Dev' })).toEqual(refused('forbidden', 'knock'));
  });

  it('nor with what is no command', async () => {
    const before = await server.stored(id);
    for (const body of [
      { kind: 'time-out', memberId: ids.cleo, minutes: 5 },
      { kind: 'rights', right: 'everything', holders: 'hosts' },
      { kind: 'door', door: 'ajar' },
      { kind: 'ban', memberId: ids.cleo },
      { kind: 'ban', memberId: 'x', address: true },
      { kind: 'mute', memberId: ids.cleo, muted: 'yes' },
    ]) {
      expect(await ask(owner, body as never)).toEqual(refused('bad_request'));
    }
    expect(await server.stored(id)).toEqual(before);
  });
});

describe('[MOD1] [MOD2] a mute and a time-out', () => {
  it('hold at once for every connection, are told, and say until when', async () => {
    const phone = await people.cleo.join(id);
    await host.session(id, { kind: 'time-out', memberId: ids.cleo, minutes: 10 });
    for (const client of [member, phone]) {
      await client.next<{ access: Access }>('session:changed', ({ access }) => access.timeOuts?.[0]?.memberId === ids.cleo);
      const answer = await play(client);
      expect(answer).toEqual(refused('forbidden', 'time_out'));
      expect(answer.ok ? 0 : answer.error.retryAfterMs).toBeGreaterThan(9 * 60_000);
    }
    await host.session(id, { kind: 'time-out', memberId: ids.cleo, minutes: 0 });
    expect(await play(member)).toMatchObject({ ok: true });
  });

  it('of two hosts at once both hold', async () => {
    const second = await people.ben.join(id);
    await Promise.all([
      owner.session(id, { kind: 'mute', memberId: ids.cleo, muted: true }),
      second.session(id, { kind: 'time-out', memberId: ids.cleo, minutes: 1 }),
    ]);
    expect((await server.stored(id))?.access).toMatchObject({ mutedIds: [ids.cleo], timeOuts: [{ memberId: ids.cleo }] });
  });
});

describe('[MOD3] a kick', () => {
  it('puts out, and the way back is a knock', async () => {
    await host.session(id, { kind: 'kick', memberId: ids.cleo });
    expect(await member.next('session:removed')).toEqual({ sessionId: id, reason: 'kicked' });
    expect(await gate(people.cleo)).toMatchObject({ status: 403, reason: 'knock', tellsFilm: false });
    expect(await join(member, { name: 'Cleo' })).toEqual(refused('forbidden', 'knock'));
    await host.next<KnockList>('session:knock', ({ waiting }) => waiting.some(({ memberId }) => memberId === ids.cleo));
    await host.session(id, { kind: 'admit', memberId: ids.cleo, admit: true });
    expect(await member.next('session:admitted')).toEqual({ sessionId: id, admitted: true });
    expect(await join(member)).toMatchObject({ ok: true });
  });
});

describe('[MOD4] a ban', () => {
  it('reads like a locked party, before the gate and at it', async () => {
    await host.session(id, { kind: 'ban', memberId: ids.cleo, address: false });
    expect(await member.next('session:removed')).toEqual({ sessionId: id, reason: 'banned' });
    const banned = [await gate(people.cleo), await join(member)];
    await owner.session(id, { kind: 'door', door: 'locked' });
    const stranger = await from('192.0.2.9', people.dev);
    const locked = [await gate(people.dev), await join(stranger)];
    expect(banned).toEqual([CLOSED, NOT_OPEN]);
    expect(locked).toEqual(banned);
  });

  it('with the address keeps out who comes from there with another identity, but no host, and says whom else', async () => {
    const again = await server.person('Cleo again');
    const neighbour = await from('192.0.2.3', people.dev);
    const devId = (await neighbour.join(id)).you.memberId;
    const ana2 = await from('192.0.2.3', people.ana);
    await ana2.join(id);
    const reach = await host.do('session:ban-reach', { sessionId: id, memberId: ids.cleo });
    expect(reach).toEqual({ address: 'usable', alsoOut: [devId] } satisfies BanReach);
    await host.session(id, { kind: 'ban', memberId: ids.cleo, address: true });
    expect(await neighbour.next('session:removed')).toEqual({ sessionId: id, reason: 'banned' });
    expect(await join(await from('192.0.2.3', again))).toEqual(NOT_OPEN);
    expect(await join(await from('192.0.2.4', again))).toMatchObject({ ok: true });
    expect(await play(ana2)).toMatchObject({ ok: true });
    expect(JSON.stringify(await server.stored(id))).not.toContain('192.0.2.3');

    const { banned, log } = (await host.do('session:moderation', { sessionId: id })) as Moderation;
    expect(banned).toEqual([
      { memberId: ids.cleo, name: 'Cleo', byName: 'Ben', atMs: expect.any(Number), addressUntilMs: expect.any(Number) },
    ]);
    expect(log[0]).toMatchObject({ kind: 'ban', by: { name: 'Ben' }, target: { memberId: ids.cleo, name: 'Cleo' }, detail: 'address' });
    await owner.session(id, { kind: 'unban', memberId: ids.cleo });
    expect(await join(await from('192.0.2.3', people.cleo))).toMatchObject({ ok: true });
  });

  it('meets neither oneself, nor the owner, nor one host by another', async () => {
    await owner.session(id, { kind: 'role', memberId: ids.cleo, role: 'host' });
    for (const memberId of [ids.ana, ids.ben, ids.cleo]) {
      expect(await ask(host, { kind: 'ban', memberId, address: true })).toEqual(refused('forbidden'));
    }
    expect(await ask(owner, { kind: 'ban', memberId: ids.ana, address: true })).toEqual(refused('forbidden'));
  });
});

describe('[MOD8] behind a proxy that is not trusted', () => {
  it('a ban keeps no address out, and says so', async () => {
    const plain = await startTestServer();
    const [ana, ben] = [await plain.person('Ana'), await plain.person('Ben')];
    const party = await ana.createSession();
    const anas = await ana.join(party.id);
    const bens = new RawClient(plain.url, 'Ben', { protocol: PROTOCOL_VERSION, token: ben.token }, { 'x-forwarded-for': '192.0.2.7' });
    await bens.connected();
    const { memberId } = (await bens.join(party.id)).you;
    expect(await anas.do('session:ban-reach', { sessionId: party.id, memberId })).toEqual({ address: 'proxy', alsoOut: [] });
    await anas.session(party.id, { kind: 'ban', memberId, address: true });
    expect((await plain.stored(party.id))?.bans?.[0]).not.toHaveProperty('address');
    bens.socket.close();
    await plain.stop();
  });
});

describe('[KNOCK1] a door where one knocks', () => {
  beforeEach(async () => {
    await host.session(id, { kind: 'door', door: 'knock' });
  });
  const knocks = (client: RawClient, count: number) => client.next<KnockList>('session:knock', ({ waiting }) => waiting.length === count);

  it('tells who waits nothing of the party, and hosts alone who waits', async () => {
    const dev = await from('192.0.2.9', people.dev);
    expect(await gate(people.dev)).toMatchObject({ status: 403, reason: 'knock', tellsFilm: false });
    const answer = await join(dev, { name: 'Dev' });
    expect(answer).toEqual(refused('forbidden', 'knock'));
    const { waiting } = await knocks(host, 1);
    expect(waiting).toEqual([{ memberId: expect.any(String), name: 'Dev', look: null, sinceMs: expect.any(Number) }]);
    await knocks(owner, 1);
    await owner.playback(id, { kind: 'play' });
    await Promise.all([dev.caughtUp(), member.caughtUp()]);
    expect([dev.received.filter(({ event }) => event !== 'server:pages'), member.all('session:knock')]).toEqual([[], []]);
    expect(await play(dev)).toEqual(refused('forbidden'));
    expect(await member.raw('session:moderation', { sessionId: id })).toEqual(refused('forbidden'));
  });

  it('[KNOCK2] one press lets in, and is remembered, on another device and another day too', async () => {
    const dev = await from('192.0.2.9', people.dev);
    await join(dev, { name: 'Dev' });
    const memberId = (await knocks(host, 1)).waiting[0]?.memberId ?? '';
    await host.session(id, { kind: 'admit', memberId, admit: true });
    expect(await dev.next('session:admitted')).toEqual({ sessionId: id, admitted: true });
    expect(await join(dev)).toMatchObject({ ok: true });
    await knocks(host, 0);
    await dev.do('session:leave', { sessionId: id });
    expect(await join(await from('192.0.2.10', people.dev))).toMatchObject({ ok: true });
  });

  it('[KNOCK3] who is turned away, or gone, waits no more, and is not heard again at once', async () => {
    const dev = await from('192.0.2.9', people.dev);
    await join(dev, { name: 'Dev' });
    const memberId = (await knocks(host, 1)).waiting[0]?.memberId ?? '';
    await host.session(id, { kind: 'admit', memberId, admit: false });
    expect(await dev.next('session:admitted')).toEqual({ sessionId: id, admitted: false });
    expect(await join(dev)).toEqual(NOT_OPEN);
    const other = await from('192.0.2.11', await server.person('Eve'));
    host.forget();
    await join(other, { name: 'Eve' });
    await knocks(host, 1);
    other.socket.close();
    await knocks(host, 0);
  });

  it('[KNOCK3] of one address a few wait, and not the whole queue', async () => {
    const answers: unknown[] = [];
    for (let i = 0; i < 7; i += 1) answers.push(await join(await from('192.0.2.50', await server.person(`T${i}`)), { name: `T${i}` }));
    expect(answers.filter((answer) => (answer as { error?: { reason?: string } }).error?.reason === 'knock')).toHaveLength(5);
    expect(answers.at(-1)).toEqual(refused('rate_limited'));
    const { waiting } = (await host.do('session:moderation', { sessionId: id })) as Moderation;
    expect(waiting).toHaveLength(5);
  });

  it('[KNOCK3] two presses end a flood of knocks from one address', async () => {
    const flood = await Promise.all(Array.from({ length: 4 }, async (_, i) => from('192.0.2.51', await server.person(`F${i}`))));
    for (const [i, client] of flood.entries()) await join(client, { name: `F${i}` });
    const { waiting } = await knocks(host, 4);
    host.forget();
    await host.session(id, { kind: 'ban', memberId: waiting[0]?.memberId ?? '', address: true });
    await knocks(host, 0);
    for (const client of flood) {
      expect(await client.next('session:admitted')).toMatchObject({ admitted: false });
      expect(await join(client)).toEqual(NOT_OPEN);
    }
  });

  it('that opens lets everybody in, and that closes sends everybody away', async () => {
    const [dev, eve] = [await from('192.0.2.9', people.dev), await from('192.0.2.12', await server.person('Eve'))];
    await join(dev);
    await host.session(id, { kind: 'door', door: 'open' });
    expect(await dev.next('session:admitted')).toMatchObject({ admitted: true });
    await host.session(id, { kind: 'door', door: 'knock' });
    await join(eve);
    await host.session(id, { kind: 'door', door: 'locked' });
    expect(await eve.next('session:admitted')).toMatchObject({ admitted: false });
    expect(await join(eve)).toEqual(NOT_OPEN);
    expect(await play(member)).toMatchObject({ ok: true });
  });
});

describe('[ROLE6] another link', () => {
  it('lets new people in, the old one nobody new, and who is inside or was stays', async () => {
    const before = await member.do('session:link', { sessionId: id });
    expect(before.path).toBe(`/s/${id}`);
    await host.session(id, { kind: 'new-link' });
    const { path } = (await member.do('session:link', { sessionId: id })) as PartyLink;
    const key = new URL(path, server.url).searchParams.get('k') ?? '';
    const dev = await from('192.0.2.9', people.dev);
    expect([await gate(people.dev), await join(dev)]).toEqual([CLOSED, NOT_OPEN]);
    expect(await gate(people.dev, '?k=AAAAAAAAAAAAAAAA')).toEqual(CLOSED);
    expect(await join(dev, { key: 'AAAAAAAAAAAAAAAA' })).toEqual(NOT_OPEN);
    expect(await gate(people.dev, `?k=${key}`)).toMatchObject({ status: 200 });
    expect(await join(dev, { key })).toMatchObject({ ok: true });
    member.socket.close();
    expect(await join(await from('192.0.2.3', people.cleo))).toMatchObject({ ok: true });
    const { body } = await people.cleo.http('GET', `/sessions/${id}`);
    expect((body as { url: string }).url).not.toContain(key);
    await host.session(id, { kind: 'rights', right: 'invite', holders: 'hosts' });
    expect(await dev.raw('session:link', { sessionId: id })).toEqual(refused('forbidden'));
  });
});

describe('[ROLE5] a video that was replaced', () => {
  it('is told with the way back, and one press of who may brings it back', async () => {
    await owner.playback(id, { kind: 'seek', positionS: 10 });
    await host.playback(id, { kind: 'load', media: { url: 'https://a.example/other.mp4' } });
    const { timeline } = await member.next<Playback>(
      'playback:changed',
      ({ media }) => media.kind === 'file' && media.id !== 'title:sample',
    );
    expect(timeline.cause).toMatchObject({ kind: 'load', name: 'Ben', replaced: { positionS: 10 } });
    expect(await play(member, { kind: 'restore-media' })).toEqual(refused('forbidden'));
    await owner.playback(id, { kind: 'restore-media' });
    const back = await member.next<Playback>('playback:changed', ({ timeline: { cause } }) => cause.kind === 'restore-media');
    expect(back).toMatchObject({ media: { id: 'title:sample' }, timeline: { positionS: 10 } });
  });
});
