import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer, ChatFrame, ChatHistory, ChatHistoryRequest, ChatLine, ChatSend } from '../../protocol/index.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import type { SessionModel } from '../session/session-model.ts';
import { DEFAULT_CHAT_SETTINGS } from './chat-log.ts';
import { ChatSession } from './chat-session.ts';

const SESSION = 's'.repeat(22);
const [ME, BEN] = ['member_me___', 'member_of_Be'];
const EPOCH = 1000;

/** A server's chat as the protocol says it is, and a connection to it that may lose what it carries. */
class FakeChat {
  epoch = EPOCH;
  lines: ChatLine[] = [];
  seq = EPOCH;
  connected = true;
  /** Sends that are received, and whose answers get lost. */
  answersLost = 0;
  refuse: Answer<never> | null = null;
  readonly asked: { event: string; message: object }[] = [];
  readonly #listeners = new Map<string, (message: object) => void>();

  connection(): TypedConnection {
    return {
      get connected() {
        return true;
      },
      serverNowMs: () => this.nowMs,
      on: (event: string, listener: (message: object) => void) => {
        this.#listeners.set(event, listener);
        return () => {};
      },
      onReady: () => () => {},
      ask: async (event: string, message: object) => {
        this.asked.push({ event, message });
        if (!this.connected) return { ok: false, error: { code: 'unavailable', message: '' } };
        if (event === 'chat:history') return { ok: true, data: this.history(message as ChatHistoryRequest) };
        if (event === 'chat:send') return this.#send(message as ChatSend);
        return { ok: true, data: null };
      },
    } as unknown as TypedConnection;
  }

  nowMs = 50_000;

  say(text: string, more: Partial<ChatLine> = {}): ChatLine {
    this.seq += 1;
    const line: ChatLine = {
      seq: this.seq,
      opId: `op-${this.seq}`,
      memberId: BEN,
      name: 'Ben',
      look: { colour: 0, emoji: '🦊' },
      text,
      atMs: this.nowMs,
      mediaId: 'm',
      positionS: 0,
      ...more,
    };
    this.lines.push(line);
    return line;
  }

  frameOf(line: ChatLine, more: Partial<ChatFrame> = {}): ChatFrame & { sessionId: string } {
    return { sessionId: SESSION, epoch: this.epoch, afterSeq: line.seq - 1, toSeq: line.seq, lines: [line], ...more };
  }

  tell(frame: object): void {
    this.#listeners.get('chat:lines')?.(frame);
  }

  history({ epoch, afterSeq, beforeSeq, limit }: ChatHistoryRequest): ChatHistory {
    const base = { epoch: this.epoch, settings: DEFAULT_CHAT_SETTINGS };
    if (beforeSeq !== undefined) {
      const before = this.lines.filter(({ seq }) => seq < beforeSeq);
      return { ...base, seq: beforeSeq - 1, lines: before.slice(-limit), gap: false, more: before.length > limit };
    }
    if (afterSeq !== undefined && epoch === this.epoch && this.seq - afterSeq <= limit) {
      return { ...base, seq: this.seq, lines: this.lines.filter(({ seq }) => seq > afterSeq), changes: [], gap: false, more: true };
    }
    return { ...base, seq: this.seq, lines: this.lines.slice(-50), gap: afterSeq !== undefined, more: this.lines.length > 50 };
  }

  #send({ opId, text }: ChatSend): Answer<object> {
    if (this.refuse !== null) return this.refuse;
    const known = this.lines.find((line) => line.opId === opId && line.memberId === ME);
    const line = known ?? this.say(text, { opId, memberId: ME, name: 'Me' });
    if (this.answersLost > 0) {
      this.answersLost -= 1;
      return { ok: false, error: { code: 'unavailable', message: '' } };
    }
    return { ok: true, data: { epoch: this.epoch, seq: line.seq } };
  }
}

function stage() {
  const env = new ManualEnvironment();
  const server = new FakeChat();
  const place = { ownS: 0 as number | null, partyS: 0 };
  const model = {
    memberId: ME,
    isHost: false,
    access: { ownerId: 'x', hostIds: [], control: 'everyone' },
    playback: { timeline: { mediaId: 'm' } },
    roster: { nameOf: () => 'Me', lookOf: () => null },
    get health() {
      return place.ownS === null ? null : { positionS: place.ownS };
    },
  } as unknown as SessionModel;
  const chat = new ChatSession({
    connection: server.connection(),
    env,
    sessionId: SESSION,
    model,
    joined: () => server.connected,
    closed: () => false,
    targetPositionS: () => place.partyS,
  });
  const heard: string[] = [];
  chat.onLine(({ line }) => heard.push(line.text));
  const texts = () =>
    chat.state.items.map((item) => {
      if (item.kind === 'line') return item.line.text;
      return item.kind === 'pending' ? `${item.text}…${item.error?.code ?? ''}` : item.kind === 'more' ? `+${item.count}` : item.kind;
    });
  return { env, server, chat, place, heard, texts };
}

