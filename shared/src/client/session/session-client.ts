import type { Access, JoinSnapshot, Kept, Playback, ProtocolError } from '../../protocol/index.ts';
import { canControl, newerPlayback, roleOf } from '../../timeline/index.ts';
import { createClockSync } from '../connection/clock-sync.ts';
import { type Connection, createConnection, retryDelayMs } from '../connection/connection.ts';
import { lineOver } from '../connection/line.ts';
import { hostEnvironment } from '../environment/environment.ts';
import { followTarget } from '../follower/follow-target.ts';
import { MediaElementFollower, type PlayerHealth } from '../follower/media-element-follower.ts';
import { type CommandBodies, CommandSender } from './command-sender.ts';
import { DriftHistory } from './drift-history.ts';
import { KeptWatch } from './kept-watch.ts';
import { MediaFacts } from './media-facts.ts';
import { noticeOf } from './notices.ts';
import { Reporter } from './reporter.ts';
import { Roster } from './roster.ts';
import { SeekCoalescer } from './seek-coalescer.ts';
import type { CommandOutcome, SessionClient, SessionClientOptions, SessionNotice } from './session-client.types.ts';
import type { ConnectionPhase, SessionState, SyncHealth } from './session-state.ts';

/** Codes that a later try at joining may not answer with again. */
const PASSING: readonly ProtocolError['code'][] = ['unavailable', 'rate_limited', 'internal', 'conflict'];

/**
 * The headless client of one session: connects, keeps the clock, joins, follows, reports and comes back by itself. The
 * web page, bots and benches all use this one.
 */
