import { type Access, CodedError, type Media, type PresenceChange } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';
import { z } from 'zod';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { AppServer, AppSocket } from '../../platform/socket/socket.types.ts';
import type { FaceWish } from '../presence/faces.domain.ts';
import type { Device, Presence } from '../presence/presence.ts';
import { parseChange, type SessionChange } from '../session.change.ts';
import { REPLICA_ASK_MS, SEEN_ASK_MS } from '../session.limits.ts';
import type { SessionPublisher } from '../session.publisher.ts';
import type { SessionOccupancy } from './occupancy.ts';

/** Which session a socket is in, and as whom. A socket that joins again has a new one. */
export type Membership = Device;

/** Socket.IO room of everybody in a session. */
const roomOf = (sessionId: string) => `session:${sessionId}`;

/** Asks whether somebody is, or lately was, in a session: updates of people take a moment, and of a crowd only counts are told. */
const SEEN = 'session:seen';

/** What instances tell each other of a session. */
const CHANGED = 'session:changed';

/** Asks for the record of a session, as whoever attends it knows it. */
const REPLICA = 'session:known';

// Looked at, not trusted: the other instance may be of another version.
const questionSchema = z.object({ sessionId: z.string() });
const seenSchema = z.object({ sessionId: z.string(), memberId: z.string() });
const recordSchema = z.looseObject({ id: z.string(), version: z.number() });

export interface SessionRoomsDeps {
  readonly io: AppServer;
  readonly bus: ClusterBus;
  readonly presence: Presence;
  readonly occupancy: SessionOccupancy;
  /** Cluster milliseconds, for what other instances tell. */
  nowMs(): number;
}

/** What this instance knows of sessions, for what other instances ask and tell. */
export interface SessionReplicas {
  /** The newest record of a session, if this instance attends it. */
  cached(sessionId: string): SessionRecord | null;
  /** What of another instance's change the people here were not told yet; it counts as told from now on. */
  announced(change: SessionChange): SessionChange | null;
}

/**
 * The sockets of this instance and the sessions they are in; tells them what happens. Each instance tells its own: only
 * it knows what they were told before, so that what comes late or twice stops here.
 */
export class SessionRooms implements SessionPublisher {
  readonly #deps: SessionRoomsDeps;
  readonly #memberships = new Map<string, Membership>();
  /** Sockets that are told nothing now, and the revision of its people that each was last told of. */
  readonly #slow = new Map<string, number>();

