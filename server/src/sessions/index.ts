import type { Feature, FeatureDeps } from '../platform/feature.ts';
import { createAdmissionQueue, JOIN_WAIT_MAX_MS } from '../platform/socket/admission-queue.ts';
import type { SocketPlatform } from '../platform/socket/socket.types.ts';
import { AttendanceWatch } from './door/attendance.ts';
import { createDoor, type DoorParts } from './door/create-door.ts';
import { ModerationService } from './door/moderation.service.ts';
import { MemberRegistry } from './membership/member.registry.ts';
import { MemberSockets } from './membership/member-sockets.ts';
import { createMembers, type Members } from './membership/members.ts';
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
import { emitting } from './session.events.ts';
import { partiesHealth } from './session.health.ts';
import { registerSessionHttp } from './session.http.ts';
import { SessionLead } from './session.lead.ts';
import { ATTENDANCE_INTERVAL_MS, SAVE_PATIENCE_MS, SWEEP_INTERVAL_MS, VISITS_INTERVAL_MS } from './session.limits.ts';
import { createSessionMetrics, type SessionMetrics } from './session.metrics.ts';
import { createParties, type Parties } from './session.parties.ts';
import { SessionService } from './session.service.ts';
import { registerSessionSocket } from './session.socket.ts';
import { createMemorySessionStore } from './session.store.memory.ts';
import { createRedisSessionStore } from './session.store.redis.ts';
import { registerSubtitlesHttp } from './subtitles/subtitles.http.ts';
import { SubtitleService } from './subtitles/subtitles.service.ts';
import { createPostgresSubtitleStore } from './subtitles/subtitles.store.postgres.ts';
import { sessionPage } from './titles/session-page.ts';
import { SessionTitles } from './titles/session-titles.ts';

export type { Member, Members, Standing } from './membership/members.ts';
export type { Decide } from './session.commits.ts';
export { type Companion, withCompanion } from './session.companion.ts';
export { sessionKey } from './session.keys.ts';
export { mediaMessage } from './session.messages.ts';
export type { Parties } from './session.parties.ts';

declare module '../platform/feature.ts' {
  interface FeatureOffers {
    /** Who a socket is in a session, and with which rights. */
    readonly members: Members;
    /** Sessions for features that keep something beside their records, and commit it with them. */
    readonly parties: Parties;
  }
}

/** The watch party: sessions in memory, or in Redis where instances share them; snapshots in the database. */
export function createSessionsFeature(deps: FeatureDeps): Feature {
  const { clock, database, events, log, redis } = deps;
  const membership = createMembership(deps);
  const { roster, presence, sockets, slow, stopPresence } = membership;
  const doors = createDoor(deps, { ...membership, memberKey: memberKeyOf(deps) });
  const { door, waiting, visitors } = doors;
  const { sessions, writer, sweeper, subtitleStore, stops } = createSessions(deps, { ...membership, ...doors });
  const joinQueue = createAdmissionQueue(JOIN_WAIT_MAX_MS, () => clock.nowMs());
  const directory = deps.offered('directory');
  const attendance = new AttendanceWatch({ roster, sessions });
  const moderation = new ModerationService({ sessions, sockets, door, waiting });
  const members = new MembershipService({ ...membership, ...doors, sessions, directory, events, admit: () => joinQueue.enter() });
  const subtitles = new SubtitleService({ sessions, store: subtitleStore, roster, door, log });
  return {
    name: 'sessions',
    offers: {
      members: createMembers({ ...membership, io: deps.sockets.io, sessions, clock }),
      parties: createParties({ ...membership, sessions }),
    },
    healthParts: [partiesHealth({ writer, database, redis, nowMs: () => clock.nowMs() })],
    pages: [sessionPage({ ...deps, sessions, roster, pictures: deps.offered('publicPictures') }), '/replay/:id'],
    apiTags: [{ name: 'parties', description: 'Watch parties: starting, looking at and ending them.' }],
    jobs: [
      // Without jitter: how soon people hear of a change depends on their interval.
      { name: 'sessions-sweep', intervalMs: SWEEP_INTERVAL_MS, jitter: 0, run: () => sweeper.beat(clock.nowMs()) },
      { name: 'sessions-attendance', intervalMs: ATTENDANCE_INTERVAL_MS, run: () => attendance.beat(clock.nowMs()) },
      { name: 'sessions-door', intervalMs: ATTENDANCE_INTERVAL_MS, run: () => waiting.beat(clock.nowMs()) },
      { name: 'sessions-visitors', intervalMs: VISITS_INTERVAL_MS, run: () => visitors.flush() },
      { name: 'sessions-presence', intervalMs: SWEEP_INTERVAL_MS, jitter: 0, run: () => presence.remote.exchange(clock.nowMs()) },
    ],
    routes(app) {
      registerSessionHttp(app, { ...deps, sessions, presence, door });
      registerSubtitlesHttp(app, { ...deps, subtitles });
    },
    commands: (registry) => registerSessionSocket(registry, { clock, members, memberSockets: sockets, slow, moderation, waiting, log }),
    async start() {
      stops.push(database.onRecover(() => writer.retry()));
      if (redis !== null) stops.push(redis.onRecover(() => sweeper.healSoon()));
    },
    async flush() {
      await writer.flush();
      await visitors.flush();
      await sweeper.mark(clock.nowMs());
      // Whatever runs has begun before the last ones left.
      await presence.remote.exchange(clock.nowMs());
      await presence.remote.exchange(clock.nowMs());
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
      doors.stop();
      stopPresence();
    },
  };
}

