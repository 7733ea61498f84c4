import { connect, type Socket } from 'node:net';
import { CHAT_LATEST } from '@cowatch/shared/chat';
import { PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import {
  CLOCK_CONNECTED,
  CLOCK_INTERVAL_MS,
  firstQueueDelayMs,
  firstReportDelayMs,
  type Habits,
  nextClock,
  reportDelayMs,
} from './habits.ts';
import { monotonicMs } from './monotonic.ts';
import type { TimerWheel } from './timer-wheel.ts';
import { CLOSE, clientFrame, PING, PONG, readFrames, TEXT, upgradeRequest } from './websocket.ts';

export interface MemberOptions {
  /** Of the server; the address to come from, where it matters. */
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
  readonly sessionId: string;
  readonly name: string;
  /** Signed identity. */
  readonly token: string;
  readonly habits: Habits;
}

/** What all members of a process share, and where they tell what happens to them. */
export interface Crowd {
  readonly wheel: TimerWheel;
  bytesIn: number;
  bytesOut: number;
  framesIn: number;
  /** A `playback:changed` came, with the whole seconds of its position: which command it tells of. */
  onPlayback(positionS: number, atMs: number): void;
  onJoined(member: Member, atMs: number): void;
  /** Somebody who had the state has lost the connection. */
  onLost(member: Member, reason: string): void;
  /** Somebody was not let in, or not heard, and tries again in a while. */
  onTurnedAway(reason: string): void;
}

/** As the headless client has them. */
const CONNECT_TIMEOUT_MS = 8000;
const RECONNECT_MIN_MS = 300;
const RECONNECT_MAX_MS = 8000;

/** An answer that takes longer is none. */
const ANSWER_WITHIN_MS = 20_000;

const PATH = '/socket.io/?EIO=4&transport=websocket';
const EIO_PONG = clientFrame('3');
const CODE_0 = 48;
const CODE_2 = 50;
const CODE_4 = 52;
const CODE_3 = 51;
/** `42["playback:changed",` against `42["session:presence",`: the first letter of the name tells. */
const EVENT_NAME_AT = 4;
const CODE_P = 112;
const POSITION = Buffer.from('"positionS":');
const PRESENCE = Buffer.from('session:presence');

/** Bytes as they come from the kernel: one buffer for all, since what is read is used up at once. */
const INBOX = Buffer.allocUnsafe(64 * 1024);

type Asked = 'join' | 'clock' | 'report' | 'roster' | 'command' | 'chat' | 'queue';

/** One person in a party, as light as it gets: says what the headless client says, and takes what it is sent. */
export class Member {
  readonly #options: MemberOptions;
  readonly #crowd: Crowd;
  #socket: Socket | null = null;
  /** Bytes of a frame, or of the upgrade's answer, that is not whole yet. */
  #rest: Buffer | null = null;
  #upgraded = false;
  /** The server has opened the connection. */
  #greeted = false;
  #wanted = false;
  #attempts = 0;
  #acks = 0;
  readonly #asked = new Map<number, Asked>();
  /** Commands whose answer has not come. */
  readonly #commands = new Map<number, (answer: string | null) => void>();
  #rhythm = CLOCK_CONNECTED;
  #askedAtMs = 0;
  #bestRttMs = Number.POSITIVE_INFINITY;
  #version = 0;
  #accessVersion = 0;
  #revision = 0;
  #reportIntervalMs = 0;
  /** Cluster time less the machine's monotonic clock; NaN before the first exchange. */
  clusterOffsetMs = Number.NaN;
  joined = false;
  /** The answers as they came, last of each kind; kept only where they are asked for. */
  readonly answers: Partial<Record<Asked, string>> = {};
  keepAnswers = false;
  onText: ((text: string) => void) | null = null;

  constructor(options: MemberOptions, crowd: Crowd) {
    this.#options = options;
    this.#crowd = crowd;
  }

  connect(): void {
    const { host, port, localAddress } = this.#options;
    this.#wanted = true;
    this.#rest = null;
    this.#upgraded = false;
    this.#greeted = false;
    const socket = connect({
      host,
      port,
      ...(localAddress === undefined ? {} : { localAddress }),
      noDelay: true,
      onread: {
        buffer: INBOX,
        callback: (bytes) => {
          try {
            if (this.#socket === socket) this.#read(bytes);
          } catch (error) {
            this.#lose(socket, String(error));
          }
          return true;
        },
      },
    });
    this.#socket = socket;
    socket.on('connect', () => this.#write(upgradeRequest(`${host}:${port}`, PATH)));
    socket.on('error', (error) => this.#lose(socket, error.message));
    socket.on('close', () => this.#lose(socket, 'closed'));
    this.#crowd.wheel.after(CONNECT_TIMEOUT_MS, () => {
      if (!this.#greeted) this.#lose(socket, 'no answer to the connection');
    });
  }

  /** Ends it without a trace: no port of it waits for anything. */
  cut(): void {
    this.#wanted = false;
    this.#drop();
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.joined = false;
    for (const answered of [...this.#commands.values()]) answered(null);
    this.#asked.clear();
    socket?.resetAndDestroy();
  }

  /** Sends a playback command; says when it left, and resolves to its answer, or to null where none came. */
  command(body: Readonly<Record<string, unknown>>, opId: string): { sentAtMs: number; answer: Promise<string | null> } {
    const sentAtMs = monotonicMs();
    const issuedAtMs = Number.isNaN(this.clusterOffsetMs) ? Date.now() : sentAtMs + this.clusterOffsetMs;
    return { sentAtMs, answer: this.#send('playback:command', { ...body, sessionId: this.#options.sessionId, opId, issuedAtMs }) };
  }

  /** Says a line in the chat; the same. */
  say(text: string, opId: string): { sentAtMs: number; answer: Promise<string | null> } {
    return { sentAtMs: monotonicMs(), answer: this.#send('chat:send', { sessionId: this.#options.sessionId, opId, text }) };
  }

  #send(event: string, message: object): Promise<string | null> {
    const answer = new Promise<string | null>((resolve) => {
      const timer = setTimeout(() => resolve(null), ANSWER_WITHIN_MS);
      const id = this.#acks;
      this.#commands.set(id, (text) => {
        clearTimeout(timer);
        this.#commands.delete(id);
        resolve(text);
      });
    });
    this.#ask('command', event, message);
    return answer;
  }

  /** Asks for the time, and goes on with it as its habits are. */
  askTime(): void {
    this.#askedAtMs = monotonicMs();
    this.#ask('clock', 'clock:ping', {});
  }

  // ── out ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #write(bytes: Buffer): void {
    if (this.#socket === null) return;
    this.#crowd.bytesOut += bytes.length;
    this.#socket.write(bytes);
  }

  #ask(what: Asked, event: string, message: unknown): void {
    const id = this.#acks;
    this.#acks += 1;
    this.#asked.set(id, what);
    this.#write(clientFrame(`42${id}${JSON.stringify([event, message])}`));
  }

  /** Says how it does, and goes on with that as its habits are. */
  report(): void {
    if (!this.joined) return;
    this.#ask('report', 'member:report', {
      sessionId: this.#options.sessionId,
      version: this.#version,
      accessVersion: this.#accessVersion,
      state: 'playing',
      positionS: Math.round(Math.random() * 3e8) / 1e6,
      // Within what the drift ladder leaves alone; all digits of it, like a real one.
      driftMs: (Math.random() - 0.5) * 8,
    });
  }

  // ── in ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  #read(length: number): void {
    this.#crowd.bytesIn += length;
    let bytes = INBOX;
    let end = length;
    if (this.#rest !== null) {
      bytes = Buffer.concat([this.#rest, INBOX.subarray(0, length)]);
      end = bytes.length;
      this.#rest = null;
    }
    let from = 0;
    if (!this.#upgraded) {
      from = this.#readUpgrade(bytes.subarray(0, end));
      if (from > 0) {
        bytes = bytes.subarray(from, end);
        end -= from;
      }
    }
    const used = this.#upgraded ? readFrames(bytes, end, this.#onFrame) : 0;
    if (used < end) this.#rest = Buffer.from(bytes.subarray(used, end));
  }

  /** Returns the length of the answer to the upgrade, or 0 while it is not whole. */
  #readUpgrade(bytes: Buffer): number {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const status = bytes.toString('latin1', 9, 12);
    if (status !== '101') throw new Error(`the upgrade was answered ${status}`);
    this.#upgraded = true;
    return end + 4;
  }

  readonly #onFrame = (opcode: number, bytes: Buffer, from: number, to: number): void => {
    this.#crowd.framesIn += 1;
    if (opcode === PING) {
      this.#write(clientFrame(Buffer.from(bytes.subarray(from, to)), PONG));
      return;
    }
    if (opcode === CLOSE) {
      if (this.#socket !== null) this.#lose(this.#socket, 'closed by the server');
      return;
    }
    if (opcode !== TEXT) return;
    if (this.onText !== null) this.onText(bytes.toString('utf8', from, to));
    const first = bytes[from];
    if (first === CODE_2) this.#write(EIO_PONG);
    else if (first === CODE_0) this.#greet();
    else if (first === CODE_4) this.#onMessage(bytes, from, to);
  };

  #greet(): void {
    this.#greeted = true;
    this.#write(clientFrame(`40${JSON.stringify({ protocol: PROTOCOL_VERSION, token: this.#options.token })}`));
  }

  #onMessage(bytes: Buffer, from: number, to: number): void {
    const kind = bytes[from + 1];
    if (kind === CODE_2) this.#onEvent(bytes, from, to);
    else if (kind === CODE_3) this.#onAnswer(bytes.toString('latin1', from + 2, to));
    else if (kind === CODE_0) this.#onConnected();
    else if (kind === CODE_4) this.#onRefused(bytes.toString('utf8', from, to));
  }

  /** The connection stays; the client asks again to be let in. */
  #onRefused(text: string): void {
    this.#crowd.onTurnedAway(text);
    const socket = this.#socket;
    const delayMs = numberAfter(text, '"retryAfterMs":');
    this.#crowd.wheel.after(Number.isNaN(delayMs) ? this.#backOffMs() : delayMs, () => {
      if (this.#socket === socket && socket !== null) this.#greet();
    });
  }

  #onConnected(): void {
    this.#attempts = 0;
    this.#rhythm = CLOCK_CONNECTED;
    if (this.#options.habits.clock === 'burst') this.askTime();
    this.#join();
  }

  #join(): void {
    const { sessionId, name } = this.#options;
    this.#ask('join', 'session:join', { sessionId, name });
  }

  #onJoinRefused(text: string): void {
    this.#crowd.onTurnedAway(text);
    const socket = this.#socket;
    const delayMs = numberAfter(text, '"retryAfterMs":');
    this.#crowd.wheel.after(Number.isNaN(delayMs) ? 500 + Math.random() * 1500 : delayMs, () => {
      if (this.#socket === socket && socket !== null) this.#join();
    });
  }

  #onEvent(bytes: Buffer, from: number, to: number): void {
    if (bytes[from + EVENT_NAME_AT] === CODE_P) {
      const nowMs = monotonicMs();
      const at = bytes.indexOf(POSITION, from) + POSITION.length;
      this.#crowd.onPlayback(wholeNumberAt(bytes, at), nowMs);
      if (this.#options.habits.reports === 'none') return;
      this.#version = numberAfter(bytes.toString('latin1', at, to), '"version":');
      return;
    }
    if (bytes.indexOf(PRESENCE, from) !== from + EVENT_NAME_AT) return;
    const revision = numberAfter(bytes.toString('latin1', from, to), '"revision":');
    const missed = this.joined && revision > this.#revision + 1;
    if (this.joined) this.#revision = Math.max(this.#revision, revision);
    if (missed) this.#ask('roster', 'session:roster', { sessionId: this.#options.sessionId, offset: 0 });
  }

  #onAnswer(text: string): void {
    const open = text.indexOf('[');
    const id = Number(text.slice(0, open));
    const what = this.#asked.get(id);
    this.#asked.delete(id);
    if (what === undefined) return;
    if (this.keepAnswers) this.answers[what] = text.slice(open);
    if (what === 'command') {
      this.#commands.get(id)?.(text.slice(open));
      return;
    }
    if (!text.startsWith('[{"ok":true', open)) {
      if (what === 'join') this.#onJoinRefused(text);
      return;
    }
    if (what === 'clock') this.#onTime(text);
    else if (what === 'join') this.#onJoined(text);
    else if (what === 'report') this.#onReported(text);
    else if (what === 'roster') this.#revision = numberAfter(text, '"revision":');
  }

  #onTime(text: string): void {
    const nowMs = monotonicMs();
    const rttMs = nowMs - this.#askedAtMs;
    if (rttMs < this.#bestRttMs) {
      this.#bestRttMs = rttMs;
      this.clusterOffsetMs = numberAfter(text, '"receivedAtMs":') - (this.#askedAtMs + nowMs) / 2;
    }
    const { clock } = this.#options.habits;
    if (clock === 'none') return;
    const restMs = numberAfter(text, '"restMs":') || 0;
    const next = nextClock(this.#rhythm, restMs);
    this.#rhythm = next.rhythm;
    const delayMs = clock === 'burst' ? next.delayMs : Math.max(CLOCK_INTERVAL_MS, restMs);
    this.#crowd.wheel.after(delayMs, () => this.askTime());
  }

  #onJoined(text: string): void {
    const nowMs = monotonicMs();
    this.#version = numberAfter(text, '"version":', text.indexOf('"playback":'));
    this.#accessVersion = numberAfter(text, '"version":', text.indexOf('"access":'));
    this.#revision = numberAfter(text, '"revision":');
    this.#reportIntervalMs = numberAfter(text, '"reportIntervalMs":');
    this.joined = true;
    this.#crowd.onJoined(this, nowMs);
    const { clock, reports } = this.#options.habits;
    if (clock === 'settled') this.#crowd.wheel.after(Math.random() * CLOCK_INTERVAL_MS, () => this.askTime());
    if (clock === 'burst') this.#askForParty(numberAfter(text, '"count":'));
    if (reports !== 'joined') return;
    const delayMs = firstReportDelayMs(this.#reportIntervalMs, Math.random());
    if (delayMs === 0) this.report();
    else this.#crowd.wheel.after(delayMs, () => this.report());
  }

  /** Asks for what was said, and for the queue: there at once, but where many come. */
  #askForParty(memberCount: number): void {
    const { sessionId } = this.#options;
    this.#ask('chat', 'chat:history', { sessionId, limit: CHAT_LATEST });
    const askForQueue = () => {
      if (this.joined) this.#ask('queue', 'queue:list', { sessionId, part: 'queue' });
    };
    const delayMs = firstQueueDelayMs(memberCount, Math.random());
    if (delayMs === 0) askForQueue();
    else this.#crowd.wheel.after(delayMs, askForQueue);
  }

  /** From now on reports go out as if they always had, whenever each was due last. */
  settle(): void {
    if (this.#options.habits.reports !== 'settled') return;
    this.#crowd.wheel.after(Math.random() * this.#reportIntervalMs, () => this.report());
  }

  /** What the server said last about how often to report. */
  set reportIntervalMs(intervalMs: number) {
    this.#reportIntervalMs = intervalMs;
  }

  get reportIntervalMs(): number {
    return this.#reportIntervalMs;
  }

  #onReported(text: string): void {
    this.#version = Math.max(this.#version, numberAfter(text, '"version":'));
    this.#accessVersion = numberAfter(text, '"accessVersion":');
    this.#reportIntervalMs = numberAfter(text, '"reportIntervalMs":');
    if (numberAfter(text, '"presenceRevision":') > this.#revision) {
      this.#ask('roster', 'session:roster', { sessionId: this.#options.sessionId, offset: 0 });
    }
    this.#crowd.wheel.after(reportDelayMs(this.#reportIntervalMs, Math.random()), () => this.report());
  }

  /** Back-off of the headless client: from an interval that grows, at random. */
  #backOffMs(): number {
    const ceilingMs = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    return RECONNECT_MIN_MS / 3 + Math.random() * ceilingMs;
  }

  #lose(socket: Socket, reason: string): void {
    if (this.#socket !== socket) return;
    const had = this.joined;
    this.#drop();
    if (had) {
      this.#wanted = false;
      this.#crowd.onLost(this, reason);
      return;
    }
    this.#crowd.onTurnedAway(reason);
    this.#crowd.wheel.after(this.#backOffMs(), () => {
      if (this.#wanted && this.#socket === null) this.connect();
    });
  }
}

/** The number that stands behind a key, the first one from `from` on; NaN where there is none. */
function numberAfter(text: string, key: string, from = 0): number {
  const at = text.indexOf(key, from);
  return at < 0 ? Number.NaN : Number.parseFloat(text.slice(at + key.length, at + key.length + 24));
}

function wholeNumberAt(bytes: Buffer, at: number): number {
  let value = 0;
  for (let i = at; ; i += 1) {
    const digit = (bytes[i] ?? 0) - CODE_0;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
}
