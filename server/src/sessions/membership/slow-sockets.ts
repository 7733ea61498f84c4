import type { PresenceChange } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import type { EventBus } from '../../platform/events/event-bus.ts';
import type { AppSocket } from '../../platform/socket/socket.types.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { Connection, MemberRegistry } from './member.registry.ts';
import { socketRoom } from './socket-room.ts';

export interface SlowSocketsDeps {
  readonly registry: MemberRegistry;
  readonly roster: Pick<LocalRoster, 'revision' | 'changeSince'>;
  readonly events: Pick<EventBus, 'emit'>;
}

/**
 * Slow sockets: those that do not read what they are sent. They stay members, out of the Socket.IO room, and are told the
 * session as it is once they have read everything, instead of all that happened.
 */
export class SlowSockets {
  readonly #deps: SlowSocketsDeps;
  /** By socket: the revision of the roster that it was last told of. */
  readonly #revisions = new Map<string, number>();

  constructor(deps: SlowSocketsDeps) {
    this.#deps = deps;
  }

  has(socketId: string): boolean {
    return this.#revisions.has(socketId);
  }

  /** Puts the socket of a new member into the room, or, a slow one, there when it has drained. */
  admit(socket: AppSocket, sessionId: string): void {
    if (this.has(socket.id)) this.#revisions.set(socket.id, this.#deps.roster.revision(sessionId));
    else void socket.join(socketRoom(sessionId));
  }

  /** A socket does not read what it is sent. */
  slowed(socket: AppSocket): void {
    const sessionId = this.#deps.registry.connectionOf(socket.id)?.sessionId;
    this.#revisions.set(socket.id, sessionId === undefined ? 0 : this.#deps.roster.revision(sessionId));
    if (sessionId !== undefined) void socket.leave(socketRoom(sessionId));
  }

  /** A slow socket has read everything: from now on it is told again. Returns what it is and was last told of, if anything. */
  drained(socket: AppSocket): { readonly connection: Connection; readonly revision: number } | null {
    const revision = this.#revisions.get(socket.id);
    this.#revisions.delete(socket.id);
    const connection = this.#deps.registry.connectionOf(socket.id);
    if (revision === undefined || connection === undefined) return null;
    void socket.join(socketRoom(connection.sessionId));
    this.#deps.events.emit('member.drained', connection);
    return { connection, revision };
  }

  /** Tells a drained socket what it missed. */
  bringUpToDate(socket: AppSocket, { id: sessionId, playback, access }: SessionRecord, revision: number): void {
    socket.emit('playback:changed', { sessionId, ...playback });
    socket.emit('session:changed', { sessionId, access });
    const change: PresenceChange | null = this.#deps.roster.changeSince(sessionId, revision);
    if (change !== null) socket.emit('session:presence', { sessionId, ...change });
  }

  /** The connection is gone. */
  forget(socket: AppSocket): void {
    this.#revisions.delete(socket.id);
  }
}
