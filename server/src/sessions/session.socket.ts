import {
  banReachRequestSchema,
  clockPingSchema,
  joinSchema,
  leaveSchema,
  ofSessionSchema,
  playbackCommandSchema,
  reportSchema,
  rosterRequestSchema,
  sessionCommandSchema,
} from '@cowatch/shared/protocol';
import type { ClusterClock } from '../platform/clock/cluster-clock.ts';
import type { Logger } from '../platform/log/log.ts';
import { Pacing } from '../platform/socket/pacing.ts';
import type { SocketPlatform } from '../platform/socket/socket.types.ts';
import type { ModerationService } from './door/moderation.service.ts';
import type { WaitingRoom } from './door/waiting-room.ts';
import type { MemberSockets } from './membership/member-sockets.ts';
import type { MembershipService } from './membership/membership.service.ts';
import type { SlowSockets } from './membership/slow-sockets.ts';
import {
  CLOCK_LIMIT,
  CLOCK_PACE,
  JOIN_LIMIT,
  LEAVE_LIMIT,
  MODERATION_LIMIT,
  PLAYBACK_LIMIT,
  REPORT_LIMIT,
  ROSTER_LIMIT,
  SESSION_LIMIT,
} from './session.limits.ts';

export interface SessionSocketDeps {
  readonly clock: ClusterClock;
  readonly members: MembershipService;
  readonly memberSockets: MemberSockets;
  readonly slow: SlowSockets;
  readonly moderation: ModerationService;
  readonly waiting: WaitingRoom;
  readonly log: Logger;
}

/** The socket commands of the watch party: parse, call, reply. */
export function registerSessionSocket(sockets: SocketPlatform, deps: SessionSocketDeps): void {
  const { clock, members, memberSockets, slow, waiting, log } = deps;
  registerModeration(sockets, deps);
  const pacing = new Pacing(CLOCK_PACE);
  sockets.onCommand('clock:ping', {
    schema: clockPingSchema,
    limit: CLOCK_LIMIT,
    handle: (_message, { receivedAtMs }) => {
      const restMs = pacing.restMs(receivedAtMs);
      return {
        receivedAtMs,
        instanceId: clock.instanceId,
        ...(restMs > 0 ? { restMs } : {}),
        // Read last: whatever happened since the message was read is no part of the round trip.
        sentAtMs: clock.nowMs(),
      };
    },
  });
  sockets.onCommand('session:join', {
    schema: joinSchema,
    limit: JOIN_LIMIT,
    handle: (message, { socket, receivedAtMs }) => members.join(socket, message, receivedAtMs),
  });
  sockets.onCommand('session:leave', {
    schema: leaveSchema,
    limit: LEAVE_LIMIT,
    handle: ({ sessionId }, { socket, receivedAtMs }) => {
      members.leave(socket, sessionId, receivedAtMs);
      return null;
    },
  });
  sockets.onCommand('session:roster', {
    schema: rosterRequestSchema,
    limit: ROSTER_LIMIT,
    handle: ({ sessionId, offset }, { socket }) => members.roster(socket, sessionId, offset),
  });
  sockets.onCommand('session:command', {
    schema: sessionCommandSchema,
    limit: SESSION_LIMIT,
    handle: (message, { socket, receivedAtMs }) => members.command(socket, message, receivedAtMs),
  });
  sockets.onCommand('playback:command', {
    schema: playbackCommandSchema,
    limit: PLAYBACK_LIMIT,
    handle: (message, { socket, receivedAtMs }) => members.command(socket, message, receivedAtMs),
  });
  sockets.onCommand('member:report', {
    schema: reportSchema,
    limit: REPORT_LIMIT,
    handle: (message, { socket, receivedAtMs }) => members.report(socket, message, receivedAtMs),
  });
  sockets.onDisconnect((socket) => {
    waiting.gone(socket);
    memberSockets.gone(socket, clock.nowMs());
  });
  sockets.onSlow((socket) => slow.slowed(socket));
  sockets.onDrained((socket) => {
    members.catchUp(socket, clock.nowMs()).catch((error) => log.error({ err: error }, 'catching up failed'));
  });
}

/** What hosts ask before they act, and what who may invite asks. */
function registerModeration(sockets: SocketPlatform, { moderation }: SessionSocketDeps): void {
  sockets.onCommand('session:moderation', {
    schema: ofSessionSchema,
    limit: MODERATION_LIMIT,
    handle: ({ sessionId }, { socket, receivedAtMs }) => moderation.moderation(socket, sessionId, receivedAtMs),
  });
  sockets.onCommand('session:ban-reach', {
    schema: banReachRequestSchema,
    limit: MODERATION_LIMIT,
    handle: ({ sessionId, memberId }, { socket, receivedAtMs }) => moderation.banReach(socket, sessionId, memberId, receivedAtMs),
  });
  sockets.onCommand('session:link', {
    schema: ofSessionSchema,
    limit: MODERATION_LIMIT,
    handle: ({ sessionId }, { socket, receivedAtMs }) => moderation.link(socket, sessionId, receivedAtMs),
  });
}
