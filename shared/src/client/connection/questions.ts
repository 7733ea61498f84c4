import type { Answer, ClientToServerEvents, ProtocolError } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { ClientSocket } from './client-socket.ts';

/** How long an answer may take before the command counts as lost, in milliseconds. */
export const ANSWER_TIMEOUT_MS = 4000;

/** Unanswered questions in a row after which a connection that looks alive is taken for dead. */
const SILENCE_LIMIT = 2;

/** The data half of an answer to an event. */
export type AnswerData<E extends keyof ClientToServerEvents> = Parameters<ClientToServerEvents[E]>[1] extends (
  answer: Answer<infer T>,
) => void
  ? T
  : never;

type Message<E extends keyof ClientToServerEvents> = Parameters<ClientToServerEvents[E]>[0];

/** What can be asked: every question has its answer, and none is kept for later. */
export interface Asker {
  readonly connected: boolean;
  /** Asks and waits; a question without a connection is answered `unavailable` at once. Never rejects. */
  ask<E extends keyof ClientToServerEvents>(event: E, message: Message<E>): Promise<Answer<AnswerData<E>>>;
}

/** Pending questions of one socket: each ends with the server's answer, its time-out, or the connection. */
export class Questions implements Asker {
  readonly #socket: ClientSocket;
  readonly #env: ClientEnvironment;
  readonly #onHalfOpen: () => void;
  readonly #pending = new Set<() => void>();
  #silences = 0;

  /** @param onHalfOpen called when the connection looks alive and carries nothing */
  constructor(socket: ClientSocket, env: ClientEnvironment, onHalfOpen: () => void) {
    this.#socket = socket;
    this.#env = env;
    this.#onHalfOpen = onHalfOpen;
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  ask<E extends keyof ClientToServerEvents>(event: E, message: Message<E>): Promise<Answer<AnswerData<E>>> {
    type Data = AnswerData<E>;
    return new Promise<Answer<Data>>((resolve) => {
      if (!this.#socket.connected) {
        resolve(unavailable('There is no connection right now.'));
        return;
      }
      const settle = (answer: Answer<Data>) => {
        if (!this.#pending.delete(abandon)) return;
        this.#env.clearTimer(deadline);
        resolve(answer);
      };
      const abandon = () => settle(unavailable('The connection broke before the answer came.'));
      const deadline = this.#env.setTimer(() => {
        settle(unavailable('No answer came.'));
        this.#silences += 1;
        if (this.#silences >= SILENCE_LIMIT && this.#socket.connected) this.#onHalfOpen();
      }, ANSWER_TIMEOUT_MS);
      this.#pending.add(abandon);
      const emit = this.#socket.emit.bind(this.#socket) as (name: string, body: unknown, ack: (answer: Answer<Data>) => void) => void;
      emit(event, message, (answer) => {
        this.#silences = 0;
        settle(answer);
      });
    });
  }

  /** A connection that is new has been silent to nothing. */
  connectedAnew(): void {
    this.#silences = 0;
  }

  /** The connection is gone: what is pending has no answer. */
  abandon(): void {
    for (const abandon of this.#pending) abandon();
  }
}

function unavailable(message: string): { readonly ok: false; readonly error: ProtocolError } {
  return { ok: false, error: { code: 'unavailable', message } };
}
