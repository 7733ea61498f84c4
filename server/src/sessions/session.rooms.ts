import { type Access, CodedError, type PresenceChange } from '@cowatch/shared/protocol';
import type { Effects, SessionRecord } from '@cowatch/shared/timeline';
import type { AppServer, AppSocket } from '../platform/socket/socket.types.ts';
import type { Device, Presence } from './presence.ts';
import type { SessionAttendance } from './session.attendance.ts';
import type { SessionPublisher } from './session.publisher.ts';

/** Which session a socket is in, and as whom. A socket that joins again has a new one. */
export type Membership = Device;

/** Socket.IO room of everybody in a session. */
const roomOf = (sessionId: string) => `session:${sessionId}`;

export interface SessionRoomsDeps {
  readonly io: AppServer;
  readonly presence: Presence;
  readonly attendance: SessionAttendance;
}

/** The sockets of this instance and the sessions they are in; tells them what happens. Every message is one emit to a room. */
export class SessionRooms implements SessionPublisher {
  readonly #deps: SessionRoomsDeps;
  readonly #memberships = new Map<string, Membership>();

  constructor(deps: SessionRoomsDeps) {
    this.#deps = deps;
  }

  /** The membership of a socket in the session it speaks of. @throws CodedError `forbidden` when it is not in it. */
  require(socket: AppSocket, sessionId: string): Membership {
    const membership = this.#memberships.get(socket.id);
    if (membership?.sessionId !== sessionId) throw new CodedError('forbidden', 'You are not in this party.');
    return membership;
  }

  /** Is this still what the socket is? */
  isCurrent(socket: AppSocket, membership: Membership): boolean {
    return this.#memberships.get(socket.id) === membership;
  }

  /** Puts a socket into a session, out of any other it was in. */
  enter(
    socket: AppSocket,
    as: { readonly sessionId: string; readonly memberId: string; readonly name: string; readonly access: Access },
    nowMs: number,
  ): Membership {
    const { sessionId, memberId, name, access } = as;
    if (this.#memberships.get(socket.id)?.sessionId !== sessionId) this.leave(socket, nowMs);
    const membership: Membership = { sessionId, memberId, socketId: socket.id };
    this.#memberships.set(socket.id, membership);
    this.#deps.presence.enter(membership, name, access, nowMs);
    this.#deps.attendance.entered(sessionId, nowMs);
    // At once with a local adapter: nothing that is told from here on passes this socket by.
    void socket.join(roomOf(sessionId));
    return membership;
  }

  /** Takes a socket out of its session, if it is in one. */
  leave(socket: AppSocket, nowMs: number): void {
    const membership = this.#memberships.get(socket.id);
    if (membership === undefined) return;
    this.#memberships.delete(socket.id);
    void socket.leave(roomOf(membership.sessionId));
    if (this.#deps.presence.exit(membership)) this.#deps.attendance.emptied(membership.sessionId, nowMs);
  }

  committed(record: SessionRecord, effects: Effects, nowMs: number): void {
    const { io, presence } = this.#deps;
    const room = roomOf(record.id);
    if (effects.playback) io.to(room).emit('playback:changed', { sessionId: record.id, ...record.playback });
    if (effects.access) {
      presence.setAccess(record.id, record.access);
      io.to(room).emit('session:changed', { sessionId: record.id, access: record.access });
    }
    if (effects.kickedId !== null) {
      for (const socket of this.#sockets(presence.socketIdsOf(record.id, effects.kickedId))) {
        socket.emit('session:removed', { sessionId: record.id, reason: 'kicked' });
        this.leave(socket, nowMs);
      }
    }
    if (effects.ended) {
      io.to(room).emit('session:ended', { sessionId: record.id, media: record.playback.media });
      for (const socketIds of [...presence.devicesOf(record.id)]) {
        for (const socket of this.#sockets(socketIds)) this.leave(socket, nowMs);
      }
    }
  }

  /** Tells everybody in a session what changed among them. */
  presenceChanged(sessionId: string, change: PresenceChange): void {
    this.#deps.io.to(roomOf(sessionId)).emit('session:presence', { sessionId, ...change });
  }

  /** Sockets by id; those that are gone already are left out. */
  #sockets(ids: readonly string[]): AppSocket[] {
    return ids.flatMap((id) => this.#deps.io.sockets.sockets.get(id) ?? []);
  }
}
