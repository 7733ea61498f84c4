import type { Answer, ClientToServerEvents, ServerToClientEvents } from '@cowatch/shared/protocol';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { z } from 'zod';
import type { Logger } from '../log/log.ts';
import type { ClusterBus } from './cluster-bus.ts';
import type { PreparedJson } from './prepared-json.ts';

/** Data of a socket, kept while it is connected. */
export interface SocketData {
  /** Who it is; proven by signature when it connected. */
  viewerId: string;
  /** Which device of an account it is; null for a guest. */
  deviceId: string | null;
  /** Where it comes from: one key per IPv4 address or IPv6 /64. */
  addressKey: string;
}

export type AppServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type AppSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;

export type CommandName = keyof ClientToServerEvents;
type CommandArguments<E extends CommandName> = Parameters<ClientToServerEvents[E]>;
/** Message of a command. */
export type CommandMessage<E extends CommandName> = CommandArguments<E>[0];
/** Data of its acknowledgement when that is `ok`. */
export type CommandData<E extends CommandName> = CommandArguments<E>[1] extends (answer: Answer<infer Data>) => void ? Data : never;

/** The same as a handler gives it: where many are answered alike, already written. */
type CommandAnswer<E extends CommandName> = CommandData<E> | PreparedJson<CommandData<E>>;

/** A token bucket per socket. Commands that name the same `bucket` share it. */
export interface CommandLimit {
  readonly bucket: string;
  /** Refill, in commands a second. */
  readonly perS: number;
  /** Most commands at once. */
  readonly burst: number;
}

/** Context of a command, beside its message. */
export interface CommandContext {
  readonly socket: AppSocket;
  readonly viewerId: string;
  /** Cluster milliseconds when the message was read off the wire. */
  readonly receivedAtMs: number;
  readonly requestId: string;
  /** Names the request and the socket in every line. */
  readonly log: Logger;
}

/** A command as its feature registers it with the dispatcher: size → text → schema → rate → handler → answer. */
export interface Command<E extends CommandName> {
  readonly schema: z.ZodType<CommandMessage<E>>;
  readonly limit: CommandLimit;
  /**
   * The field whose items have an answer each, so that a text in one of them that cannot be stored is for the handler to
   * refuse. All else is refused before.
   */
  readonly answersPerItem?: keyof CommandMessage<E> & string;
  /** Returns the data of the answer, or throws a `CodedError`; anything else thrown leaves as `internal`. */
  handle(message: CommandMessage<E>, context: CommandContext): CommandAnswer<E> | Promise<CommandAnswer<E>>;
}

/** The socket server as features see it. */
export interface SocketPlatform {
  readonly io: AppServer;
  readonly bus: ClusterBus;
  /** Registers the one handler of a command; a second one for the same name throws. */
  onCommand<E extends CommandName>(event: E, command: Command<E>): void;
  /** Calls back for every admitted socket, before its first command; returns its stop. */
  onConnection(listener: (socket: AppSocket) => void): () => void;
  /** Calls back when a socket is gone, while its rooms can still be read; returns its stop. */
  onDisconnect(listener: (socket: AppSocket, reason: string) => void): () => void;
  /**
   * Calls back when a socket does not read what it is sent: nothing more should be told to it than the answers to its
   * commands. Returns its stop.
   */
  onSlow(listener: (socket: AppSocket) => void): () => void;
  /** Calls back when a slow socket has read everything, and can be told again; one that does not is cut off. */
  onDrained(listener: (socket: AppSocket) => void): () => void;
  /**
   * One-way latency in milliseconds as this server measured it, half the median of the last round trips of
   * websocket pings; nothing the client says goes into it. Null before the first pong.
   */
  oneWayLatencyMs(socket: AppSocket): number | null;
}
