import type { Feature, FeatureDeps } from '../platform/feature.ts';
import { createAdmissionQueue, JOIN_WAIT_MAX_MS } from '../platform/socket/admission-queue.ts';
import type { SocketPlatform } from '../platform/socket/socket.types.ts';
import { registerMediaHttp } from './media.http.ts';
import { MembershipService } from './membership/membership.service.ts';
import { SessionOccupancy } from './membership/occupancy.ts';
import { SessionRooms } from './membership/session.rooms.ts';
import { ClusterPresence } from './presence/presence.cluster.ts';
import { createMemoryPresence } from './presence/presence.memory.ts';
import { createRedisPresenceStore } from './presence/published-presence.store.redis.ts';
import { SnapshotWriter } from './recovery/snapshot-writer.ts';
import { createPostgresSessionSnapshots } from './recovery/snapshots.postgres.ts';
import { SessionSweeper } from './recovery/sweeper.ts';
import { partiesHealth } from './session.health.ts';
import { registerSessionHttp } from './session.http.ts';
import { SessionLead } from './session.lead.ts';
import { SAVE_PATIENCE_MS, SWEEP_INTERVAL_MS } from './session.limits.ts';
import { createSessionMetrics, type SessionMetrics } from './session.metrics.ts';
import { SessionService } from './session.service.ts';
import { registerSessionSocket } from './session.socket.ts';
import { createMemorySessionStore } from './session.store.memory.ts';
import { createRedisSessionStore } from './session.store.redis.ts';
import { registerSubtitlesHttp } from './subtitles/subtitles.http.ts';
import { SubtitleService } from './subtitles/subtitles.service.ts';
import { createPostgresSubtitleStore } from './subtitles/subtitles.store.postgres.ts';

/** What the sessions have from the moment on that there are sockets. */
interface Live {
  readonly rooms: SessionRooms;
  readonly lead: SessionLead;
  readonly sweeper: SessionSweeper;
}

/** The watch party: sessions in memory, or in Redis where instances share them; snapshots in the database. */
export function createSessionsFeature(deps: FeatureDeps): Feature {
  const { clock, database, log } = deps;
  const snapshots = createPostgresSessionSnapshots(database);
  const cluster = deps.redis === null ? null : new ClusterPresence({ shares: createRedisPresenceStore(deps.redis, clock.instanceId) });
  const presence = cluster ?? createMemoryPresence();
  const occupancy = new SessionOccupancy(clock.nowMs(), (id) => presence.elsewhere(id));
  const metrics = createSessionMetrics(deps.metrics, () => ({ ...presence.totals(), unsaved: writer.unsavedCount }));
  const subtitleStore = createPostgresSubtitleStore(database);
  const writer = createWriter(deps, snapshots, metrics);
  // Before there are sockets nobody can be told, and nobody has a latency.
  let live: Live | null = null;
  const sessions = new SessionService({
    store: deps.redis === null ? createMemorySessionStore() : createRedisSessionStore(deps.redis),
    snapshots,
    writer,
    occupancy,
    publisher: {
      committed: (change, updates, nowMs) => live?.rooms.committed(change, updates, nowMs),
      missed: (updates, nowMs) => live?.rooms.missed(updates, nowMs),
    },
    metrics,
    databaseStarted: (waitMs) => database.started(waitMs),
    peerReplicas: async (sessionId) => live?.rooms.peerReplicas(sessionId) ?? [],
    memberKey: deps.deriveKey('session member ids'),
    creationKey: deps.deriveKey('session ids of idempotent requests'),
    leadMs: (sessionId, nowMs) => live?.lead.leadMs(sessionId, nowMs) ?? 0,
  });
  const stops: (() => void)[] = [];

  return {
    name: 'sessions',
    healthParts: [partiesHealth({ writer, database, redis: deps.redis, nowMs: () => clock.nowMs() })],

    registerHttp(app) {
      registerSessionHttp(app, { ...deps, sessions, presence });
      const subtitles = new SubtitleService({ sessions, store: subtitleStore, presence, log });
      registerSubtitlesHttp(app, { ...deps, subtitles });
      registerMediaHttp(app);
    },

    registerSocket(sockets) {
      const { io, bus } = sockets;
      const rooms = new SessionRooms({ io, bus, presence, occupancy, nowMs: () => clock.nowMs() });
      rooms.attach(sessions);
      const lead = new SessionLead({ presence, latencyMs: latencyOf(sockets) });
      const expiryDays = deps.config.sessionExpiryDays;
      const subtitles = subtitleStore;
      const parts = { sessions, snapshots, subtitles, presence, occupancy, writer, rooms, lead, log, expiryDays };
      if (cluster !== null) stops.push(cluster.connect({ bus, latenciesMs: (id) => lead.sampleMs(id) }));
      live = { rooms, lead, sweeper: new SessionSweeper(parts) };
      const joinQueue = createAdmissionQueue(JOIN_WAIT_MAX_MS, () => clock.nowMs());
      const turn = () => joinQueue.enter();
      const members = new MembershipService({ sessions, presence, occupancy, rooms, directory: deps.directory, turn });
      registerSessionSocket(sockets, { clock, members, rooms, log });
    },

    async start() {
      const beat = () => {
        live?.sweeper.sweep(clock.nowMs()).catch((error) => log.error({ err: error }, 'the sweep of parties failed'));
        presence.exchange(clock.nowMs())?.catch((error) => log.error({ err: error }, 'sharing who is where failed'));
      };
      const timer = setInterval(beat, SWEEP_INTERVAL_MS);
      stops.push(
        () => clearInterval(timer),
        database.onRecover(() => writer.retry()),
        deps.redis?.onRecover(() => live?.sweeper.healSoon()) ?? (() => {}),
      );
    },

    async flush() {
      await writer.flush();
      await live?.sweeper.mark(clock.nowMs());
      // Whatever runs has begun before the last ones left.
      await presence.exchange(clock.nowMs());
      await presence.exchange(clock.nowMs());
    },

    async stop() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}

function createWriter(
  { clock, database, log }: FeatureDeps,
  snapshots: ReturnType<typeof createPostgresSessionSnapshots>,
  metrics: SessionMetrics,
): SnapshotWriter {
  return new SnapshotWriter({
    snapshots,
    nowMs: () => clock.nowMs(),
    patienceMs: SAVE_PATIENCE_MS,
    reachable: () => database.health().ok,
    onWrite: metrics.write,
    onAway: (reason) => {
      if (reason === null) log.info('every party is saved again');
      else
        log.warn({ reason: reason instanceof Error ? reason.message : reason }, 'the database is away: parties go on without being saved');
    },
    onRefused: ({ id, version }, reason) => {
      log.error({ err: reason, sessionId: id, version }, 'the database refuses to store a party');
    },
  });
}

const latencyOf = (sockets: SocketPlatform) => (socketId: string) => {
  const socket = sockets.io.sockets.sockets.get(socketId);
  return socket === undefined ? null : sockets.oneWayLatencyMs(socket);
};
