import type { Feature, FeatureDeps } from '../platform/feature.ts';
import { ChatHistoryReader } from './chat.history.ts';
import { BEAT_MS, EXPIRY_BATCH, EXPIRY_INTERVAL_MS, HEAL_INTERVAL_MS } from './chat.limits.ts';
import { createPostgresChatLog } from './chat.log.postgres.ts';
import { createChatMetrics } from './chat.metrics.ts';
import { ChatOpening } from './chat.opening.ts';
import { ChatRooms } from './chat.rooms.ts';
import { ChatService } from './chat.service.ts';
import { listenForTyping, registerChatSocket } from './chat.socket.ts';
import { createMemoryChatStore } from './chat.store.memory.ts';
import { createRedisChatStore } from './chat.store.redis.ts';
import { chatViewerData } from './chat.viewer-data.ts';
import { ChatWriter } from './chat.writer.ts';
import { ChatWriters } from './chat.writers.ts';
import { Reactions } from './reactions.ts';

const DAY_MS = 24 * 3600 * 1000;

/** Chat and reactions of parties: the last lines in memory, or in Redis where instances share them; all of them in the database. */
export function createChatFeature(deps: FeatureDeps): Feature {
  const { clock, config, database, events, redis } = deps;
  const { bus } = deps.sockets;
  const members = deps.offered('members');
  const nowMs = () => clock.nowMs();
  const store = redis === null ? createMemoryChatStore() : createRedisChatStore(redis);
  const log = createPostgresChatLog(database);
  const metrics = createChatMetrics(deps.metrics, () => ({ rooms: rooms.size, unsaved: writer.unsavedCount, waiting: writer.waiting }));
  const onError = (error: unknown) => deps.log.error({ err: error }, 'the database refuses a line of a chat');
  const writer = new ChatWriter({ log, store, database, onError });
  const opening = new ChatOpening({ store, log, metrics, nowMs });
  const rooms = new ChatRooms({ store, opening, writer, members, bus, metrics, nowMs });
  const writers = new ChatWriters();
  const chat = new ChatService({ store, log, writer, rooms, writers, members, events, metrics });
  const history = new ChatHistoryReader({ store, log, rooms });
  const reactions = new Reactions({ members, bus, nowMs });
  const stops = [
    rooms.listen(),
    reactions.listen(),
    listenForTyping(bus, members),
    events.on('member.joined', ({ sessionId, memberId }) => {
      rooms.joined(sessionId);
      writers.joined(sessionId, memberId, nowMs());
    }),
    events.on('member.left', ({ sessionId }) => rooms.left(sessionId)),
    events.on('member.drained', ({ sessionId, socketId }) => {
      const hint = rooms.hintFor(sessionId);
      if (hint !== null) members.tellSocket(socketId, 'chat:lines', { sessionId, ...hint });
    }),
  ];
  return {
    name: 'chat',
    viewerData: chatViewerData(log, writer, chat),
    jobs: [
      {
        name: 'chat-beat',
        intervalMs: BEAT_MS,
        jitter: 0,
        run() {
          rooms.beat();
          reactions.beat();
        },
      },
      {
        name: 'chat-heal',
        intervalMs: HEAL_INTERVAL_MS,
        async run() {
          for (const room of rooms.all()) await chat.keepPace(room, nowMs());
          await writer.catchUp();
          await rooms.heal();
        },
      },
      {
        name: 'chat-expiry',
        intervalMs: EXPIRY_INTERVAL_MS,
        async run() {
          const beforeMs = nowMs() - config.sessionExpiryDays * DAY_MS;
          while ((await log.expire(beforeMs, EXPIRY_BATCH)) === EXPIRY_BATCH);
        },
      },
    ],
    commands: (sockets) => registerChatSocket(sockets, { members, chat, rooms, history, reactions, bus }),
    async start() {
      stops.push(
        database.onRecover(() => {
          // Everybody with people in a party has seen that the database was away: each writes what the live store has of it.
          for (const { sessionId } of rooms.all()) writer.note(sessionId);
          void writer.catchUp();
        }),
      );
    },
    flush: () => writer.settled(),
    async stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
