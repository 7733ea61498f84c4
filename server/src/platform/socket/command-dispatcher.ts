import { type Answer, CodedError, MESSAGE_MAX_BYTES } from '@cowatch/shared/protocol';
import type { z } from 'zod';
import type { ClusterClock } from '../clock/cluster-clock.ts';
import type { Logger } from '../log/log.ts';
import { withinRequest } from '../request-scope.ts';
import { looksStorable, refuseUnstorable } from '../storable-gate.ts';
import type { AppSocket, Command, CommandContext, CommandLimit, CommandName } from './socket.types.ts';
import type { SocketMetrics } from './socket-metrics.ts';
import { TokenBucket } from './token-bucket.ts';

// The dispatcher of every message: size, then text, then schema, then rate, then handler, then answer. Nothing that arrives on
// a socket goes any other way, and nothing that happens in it ends the process.

/** A registered command: what the dispatcher runs, without the types of the command's own message. */
interface RegisteredCommand {
  readonly limit: CommandLimit;
  readonly answersPerItem: string | undefined;
  /** Checks the message, and gives what remains to be done with it. @throws CodedError `bad_request` */
  parse(message: unknown): (context: CommandContext) => unknown;
}

export interface CommandDispatcherOptions {
  readonly clock: ClusterClock;
  readonly log: Logger;
  readonly metrics: SocketMetrics;
}

/** Command dispatcher: finds the registered command of a message and runs it. Bound: one bucket for each limit and socket. */
export class CommandDispatcher {
  readonly #options: CommandDispatcherOptions;
  readonly #commands = new Map<string, RegisteredCommand>();
  readonly #buckets = new WeakMap<AppSocket, Map<string, TokenBucket>>();
  #requests = 0;

  constructor(options: CommandDispatcherOptions) {
    this.#options = options;
  }

  /** Registers the one handler of a command. */
  register<E extends CommandName>(event: E, command: Command<E>): void {
    if (this.#commands.has(event)) throw new Error(`the command ${event} is registered twice`);
    this.#commands.set(event, {
      limit: command.limit,
      answersPerItem: command.answersPerItem,
      parse(raw) {
        const parsed = command.schema.safeParse(raw);
        if (!parsed.success) throw new CodedError('bad_request', fieldsOf(parsed.error));
        const message = parsed.data;
        return (context) => command.handle(message, context);
      },
    });
  }

  /** Takes a message off the wire: its event, what it carries, and last the acknowledgement where one is wanted. */
  readonly receive = (socket: AppSocket, event: unknown, args: readonly unknown[]): void => {
    const receivedAtMs = this.#options.clock.nowMs();
    const last = args.at(-1);
    const acknowledge = typeof last === 'function' ? (last as (answer: Answer<unknown>) => void) : null;
    const messages = acknowledge === null ? args : args.slice(0, -1);
    const command = typeof event === 'string' ? this.#commands.get(event) : undefined;
    const label = command === undefined ? 'unknown' : String(event);
    const context = this.#context(socket, label, receivedAtMs);
    let answered = false;
    const answer = (result: Answer<unknown>) => {
      if (answered) return;
      answered = true;
      this.#options.metrics.answered(label, result.ok ? 'ok' : result.error.code, receivedAtMs);
      acknowledge?.(result);
    };
    const fail = (error: unknown) => answer(this.#refusal(error, context));
    withinRequest({ fail }, () => {
      try {
        const result = this.#handle(command, messages, context);
        if (result instanceof Promise) result.then((data) => answer({ ok: true, data })).catch(fail);
        else answer({ ok: true, data: result });
      } catch (error) {
        fail(error);
      }
    });
  };

  #handle(command: RegisteredCommand | undefined, messages: readonly unknown[], context: CommandContext): unknown {
    const json = jsonOf(messages);
    if (json === null || Buffer.byteLength(json) > MESSAGE_MAX_BYTES) {
      throw new CodedError('too_large', `A message has at most ${MESSAGE_MAX_BYTES} bytes.`);
    }
    if (command === undefined) throw new CodedError('bad_request', 'There is no such command.');
    if (messages.length !== 1) throw new CodedError('bad_request', 'A command carries one message.');
    if (!looksStorable(json)) refuseUnstorable(messages[0], 'message', command.answersPerItem);
    const run = command.parse(messages[0]);
    const waitMs = this.#bucket(context.socket, command.limit, context.receivedAtMs).take(context.receivedAtMs);
    if (waitMs > 0) throw new CodedError('rate_limited', 'That was too often. Wait a moment.', waitMs);
    return run(context);
  }

  #refusal(error: unknown, context: CommandContext): Answer<unknown> {
    if (error instanceof CodedError) return { ok: false, error: error.toProtocolError() };
    context.log.error({ err: error }, 'a command failed');
    this.#options.metrics.failed();
    const message = `The server failed on this command and has noted it as ${context.requestId}.`;
    return { ok: false, error: { code: 'internal', message } };
  }

  #bucket(socket: AppSocket, limit: CommandLimit, nowMs: number): TokenBucket {
    let buckets = this.#buckets.get(socket);
    if (buckets === undefined) {
      buckets = new Map();
      this.#buckets.set(socket, buckets);
    }
    let bucket = buckets.get(limit.bucket);
    if (bucket === undefined) {
      bucket = new TokenBucket(limit, nowMs);
      buckets.set(limit.bucket, bucket);
    }
    return bucket;
  }

  #context(socket: AppSocket, event: string, receivedAtMs: number): CommandContext {
    const { log, clock } = this.#options;
    this.#requests += 1;
    const requestId = `${clock.instanceId}-${this.#requests.toString(36)}`;
    return {
      socket,
      receivedAtMs,
      requestId,
      viewerId: socket.data.viewerId,
      // Made only where something is said: most commands say nothing.
      get log() {
        return log.child({ reqId: requestId, event, socketId: socket.id, viewerId: socket.data.viewerId });
      },
    };
  }
}

/** What a message carries, as JSON; null where it is nested so deeply that it cannot even be written. */
function jsonOf(messages: readonly unknown[]): string | null {
  try {
    return (messages.length === 1 ? JSON.stringify(messages[0]) : JSON.stringify(messages)) ?? '';
  } catch {
    return null;
  }
}

/** Names the first fields that are wrong. */
function fieldsOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.length === 0 ? 'message' : issue.path.map(String).join('.')}: ${issue.message}`)
    .join('; ')
    .slice(0, 500);
}
