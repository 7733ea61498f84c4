import {
  CodedError,
  type Look,
  type Media,
  type Playback,
  type Right,
  type Role,
  type ServerToClientEvents,
} from '@cowatch/shared/protocol';
import { canControl, isHost, isShutOut, letsNewPeopleIn, notOpen, rightRefusal, roleOf, timeOutUntilMs } from '@cowatch/shared/timeline';
import type { ClusterClock } from '../../platform/clock/cluster-clock.ts';
import type { AppServer, AppSocket } from '../../platform/socket/socket.types.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { SessionService } from '../session.service.ts';
import type { MemberRegistry } from './member.registry.ts';
import type { MemberSockets } from './member-sockets.ts';
import type { SessionPeers } from './session.peers.ts';
import type { SlowSockets } from './slow-sockets.ts';
import { socketRoom } from './socket-room.ts';

/** Member of a session, as one of their sockets: who it is, and with which rights. */
export interface Member {
  readonly sessionId: string;
  readonly memberId: string;
  readonly name: string;
  readonly look: Look;
  readonly role: Role;
  /** May they play, pause, seek, change speed and load? */
  readonly canControl: boolean;
}

/** Who a viewer is in a session, socket or not. */
export interface Standing {
  readonly memberId: string;
  readonly isHost: boolean;
  /** Are they in it, or were lately, on any instance? */
  readonly isPresent: boolean;
  /** Are they muted, or have they a time-out? */
  readonly isRestricted: boolean;
  /** What it plays. */
  readonly media: Media;
}

/** Members of sessions, for other features. */
export interface Members {
  /** Who a viewer is, by the record. @throws CodedError `not_found`, `gone`, `forbidden` to whom it is not open, `unavailable` */
  standing(sessionId: string, viewerId: string, nowMs: number): Promise<Standing>;
  /**
   * Who the socket is in the session, by the replica cache: at once, and as new as what its people were told.
   *
   * @param right a right that the member must have, and be able to use now
   * @throws CodedError `forbidden` where the socket is not in the session, its member lacks the right, is muted or has a time-out; `unavailable` where
   * its rights are not cached yet
   */
  require(socket: AppSocket, sessionId: string, right?: Right): Member;
  /** Sends an event to the sockets of a session on this instance, but to slow ones: see `member.drained`. */
  tell<E extends keyof ServerToClientEvents>(sessionId: string, event: E, message: Parameters<ServerToClientEvents[E]>[0]): void;
  /** The same to the sockets of one member. */
  tellMember<E extends keyof ServerToClientEvents>(
    sessionId: string,
    memberId: string,
    event: E,
    message: Parameters<ServerToClientEvents[E]>[0],
  ): void;
  /** The same to one socket of this instance, slow or not. */
  tellSocket<E extends keyof ServerToClientEvents>(socketId: string, event: E, message: Parameters<ServerToClientEvents[E]>[0]): void;
  /** How many people are in a session that is occupied here, on all instances; 0 in another. */
  count(sessionId: string): number;
  /** What a session plays, as its people here were told; null where it is not cached. */
  playback(sessionId: string): Playback | null;
  /** The Socket.IO room of a session's members, for `ClusterBus.publishToRoom`. */
  room(sessionId: string): string;
}

export interface MembersDeps {
  readonly io: AppServer;
  readonly sockets: Pick<MemberSockets, 'require'>;
  readonly roster: Pick<LocalRoster, 'of' | 'nameOf'>;
  readonly registry: Pick<MemberRegistry, 'membersOf'>;
  readonly slow: Pick<SlowSockets, 'has'>;
  readonly peers: Pick<SessionPeers, 'hasSeen'>;
  readonly clock: Pick<ClusterClock, 'nowMs'>;
  readonly sessions: Pick<SessionService, 'memberId' | 'readCached' | 'cached'>;
}

const RETRY_MS = 250;

/** Of who is gone by now. */
const NO_LOOK: Look = { colour: 0, emoji: '' };

export function createMembers({ io, sockets, roster, registry, slow, peers, sessions, clock }: MembersDeps): Members {
  return {
    async standing(sessionId, viewerId, nowMs) {
      const memberId = sessions.memberId(sessionId, viewerId);
      const record = await sessions.readCached(sessionId, nowMs);
      const isPresent = await peers.hasSeen(sessionId, memberId);
      const host = isHost(record.access, memberId);
      // Of a party that is not open to everybody with the link only its people learn anything.
      if (isShutOut(record, memberId) || (!isPresent && !host && !letsNewPeopleIn(record, null))) throw notOpen();
      const isMuted = record.access.mutedIds?.includes(memberId) === true;
      const isRestricted = isMuted || timeOutUntilMs(record.access, memberId, nowMs) !== null;
      return { memberId, isHost: host, isPresent, isRestricted, media: record.playback.media };
    },
    require(socket, sessionId, right) {
      const { memberId } = sockets.require(socket, sessionId);
      const access = sessions.cached(sessionId)?.access;
      if (access === undefined) throw new CodedError('unavailable', 'Not possible right now. Try again in a moment.', RETRY_MS);
      const nowMs = clock.nowMs();
      const refusal = right === undefined ? null : rightRefusal(access, memberId, right, nowMs);
      if (refusal !== null) throw refusal;
      return {
        sessionId,
        memberId,
        name: roster.nameOf(sessionId, memberId) ?? '',
        look: roster.of(sessionId)?.lookOf(memberId) ?? NO_LOOK,
        role: roleOf(access, memberId),
        canControl: canControl(access, memberId, nowMs),
      };
    },
    tell(sessionId, event, message) {
      io.local.to(socketRoom(sessionId)).emit(event, ...([message] as never));
    },
    tellMember(sessionId, memberId, event, message) {
      for (const { socketId } of registry.membersOf(sessionId)?.of(memberId) ?? []) {
        if (!slow.has(socketId)) io.sockets.sockets.get(socketId)?.emit(event, ...([message] as never));
      }
    },
    tellSocket(socketId, event, message) {
      io.sockets.sockets.get(socketId)?.emit(event, ...([message] as never));
    },
    count: (sessionId) => roster.of(sessionId)?.count().members ?? 0,
    playback: (sessionId) => sessions.cached(sessionId)?.playback ?? null,
    room: socketRoom,
  };
}
