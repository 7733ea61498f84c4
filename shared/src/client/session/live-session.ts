import { Listeners } from '../../listeners.ts';
import type { Answer, JoinSnapshot, Look, Playback, ReportResult } from '../../protocol/index.ts';
import type { ReactionClient } from '../chat/chat.types.ts';
import { ChatSession } from '../chat/chat-session.ts';
import { createReactionClient } from '../chat/reactions.ts';
import { SyncedConnection } from '../connection/typed-connection.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { hostEnvironment } from '../environment/environment.ts';
import { followTarget } from '../follower/follow-target.ts';
import type { PlayerHealth } from '../follower/player-standing.ts';
import { LiveQueue } from '../queue/live-queue.ts';
import { AttachedPlayer } from './attached-player.ts';
import { type CommandBodies, CommandSender } from './command-sender.ts';
import { MediaFacts } from './media-facts.ts';
import { Membership } from './membership.ts';
import { Reporter } from './reporter.ts';
import { SeekCoalescer } from './seek-coalescer.ts';
import type { CommandOutcome, SessionClientOptions, SessionNotice } from './session-client.types.ts';
import { createSessionCommands, type SessionCommands } from './session-commands.ts';
import { SessionModel } from './session-model.ts';
import type { SessionState } from './session-state.ts';
import { SessionUpdates } from './session-updates.ts';

/** One session as this client lives it: what the connection brings goes into the model, and from there to the player and to listeners. */
export class LiveSession {
  readonly changes = new Listeners();
  readonly notices = new Listeners<[SessionNotice]>();
  readonly connection: SyncedConnection;
  readonly commands: SessionCommands;
  readonly player: AttachedPlayer;
  readonly chat: ChatSession;
  readonly reactions: ReactionClient;
  readonly queue: LiveQueue;
  readonly #sessionId: string;
  readonly #env: ClientEnvironment;
  readonly #own: { name: string; look: Look | undefined; readonly linkKey: string | undefined };
  readonly #model = new SessionModel();
  readonly #membership: Membership;
  readonly #sender: CommandSender;
  readonly #facts: MediaFacts;
  readonly #reporter: Reporter;
  readonly #seeks: SeekCoalescer;
  readonly #updates: SessionUpdates;
  #state: SessionState;
  #timeOutUntilMs: number | null = null;
  #timeOutTimer: unknown = null;

