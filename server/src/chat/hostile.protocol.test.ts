import type { ChatFrame } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { type Person, type RawClient, startTestServer, type TestServer } from '../protocol.testing.ts';
import { aLine, linesTold, newOp } from './chat.testing.ts';

describe('a member who means harm', { timeout: 30_000 }, () => {
  let server: TestServer;
  let ana: Person;
  let eve: Person;
  beforeAll(async () => {
    server = await startTestServer();
    [ana, eve] = [await server.person('Ana'), await server.person('Eve')];
  });
  afterAll(() => server.stop());

  const party = async () => {
    const { id } = await ana.createSession();
    return { id, host: await ana.join(id), hostile: await eve.join(id) };
  };
  const latest = async (client: RawClient, sessionId: string) => client.do('chat:history', { sessionId, limit: 300 });
  const refused = (code: string) => ({ ok: false, error: { code } });

  it('[CHAT4] gets five of ten thousand lines through, and keeps nobody from speaking', async () => {
    const { id, host, hostile } = await party();
    const gone = new Promise((resolve) => hostile.socket.once('disconnect', resolve));
    for (let n = 0; n < 10_000; n += 1) hostile.socket.emit('chat:send', aLine(id, `flood ${n}`), () => {});
    await host.do('chat:send', aLine(id, 'still here'));
    await gone;
    // A new connection does not begin anew.
    const again = await eve.join(id);
    await Promise.all(Array.from({ length: 20 }, (_, n) => again.ask('chat:send', aLine(id, `more ${n}`))));
    const { lines } = await latest(host, id);
    expect(lines.filter(({ name }) => name === 'Eve').length).toBeLessThanOrEqual(8);
    expect(lines.map(({ text }) => text)).toContain('still here');
  });

  it('[CHAT2] has long lines refused and longer ones cut off, towers cut, overrides taken out, and HTML told as the text it is', async () => {
    const { id, host, hostile } = await party();
    const send = (text: string) => hostile.ask('chat:send', aLine(id, text));
    expect(await send('x'.repeat(3000))).toMatchObject(refused('bad_request'));
    expect(await send('x'.repeat(10_000))).toMatchObject(refused('too_large'));
    expect(await send('\ud800')).toMatchObject(refused('bad_request'));
    expect(await send('nul \0')).toMatchObject(refused('bad_request'));
    const html = '<img src=x onerror=alert(1)>&lt;b&gt; [x](javascript:alert(1))';
    for (const text of [html, `Z${'\u0310\u0323\u0489'.repeat(100)}!`, 'Ana\u202e\u2066: hi'])
      expect(await send(text)).toMatchObject({ ok: true });
    const texts = (await latest(host, id)).lines.map(({ text }) => text);
    expect(texts[0]).toBe(html);
    expect(texts[1]?.length).toBeLessThanOrEqual(6);
    expect(texts[2]).toBe('Ana: hi');
    const gone = new Promise((resolve) => hostile.socket.once('disconnect', resolve));
    hostile.socket.emit('chat:send', aLine(id, 'x'.repeat(1024 * 1024)));
    await gone;
    await host.do('chat:send', aLine(id, 'undisturbed'));
  });

  it('[CHAT3] speaks for nobody else, in no other party, and of no other party’s lines', async () => {
    const { id, host, hostile } = await party();
    const elsewhere = await (await server.person('Cleo')).createSession();
    const { seq } = await host.do('chat:send', aLine(id, 'mine'));
    const forged = { name: 'Ana', memberId: 'x'.repeat(12), seq: 1, atMs: 0, positionS: 0, look: { colour: 1, emoji: '🦊' } };
    for (const [field, value] of Object.entries(forged)) {
      expect(await hostile.raw('chat:send', { ...aLine(id, 'forged'), [field]: value })).toMatchObject(refused('bad_request'));
    }
    expect(await hostile.ask('chat:send', aLine(elsewhere.id, 'spam'))).toMatchObject(refused('forbidden'));
    expect(await hostile.ask('chat:send', aLine(id, 'x', { mentions: Array.from({ length: 11 }, () => 'x'.repeat(12)) }))).toMatchObject(
      refused('bad_request'),
    );
    for (const body of [{ kind: 'edit', text: 'theirs' }, { kind: 'delete' }]) {
      const command = { sessionId: id, opId: newOp(), ...body };
      expect(await hostile.raw('chat:command', { ...command, seq })).toMatchObject(refused('forbidden'));
      expect(await hostile.raw('chat:command', { ...command, seq: seq + 100 })).toMatchObject(refused('not_found'));
    }
    for (const body of [{ kind: 'clear' }, { kind: 'slow', slowMs: 60_000 }, { kind: 'links', links: 'hosts' }]) {
      expect(await hostile.raw('chat:command', { sessionId: id, opId: newOp(), ...body })).toMatchObject(refused('forbidden'));
    }
    for (const bad of [{}, { limit: 0 }, { limit: 301 }, { limit: 1, beforeSeq: -1 }, { limit: 1, beforeSeq: 1.5 }, { limit: 1, x: 1 }]) {
      expect(await hostile.raw('chat:history', { sessionId: id, ...bad })).toMatchObject(refused('bad_request'));
    }
    expect((await latest(host, id)).lines.map(({ text }) => text)).toEqual(['mine']);
  });

  it('[FACE1] who takes a name like the host’s gets a number, and is marked on the roster', async () => {
    const { id, host } = await party();
    const guest = await (await server.person('Аnа')).join(id);
    const { members } = await guest.do('session:roster', { sessionId: id, offset: 0 });
    expect(members.map(({ name, role, lookalike }) => [name, role, lookalike])).toEqual([
      ['Ana', 'owner', undefined],
      ['Eve', 'member', undefined],
      ['Аnа 2', 'member', true],
    ]);
    const { seq } = await guest.do('chat:send', aLine(id, 'I am the host'));
    expect((await latest(host, id)).lines.find((line) => line.seq === seq)?.name).toBe('Аnа 2');
  });

  it('[CHAT3] who was removed says nothing more', async () => {
    const { id, host, hostile } = await party();
    const { you } = await hostile.join(id);
    await hostile.do('chat:send', aLine(id, 'one'));
    await host.session(id, { kind: 'kick', memberId: you.memberId });
    await hostile.next('session:removed');
    expect(await hostile.ask('chat:send', aLine(id, 'two'))).toMatchObject(refused('forbidden'));
    expect(await hostile.ask('chat:history', { sessionId: id, limit: 5 })).toMatchObject(refused('forbidden'));
  });

  it('[CHAT13] who does not read is told once where the chat is, and asks for what was missed', async () => {
    const { id, host, hostile } = await party();
    await latest(hostile, id);
    const wire = (hostile.socket.io.engine as unknown as { transport: { ws: WebSocket } }).transport.ws;
    const isSlow = async () => /^cowatch_socket_slow_total [1-9]/m.test(await server.metrics.registry.metrics());
    const ballast = { sessionId: 'ballast'.repeat(9000), media: null };
    wire.pause();
    for (let n = 0; n < 2000 && !(await isSlow()); n += 1) {
      const before = host.all('session:ended').length;
      server.sockets.io.to(`session:${id}`).emit('session:ended', ballast as never);
      while (host.all('session:ended').length === before) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await isSlow()).toBe(true);
    let last = { epoch: 0, seq: 0 };
    for (const text of ['a', 'b', 'c']) last = await host.do('chat:send', aLine(id, text));
    hostile.forget();
    wire.resume();
    const hint = await hostile.next<ChatFrame>('chat:lines');
    expect(hint).toEqual({ sessionId: id, epoch: last.epoch, afterSeq: last.seq, toSeq: last.seq, lines: [] });
    expect(linesTold(hostile)).toEqual([]);
    const missed = await hostile.do('chat:history', { sessionId: id, epoch: last.epoch, afterSeq: last.epoch, limit: 300 });
    expect(missed.lines.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });
});

describe('[CHAT16] the lines of a viewer', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.stop());

  it('are in their export, and go with them from everywhere', async () => {
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const { id } = await ana.createSession();
    const [host, guest] = [await ana.join(id), await ben.join(id)];
    const { seq } = await guest.do('chat:send', aLine(id, 'a secret'));
    await host.do('chat:send', aLine(id, 'no secret'));
    const exported = (await ben.http('POST', '/exports')).body as { chat: object[] };
    expect(exported.chat).toEqual([
      { sessionId: id, atMs: expect.any(Number), name: 'Ben', text: 'a secret', mediaId: 'title:sample', positionS: 0 },
    ]);
    // They leave while a line of theirs is still on its way to the database.
    for (const text of ['one more secret', 'the last secret']) guest.ask('chat:send', aLine(id, text)).catch(() => {});
    await expect.poll(() => linesTold(host).length).toBe(4);
    const late = linesTold(host)
      .slice(-2)
      .map((line) => line.seq);
    await ben.http('DELETE', '/me');
    const frame = await host.next<ChatFrame>('chat:lines', ({ changes }) => changes?.[0]?.kind === 'deleted');
    expect(frame.changes).toMatchObject([{ kind: 'deleted', targets: [seq, ...late], memberId: null, name: null }]);
    const { lines } = await host.do('chat:history', { sessionId: id, limit: 50 });
    expect(lines.map(({ text }) => text)).toEqual(['no secret']);
  });

  it('go with a guest to the account', async () => {
    const [owner, guest] = [await server.person('Ana'), await server.person('Ana, elsewhere')];
    const credentials = { username: 'ana', password: 'correct horse battery', deviceName: 'Laptop', bringGuest: true };
    const prefer = { prefer: 'token' };
    const { id } = await guest.createSession();
    await (await guest.join(id)).do('chat:send', aLine(id, 'as a guest'));
    const signUp = (await owner.http('POST', '/account', credentials, prefer)).body as { readonly token: string };
    const account = await server.personWith({ name: 'Ana', token: signUp.token });
    const signIn = await guest.http('POST', '/account/sign-in', { ...credentials, deviceName: 'Phone' }, prefer);
    expect(signIn.status).toBe(200);
    const linesOf = async () =>
      ((await account.http('POST', '/exports')).body as { chat: { text: string }[] }).chat.map(({ text }) => text);
    await expect.poll(linesOf).toEqual(['as a guest']);
  });
});
