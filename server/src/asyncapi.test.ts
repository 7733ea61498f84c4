import { Parser } from '@asyncapi/parser';
import { clientEvents, serverEvents } from '@cowatch/shared/answers';
import type { KnockList, SessionInfo } from '@cowatch/shared/protocol';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeSchemas } from './openapi.testing.ts';
import { type Person, type RawClient, startTestServer, type TestServer } from './protocol.testing.ts';

interface Described {
  readonly channels: { readonly root: { readonly messages: Readonly<Record<string, { readonly payload: object }>> } };
}

let server: TestServer;
let text: string;
beforeAll(async () => {
  server = await startTestServer();
  text = await (await fetch(`${server.url}/asyncapi.json`)).text();
});
afterAll(() => server.stop());

describe('[API2] the AsyncAPI document', () => {
  // It does nothing but compute, and shares the machine with other tests.
  it('is one, and has nothing that its parser finds fault with', { timeout: 60_000 }, async () => {
    const found = await new Parser().validate(text);
    // 3.1 adds nothing that is used here, and fewer programs read it.
    const faults = found.filter(({ code }) => code !== 'asyncapi-latest-version');
    expect(faults.map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`)).toEqual([]);
  });

  it('has the server where it was asked for', () => {
    const { host } = new URL(server.url);
    expect(JSON.parse(text)).toMatchObject({ servers: { this: { host, protocol: 'ws', pathname: '/socket.io/' } } });
  });

  it('is what both ends say, in every event and every acknowledgement', { timeout: 60_000 }, async () => {
    const wire = new CheckedWire(JSON.parse(text));
    const [ana, ben] = [await server.person('Ana'), await server.person('Ben')];
    const party = await ana.createSession();
    await talk(wire, ana, ben, await ana.createSession());
    await moderateParty(wire, ana, ben, await ana.createSession());
    await queueUp(wire, ana, await ana.createSession());
    await playParty(wire, ana, ben, party);
    await watchAlone(wire, ana);
    await server.sockets.drain();
    await wire.came('server:draining');
    expect(wire.missing()).toEqual([]);
  });
});

/** Connections of which everything that is said, either way, must be as the document says. */
class CheckedWire {
  readonly #seen = new Set<string>();
  readonly #clients: RawClient[] = [];
  readonly #document: Described;
  readonly #ajv = new Ajv({ strict: false, allErrors: true });

  constructor(document: Described) {
    this.#document = document;
    closeSchemas(document);
    this.#ajv.addSchema({ ...document, $id: 'wire' });
  }

  async connect(person: Person): Promise<RawClient> {
    const client = await person.connect();
    client.socket.onAny((event: string, message: unknown) => this.#check(`${camelCase(event)}Event`, message));
    for (const { event, message } of client.received) this.#check(`${camelCase(event)}Event`, message);
    this.#clients.push(client);
    return client;
  }

  async ask(client: RawClient, event: string, message: object, ok = true): Promise<void> {
    this.#check(camelCase(event), message);
    const answer = await client.raw(event, message);
    this.#check(`${camelCase(event)}Answer`, answer);
    expect(answer).toMatchObject({ ok });
  }

  /** A command, which has its envelope made for it. */
  async act(client: RawClient, event: string, sessionId: string, body: object, ok = true): Promise<void> {
    await this.ask(client, event, { ...(await client.envelope(sessionId)), ...body }, ok);
  }

  /** The acknowledgement of what the server asks of a device. */
  obey(client: RawClient, answer: object): void {
    client.socket.on('device:command', (_order: unknown, acknowledge: (answer: object) => void) => {
      this.#check('deviceCommandEventAnswer', answer);
      acknowledge(answer);
    });
  }

  /** Waits for an event at whatever connection. */
  came(event: string): Promise<unknown> {
    return Promise.any(this.#clients.map((client) => client.next(event)));
  }

  /** What nobody said. */
  missing(): string[] {
    const events = Object.entries(serverEvents).map(([event, { answer }]) => ({ event, kind: 'Event', answer }));
    const all = [...Object.keys(clientEvents).map((event) => ({ event, kind: '', answer: true })), ...events];
    return all
      .flatMap(({ event, kind, answer }) => {
        const name = `${camelCase(event)}${kind}`;
        return answer === null ? [name] : [name, `${name}Answer`];
      })
      .filter((name) => !this.#seen.has(name));
  }

  #check(name: string, payload: unknown): void {
    if (!(name in this.#document.channels.root.messages)) throw new Error(`${name} is not in the document`);
    this.#seen.add(name);
    const validate = this.#ajv.compile({ $ref: `wire#/channels/root/messages/${name}/payload` });
    if (!validate(payload)) {
      throw new Error(`${name}: ${this.#ajv.errorsText(validate.errors)} in ${JSON.stringify(payload)}`);
    }
  }
}

const camelCase = (event: string) => event.replaceAll(/:(\w)/g, (_, letter: string) => letter.toUpperCase());

async function talk(wire: CheckedWire, ana: Person, ben: Person, { id: sessionId }: SessionInfo) {
  const [host, guest] = [await wire.connect(ana), await wire.connect(ben)];
  await wire.ask(host, 'session:join', { sessionId, name: 'Ana' });
  await wire.ask(guest, 'session:join', { sessionId, name: 'Ben' });
  let ops = 0;
  const op = () => ({ sessionId, opId: `talking_${++ops}` });
  const { seq } = await guest.do('chat:send', { ...op(), text: 'hello' });
  await wire.ask(host, 'chat:send', { ...op(), text: 'hi', replyTo: seq, mentions: ['A'.repeat(12)] });
  await wire.ask(host, 'chat:send', { ...op(), text: ' ' }, false);
  await wire.ask(guest, 'chat:command', { ...op(), kind: 'edit', seq, text: 'hello there' });
  await wire.ask(host, 'chat:command', { ...op(), kind: 'slow', slowMs: 3000 });
  await wire.ask(host, 'chat:command', { ...op(), kind: 'links', links: 'hosts' });
  await wire.ask(host, 'chat:command', { ...op(), kind: 'delete', seq });
  await wire.ask(guest, 'chat:history', { sessionId, limit: 50 });
  await wire.ask(guest, 'chat:history', { sessionId, limit: 300, epoch: seq - 1, afterSeq: seq });
  await wire.ask(guest, 'chat:command', { ...op(), kind: 'clear' }, false);
  await wire.ask(host, 'chat:command', { ...op(), kind: 'clear' });
  await wire.ask(guest, 'chat:typing', { sessionId, on: true });
  await wire.ask(guest, 'reaction:send', { sessionId, emoji: '🍿' });
  for (const event of ['chat:lines', 'chat:typing', 'reaction:burst']) await wire.came(event);
}

async function moderateParty(wire: CheckedWire, ana: Person, ben: Person, { id: sessionId }: SessionInfo) {
  const [host, guest] = [await wire.connect(ana), await wire.connect(ben)];
  await wire.ask(host, 'session:join', { sessionId, name: 'Ana' });
  await wire.act(host, 'session:command', sessionId, { kind: 'door', door: 'knock' });
  await wire.ask(guest, 'session:join', { sessionId, name: 'Ben' }, false);
  const { waiting } = await host.next<KnockList>('session:knock', (list) => list.waiting.length > 0);
  const memberId = waiting[0]?.memberId;
  await wire.act(host, 'session:command', sessionId, { kind: 'admit', memberId, admit: true });
  await wire.came('session:admitted');
  await wire.ask(guest, 'session:join', { sessionId, name: 'Ben' });
  await wire.ask(host, 'session:ban-reach', { sessionId, memberId });
  await wire.ask(guest, 'session:ban-reach', { sessionId, memberId }, false);
  await wire.act(host, 'session:command', sessionId, { kind: 'time-out', memberId, minutes: 10 });
  await wire.act(host, 'session:command', sessionId, { kind: 'new-link' });
  await wire.ask(guest, 'session:link', { sessionId });
  await wire.act(host, 'session:command', sessionId, { kind: 'ban', memberId, address: true });
  await wire.ask(host, 'session:moderation', { sessionId });
}

async function queueUp(wire: CheckedWire, ana: Person, { id: sessionId }: SessionInfo) {
  const host = await wire.connect(ana);
  await wire.ask(host, 'session:join', { sessionId, name: 'Ana' });
  const films = ['a', 'b', 'c'].map((name) => ({ media: { url: `https://films.example/${name}.mp4` }, title: name }));
  const items = [...films, { media: { url: 'nothing at all' } }];
  const { added = [] } = await host.do('queue:command', { ...(await host.envelope(sessionId)), kind: 'add', items });
  const [first, second, third] = added;
  await wire.act(host, 'queue:command', sessionId, { kind: 'add', items: items.slice(3) }, false);
  for (const body of [
    { kind: 'add', items },
    { kind: 'move', itemId: third, place: 'first' },
    { kind: 'undo' },
    { kind: 'vote', itemId: second, on: true },
    { kind: 'mode', mode: 'votes' },
    { kind: 'auto', on: false },
    { kind: 'play-now', itemId: first },
    { kind: 'next', fromItemId: first },
  ])
    await wire.act(host, 'queue:command', sessionId, body);
  await wire.ask(host, 'queue:list', { sessionId, part: 'queue' });
  await wire.ask(host, 'queue:list', { sessionId, part: 'history' });
  await wire.ask(host, 'queue:list', { sessionId: 'A'.repeat(22), part: 'queue' }, false);
  await wire.came('queue:changed');
}

async function playParty(wire: CheckedWire, ana: Person, ben: Person, { id: sessionId, media }: SessionInfo) {
  const [host, guest] = [await wire.connect(ana), await wire.connect(ben)];
  await wire.ask(host, 'clock:ping', {});
  await wire.ask(host, 'session:join', { sessionId, name: 'Ana' });
  await wire.ask(guest, 'session:join', { sessionId, name: ' Ben\n' });
  await wire.ask(guest, 'session:join', { sessionId: 'A'.repeat(22), name: 'Ben' }, false);
  await wire.came('session:presence');
  await wire.ask(host, 'session:roster', { sessionId, offset: 0 });
  for (const body of [
    { kind: 'play' },
    { kind: 'pause', seenPositionS: 0 },
    { kind: 'seek', positionS: 12.5 },
    { kind: 'rate', rate: 1.5 },
    { kind: 'anchor', mediaId: media.id, version: 1, positionS: 12.5, durationS: 300 },
    { kind: 'duration', mediaId: media.id, durationS: 290 },
    { kind: 'load', media: { url: 'https://youtu.be/aqz-KE-bpKQ?t=90' } },
    { kind: 'load', media: { titleId: 'sample' } },
  ])
    await wire.act(host, 'playback:command', sessionId, body);
  await wire.act(guest, 'playback:command', sessionId, { kind: 'load', media: { titleId: 'nothing' } }, false);
  const report = { sessionId, version: 0, accessVersion: 0, state: 'playing', positionS: 1.5, driftMs: -3.25 };
  await wire.ask(guest, 'member:report', report);
  await wire.ask(guest, 'member:report', { ...report, positionS: null, driftMs: null });
  const members = await host.do('session:roster', { sessionId, offset: 0 });
  const memberId = members.members.find(({ role }) => role === 'member')?.memberId;
  for (const body of [
    { kind: 'control', control: 'hosts' },
    { kind: 'rename', name: 'Film' },
    { kind: 'own-name', name: 'Anna' },
    { kind: 'role', memberId, role: 'host' },
    { kind: 'kick', memberId },
    { kind: 'end' },
  ])
    await wire.act(host, 'session:command', sessionId, body);
  for (const event of ['playback:changed', 'session:changed', 'session:removed', 'session:ended']) await wire.came(event);
  await wire.ask(guest, 'session:leave', { sessionId }, false);
  const next = await ben.createSession();
  await wire.ask(guest, 'session:join', { sessionId: next.id, name: 'Ben' });
  await wire.ask(guest, 'session:leave', { sessionId: next.id });
}

async function watchAlone(wire: CheckedWire, ana: Person): Promise<void> {
  const [tv, phone] = [await wire.connect(ana), await wire.connect(ana)];
  const [onTv, onPhone] = ['tv', 'phone'].map((name) => ({ id: `device-${name}`, name }));
  const media = { url: 'https://a.example/a.mp4', title: null };
  const playing = { contentId: 'film', media, positionMs: 60_000, durationMs: null, paused: false };
  await wire.ask(phone, 'device:hello', { device: onPhone, opens: true });
  await wire.ask(tv, 'device:hello', { device: onTv, playing });
  await wire.came('device:changed');
  wire.obey(tv, {
    ok: true,
    data: { playing: { ...playing, blocked: false, live: false, rate: 1, atMs: Date.now() } },
  });
  await wire.ask(phone, 'device:command', { deviceId: 'device-tv', opId: 'op-pause', action: { kind: 'pause' } });
  const absent = { deviceId: 'device-none', opId: 'op-none-', action: { kind: 'seek', positionMs: 1 } };
  await wire.ask(phone, 'device:command', absent, false);
  await wire.ask(phone, 'resume:start', { contentId: 'film', device: onPhone });
  const { serverMs } = await phone.do('device:hello', { device: { id: 'device-phone', name: 'phone' } });
  const item = {
    contentId: 'film',
    committed: true,
    intentAtMs: Math.floor(serverMs),
    sittingId: 'a'.repeat(32),
    seq: 1,
    positionMs: 60_000,
    durationMs: 600_000,
    watchedMs: 60_000,
    state: 'active',
    previousPositionMs: null,
    savedAtMs: Math.floor(serverMs),
    media,
  };
  await wire.ask(phone, 'resume:save', {
    viewerId: ana.viewerId,
    device: onPhone,
    items: [item, { ...item, media: null }],
  });
  await wire.ask(tv, 'resume:start', { contentId: 'film', device: onTv });
  for (const event of ['resume:updated', 'resume:superseded', 'continue:changed']) await wire.came(event);
  tv.socket.close();
  await phone.next<{ readonly gone?: boolean }>('device:changed', ({ gone }) => gone === true);
}
