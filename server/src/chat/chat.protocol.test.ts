import { CHAT_BURST, CHAT_LATEST, CHAT_MISSED_MAX } from '@cowatch/shared/chat';
import type { ChatChange, ChatFrame } from '@cowatch/shared/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../platform/clock/manual-clock.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from '../protocol.testing.ts';
import { aLine, frameWith, linesTold, newOp } from './chat.testing.ts';

describe('the chat of a party', () => {
  let server: TestServer;
  const clock = new ManualClock();
  beforeAll(async () => {
    server = await startTestServer({ clock });
  });
  afterAll(() => server.stop());

  const people = (...names: string[]) => Promise.all(names.map((name) => server.person(name)));
  /** A party of the first of these, with all of them in it. */
  const party = async (...names: string[]) => {
    const all = await people(...names);
    const [owner] = all as [Person];
    const { id } = await owner.createSession();
    const clients: RawClient[] = [];
    for (const person of all) clients.push(await person.join(id));
    return { id, all, clients: clients as [RawClient, RawClient, RawClient] };
  };
  /** So much later that nobody has said too much. */
  const later = (ms = 60_000) => clock.advance(ms);
  const latest = (client: RawClient, sessionId: string, limit = CHAT_LATEST) => client.do('chat:history', { sessionId, limit });
  const changes = (client: RawClient) => client.all<ChatFrame>('chat:lines').flatMap((frame) => frame.changes ?? []);

  it('[CHAT1] a line has a number, its writer, the time and the place of the party, and everybody is told; a repeat is answered', async () => {
    const { id, clients } = await party('Ana', 'Ben');
    const [ana, ben] = clients;
    await ana.playback(id, { kind: 'seek', positionS: 42 });
    const message = aLine(id, '  Hello\u202e\tthere ');
    const first = await ben.do('chat:send', message);
    expect(first).toEqual({ epoch: expect.any(Number), seq: first.epoch + 1 });
    const frame = await frameWith(ana, first.seq);
    expect(frame).toEqual({
      sessionId: id,
      epoch: first.epoch,
      afterSeq: first.epoch,
      toSeq: first.seq,
      lines: [
        {
          seq: first.seq,
          opId: message.opId,
          memberId: expect.any(String),
          name: 'Ben',
          look: { colour: expect.any(Number), emoji: expect.any(String) },
          text: 'Hello there',
          atMs: clock.nowMs(),
          mediaId: 'title:sample',
          positionS: 42,
        },
      ],
    });
    const second = await ana.do('chat:send', aLine(id, 'Hi', { replyTo: first.seq, mentions: [frame.lines[0]?.memberId ?? ''] }));
    expect(second).toEqual({ epoch: first.epoch, seq: first.seq + 1 });
    expect((await frameWith(ben, second.seq)).lines[0]).toMatchObject({ replyTo: first.seq, mentions: [frame.lines[0]?.memberId] });
    expect(await ben.do('chat:send', message)).toEqual(first);
    await ana.caughtUp();
    expect(linesTold(ana).map(({ seq }) => seq)).toEqual([first.seq, second.seq]);
  });

  it('[CHAT2] takes texts of 500 graphemes and 2 kB of which something is seen, and refuses others', async () => {
    const { id, clients } = await party('Ana');
    const [ana] = clients;
    const send = async (text: string) => {
      later();
      const answer = await ana.ask('chat:send', aLine(id, text));
      return answer.ok ? 'ok' : answer.error.code;
    };
    expect(await send('x'.repeat(500))).toBe('ok');
    expect(await send('x'.repeat(501))).toBe('bad_request');
    expect(await send('é'.normalize('NFD').repeat(500))).toBe('ok');
    expect(await send('👨‍👩‍👧‍👦'.repeat(81))).toBe('ok');
    expect(await send('👨‍👩‍👧‍👦'.repeat(82))).toBe('bad_request');
    expect(await send('')).toBe('bad_request');
    expect(await send('\u200b\u200d \u3164')).toBe('bad_request');
    expect(await send('שָׁלוֹם')).toBe('ok');
  });

  it('[CHAT3] is for members of that party alone', async () => {
    const { id } = await party('Ana');
    const other = await party('Eve');
    const [eve] = other.clients;
    const asked = [
      eve.ask('chat:send', aLine(id, 'spam')),
      eve.ask('chat:history', { sessionId: id, limit: 10 }),
      eve.ask('chat:command', { sessionId: id, opId: newOp(), kind: 'clear' }),
      eve.ask('chat:typing', { sessionId: id, on: true }),
      eve.ask('reaction:send', { sessionId: id, emoji: '🔥' }),
    ];
    for (const answer of await Promise.all(asked)) expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  });

  it('[CHAT4] takes five lines at once and then one in 1.5 s, and not the same text three times in 30 s', async () => {
    const { id, clients } = await party('Ana', 'Ben');
    const [, ben] = clients;
    const send = async (text: string) => ben.ask('chat:send', aLine(id, text));
    for (let n = 0; n < CHAT_BURST; n += 1) expect(await send(`line ${n}`)).toMatchObject({ ok: true });
    expect(await send('one more')).toMatchObject({ ok: false, error: { code: 'rate_limited', retryAfterMs: 1500 } });
    later(1500);
    expect(await send('one more')).toMatchObject({ ok: true });
    later(31_000);
    for (const text of ['Spam!', 'spam !']) expect(await send(text)).toMatchObject({ ok: true });
    expect(await send('SPAM!')).toMatchObject({ ok: false, error: { code: 'rate_limited', reason: 'same' } });
    expect(await send('something else')).toMatchObject({ ok: true });
    // Another connection does not begin anew.
    const again = await (await server.personWith({ name: 'Ben', token: await tokenOf(ben) })).join(id);
    expect(await again.ask('chat:send', aLine(id, 'spam!'))).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    later(30_000);
    expect(await send('SPAM!')).toMatchObject({ ok: true });
  });

  it('[CHAT5] takes links of who has been there for a minute, of everybody or of hosts alone, as hosts set it', async () => {
    const { id, clients } = await party('Ana', 'Ben');
    const [ana, ben] = clients;
    const link = () => ben.ask('chat:send', aLine(id, 'see https://example.com/x'));
    const refused = (code: string, reason?: string) => ({ ok: false, error: { code, ...(reason ? { reason } : {}) } });
    expect(await link()).toMatchObject(refused('rate_limited', 'link'));
    expect(await ana.ask('chat:send', aLine(id, 'https://example.com'))).toMatchObject({ ok: true });
    later();
    expect(await link()).toMatchObject({ ok: true });
    const set = (client: RawClient, links: 'everyone' | 'hosts') =>
      client.ask('chat:command', { sessionId: id, opId: newOp(), kind: 'links', links });
    expect(await set(ben, 'everyone')).toMatchObject(refused('forbidden'));
    expect(await set(ana, 'hosts')).toMatchObject({ ok: true });
    later();
    expect(await link()).toMatchObject(refused('forbidden', 'link'));
    expect((await latest(ben, id)).settings).toEqual({ slowMs: 0, slowBy: 'hosts', links: 'hosts' });
  });

  it('[CHAT6] who comes is given the last 50, who comes back what was missed, and older ones by page', async () => {
    const { id, clients } = await party('Ana', 'Ben');
    const [ana, ben] = clients;
    expect(await latest(ben, id)).toMatchObject({ lines: [], gap: false, more: false });
    const answers: ReturnType<typeof sendLine>[] = [];
    const sendLine = (text: string) => ana.do('chat:send', aLine(id, text));
    for (let n = 0; n < 120; n += 1) {
      later();
      answers.push(sendLine(`line ${n}`));
      await ana.next<ChatFrame>('chat:lines', ({ lines }) => lines.some(({ text }) => text === `line ${n}`));
    }
    const results = await Promise.all(answers);
    const seqs = results.map(({ seq }) => seq);
    const epoch = results[0]?.epoch ?? 0;
    const last = await latest(ben, id);
    expect(last).toMatchObject({ epoch, seq: seqs.at(-1), gap: false, more: true });
    expect(last.lines.map(({ seq }) => seq)).toEqual(seqs.slice(-50));
    const missed = await ben.do('chat:history', { sessionId: id, epoch, afterSeq: seqs[99] ?? 0, limit: CHAT_MISSED_MAX });
    expect(missed).toMatchObject({ gap: false, seq: seqs.at(-1) });
    expect(missed.lines.map(({ seq }) => seq)).toEqual(seqs.slice(100));
    const tooMany = await ben.do('chat:history', { sessionId: id, epoch, afterSeq: seqs[0] ?? 0, limit: 100 });
    expect(tooMany).toMatchObject({ gap: true, more: true });
    expect(tooMany.lines.map(({ seq }) => seq)).toEqual(seqs.slice(-50));
    const page = await ben.do('chat:history', { sessionId: id, beforeSeq: seqs[70] ?? 0, limit: 60 });
    expect(page.lines.map(({ seq }) => seq)).toEqual(seqs.slice(10, 70));
    expect(page.more).toBe(true);
    const first = await ben.do('chat:history', { sessionId: id, beforeSeq: seqs[10] ?? 0, limit: 10 });
    expect(first).toMatchObject({ more: false });
    const both = await ben.ask('chat:history', { sessionId: id, beforeSeq: 5, afterSeq: 5, limit: 10 });
    expect(both).toMatchObject({ ok: false, error: { code: 'bad_request' } });
  });

  it('[CHAT7] an epoch that is not known any more is answered with the last lines and a gap', async () => {
    const { id, clients } = await party('Ana');
    const [ana] = clients;
    const { epoch, seq } = await ana.do('chat:send', aLine(id, 'one'));
    const answer = await ana.do('chat:history', { sessionId: id, epoch: epoch - 1, afterSeq: seq, limit: 300 });
    expect(answer).toMatchObject({ epoch, gap: true, seq, lines: [{ seq }] });
  });

  it('[CHAT8] edits of five minutes, deletions and clearing are changes with numbers of their own', async () => {
    const { id, clients } = await party('Ana', 'Ben', 'Cleo');
    const [ana, ben, cleo] = clients;
    const { seq } = await ben.do('chat:send', aLine(id, 'frist'));
    const command = (client: RawClient, body: object) => client.ask('chat:command', { sessionId: id, opId: newOp(), ...body } as never);
    const refused = (code: string) => ({ ok: false, error: { code } });
    expect(await command(ana, { kind: 'edit', seq, text: 'not mine' })).toMatchObject(refused('forbidden'));
    expect(await command(cleo, { kind: 'delete', seq })).toMatchObject(refused('forbidden'));
    expect(await command(ben, { kind: 'edit', seq, text: 'first' })).toMatchObject({ ok: true, data: { seq: seq + 1 } });
    await cleo.next<ChatFrame>('chat:lines', (frame) => frame.changes?.[0]?.kind === 'edited');
    expect(changes(cleo)).toMatchObject([{ kind: 'edited', seq: seq + 1, target: seq, text: 'first' }]);
    expect((await latest(cleo, id)).lines).toMatchObject([{ seq, text: 'first', editedAtMs: clock.nowMs() }]);
    later(300_000);
    expect(await command(ben, { kind: 'edit', seq, text: 'too late' })).toMatchObject(refused('forbidden'));
    const cursor = { epoch: (await latest(cleo, id)).epoch, afterSeq: seq };
    expect(await command(ana, { kind: 'delete', seq })).toMatchObject({ ok: true });
    expect(await command(ana, { kind: 'delete', seq })).toMatchObject(refused('not_found'));
    const missed = await cleo.do('chat:history', { sessionId: id, ...cursor, limit: 300 });
    // What was taken away is not in what it was edited to either.
    expect(missed.changes).toEqual([
      { kind: 'deleted', seq: seq + 2, atMs: clock.nowMs(), memberId: expect.any(String), name: 'Ana', targets: [seq] },
    ]);
    expect((await latest(cleo, id)).lines).toEqual([]);
    const said = await ben.do('chat:send', aLine(id, 'again'));
    expect(await command(ben, { kind: 'clear' })).toMatchObject(refused('forbidden'));
    expect(await command(ana, { kind: 'clear' })).toMatchObject({ ok: true, data: { seq: said.seq + 1 } });
    const cleared = await cleo.next<ChatFrame>('chat:lines', (frame) => frame.changes?.[0]?.kind === 'cleared');
    expect(cleared.changes as readonly ChatChange[]).toMatchObject([{ kind: 'cleared', seq: said.seq + 1, name: 'Ana' }]);
    expect(await latest(cleo, id)).toMatchObject({ lines: [], more: false });
  });

  it('[CHAT9] hosts set slow mode, which counts for everybody but hosts', async () => {
    const { id, clients } = await party('Ana', 'Ben');
    const [ana, ben] = clients;
    const slow = (client: RawClient, slowMs: number) =>
      client.ask('chat:command', { sessionId: id, opId: newOp(), kind: 'slow', slowMs } as never);
    expect(await slow(ben, 3000)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(await slow(ana, 5000)).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    expect(await slow(ana, 10_000)).toMatchObject({ ok: true });
    await ben.next<ChatFrame>(
      'chat:lines',
      ({ changes: [change] = [] }) => change?.kind === 'settings' && change.settings.slowMs === 10_000,
    );
    expect(await ben.ask('chat:send', aLine(id, 'one'))).toMatchObject({ ok: true });
    later(4000);
    expect(await ben.ask('chat:send', aLine(id, 'two'))).toMatchObject({ ok: false, error: { code: 'rate_limited', retryAfterMs: 6000 } });
    for (const text of ['a', 'b']) expect(await ana.ask('chat:send', aLine(id, text))).toMatchObject({ ok: true });
    later(6000);
    expect(await ben.ask('chat:send', aLine(id, 'two'))).toMatchObject({ ok: true });
    expect(await slow(ana, 0)).toMatchObject({ ok: true });
    expect(await ben.ask('chat:send', aLine(id, 'three'))).toMatchObject({ ok: true });
  });

  it('[CHAT9] slow mode comes by itself where very many speak at once, and is told', async () => {
    const { id, clients } = await party('Ana', 'Ben');
    const [ana, ben] = clients;
    const crowd = await Promise.all(Array.from({ length: 21 }, async (_, i) => (await server.person(`p${i}`)).join(id)));
    const said = crowd.flatMap((client, i) =>
      Array.from({ length: CHAT_BURST }, (_, n) => client.ask('chat:send', aLine(id, `${i} ${n}`))),
    );
    expect((await Promise.all(said)).every(({ ok }) => ok)).toBe(true);
    const told = await ben.next<ChatFrame>('chat:lines', ({ changes: [change] = [] }) => change?.kind === 'settings');
    const settings = { slowMs: 3000, slowBy: 'crowd', links: 'present' };
    expect(told.changes).toMatchObject([{ kind: 'settings', memberId: null, name: null, settings }]);
    expect((await latest(ben, id)).settings).toEqual(settings);
    expect(await ben.ask('chat:send', aLine(id, 'one'))).toMatchObject({ ok: true });
    expect(await ben.ask('chat:send', aLine(id, 'two'))).toMatchObject({ ok: false, error: { code: 'rate_limited', retryAfterMs: 3000 } });
    for (const text of ['a', 'b']) expect(await ana.ask('chat:send', aLine(id, text))).toMatchObject({ ok: true });
  });

  it('[CHAT12] who types is told to others, and kept nowhere', async () => {
    const { id, clients, all } = await party('Ana', 'Ben');
    const [ana, ben] = clients;
    await ben.do('chat:typing', { sessionId: id, on: true });
    const { memberId } = await ana.next<{ memberId: string; on: boolean }>('chat:typing', ({ on }) => on);
    const joined = await (await all[1]?.connect())?.join(id);
    expect(memberId).toBe(joined?.you.memberId);
    await ben.do('chat:typing', { sessionId: id, on: false });
    await ana.next<{ on: boolean }>('chat:typing', ({ on }) => !on);
  });

  it('[REACT1] reactions are gathered and told with who sent them; one emoji each, and not too many', async () => {
    const { id, clients } = await party('Ana', 'Ben');
    const [ana, ben] = clients;
    for (const emoji of ['🔥', '🔥', '😂']) await ben.do('reaction:send', { sessionId: id, emoji });
    await ana.do('reaction:send', { sessionId: id, emoji: '🔥' });
    later(250);
    const burst = await ana.next<{ counts: object; from: object[] }>('reaction:burst');
    expect(burst.counts).toEqual({ '🔥': 3, '😂': 1 });
    expect(burst.from).toHaveLength(4);
    for (const emoji of ['x', '🔥🔥', '<b>', '']) {
      expect(await ben.ask('reaction:send', { sessionId: id, emoji })).toMatchObject({ ok: false, error: { code: 'bad_request' } });
    }
    const many = await Promise.all(Array.from({ length: 30 }, () => ben.ask('reaction:send', { sessionId: id, emoji: '🔥' })));
    expect(many.filter(({ ok }) => ok).length).toBeLessThanOrEqual(10);
    expect(many.find(({ ok }) => !ok)).toMatchObject({ error: { code: 'rate_limited' } });
  });
});

async function tokenOf(client: RawClient): Promise<string> {
  return (client.socket.auth as { token: string }).token;
}