describe('[CHAT13] the headless client and what it was told', () => {
  it('ends with all lines of the server in their order, whatever frames were lost, repeated or late', async () => {
    const steps = fc.array(fc.constantFrom('say', 'lose', 'repeat', 'late', 'reconnect', 'rest'), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const { env, server, chat, heard } = stage();
        server.say('first');
        chat.joined();
        await env.advance(0);
        const late: object[] = [];
        for (const step of script) {
          if (step === 'rest') await env.advance(10);
          else if (step === 'reconnect') {
            chat.lost();
            chat.joined();
          } else {
            const frame = server.frameOf(server.say(step));
            if (step === 'late') late.push(frame);
            else if (step !== 'lose') server.tell(frame);
            if (step === 'repeat') server.tell(frame);
          }
        }
        for (const frame of late) server.tell(frame);
        server.tell(server.frameOf(server.say('last')));
        await env.advance(5000);
        const seqs = chat.state.items.flatMap((item) => (item.kind === 'line' ? [item.line.seq] : []));
        expect(seqs).toEqual(server.lines.map(({ seq }) => seq));
        // Each new line was heard once.
        expect(heard).toHaveLength(server.lines.length - 1);
      }),
      { numRuns: 300 },
    );
  });

  it('[CHAT7] of another epoch takes what the server has, and shows a gap only where one is', async () => {
    const { env, server, chat, texts } = stage();
    for (const text of ['a', 'b', 'c']) server.say(text);
    chat.joined();
    await env.advance(0);
    expect(texts()).toEqual(['a', 'b', 'c']);
    // A line that nobody was promised is gone.
    server.lines = server.lines.slice(0, 2);
    server.epoch = 5000;
    server.seq = 5000;
    server.tell(server.frameOf(server.say('d')));
    await env.advance(0);
    expect(texts()).toEqual(['a', 'b', 'd']);
    for (let n = 0; n < 400; n += 1) server.say(`${n}`);
    chat.lost();
    expect(chat.state.phase).toBe('away');
    chat.joined();
    await env.advance(0);
    expect(texts().slice(0, 5)).toEqual(['a', 'b', 'd', 'gap', '350']);
    expect(texts()).toHaveLength(54);
  });

  it('loads pages of older lines', async () => {
    const { env, server, chat, texts } = stage();
    for (let n = 0; n < 180; n += 1) server.say(`${n}`);
    chat.joined();
    await env.advance(0);
    expect([texts()[0], chat.state.hasOlder]).toEqual(['130', true]);
    await chat.loadOlder();
    expect([texts()[0], chat.state.hasOlder]).toEqual(['30', true]);
    await chat.loadOlder();
    expect([texts()[0], texts().length, chat.state.hasOlder]).toEqual(['0', 180, false]);
    expect((await chat.find(server.lines[3]?.seq ?? 0))?.text).toBe('3');
  });

  it('[CHAT8] [CHAT10] applies changes, and says how many lines it was not sent', async () => {
    const { env, server, chat, texts } = stage();
    const [a, b] = [server.say('a'), server.say('b')];
    chat.joined();
    await env.advance(0);
    const next = () => {
      server.seq += 1;
      return { sessionId: SESSION, epoch: EPOCH, afterSeq: server.seq - 1, toSeq: server.seq, lines: [] };
    };
    server.tell({ ...next(), changes: [{ kind: 'edited', seq: server.seq, atMs: 1, memberId: BEN, target: a.seq, text: 'A' }] });
    server.tell({ ...next(), changes: [{ kind: 'deleted', seq: server.seq, atMs: 1, memberId: BEN, name: 'Ben', targets: [b.seq] }] });
    expect(texts()).toEqual(['A']);
    server.tell({ ...next(), dropped: 7 });
    server.tell({ ...next(), dropped: 3 });
    expect(texts()).toEqual(['A', '+10']);
    server.tell({ ...next(), changes: [{ kind: 'cleared', seq: server.seq, atMs: 1, memberId: BEN, name: 'Ben' }] });
    expect(texts()).toEqual(['system']);
  });
});

