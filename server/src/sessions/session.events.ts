import type { Media, MemberState, RemovalReason } from '@cowatch/shared/protocol';
import type { EventBus } from '../platform/events/event-bus.ts';
import type { SessionChange } from './session.change.ts';
import type { SessionPublisher } from './session.publisher.ts';

/** A connection of a member in a session. */
export interface MemberConnection {
  readonly sessionId: string;
  readonly memberId: string;
  readonly socketId: string;
}

declare module '../platform/events/event-bus.ts' {
  interface EventMap {
    /** This instance has committed a change of a session, and told of it; it may not be durable yet. */
    'session.committed': SessionChange;
    /** A session is over for good; emitted on the instance that committed it. */
    'session.ended': { readonly sessionId: string; readonly media: Media; readonly atMs: number };
    /** A member was kicked or banned; emitted on the instance that committed it. */
    'member.kicked': {
      readonly sessionId: string;
      readonly memberId: string;
      readonly reason: RemovalReason;
      readonly atMs: number;
    };
    /** A connection has entered a session here; a member with several has joined with each. */
    'member.joined': MemberConnection;
    /** A connection has left a session here, in whatever way: each that joined does. */
    'member.left': MemberConnection;
    /** A member has told how their player does, of this version of the timeline. */
    'member.reported': MemberConnection & { readonly version: number; readonly state: MemberState };
    /** A slow socket has read everything and is told again: what it missed meanwhile is to be sent to it. */
    'member.drained': MemberConnection;
  }
}

/** A publisher that also emits commits as events: people are told first. */
export function emitting(publisher: SessionPublisher, events: EventBus): SessionPublisher {
  return {
    committed(change, updates, nowMs) {
      publisher.committed(change, updates, nowMs);
      events.emit('session.committed', change);
      const { sessionId, removed, endedWith } = change;
      if (removed !== null) events.emit('member.kicked', { sessionId, ...removed, atMs: nowMs });
      if (endedWith !== null) events.emit('session.ended', { sessionId, media: endedWith, atMs: nowMs });
    },
    missed: (updates, nowMs) => publisher.missed(updates, nowMs),
  };
}
