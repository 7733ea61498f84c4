import {
  type Answer,
  type ClientToServerEvents,
  type ClockPong,
  type CommandResult,
  type JoinSnapshot,
  type Playback,
  PROTOCOL_VERSION,
  type ReportResult,
  type ServerToClientEvents,
} from '@cowatch/shared/protocol';
import { newerPlayback } from '@cowatch/shared/timeline';
import { io, type Socket } from 'socket.io-client';
import { type Acknowledged, canonical, type Told } from './history.ts';

/** An answer that takes longer is none; twice in a row, and the line is taken for dead. */
const ANSWER_WITHIN_MS = 4000;
const SILENCE_LIMIT = 2;
/** A command without an answer is sent again with the same id, so often and for so long; the server refuses it after 3 s. */
const RESEND_EVERY_MS = 150;
const RESEND_WITHIN_MS = 2500;
const REPORT_EVERY_MS = 2000;
const RECONNECT_MS = { min: 100, max: 900 };

type AppSocket = Socket<ServerToClientEvents, ClientToServerEvents>;
type Body =
  | { readonly kind: 'play' | 'pause' }
  | { readonly kind: 'seek'; readonly positionS: number }
  | { readonly kind: 'rate'; readonly rate: number };

export interface ChaosBotOptions {
  readonly name: string;
  readonly token: string;
  readonly sessionId: string;
  /** Where to connect to now, as a load balancer would say: any instance that may be alive. */
  address(): string;
  random(): number;
  /** Takes one of the commands that the session may still be sent; false when there are none left. */
  mayCommand(): boolean;
}