describe('own lines', () => {
  it('[CHAT1] are shown at once, sent again with the same id, and there once', async () => {
    const { env, server, chat, texts, heard } = stage();
    chat.joined();
    await env.advance(0);
    server.answersLost = 2;
    const sent = chat.send('  hello\u202e ');
    expect(texts()).toEqual(['hello…']);
    await env.advance(3000);
    expect(await sent).toEqual({ ok: true, seq: EPOCH + 1 });
    expect(server.lines).toHaveLength(1);
    expect(texts()).toEqual(['hello']);
    server.tell(server.frameOf(server.lines[0] as ChatLine));
    expect([texts(), heard]).toEqual([['hello'], ['hello']]);
    const ids = server.asked.flatMap(({ event, message }) => (event === 'chat:send' ? [(message as ChatSend).opId] : []));
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
  });

  it('go in the order they were written, through a broken connection', async () => {
    const { env, server, chat, texts } = stage();
    chat.joined();
    await env.advance(0);
    server.connected = false;
    chat.lost();
    for (const text of ['one', 'two', 'three']) void chat.send(text);
    await env.advance(2000);
    expect(texts()).toEqual(['one…', 'two…', 'three…']);
    server.connected = true;
    chat.joined();
    await env.advance(3000);
    expect(server.lines.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(texts()).toEqual(['one', 'two', 'three']);
  });

  it('that are refused say why, count down, and can be sent again or let go', async () => {
    const { env, server, chat, texts } = stage();
    chat.joined();
    await env.advance(0);
    server.refuse = { ok: false, error: { code: 'rate_limited', message: '', retryAfterMs: 1500 } };
    expect(await chat.send('x')).toMatchObject({ ok: false });
    expect([texts(), chat.state.nextLineAtMs]).toEqual([['x…rate_limited'], server.nowMs + 1500]);
    server.refuse = null;
    const [item] = chat.state.items;
    if (item?.kind !== 'pending') throw new Error('not pending');
    expect(await chat.retry(item.opId)).toMatchObject({ ok: true });
    const { nextLineAtMs } = chat.state;
    for (const reason of ['link', 'same'] as const) {
      server.refuse = { ok: false, error: { code: 'rate_limited', message: '', retryAfterMs: 40_000, reason } };
      await chat.send(`a ${reason}`);
      expect(chat.state.nextLineAtMs, 'another line may be written meanwhile').toBe(nextLineAtMs);
      const refused = chat.state.items.at(-1);
      if (refused?.kind === 'pending') chat.discard(refused.opId);
    }
    expect(texts()).toEqual(['x']);
    server.refuse = { ok: false, error: { code: 'forbidden', message: '' } };
    await chat.send('y');
    const last = chat.state.items.at(-1);
    if (last?.kind !== 'pending') throw new Error('not pending');
    chat.discard(last.opId);
    expect(texts()).toEqual(['x']);
  });
});

describe('[CHAT15] lines about what one has not seen', () => {
  it('wait for the own picture where it is behind the party, and for nobody else’s', async () => {
    const { env, server, chat, place, texts, heard } = stage();
    chat.joined();
    await env.advance(0);
    const say = (text: string, positionS: number, mediaId = 'm') => server.tell(server.frameOf(server.say(text, { positionS, mediaId })));
    Object.assign(place, { ownS: 100, partyS: 103 });
    say('a little ahead', 103);
    Object.assign(place, { ownS: 100, partyS: 160 });
    say('he dies', 160);
    say('another film', 160, 'other');
    say('near', 104);
    expect(texts()).toEqual(['a little ahead', 'another film', 'near']);
    expect(chat.state.heldCount).toBe(1);
    place.ownS = 150;
    chat.moved();
    expect(chat.state.heldCount).toBe(1);
    place.ownS = 156;
    chat.moved();
    expect(texts()).toEqual(['a little ahead', 'he dies', 'another film', 'near']);
    expect(heard).toEqual(['a little ahead', 'another film', 'near', 'he dies']);
    // After a seek back everybody has seen it.
    Object.assign(place, { ownS: 10, partyS: 10 });
    say('again', 160);
    expect(texts().at(-1)).toBe('again');
    place.ownS = null;
    say('no player', 999);
    expect(texts().at(-1)).toBe('no player');
  });
});

describe('notes of the party', () => {
  it('are told once where the same happens again, with nothing said in between', async () => {
    const { env, server, chat } = stage();
    chat.joined();
    await env.advance(0);
    const notes = () => chat.state.items.flatMap((item) => (item.kind === 'system' ? [item.note] : []));
    chat.noticed({ kind: 'joined', names: ['A', 'B'] });
    chat.noticed({ kind: 'joined', names: ['C', 'D', 'E', 'F', 'G'] });
    expect(notes()).toEqual([{ what: 'joined', names: ['A', 'B', 'C', 'D', 'E'], more: 2 }]);
    server.tell(server.frameOf(server.say('hi')));
    chat.noticed({ kind: 'joined', names: ['H'] });
    chat.noticed({ kind: 'jumped', name: 'A', own: false, positionS: 20, fromPositionS: 10 });
    chat.noticed({ kind: 'jumped', name: 'A', own: false, positionS: 30, fromPositionS: 20 });
    chat.noticed({ kind: 'kept' });
    expect(notes().slice(1)).toEqual([
      { what: 'joined', names: ['H'], more: 0 },
      { what: 'jumped', names: ['A'], positionS: 30, fromPositionS: 10 },
    ]);
    expect(chat.state.items.map(({ kind }) => kind)).toEqual(['system', 'line', 'system', 'system']);
    const cause = { kind: 'add', memberId: BEN, name: 'Ben', itemId: 'i', title: 'Heat', count: 1 } as const;
    chat.queueChanged(cause);
    chat.queueChanged({ ...cause, title: 'Ran', count: 3 });
    chat.queueChanged({ ...cause, kind: 'vote' });
    expect(notes().slice(3)).toEqual([{ what: 'queued', names: ['Ben'], titles: ['Heat', 'Ran'], more: 2 }]);
  });
});
