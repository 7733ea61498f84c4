import type { Answer, Kept, PlaybackCommand, ProtocolError, QueueCommand, SessionCommand } from '../../protocol/index.ts';
import type { AnswerData } from '../connection/questions.ts';
import { retryDelayMs } from '../connection/refusal.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { CommandOutcome } from './session-client.types.ts';

/** A command that was on its way when the connection broke is sent again for this long, with the same id. */
const RESEND_WITHIN_MS = 2500;
const RESEND_EVERY_MS = 150;

const NOT_CONNECTED: ProtocolError = { code: 'unavailable', message: 'There is no connection right now.' };

type WithoutEnvelope<T> = T extends unknown ? Omit<T, 'sessionId' | 'opId' | 'issuedAtMs'> : never;

/** The commands of the protocol, less what the sender puts around each. */
export interface CommandBodies {
  'playback:command': WithoutEnvelope<PlaybackCommand>;
  'session:command': WithoutEnvelope<SessionCommand>;
  'queue:command': WithoutEnvelope<QueueCommand>;
}

type CommandEvent = keyof CommandBodies;

export interface CommandSenderDeps {
  readonly connection: TypedConnection;
  readonly env: ClientEnvironment;
  readonly sessionId: string;
  /** True while the server knows this client as a member. */
  joined(): boolean;
  closed(): boolean;
  /** What an answer to a command promises. */
  promised(answer: Kept): void;
}

/** Sends commands: each with an id of its own, never kept for later, and sent again only when its fate is unknown. */
export class CommandSender {
  readonly #deps: CommandSenderDeps;

  constructor(deps: CommandSenderDeps) {
    this.#deps = deps;
  }

  /** Never throws: what cannot be sent is `unavailable`. */
  async send<E extends CommandEvent>(event: E, body: CommandBodies[E]): Promise<CommandOutcome> {
    const answer = await this.deliver(event, body);
    if (!answer.ok) return answer;
    const { changed, kept } = answer.data as AnswerData<CommandEvent>;
    return { ok: true, changed, ...(kept === false ? { kept } : {}) };
  }

  /** The answer itself. @param opId of a command whose outcome is shown before it is answered; else a new one */
  async deliver<E extends CommandEvent>(event: E, body: CommandBodies[E], opId = newOpId(this.#deps.env)): Promise<Answer<AnswerData<E>>> {
    const { connection, env, sessionId } = this.#deps;
    const issuedAtMs = connection.serverNowMs();
    if (issuedAtMs === null || !this.#deps.joined()) return { ok: false, error: NOT_CONNECTED };
    const message = { ...body, sessionId, opId, issuedAtMs } as unknown as Parameters<typeof connection.ask<E>>[1];
    const ask = () => connection.ask(event, message);
    const sentMs = env.nowMs();
    let answer = await ask();
    // The connection broke in between: whether it was carried out is not known, and asking again with the same id is safe.
    for (;;) {
      const delayMs = resendDelayMs(answer, env.random());
      if (delayMs === null || env.nowMs() - sentMs + delayMs > RESEND_WITHIN_MS || this.#deps.closed()) break;
      await new Promise<void>((resolve) => env.setTimer(resolve, delayMs));
      if (this.#deps.joined() && connection.connected) answer = await ask();
    }
    if (answer.ok) {
      const { kept } = answer.data as AnswerData<CommandEvent>;
      this.#deps.promised(kept === false ? { kept } : {});
    }
    return answer;
  }
}

/** When to send again what may not have been carried out, in milliseconds; null where that is of no use. */
function resendDelayMs(answer: Answer<unknown>, random: number): number | null {
  if (answer.ok || answer.error.code !== 'unavailable') return null;
  const { retryAfterMs } = answer.error;
  return retryAfterMs === undefined ? RESEND_EVERY_MS : retryDelayMs(retryAfterMs, random);
}

const OP_ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** An id for one command: received twice, it is carried out once. */
export function newOpId(env: ClientEnvironment): string {
  return Array.from({ length: 16 }, () => OP_ID_ALPHABET[Math.floor(env.random() * 64)]).join('');
}