export function createSessionClient(options: SessionClientOptions): SessionClient {
  const env = options.environment ?? hostEnvironment();
  const { sessionId } = options;
  const stateListeners = new Set<() => void>();
  const noticeListeners = new Set<(notice: SessionNotice) => void>();
  const roster = new Roster();
  const history = new DriftHistory();
  const saved = new KeptWatch();

  let { name, look } = options;
  let phase: ConnectionPhase = 'connecting';
  let error: ProtocolError | null = null;
  let playback: Playback | null = null;
  /** News of this connection that came before the join's answer. */
  let early: Playback | null = null;
  let access: Access | null = null;
  let memberId: string | null = null;
  let follower: MediaElementFollower | null = null;
  let health: PlayerHealth | null = null;
  let joinTimer: unknown = null;
  let failedTries = 0;
  let closed = false;
  let lostAtMs: number | null = null;
  let state: SessionState = snapshotState();

  const connection: Connection = createConnection(options, env, {
    onConnected() {
      failedTries = 0;
      early = null;
      readyTold = false;
      clockSync.burst();
      void join();
    },
    onLost() {
      failedTries = connection.failures;
      reporter.stop();
      if (phase === 'joined') {
        phase = 'reconnecting';
        lostAtMs = env.nowMs();
      }
      changed();
    },
    onRefused(refusal) {
      fail(refusal);
    },
  });
  const ready = new Set<() => void>();
  let readyTold = false;
  const clockSync = createClockSync(connection, env, (found) => {
    if (!readyTold) {
      readyTold = true;
      for (const listener of ready) listener();
    }
    if (found) follower?.disturbed();
    else follower?.update();
    changed();
  });
  const sender = new CommandSender({
    connection,
    env,
    sessionId,
    clusterNowMs: () => clockSync.clock.at(env.nowMs()),
    joined: () => phase === 'joined',
    closed: () => closed,
    promised: (answer) => hear(answer, 'command'),
  });
  const isHost = () => access !== null && memberId !== null && roleOf(access, memberId) !== 'member';
  const facts = new MediaFacts({
    env,
    playback: () => (phase === 'joined' ? playback : null),
    isHost,
    canControl: () => access !== null && memberId !== null && canControl(access, memberId),
    positionS: () => follower?.health.positionS ?? null,
    send: (body) => void sender.send('playback:command', body),
  });
  const reporter = new Reporter({
    connection,
    env,
    report: () => {
      if (closed || phase !== 'joined' || !playback || !access) return null;
      const own = follower?.health ?? null;
      return {
        sessionId,
        version: playback.timeline.version,
        accessVersion: access.version,
        state: own?.state ?? 'joining',
        positionS: own?.positionS ?? null,
        driftMs: own?.driftMs ?? null,
      };
    },
    shown: isHost,
    onAnswer(answer) {
      if (closed) return;
      if (answer.ok) {
        hear(answer.data, 'report');
        if (answer.data.playback) takePlayback(answer.data.playback);
        if (answer.data.access) takeAccess(answer.data.access);
        if (answer.data.presenceRevision > roster.revision) void refreshRoster(0);
      } else if (answer.error.code === 'forbidden' || answer.error.code === 'not_found') {
        // The server does not know us in this session any more.
        void join();
      }
    },
  });
  const seeks = new SeekCoalescer(env, (positionS) => command('playback:command', { kind: 'seek', positionS }));
  const stopWake = env.onWake?.(() => {
    if (closed) return;
    if (!connection.connected) {
      connection.hurry();
      return;
    }
    clockSync.burst();
    void reporter.now();
  });

  // ── state ──────────────────────────────────────────────────────────────────────────────────────────────────────

  function snapshotState(): SessionState {
    const role = access && memberId ? roleOf(access, memberId) : null;
    return {
      connection: phase,
      lostAtMs,
      error,
      failedTries,
      sessionId,
      playback,
      access,
      you: access && memberId && role ? { memberId, role, canControl: canControl(access, memberId) } : null,
      members: roster.members,
      memberCount: roster.count,
      kept: saved.kept,
      sync: syncHealth(),
    };
  }

  function syncHealth(): SyncHealth {
    const estimate = phase === 'connecting' ? null : clockSync.estimate;
    const reconnecting = phase === 'reconnecting';
    return {
      phase: reconnecting ? 'reconnecting' : (health?.phase ?? 'idle'),
      driftMs: health?.driftMs ?? null,
      reach: health?.reach ?? 'whole',
      behindLiveS: health?.behindLiveS ?? null,
      offsetMs: estimate?.offsetMs ?? null,
      errorBoundMs: estimate?.errorBoundMs ?? null,
      rttMs: estimate?.rttMs ?? null,
      history: history.points,
    };
  }

  function changed(): void {
    if (closed && phase !== 'left') return;
    state = snapshotState();
    for (const listener of stateListeners) listener();
  }

  function tell(notice: SessionNotice | null): void {
    if (notice) for (const listener of noticeListeners) listener(notice);
  }

  /** What an answer promises of the party. */
  function hear(answer: Kept, of: 'command' | 'report'): void {
    if (closed || !saved.heard(answer, of)) return;
    if (saved.kept) tell({ kind: 'kept' });
    changed();
  }

  function fail(refusal: ProtocolError): void {
    error = refusal;
    phase = refusal.code === 'gone' ? 'ended' : 'failed';
    connection.close();
    changed();
  }

  // ── joining ────────────────────────────────────────────────────────────────────────────────────────────────────

  async function join(): Promise<void> {
    env.clearTimer(joinTimer);
    const answer = await connection.ask('session:join', { sessionId, name, ...(look ? { look } : {}) });
    if (closed) return;
    if (answer.ok) {
      adopt(answer.data);
      return;
    }
    error = answer.error;
    if (!PASSING.includes(answer.error.code)) {
      fail(answer.error);
      return;
    }
    changed();
    if (connection.connected) {
      const { retryAfterMs } = answer.error;
      const delayMs = retryAfterMs === undefined ? 500 + env.random() * 1500 : retryDelayMs(retryAfterMs, env.random());
      joinTimer = env.setTimer(() => void join(), delayMs);
    }
  }

  /** The join snapshot is the truth about everything, whatever was known before. */
  function adopt(snapshot: JoinSnapshot): void {
    playback = early ? newerPlayback(snapshot.playback, early) : snapshot.playback;
    access = snapshot.access;
    memberId = snapshot.you.memberId;
    reporter.intervalMs = snapshot.reportIntervalMs;
    roster.page(snapshot.roster, true);
    // Given once, it is kept through whatever breaks.
    look ??= roster.lookOf(memberId) ?? undefined;
    hear(snapshot, 'report');
    phase = 'joined';
    lostAtMs = null;
    error = null;
    follower?.update();
    facts.look();
    changed();
    reporter.joined();
  }

  // ── news ───────────────────────────────────────────────────────────────────────────────────────────────────────

  function takePlayback(incoming: Playback): void {
    const next = newerPlayback(playback, incoming);
    if (next === playback) return;
    playback = next;
    follower?.update();
    facts.look();
    tell(noticeOf(next, memberId));
    changed();
  }

  function takeAccess(incoming: Access): void {
    if (access && access.version >= incoming.version) return;
    access = incoming;
    facts.look();
    changed();
  }

  async function refreshRoster(offset: number): Promise<void> {
    const answer = await connection.ask('session:roster', { sessionId, offset });
    if (!answer.ok || closed) return;
    roster.page(answer.data, offset === 0);
    changed();
  }

  const { socket } = connection;
  socket.on('playback:changed', (message) => {
    if (message.sessionId !== sessionId) return;
    if (phase === 'joined') takePlayback(message);
    else early = newerPlayback(early, message);
  });
  socket.on('session:changed', (message) => {
    if (message.sessionId === sessionId) takeAccess(message.access);
  });
  socket.on('session:presence', (message) => {
    if (message.sessionId !== sessionId || phase !== 'joined') return;
    const { gap, joined, left } = roster.change(message);
    if (gap) void refreshRoster(0);
    if (joined.length > 0) tell({ kind: 'joined', names: joined });
    if (left.length > 0) tell({ kind: 'left', names: left });
    changed();
  });
  socket.on('session:removed', (message) => {
    if (message.sessionId !== sessionId) return;
    phase = 'removed';
    connection.close();
    changed();
  });
  socket.on('session:ended', (message) => {
    if (message.sessionId !== sessionId) return;
    phase = 'ended';
    connection.close();
    changed();
  });
  socket.on('server:draining', ({ reconnectInMs }) => connection.reconnect(reconnectInMs));

  function onHealth(next: PlayerHealth): void {
    const before = health;
    health = next;
    history.add(next.driftMs, env.nowMs());
    if (before?.state !== next.state) reporter.soon();
    changed();
  }

  // ── commands ───────────────────────────────────────────────────────────────────────────────────────────────────

  async function command<E extends keyof CommandBodies>(event: E, body: CommandBodies[E]): Promise<CommandOutcome> {
    const outcome = await sender.send(event, body);
    if (!outcome.ok) tell({ kind: 'refused', error: outcome.error });
    return outcome;
  }

  /** What a user did to the player itself is a command like any other; its refusal is put right at the player. */
  const fromPlayer = (send: () => Promise<CommandOutcome>) => {
    void send().then(() => follower?.intentAnswered());
  };

  function targetPositionS(localMs = env.nowMs()): number | null {
    return followTarget(playback, clockSync.clock, localMs, null)?.positionAt(localMs) ?? playback?.timeline.positionS ?? null;
  }

  const client: SessionClient = {
    line: lineOver(
      connection,
      () => clockSync.clock.at(env.nowMs()),
      ready,
      () => {},
    ),
    get state() {
      return state;
    },
    subscribe(listener) {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    onNotice(listener) {
      noticeListeners.add(listener);
      return () => noticeListeners.delete(listener);
    },
    connect() {
      connection.open();
    },
    retry() {
      if (closed) return;
      phase = 'connecting';
      error = null;
      connection.open();
      changed();
    },
    close() {
      if (closed) return;
      if (connection.connected && phase === 'joined') void connection.ask('session:leave', { sessionId });
      closed = true;
      phase = 'left';
      follower?.detach();
      facts.forget();
      clockSync.stop();
      seeks.stop();
      stopWake?.();
      reporter.stop();
      env.clearTimer(joinTimer);
      connection.close();
      changed();
    },
    clusterNowMs: (localMs = env.nowMs()) => clockSync.clock.at(localMs),
    targetPositionS,
    async play() {
      // At its end "play" means: from the beginning.
      if (health?.phase === 'ended') {
        const outcome = await command('playback:command', { kind: 'seek', positionS: 0 });
        if (!outcome.ok || playback?.timeline.playing) return outcome;
      }
      return command('playback:command', { kind: 'play' });
    },
    pause() {
      const seenPositionS = follower?.health.positionS;
      return command('playback:command', {
        kind: 'pause',
        ...(seenPositionS === null || seenPositionS === undefined ? {} : { seenPositionS }),
      });
    },
    seek: (positionS) => seeks.seek(Math.max(0, positionS)),
    setRate: (rate) => command('playback:command', { kind: 'rate', rate }),
    load: (media, positionS) => command('playback:command', { kind: 'load', media, ...(positionS === undefined ? {} : { positionS }) }),
    setControl: (control) => command('session:command', { kind: 'control', control }),
    rename: (sessionName) => command('session:command', { kind: 'rename', name: sessionName }),
    setRole: (target, role) => command('session:command', { kind: 'role', memberId: target, role }),
    kick: (target) => command('session:command', { kind: 'kick', memberId: target }),
    end: () => command('session:command', { kind: 'end' }),
    async setOwnName(ownName) {
      const outcome = await command('session:command', { kind: 'own-name', name: ownName });
      if (outcome.ok) name = ownName;
      return outcome;
    },
    async setOwnLook(ownLook) {
      const outcome = await command('session:command', { kind: 'own-look', look: ownLook });
      if (outcome.ok) look = ownLook;
      return outcome;
    },
    async loadMoreMembers() {
      if (roster.nextOffset !== null) await refreshRoster(roster.nextOffset);
    },
    attach(player, traits = {}) {
      follower?.detach();
      facts.forget();
      const attached = new MediaElementFollower(
        player,
        {
          rates: traits.rates ?? null,
          coarseClock: traits.coarseClock ?? false,
          displayLeadMs: traits.displayLeadMs ?? env.displayLeadMs?.() ?? 0,
          relockable: traits.relockable ?? env.relocksFrames?.() ?? false,
          countsFromJoining: traits.countsFromJoining ?? false,
        },
        {
          env,
          target: (ownDurationS) => followTarget(playback, clockSync.clock, env.nowMs(), ownDurationS),
          intents: {
            play: () => fromPlayer(client.play),
            pause: () => fromPlayer(client.pause),
            seek: (positionS) => fromPlayer(() => client.seek(positionS)),
            rate: (rate) => fromPlayer(() => client.setRate(rate)),
          },
          onHealth,
          onDuration: (durationS) => facts.learnLength(durationS),
          onLiveEnded: (_positionS, durationS) => facts.liveEnded(durationS),
        },
      );
      follower = attached;
      attached.update();
      return {
        resumeAfterGesture: () => attached.resumeAfterGesture(),
        resync: () => {
          clockSync.burst();
          attached.resync();
        },
        setCondition: (condition) => attached.setCondition(condition),
        goToLive: () => attached.goToLive(),
        detach() {
          attached.detach();
          if (follower !== attached) return;
          facts.forget();
          follower = null;
          health = null;
          changed();
        },
      };
    },
  };

  return client;
}