  constructor(options: SessionClientOptions) {
    const env = options.environment ?? hostEnvironment();
    const { sessionId, name, look, linkKey } = options;
    this.#env = env;
    this.#sessionId = sessionId;
    this.#own = { name, look, linkKey };
    const model = this.#model;
    const connection = this.#connect(options, env);
    this.connection = connection;
    this.#membership = new Membership({
      connection,
      env,
      sessionId,
      own: this.#own,
      onJoined: (snapshot, early) => this.#onJoined(snapshot, early),
      onChange: () => this.#changed(),
    });
    this.#sender = new CommandSender({
      connection,
      env,
      sessionId,
      joined: () => this.#membership.isIn,
      closed: () => this.#membership.hasLeft,
      promised: (answer) => this.#updates.takePromise(answer, 'command'),
    });
    this.#facts = new MediaFacts({
      env,
      playback: () => (this.#membership.isIn ? model.playback : null),
      isHost: () => model.isHost,
      canControl: () => model.canControl(this.#nowMs()),
      positionS: () => this.player.health?.positionS ?? null,
      send: (body) => void this.#sender.send('playback:command', body),
    });
    this.#reporter = new Reporter({
      connection,
      env,
      report: () => (this.#membership.isIn ? model.report(sessionId, this.player.health) : null),
      shown: () => model.isHost,
      onAnswer: (answer) => this.#onReported(answer),
    });
    this.#seeks = new SeekCoalescer(env, (positionS) => this.#command('playback:command', { kind: 'seek', positionS }));
    this.commands = createSessionCommands({
      sessionId,
      connection,
      model,
      seeks: this.#seeks,
      own: this.#own,
      positionS: () => this.player.health?.positionS ?? null,
      command: (event, body) => this.#command(event, body),
    });
    this.player = new AttachedPlayer({
      env,
      clockSync: connection.clockSync,
      model,
      commands: this.commands,
      facts: this.#facts,
      onHealth: (health) => this.#onHealth(health),
    });
    this.chat = this.#createChat();
    this.reactions = createReactionClient({ connection, sessionId });
    this.#updates = new SessionUpdates({
      sessionId,
      connection,
      model,
      membership: this.#membership,
      onTimeline: () => {
        this.player.update();
        this.#facts.look();
      },
      onAccess: () => this.#facts.look(),
      onNotice: (notice) => {
        this.notices.emit(notice);
        this.chat.noticed(notice);
      },
      onChange: () => this.#changed(),
    });
    this.#state = this.#read();
    this.queue = new LiveQueue({ connection, env, sender: this.#sender, sessionId, state: () => this.#state, own: this.#own });
    this.queue.client.onCause((cause) => this.chat.queueChanged(cause));
  }

  #connect(options: SessionClientOptions, env: ClientEnvironment): SyncedConnection {
    return new SyncedConnection(options, env, {
      onConnected: () => this.#membership.connected(),
      onLost: () => {
        this.#reporter.stop();
        this.#membership.lost();
        this.chat.lost();
      },
      onRefused: (refusal) => this.#membership.refused(refusal),
      onClock: (found) => this.#onClock(found),
      onWake: () => void this.#reporter.now(),
    });
  }

  #createChat(): ChatSession {
    return new ChatSession({
      connection: this.connection,
      env: this.#env,
      sessionId: this.#sessionId,
      model: this.#model,
      joined: () => this.#membership.isIn,
      closed: () => this.#membership.hasLeft,
      targetPositionS: () => this.targetPositionS(),
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  retry(): void {
    this.#membership.retry();
  }

  close(): void {
    if (this.#membership.hasLeft) return;
    this.#membership.leave();
    this.player.detach();
    this.#seeks.stop();
    this.chat.close();
    this.#reporter.stop();
    this.queue.stop();
    this.#env.clearTimer(this.#timeOutTimer);
    this.connection.close();
    this.#changed();
  }

  targetPositionS(localMs = this.#env.nowMs()): number | null {
    const { playback } = this.#model;
    const target = followTarget(playback, this.connection.clockSync.clock, localMs, null);
    return target?.positionAt(localMs) ?? playback?.timeline.positionS ?? null;
  }

  async loadMoreMembers(): Promise<void> {
    const { nextOffset } = this.#model.roster;
    if (nextOffset !== null) await this.#updates.fetchRoster(nextOffset);
  }

  #onClock(found: boolean): void {
    if (found) this.player.disturbed();
    else this.player.update();
    this.#changed();
  }

  #onJoined(snapshot: JoinSnapshot, early: Playback | null): void {
    const model = this.#model;
    model.adopt(snapshot, early);
    this.#reporter.intervalMs = snapshot.reportIntervalMs;
    // Given once, it is kept through whatever breaks.
    this.#own.look ??= model.roster.lookOf(snapshot.you.memberId) ?? undefined;
    this.#updates.takePromise(snapshot, 'report');
    this.player.update();
    this.#facts.look();
    this.#changed();
    this.chat.joined();
    this.queue.joined();
    this.#reporter.joined();
  }

  #onHealth(health: PlayerHealth | null): void {
    if (this.#model.takeHealth(health, this.#env.nowMs()) && health !== null) this.#reporter.soon();
    this.#changed();
  }

  #onReported(answer: Answer<ReportResult>): void {
    if (this.#membership.hasLeft) return;
    if (answer.ok) {
      this.#updates.takeReported(answer.data);
    } else if (answer.error.code === 'forbidden' || answer.error.code === 'not_found') {
      // The server does not know us in this session any more.
      void this.#membership.join();
    }
  }

  async #command<E extends keyof CommandBodies>(event: E, body: CommandBodies[E]): Promise<CommandOutcome> {
    const outcome = await this.#sender.send(event, body);
    if (!outcome.ok) this.notices.emit({ kind: 'refused', error: outcome.error });
    return outcome;
  }

  #read(): SessionState {
    const { failures: failedTries, clockSync } = this.connection;
    return this.#model.snapshot(this.#membership, { sessionId: this.#sessionId, failedTries, clockSync, nowMs: this.#nowMs() });
  }

  /** Cluster milliseconds; before the first exchange no time-out has ended. */
  #nowMs(): number {
    return this.connection.serverNowMs() ?? Number.NEGATIVE_INFINITY;
  }

  #changed(): void {
    this.#state = this.#read();
    this.chat.moved();
    this.queue.update();
    this.#watchTimeOut();
    this.changes.emit();
  }

  /** One's own time-out ends by itself: nobody says so. */
  #watchTimeOut(): void {
    const untilMs = this.#state.you?.timeOutUntilMs ?? null;
    if (untilMs === this.#timeOutUntilMs) return;
    this.#timeOutUntilMs = untilMs;
    this.#env.clearTimer(this.#timeOutTimer);
    if (untilMs !== null) this.#timeOutTimer = this.#env.setTimer(() => this.#changed(), untilMs - this.#nowMs() + 1);
  }
}
