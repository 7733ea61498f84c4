import type { Feature, FeatureDeps } from '../platform/feature.ts';
import { createAdmissionQueue, JOIN_WAIT_MAX_MS } from '../platform/socket/admission-queue.ts';
import type { SocketPlatform } from '../platform/socket/socket.types.ts';
import { registerMediaHttp } from './media.http.ts';
import { MemberRegistry } from './membership/member.registry.ts';
import { MemberSockets } from './membership/member-sockets.ts';
import { MembershipService } from './membership/membership.service.ts';
import { SessionOccupancy } from './membership/occupancy.ts';
import { SessionBroadcaster } from './membership/session.broadcaster.ts';
import { SessionPeers } from './membership/session.peers.ts';
import { SlowSockets } from './membership/slow-sockets.ts';
import { LocalRoster } from './presence/local-roster.ts';
import { Presence } from './presence/presence.ts';
import { createRedisPresenceStore } from './presence/published-presence.store.redis.ts';
import { ClusterPresence } from './presence/remote-presence.cluster.ts';
import { singleNodePresence } from './presence/remote-presence.ts';
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
  readonly broadcaster: SessionBroadcaster;
  readonly peers: SessionPeers;
  readonly lead: SessionLead;
  readonly sweeper: SessionSweeper;
}

/** The watch party: sessions in memory, or in Redis where instances share them; snapshots in the database. */
export function createSessionsFeature(deps: FeatureDeps): Feature {
  const { clock, database, log } = deps;
  const snapshots = createPostgresSessionSnapshots(database);
  const registry = new MemberRegistry();
  const local = new LocalRoster(registry);
  const cluster =
    deps.redis === null ? null : new ClusterPresence({ store: createRedisPresenceStore(deps.redis, clock.instanceId), registry, local });
  const presence = new Presence(local, cluster ?? singleNodePresence);
  const occupancy = new SessionOccupancy({ startedAtMs: clock.nowMs(), registry, elsewhere: (id) => presence.remote.elsewhere(id) });
  const metrics = createSessionMetrics(deps.metrics, () => ({ ...registry.totals(), unsaved: writer.unsavedCount }));
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
      committed: (change, updates, nowMs) => live?.broadcaster.committed(change, updates, nowMs),
      missed: (updates, nowMs) => live?.broadcaster.missed(updates, nowMs),
    },
    metrics,
    databaseStarted: (waitMs) => database.started(waitMs),
    peerReplicas: async (sessionId) => live?.peers.replicasOf(sessionId) ?? [],
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
      const subtitles = new SubtitleService({ sessions, store: subtitleStore, roster: local, log });
      registerSubtitlesHttp(app, { ...deps, subtitles });
      registerMediaHttp(app);
    },

    registerSocket(sockets) {
      const { io, bus } = sockets;
      const slow = new SlowSockets({ registry, roster: local });
      const memberSockets = new MemberSockets({ registry, roster: local, slow });
      const peers = new SessionPeers({ bus, roster: local });
      const broadcaster = new SessionBroadcaster({
        io,
        bus,
        registry,
        roster: local,
        sockets: memberSockets,
        slow,
        nowMs: () => clock.nowMs(),
      });
      stops.push(peers.serve(sessions), broadcaster.listen(sessions));
      const lead = new SessionLead({ registry, presence, latencyMs: latencyOf(sockets) });
      const expiryDays = deps.config.sessionExpiryDays;
      const subtitles = subtitleStore;
      const parts = { sessions, snapshots, subtitles, presence, occupancy, writer, broadcaster, lead, log, expiryDays };
      if (cluster !== null) stops.push(cluster.connect({ bus, latenciesMs: (id) => lead.sampleMs(id) }));
      live = { broadcaster, peers, lead, sweeper: new SessionSweeper(parts) };
      const joinQueue = createAdmissionQueue(JOIN_WAIT_MAX_MS, () => clock.nowMs());
      const turn = () => joinQueue.enter();
      const members = new MembershipService({
        sessions,
        presence,
        occupancy,
        sockets: memberSockets,
        slow,
        peers,
        directory: deps.directory,
        turn,
      });
      registerSessionSocket(sockets, { clock, members, memberSockets, slow, log });
    },

    async start() {
      const beat = () => {
        live?.sweeper.sweep(clock.nowMs()).catch((error) => log.error({ err: error }, 'the sweep of parties failed'));
        presence.remote.exchange(clock.nowMs())?.catch((error) => log.error({ err: error }, 'publishing who is where failed'));
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
      await presence.remote.exchange(clock.nowMs());
      await presence.remote.exchange(clock.nowMs());
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
