import { cleanChatText } from '../../chat/text.ts';
import type { Answer, ChatResult, ChatSend, ProtocolError } from '../../protocol/index.ts';
import { retryDelayMs } from '../connection/refusal.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { newOpId } from '../session/command-sender.ts';
import type { ChatItem, ChatLineOptions, ChatOutcome } from './chat.types.ts';

/** Most own lines on their way or refused; one too many is refused at once. */
const PENDING_MAX = 20;

/** A line that was on its way when the connection broke is sent again for so long, with the same id. */
const RESEND_WITHIN_MS = 60_000;
const RESEND_EVERY_MS = 300;

const FULL: ProtocolError = { code: 'rate_limited', message: 'Too many lines are on their way.' };

export type PendingLine = Extract<ChatItem, { kind: 'pending' }>;

export interface OutgoingLinesDeps {
  readonly connection: TypedConnection;
  readonly env: ClientEnvironment;
  readonly sessionId: string;
  /** True while the server knows this client as a member. */
  joined(): boolean;
  closed(): boolean;
  /** The server has numbered it. */
  onTaken(line: PendingLine, result: ChatResult): void;
  onRefused(error: ProtocolError): void;
  onChange(): void;
}

/** Own lines on their way: one after the other, each with an id that makes sending it again harmless. Bound: `PENDING_MAX`. */
export class OutgoingLines {
  readonly #deps: OutgoingLinesDeps;
  readonly #pending = new Map<string, PendingLine>();
  /** What is before them in the order they were written. */
  #before: Promise<unknown> = Promise.resolve();

  constructor(deps: OutgoingLinesDeps) {
    this.#deps = deps;
  }

  get all(): readonly PendingLine[] {
    return [...this.#pending.values()];
  }

  send(text: string, { replyTo, mentions = [] }: ChatLineOptions, atMs: number): Promise<ChatOutcome> {
    if (this.#pending.size >= PENDING_MAX) return Promise.resolve({ ok: false, error: FULL });
    const opId = newOpId(this.#deps.env);
    return this.#put({
      kind: 'pending',
      key: opId,
      opId,
      text: cleanChatText(text),
      replyTo: replyTo ?? null,
      mentions,
      atMs,
      error: null,
    });
  }

  retry(opId: string): Promise<ChatOutcome> {
    const line = this.#pending.get(opId);
    if (line?.error) return this.#put({ ...line, error: null });
    return Promise.resolve({ ok: false, error: { code: 'not_found', message: 'There is no such line.' } });
  }

  discard(opId: string): void {
    if (this.#pending.get(opId)?.error) this.settled(opId);
  }

  /** The line is there. */
  settled(opId: string): void {
    if (this.#pending.delete(opId)) this.#deps.onChange();
  }

  #put(line: PendingLine): Promise<ChatOutcome> {
    this.#pending.set(line.opId, line);
    this.#deps.onChange();
    const outcome = this.#before.then(() => this.#deliver(line));
    this.#before = outcome;
    return outcome;
  }

  async #deliver(line: PendingLine): Promise<ChatOutcome> {
    const { sessionId, onTaken, onRefused, onChange } = this.#deps;
    const answer = await this.#ask({
      sessionId,
      opId: line.opId,
      text: line.text,
      ...(line.replyTo === null ? {} : { replyTo: line.replyTo }),
      ...(line.mentions.length === 0 ? {} : { mentions: [...line.mentions] }),
    });
    if (answer.ok) {
      onTaken(line, answer.data);
      this.settled(line.opId);
      return { ok: true, seq: answer.data.seq, ...(answer.data.kept === false ? { kept: false } : {}) };
    }
    if (this.#pending.has(line.opId)) this.#pending.set(line.opId, { ...line, error: answer.error });
    onRefused(answer.error);
    onChange();
    return answer;
  }

  /** Asks until there is an answer: whether a line was taken is not known where the connection broke. */
  async #ask(message: ChatSend): Promise<Answer<ChatResult>> {
    const { connection, env } = this.#deps;
    const sinceMs = env.nowMs();
    for (;;) {
      const answer: Answer<ChatResult> =
        this.#deps.joined() && connection.connected
          ? await connection.ask('chat:send', message)
          : { ok: false, error: { code: 'unavailable', message: 'There is no connection right now.' } };
      const isUnknown = !answer.ok && answer.error.code === 'unavailable';
      if (!isUnknown || this.#deps.closed() || env.nowMs() - sinceMs > RESEND_WITHIN_MS) return answer;
      const delayMs = retryDelayMs(answer.error.retryAfterMs ?? RESEND_EVERY_MS, env.random());
      await new Promise<void>((resolve) => env.setTimer(resolve, delayMs));
    }
  }
}