/** Membership: the registry of this instance, the rosters on it, and what other instances publish. */
function createMembership(deps: FeatureDeps) {
  const { clock, events, redis } = deps;
  const { bus } = deps.sockets;
  const registry = new MemberRegistry();
  const roster = new LocalRoster(registry);
  const latenciesMs = (sessionId: string) => lead.sampleMs(sessionId);
  const cluster =
    redis === null
      ? null
      : new ClusterPresence({ store: createRedisPresenceStore(redis, clock.instanceId), registry, local: roster, bus, latenciesMs });
  const presence = new Presence(roster, cluster ?? singleNodePresence);
  const lead = new SessionLead({ registry, presence, latencyMs: latencyOf(deps.sockets) });
  const slow = new SlowSockets({ registry, roster, events });
  return {
    registry,
    roster,
    presence,
    lead,
    slow,
    occupancy: new SessionOccupancy({ startedAtMs: clock.nowMs(), registry, elsewhere: (id) => presence.remote.elsewhere(id) }),
    sockets: new MemberSockets({ registry, roster, slow, events }),
    peers: new SessionPeers({ bus, roster }),
    stopPresence: () => cluster?.stop(),
  };
}

/** Session records: their service, the writer of their snapshots, and the broadcaster of their changes. */
function createSessions(deps: FeatureDeps, membership: ReturnType<typeof createMembership> & DoorParts) {
  const { clock, config, database, events, log, redis } = deps;
  const { registry, presence, occupancy, lead, peers } = membership;
  const { io, bus } = deps.sockets;
  const snapshots = createPostgresSessionSnapshots(database);
  const subtitleStore = createPostgresSubtitleStore(database);
  const metrics = createSessionMetrics(deps.metrics, () => ({ ...registry.totals(), unsaved: writer.unsavedCount }));
  const writer = createWriter(deps, snapshots, metrics);
  const broadcaster = new SessionBroadcaster({ ...membership, io, bus, nowMs: () => clock.nowMs() });
  const sessions = new SessionService({
    store: redis === null ? createMemorySessionStore() : createRedisSessionStore(redis),
    snapshots,
    writer,
    occupancy,
    publisher: emitting(broadcaster, events),
    metrics,
    titles: deps.offered('titles'),
    databaseStarted: (waitMs) => database.started(waitMs),
    peerReplicas: (sessionId) => peers.replicasOf(sessionId),
    peerCompanions: (sessionId, name) => peers.companionsOf(sessionId, name),
    memberKey: memberKeyOf(deps),
    creationKey: deps.deriveKey('session ids of idempotent requests'),
    leadMs: (sessionId, nowMs) => lead.leadMs(sessionId, nowMs),
    onCreated: ({ id, playback }) => titles.want(id, playback.media),
  });
  const titles = new SessionTitles({ sessions, titles: deps.offered('titles'), nowMs: () => clock.nowMs() });
  const expiryDays = config.sessionExpiryDays;
  const parts = {
    sessions,
    snapshots,
    subtitles: subtitleStore,
    visitors: membership.visitorStore,
    presence,
    occupancy,
    writer,
    broadcaster,
    lead,
    log,
    expiryDays,
  };
  const sweeper = new SessionSweeper(parts);
  return { sessions, writer, sweeper, subtitleStore, stops: [peers.serve(sessions), broadcaster.listen(sessions), titles.listen(events)] };
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

/** Key of `memberIdOf`. */
const memberKeyOf = (deps: FeatureDeps) => deps.deriveKey('session member ids');

const latencyOf = (sockets: SocketPlatform) => (socketId: string) => {
  const socket = sockets.io.sockets.sockets.get(socketId);
  return socket === undefined ? null : sockets.oneWayLatencyMs(socket);
};