  constructor(deps: SessionRoomsDeps) {
    this.#deps = deps;
    deps.bus.reply(SEEN, (message) => {
      const { sessionId, memberId } = seenSchema.parse(message);
      return deps.presence.hasSeen(sessionId, memberId);
    });
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
    as: { readonly sessionId: string; readonly memberId: string; readonly wish: FaceWish; readonly access: Access },
    nowMs: number,
  ): Membership {
    const { sessionId, memberId, wish, access } = as;
    if (this.#memberships.get(socket.id)?.sessionId !== sessionId) this.leave(socket, nowMs);
    const membership: Membership = { sessionId, memberId, socketId: socket.id };
    this.#memberships.set(socket.id, membership);
    this.#deps.presence.enter(membership, wish, access, nowMs);
    this.#deps.occupancy.entered(sessionId, nowMs);
    // At once as far as this instance goes: nothing that is told here from now on passes this socket by.
    if (!this.#slow.has(socket.id)) void socket.join(roomOf(sessionId));
    else this.#slow.set(socket.id, this.#deps.presence.revision(sessionId));
    return membership;
  }

  /** Answers other instances that ask what is known here, and passes on what they tell. */
  attach(replicas: SessionReplicas): void {
    const { bus, nowMs } = this.#deps;
    bus.reply(REPLICA, (message) => replicas.cached(questionSchema.parse(message).sessionId));
    bus.subscribe(CHANGED, (message) => {
      const change = parseChange(message);
      const updates = change === null ? null : replicas.announced(change);
      if (updates !== null) this.#apply(updates, nowMs());
    });
  }

  /** What other instances know of a session that have people in it. Never rejects. */
  async peerReplicas(sessionId: string): Promise<readonly SessionRecord[]> {
    const answers = await this.#deps.bus.requestRoom(roomOf(sessionId), REPLICA, { sessionId }, REPLICA_ASK_MS);
    return answers.flatMap((answer) => {
      const parsed = recordSchema.safeParse(answer);
      return parsed.success && parsed.data.id === sessionId ? [parsed.data as unknown as SessionRecord] : [];
    });
  }

  /** Is, or lately was, somebody in a session, on whatever instance? Never rejects. */
  async hasSeen(sessionId: string, memberId: string): Promise<boolean> {
    if (this.#deps.presence.hasSeen(sessionId, memberId)) return true;
    const answers = await this.#deps.bus.requestRoom(roomOf(sessionId), SEEN, { sessionId, memberId }, SEEN_ASK_MS);
    return answers.includes(true);
  }

  /** Null where what other instances tell of a session reaches its sockets here; else it resolves when it does. */
  listening(sessionId: string): Promise<void> | null {
    return this.#deps.bus.subscribed(roomOf(sessionId));
  }

  /** Takes a socket out of its session, if it is in one. */
  leave(socket: AppSocket, nowMs: number): void {
    const membership = this.#memberships.get(socket.id);
    if (membership === undefined) return;
    this.#memberships.delete(socket.id);
    void socket.leave(roomOf(membership.sessionId));
    if (this.#deps.presence.exit(membership, nowMs)) this.#deps.occupancy.emptied(membership.sessionId, nowMs);
  }

  /** The connection is gone. */
  gone(socket: AppSocket, nowMs: number): void {
    this.leave(socket, nowMs);
    this.#slow.delete(socket.id);
  }

  /** A socket does not read what it is sent: it stays in its session, and is told nothing until it has. */
  slowed(socket: AppSocket): void {
    const membership = this.#memberships.get(socket.id);
    this.#slow.set(socket.id, membership === undefined ? 0 : this.#deps.presence.revision(membership.sessionId));
    if (membership !== undefined) void socket.leave(roomOf(membership.sessionId));
  }

  /** A slow socket has read everything: from now on it is told again. Returns what it is in and was last told of, if anything. */
  drained(socket: AppSocket): { readonly membership: Membership; readonly revision: number } | null {
    const revision = this.#slow.get(socket.id);
    this.#slow.delete(socket.id);
    const membership = this.#memberships.get(socket.id);
    if (revision === undefined || membership === undefined) return null;
    void socket.join(roomOf(membership.sessionId));
    return { membership, revision };
  }

  /** Tells one socket what it missed: the session as it is, once, instead of everything that happened. */
  bringUpToDate(socket: AppSocket, { id: sessionId, playback, access }: SessionRecord, revision: number): void {
    socket.emit('playback:changed', { sessionId, ...playback });
    socket.emit('session:changed', { sessionId, access });
    const change = this.#deps.presence.changeSince(sessionId, revision);
    if (change !== null) socket.emit('session:presence', { sessionId, ...change });
  }

  committed(change: SessionChange, updates: SessionChange | null, nowMs: number): void {
    const { bus } = this.#deps;
    const isPlayback = change.access === null && change.outIds.length === 0 && change.endedWith === null;
    // Of a new timeline only those instances need to know that have people in the session; the rest may be about sockets
    // that are in no room, because they are slow.
    if (isPlayback) bus.publishToRoom(roomOf(change.sessionId), CHANGED, change);
    else bus.publish(CHANGED, change);
    if (updates !== null) this.#apply(updates, nowMs);
  }

  missed(updates: SessionChange, nowMs: number): void {
    this.#apply(updates, nowMs);
  }

  /** Tells everybody here in a session what changed among its people. */
  presenceChanged(sessionId: string, change: PresenceChange): void {
    this.#deps.io.local.to(roomOf(sessionId)).emit('session:presence', { sessionId, ...change });
  }

  /** Does to the sockets here what a change means for them. */
  #apply({ sessionId, playback, access, outIds, endedWith }: SessionChange, nowMs: number): void {
    const { presence, io } = this.#deps;
    if (playback !== null) io.local.to(roomOf(sessionId)).emit('playback:changed', { sessionId, ...playback });
    if (access !== null) {
      presence.setAccess(sessionId, access);
      io.local.to(roomOf(sessionId)).emit('session:changed', { sessionId, access });
    }
    for (const memberId of outIds) this.#remove(sessionId, memberId, nowMs);
    if (endedWith !== null) this.#end(sessionId, endedWith, nowMs);
  }

  #remove(sessionId: string, memberId: string, nowMs: number): void {
    for (const socket of this.#sockets(this.#deps.presence.socketIdsOf(sessionId, memberId))) {
      socket.emit('session:removed', { sessionId, reason: 'kicked' });
      this.leave(socket, nowMs);
    }
  }

  #end(sessionId: string, media: Media, nowMs: number): void {
    const { presence, io } = this.#deps;
    io.local.to(roomOf(sessionId)).emit('session:ended', { sessionId, media });
    for (const socketIds of [...presence.devicesOf(sessionId)]) {
      for (const socket of this.#sockets(socketIds)) {
        // Who is slow is in no room; and this is the last there is to tell.
        if (this.#slow.has(socket.id)) socket.emit('session:ended', { sessionId, media });
        this.leave(socket, nowMs);
      }
    }
  }

  /** Sockets by id; those that are gone already are left out. */
  #sockets(ids: readonly string[]): AppSocket[] {
    return ids.flatMap((id) => this.#deps.io.sockets.sockets.get(id) ?? []);
  }
}
