import { CHAT_LATEST, CHAT_MISSED_MAX, CHAT_PAGE_MAX } from '../../chat/chat.constants.ts';
import type { ChatFrame, ChatLine } from '../../protocol/index.ts';
import { retryDelayMs } from '../connection/refusal.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { ChatLog, Taken } from './chat-log.ts';

/** A question that was refused is asked again after so long, where the refusal names no time. */
const ASK_AGAIN_MS = 1000;

/** Most frames that wait for the answer about what was missed before them; beyond, that is asked again. */
const WAITING_FRAMES_MAX = 64;

interface Asking {
  readonly frames: ChatFrame[];
  again: boolean;
}

export interface ChatSyncDeps {
  readonly connection: TypedConnection;
  readonly env: ClientEnvironment;
  readonly sessionId: string;
  readonly log: ChatLog;
  joined(): boolean;
  onTaken(taken: Taken, isFirst: boolean): void;
  onChange(): void;
}

/** Keeps a log of the chat up to date: the latest lines at a join, what was missed at every gap, and pages of older ones. */
export class ChatSync {
  readonly #deps: ChatSyncDeps;
  #phase: 'loading' | 'ready' | 'away' = 'loading';
  /** While the server is asked; with what came meanwhile. */
  #asking: Asking | null = null;
  #isLoadingOlder = false;
  #timer: unknown = null;

  constructor(deps: ChatSyncDeps) {
    this.#deps = deps;
  }

  get phase(): 'loading' | 'ready' | 'away' {
    return this.#phase;
  }

  get isLoadingOlder(): boolean {
    return this.#isLoadingOlder;
  }

  /** In the session, on a connection that has brought nothing yet. */
  joined(): void {
    this.#asking = null;
    void this.catchUp();
  }

  lost(): void {
    this.stop();
    if (this.#phase === 'ready') this.#phase = 'away';
  }

  stop(): void {
    this.#deps.env.clearTimer(this.#timer);
    this.#asking = null;
  }

  takeFrame(frame: ChatFrame): void {
    const { log, onTaken } = this.#deps;
    if (this.#asking !== null) {
      if (this.#asking.frames.length < WAITING_FRAMES_MAX) this.#asking.frames.push(frame);
      else this.#asking.again = true;
      return;
    }
    if (this.#phase !== 'ready') return;
    const taken = log.takeFrame(frame);
    if (taken.missed) {
      void this.catchUp();
      this.takeFrame(frame);
    } else onTaken(taken, false);
  }

  /** Asks for what came behind the cursor; at first for the latest lines. */
  async catchUp(): Promise<void> {
    const { connection, env, sessionId, log, joined, onTaken, onChange } = this.#deps;
    if (this.#asking !== null) {
      this.#asking.again = true;
      return;
    }
    env.clearTimer(this.#timer);
    const asking: Asking = { frames: [], again: false };
    this.#asking = asking;
    const { cursor } = log;
    const behind = cursor === null || cursor.afterSeq === 0 ? { limit: CHAT_LATEST } : { ...cursor, limit: CHAT_MISSED_MAX };
    const answer = await connection.ask('chat:history', { sessionId, ...behind });
    // Another connection asks for itself.
    if (this.#asking !== asking) return;
    this.#asking = null;
    if (!answer.ok) {
      if (joined())
        this.#timer = env.setTimer(() => void this.catchUp(), retryDelayMs(answer.error.retryAfterMs ?? ASK_AGAIN_MS, env.random()));
      return;
    }
    this.#phase = 'ready';
    onTaken(log.takeLatest(answer.data), cursor === null);
    for (const frame of asking.frames) this.takeFrame(frame);
    if (asking.again) void this.catchUp();
    onChange();
  }

  async loadOlder(): Promise<void> {
    const { connection, sessionId, log, onChange } = this.#deps;
    const first = log.lines[0];
    if (this.#isLoadingOlder || !log.hasOlder || first === undefined) return;
    this.#isLoadingOlder = true;
    onChange();
    const answer = await connection.ask('chat:history', { sessionId, beforeSeq: first.seq, limit: CHAT_PAGE_MAX });
    this.#isLoadingOlder = false;
    if (answer.ok) log.takeOlder(answer.data);
    onChange();
  }

  async find(seq: number): Promise<ChatLine | null> {
    const { connection, sessionId, log } = this.#deps;
    const known = log.get(seq);
    if (known !== null) return known;
    const answer = await connection.ask('chat:history', { sessionId, beforeSeq: seq + 1, limit: 1 });
    const found = answer.ok ? answer.data.lines[0] : undefined;
    return found?.seq === seq ? found : null;
  }
}
