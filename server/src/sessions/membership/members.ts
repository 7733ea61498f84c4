import { CodedError, type Role, type ServerToClientEvents } from '@cowatch/shared/protocol';
import { canControl, hasRight, type Right, roleOf, type SessionRecord } from '@cowatch/shared/timeline';
import type { AppServer, AppSocket } from '../../platform/socket/socket.types.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { MemberSockets } from './member-sockets.ts';
import { socketRoom } from './socket-room.ts';

/** Member of a session, as one of their sockets: who it is, and with which rights. */
export interface Member {
  readonly sessionId: string;
  readonly memberId: string;
  readonly name: string;
  readonly role: Role;
  /** May they play, pause, seek, change speed and load? */
  readonly canControl: boolean;
}

/** Members of sessions, for other features. */
export interface Members {
  /**
   * Who the socket is in the session, by the replica cache: at once, and as new as what its people were told.
   *
   * @param right a right that the member must have
   * @throws CodedError `forbidden` where the socket is not in the session or its member lacks the right; `unavailable` where
   * its rights are not cached yet
   */
  require(socket: AppSocket, sessionId: string, right?: Right): Member;
  /** Sends an event to the sockets of a session on this instance, but to slow ones: see `member.drained`. */
  tell<E extends keyof ServerToClientEvents>(sessionId: string, event: E, message: Parameters<ServerToClientEvents[E]>[0]): void;
  /** The Socket.IO room of a session's members, for `ClusterBus.publishToRoom`. */
  room(sessionId: string): string;
}

export interface MembersDeps {
  readonly io: AppServer;
  readonly sockets: Pick<MemberSockets, 'require'>;
  readonly roster: Pick<LocalRoster, 'nameOf'>;
  /** The newest record that is cached here; null where none is. */
  cached(sessionId: string): SessionRecord | null;
}

const RETRY_MS = 250;

export function createMembers({ io, sockets, roster, cached }: MembersDeps): Members {
  return {
    require(socket, sessionId, right) {
      const { memberId } = sockets.require(socket, sessionId);
      const access = cached(sessionId)?.access;
      if (access === undefined) throw new CodedError('unavailable', 'Not possible right now. Try again in a moment.', RETRY_MS);
      if (right !== undefined && !hasRight(access, memberId, right))
        throw new CodedError('forbidden', 'You may not do this in this party.');
      return {
        sessionId,
        memberId,
        name: roster.nameOf(sessionId, memberId) ?? '',
        role: roleOf(access, memberId),
        canControl: canControl(access, memberId),
      };
    },
    tell(sessionId, event, message) {
      io.local.to(socketRoom(sessionId)).emit(event, ...([message] as never));
    },
    room: socketRoom,
  };
}
