import { type Access, CodedError } from '@cowatch/shared/protocol';
import type { EventBus } from '../../platform/events/event-bus.ts';
import type { AppSocket } from '../../platform/socket/socket.types.ts';
import type { FaceWish } from '../presence/faces.domain.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { Connection, MemberRegistry } from './member.registry.ts';
import type { SlowSockets } from './slow-sockets.ts';
import { socketRoom } from './socket-room.ts';

export interface MemberSocketsDeps {
  readonly registry: MemberRegistry;
  readonly roster: LocalRoster;
  readonly slow: SlowSockets;
  readonly events: Pick<EventBus, 'emit'>;
}

/** Sockets of members: they enter a session with its roster and its Socket.IO room, and leave all of it. */
export class MemberSockets {
  readonly #deps: MemberSocketsDeps;

  constructor(deps: MemberSocketsDeps) {
    this.#deps = deps;
  }

  /** What a socket is in the session it speaks of. @throws CodedError `forbidden` when it is not in it. */
  require(socket: AppSocket, sessionId: string): Connection {
    const connection = this.#deps.registry.connectionOf(socket.id);
    if (connection?.sessionId !== sessionId) throw new CodedError('forbidden', 'You are not in this party.');
    return connection;
  }

  /** Is this still what the socket is? */
  isCurrent(socket: AppSocket, connection: Connection): boolean {
    return this.#deps.registry.connectionOf(socket.id) === connection;
  }

  /** Puts a socket into a session, out of any other it was in. */
  enter(
    socket: AppSocket,
    as: { readonly sessionId: string; readonly memberId: string; readonly wish: FaceWish; readonly access: Access },
    nowMs: number,
  ): Connection {
    const { sessionId, memberId, wish, access } = as;
    const before = this.#deps.registry.connectionOf(socket.id);
    const isNew = before?.sessionId !== sessionId || before.memberId !== memberId;
    if (isNew) this.leave(socket, nowMs);
    const connection = this.#deps.roster.enter({ sessionId, memberId, socketId: socket.id }, wish, access, nowMs);
    this.#deps.roster.attends(connection, socket.data.deviceId !== null, nowMs);
    // At once as far as this instance goes: nothing that is told here from now on passes this socket by.
    this.#deps.slow.admit(socket, sessionId);
    if (isNew) this.#deps.events.emit('member.joined', connection);
    return connection;
  }

  /** Takes a socket out of its session, if it is in one. */
  leave(socket: AppSocket, nowMs: number): void {
    const connection = this.#deps.registry.connectionOf(socket.id);
    if (connection === undefined) return;
    void socket.leave(socketRoom(connection.sessionId));
    this.#deps.roster.exit(connection, nowMs);
    this.#deps.events.emit('member.left', connection);
  }

  /** The connection is gone. */
  gone(socket: AppSocket, nowMs: number): void {
    this.leave(socket, nowMs);
    this.#deps.slow.forget(socket);
  }
}