/** Somebody in a party who acts at random, comes back whenever they lose the line, and keeps a history of it all. */
export class ChaosBot {
  readonly name: string;
  readonly acknowledged: Acknowledged[] = [];
  /** What each version was, as this one was told. */
  readonly seen = new Map<number, string>();
  /** One entry a connection. */
  readonly told: Told[] = [];
  /** Refusals and silences by their code. */
  readonly refusals = new Map<string, number>();
  playback: Playback | null = null;
  readonly #options: ChaosBotOptions;
  #socket: AppSocket | null = null;
  #versions: number[] = [];
  #announced: number[] = [];
  #accessVersion = 0;
  #memberId = '';
  #joined = false;
  #silences = 0;
  #ops = 0;
  /** Cluster minus local milliseconds. */
  #offsetMs = 0;
  #reporter: NodeJS.Timeout | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ChaosBotOptions) {
    this.#options = options;
    this.name = options.name;
  }

  get joined(): boolean {
    return this.#joined;
  }

  /** What time it is for the servers, in cluster milliseconds. */
  clusterNowMs(): number {
    return performance.now() + this.#offsetMs;
  }

  get sessionId(): string {
    return this.#options.sessionId;
  }

  connect(): void {
    if (this.#closed) return;
    const socket: AppSocket = io(this.#options.address(), {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      timeout: 2000,
      auth: { protocol: PROTOCOL_VERSION, token: this.#options.token },
    });
    this.#socket = socket;
    const mine = () => this.#socket === socket;
    socket.on('connect', () => {
      if (mine()) void this.#join(socket);
    });
    socket.on('connect_error', () => {
      if (mine()) this.#comeBack();
    });
    socket.on('disconnect', () => {
      if (mine()) this.#comeBack();
    });
    socket.on('server:draining', () => {
      if (mine()) this.#comeBack();
    });
    socket.on('playback:changed', (message) => {
      if (!mine() || message.sessionId !== this.#options.sessionId) return;
      const { timeline, media } = message;
      this.#announced.push(timeline.version);
      this.#take({ timeline, media });
    });
    socket.on('session:ended', () => this.#count('ended'));
    socket.on('session:removed', () => this.#count('removed'));
  }

  /** Acts now and then until told to stop. */
  async act(paceMs: { readonly min: number; readonly max: number }, goesOn: () => boolean): Promise<void> {
    const { random } = this.#options;
    while (goesOn() && !this.#closed) {
      await sleep(paceMs.min + random() * (paceMs.max - paceMs.min));
      if (!goesOn() || !this.#joined || !this.#options.mayCommand()) continue;
      const bodies: readonly Body[] = [
        { kind: 'seek', positionS: Math.round(random() * 250_000) / 1000 },
        { kind: 'rate', rate: 0.5 + Math.floor(random() * 6) / 4 },
        { kind: 'play' },
        { kind: 'pause' },
      ];
      await this.command(bodies[Math.floor(random() * bodies.length)] ?? { kind: 'play' });
    }
  }

  /** Sends a command, again where its fate is unknown; whether it was acknowledged. */
  async command(body: Body): Promise<boolean> {
    this.#ops += 1;
    const opId = `${this.name}-${String(this.#ops).padStart(4, '0')}`.replace(/[^A-Za-z0-9_-]/g, '-');
    const sentMs = performance.now();
    const { sessionId } = this.#options;
    const message = { ...body, sessionId, opId, issuedAtMs: this.clusterNowMs() };
    do {
      const answer = await this.ask<CommandResult>((socket) => socket.timeout(ANSWER_WITHIN_MS).emitWithAck('playback:command', message));
      if (answer?.ok) {
        const { version, changed, kept = true } = answer.data;
        this.acknowledged.push({ opId, memberId: this.#memberId, version, changed, kept });
        return true;
      }
      this.#count(answer === null ? 'no answer' : answer.error.code);
      if (answer !== null && answer.error.code !== 'unavailable' && answer.error.code !== 'forbidden') return false;
      await sleep(RESEND_EVERY_MS);
    } while (performance.now() - sentMs < RESEND_WITHIN_MS && !this.#closed);
    return false;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#reconnect);
    this.#drop();
  }

  async #join(socket: AppSocket): Promise<void> {
    this.#silences = 0;
    this.#versions = [];
    this.#announced = [];
    this.told.push({ bot: this.name, versions: this.#versions, announced: this.#announced });
    this.playback = null;
    const { sessionId } = this.#options;
    const askedMs = performance.now();
    const time = await this.ask<ClockPong>((on) => on.timeout(ANSWER_WITHIN_MS).emitWithAck('clock:ping', {}));
    if (time?.ok) this.#offsetMs = time.data.sentAtMs - (askedMs + performance.now()) / 2;
    const answer = await this.ask<JoinSnapshot>((on) =>
      on.timeout(ANSWER_WITHIN_MS).emitWithAck('session:join', { sessionId, name: this.name }),
    );
    if (this.#socket !== socket || this.#closed) return;
    if (!answer?.ok) {
      this.#count(`join ${answer === null ? 'no answer' : answer.error.code}`);
      this.#comeBack();
      return;
    }
    const { playback, access, you } = answer.data;
    this.#joined = true;
    this.#accessVersion = access.version;
    this.#memberId = you.memberId;
    this.#take(playback);
    this.#reporter = setInterval(() => void this.#report(), REPORT_EVERY_MS * (0.9 + this.#options.random() * 0.2));
  }

  /** Takes news of whatever way it came; the newest by version counts. */
  #take(playback: Playback): void {
    const { version } = playback.timeline;
    const known = this.playback?.timeline.version ?? 0;
    // An answer is as old as its question: it may come after what it does not know yet.
    if (version < known) this.#count('overtaken');
    if (version > known) this.#versions.push(version);
    this.playback = newerPlayback(this.playback, playback);
    this.seen.set(version, canonical(playback));
  }

  async #report(): Promise<void> {
    if (!this.#joined || this.playback === null) return;
    const socket = this.#socket;
    const { version } = this.playback.timeline;
    const { sessionId } = this.#options;
    const answer = await this.ask<ReportResult>((on) =>
      on.timeout(ANSWER_WITHIN_MS).emitWithAck('member:report', {
        sessionId,
        version,
        accessVersion: this.#accessVersion,
        state: 'playing',
        positionS: null,
        driftMs: null,
      }),
    );
    if (socket !== this.#socket || answer === null) return;
    if (!answer.ok) {
      this.#count(`report ${answer.error.code}`);
      if (answer.error.code === 'forbidden') this.#comeBack();
      return;
    }
    if (answer.data.playback) this.#take(answer.data.playback);
    if (answer.data.access) this.#accessVersion = answer.data.access.version;
  }

  /** Null where no answer came. */
  async ask<T>(question: (socket: AppSocket) => Promise<Answer<T>>): Promise<Answer<T> | null> {
    const socket = this.#socket;
    if (!socket?.connected) return null;
    try {
      const answer = await question(socket);
      this.#silences = 0;
      return answer;
    } catch {
      if (socket !== this.#socket) return null;
      this.#silences += 1;
      if (this.#silences >= SILENCE_LIMIT) this.#comeBack();
      return null;
    }
  }

  #comeBack(): void {
    this.#drop();
    if (this.#closed) return;
    clearTimeout(this.#reconnect);
    const delayMs = RECONNECT_MS.min + this.#options.random() * (RECONNECT_MS.max - RECONNECT_MS.min);
    this.#reconnect = setTimeout(() => this.connect(), delayMs);
  }

  #drop(): void {
    clearInterval(this.#reporter);
    this.#joined = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.removeAllListeners();
    // An engine that still connects is let go too.
    socket?.disconnect();
  }

  #count(what: string): void {
    this.refusals.set(what, (this.refusals.get(what) ?? 0) + 1);
  }
}

export const sleep = (durationMs: number) => new Promise<void>((resolve) => setTimeout(resolve, durationMs));
