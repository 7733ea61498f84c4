import { CodedError, type Role } from '@cowatch/shared/protocol';
import { canControl, roleOf, type SessionRecord } from '@cowatch/shared/timeline';
import type { AppSocket } from '../../platform/socket/socket.types.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { MemberSockets } from './member-sockets.ts';

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
   * @throws CodedError `forbidden` where the socket is not in the session; `unavailable` where its rights are not cached yet
   */
  require(socket: AppSocket, sessionId: string): Member;
}

export interface MembersDeps {
  readonly sockets: Pick<MemberSockets, 'require'>;
  readonly roster: Pick<LocalRoster, 'nameOf'>;
  /** The newest record that is cached here; null where none is. */
  cached(sessionId: string): SessionRecord | null;
}

const RETRY_MS = 250;

export function createMembers({ sockets, roster, cached }: MembersDeps): Members {
  return {
    require(socket, sessionId) {
      const { memberId } = sockets.require(socket, sessionId);
      const access = cached(sessionId)?.access;
      if (access === undefined) throw new CodedError('unavailable', 'Not possible right now. Try again in a moment.', RETRY_MS);
      return {
        sessionId,
        memberId,
        name: roster.nameOf(sessionId, memberId) ?? '',
        role: roleOf(access, memberId),
        canControl: canControl(access, memberId),
      };
    },
  };
}
