import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedTestDatabase, type TestDatabase } from '../platform/database/database.testing.ts';
import { createEventBus } from '../platform/events/event-bus.ts';
import { createLogger } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { singleNodeBus } from '../platform/socket/cluster-bus.ts';
import type { Members } from '../sessions/index.ts';
import { createPostgresChatLog } from './chat.log.postgres.ts';
import type { ChatLog } from './chat.log.ts';
import { createChatMetrics } from './chat.metrics.ts';
import { ChatOpening } from './chat.opening.ts';
import { ChatRooms } from './chat.rooms.ts';
import { type ChatActor, ChatService } from './chat.service.ts';
import { createMemoryChatStore } from './chat.store.memory.ts';
import { newOp } from './chat.testing.ts';
import { chatViewerData } from './chat.viewer-data.ts';
import { ChatWriter } from './chat.writer.ts';
import { ChatWriters } from './chat.writers.ts';

const NOW_MS = 1_700_000_000_000;
const ID = 'party_of_Ana__________';
const timeline = { mediaId: 'title:sample', positionS: 0, rate: 1, playing: false, version: 1, atMs: NOW_MS };
const members = {
  tell() {},
  tellMember() {},
  count: () => 2,
  room: (id: string) => id,
  playback: () => ({ timeline, media: { durationS: null } }),
} as unknown as Members;
const actor = (name: string, role: ChatActor['role']): ChatActor => ({
  sessionId: ID,
  memberId: `member_of_${name}`,
  viewerId: `viewer-of-${name}`,
  name,
  look: { colour: 1, emoji: '🦊' },
  role,
});
const [ana, ben] = [actor('Ana', 'owner'), actor('Ben', 'member')];

describe('two instances of which one has not written down its lines when the other changes them', () => {
  const store = { ...createMemoryChatStore(), isShared: true };
  const log = createLogger({ level: 'silent' });
  let under: TestDatabase;
  let chatLog: ChatLog;
  let release = () => {};
  let held = Promise.resolve();
  /** A chat that is opened anew is numbered above all of before. */
  let openedAtMs = NOW_MS;
  beforeAll(async () => {
    under = await openEmbeddedTestDatabase();
    chatLog = createPostgresChatLog(under.database);
  });
  afterAll(() => under.remove());

  /** An instance on the one store and the one database; its writes wait for `until`. */
  function instance(until: () => Promise<void> = async () => {}) {
    const { database } = under;
    const own: ChatLog = { ...chatLog, write: (rows) => until().then(() => chatLog.write(rows)) };
    const metrics = createChatMetrics(createMetrics({ processMetrics: false }), () => ({ rooms: 0, unsaved: 0, waiting: 0 }));
    const writer = new ChatWriter({ log: own, store, database, onError: (error) => log.error(error) });
    const opening = new ChatOpening({ store, log: own, metrics, nowMs: () => (openedAtMs += 1000) });
    const rooms = new ChatRooms({ store, opening, writer, members, bus: singleNodeBus('one'), metrics, nowMs: () => NOW_MS });
    const writers = new ChatWriters();
    const chat = new ChatService({ store, log: own, writer, rooms, writers, members, events: createEventBus(log), metrics });
    rooms.joined(ID);
    return { chat, rooms, data: chatViewerData(own, writer, chat) };
  }

  async function twoLines() {
    await store.drop(ID);
    held = new Promise((resolve) => {
      release = resolve;
    });
    const [slow, other] = [instance(() => held), instance()];
    await other.rooms.opened(ID);
    const say = (text: string) => slow.chat.send(ben, { sessionId: ID, opId: newOp(), text }, NOW_MS);
    const answers = [say('rude'), say('fine')];
    await expect
      .poll(async () => (await store.tail(ID, { afterSeq: 0 })).slice(-2).map(({ entry }) => entry.kind))
      .toEqual(['line', 'line']);
    const [first] = (await store.tail(ID, { afterSeq: 0 })).slice(-2);
    return { other, answers, first: first?.seq ?? 0 };
  }
  const written = async () =>
    (await chatLog.before(ID, Number.MAX_SAFE_INTEGER, 9)).map(({ entry }) => entry.kind === 'line' && entry.text);

  it('keeps away a line that was deleted before it was written', async () => {
    const { other, answers, first } = await twoLines();
    await other.chat.command(ana, { sessionId: ID, opId: newOp(), kind: 'delete', seq: first }, NOW_MS);
    release();
    await Promise.all(answers);
    expect(await written()).toEqual(['fine']);
  });

  it('keeps away the lines that were cleared before they were written', async () => {
    const { other, answers } = await twoLines();
    await other.chat.command(ana, { sessionId: ID, opId: newOp(), kind: 'clear' }, NOW_MS);
    release();
    await Promise.all(answers);
    expect(await written()).toEqual([]);
  });

  it('knows the edit of a line that was not written', async () => {
    const { other, answers, first } = await twoLines();
    await other.chat.command(ben, { sessionId: ID, opId: newOp(), kind: 'edit', seq: first, text: 'polite' }, NOW_MS);
    release();
    await Promise.all(answers);
    expect(await written()).toEqual(['polite', 'fine']);
  });

  it('leaves nothing of a viewer who goes meanwhile', async () => {
    expect(await written()).toContain('fine');
    const { other, answers } = await twoLines();
    await other.data.erase(ben.viewerId, NOW_MS);
    release();
    await Promise.all(answers);
    expect(await written()).toEqual([]);
    expect(JSON.stringify((await chatLog.linesOf(ben.viewerId, null, 9)).lines)).toBe('[]');
  });

  it('has a line in the chat that another instance opened anew before it was written', async () => {
    const { other, answers } = await twoLines();
    const room = await other.rooms.opened(ID);
    await store.drop(ID);
    await other.rooms.compare(room);
    release();
    const results = await Promise.all(answers);
    const tail = (await store.tail(ID, { afterSeq: 0 })).slice(-2);
    expect(tail.map(({ entry }) => entry.kind === 'line' && entry.text)).toEqual(['rude', 'fine']);
    expect(results.map(({ seq }) => seq)).toEqual(tail.map(({ seq }) => seq));
    expect((await written()).filter((text) => text === 'rude')).toHaveLength(1);
  });
});
