import type { Access, Media, PresenceChange, RemovalReason } from '@cowatch/shared/protocol';
import { isHost } from '@cowatch/shared/timeline';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { AppServer, AppSocket } from '../../platform/socket/socket.types.ts';
import type { Addresses } from '../door/addresses.ts';
import type { Door } from '../door/door.service.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import { parseChange, type SessionChange } from '../session.change.ts';
import type { SessionPublisher } from '../session.publisher.ts';
import type { Connection, MemberRegistry } from './member.registry.ts';
import type { MemberSockets } from './member-sockets.ts';
import type { SlowSockets } from './slow-sockets.ts';
import { socketRoom } from './socket-room.ts';

/** A change of a session, as instances publish it to each other. */
const CHANGED = 'session:changed';

export interface SessionBroadcasterDeps {
  readonly io: AppServer;
  readonly bus: ClusterBus;
  readonly registry: MemberRegistry;
  readonly roster: Pick<LocalRoster, 'setAccess'>;
  readonly sockets: MemberSockets;
  readonly slow: SlowSockets;
  readonly door: Pick<Door, 'changed'>;
  readonly addresses: Pick<Addresses, 'hashOf'>;
  /** Cluster milliseconds, for what other instances publish. */
  nowMs(): number;
}

/** Who looks at the changes of other instances before people here are told. */
export interface ChangeReceiver {
  /** What of another instance's change the people here were not told yet; it counts as announced from now on. */
  received(change: SessionChange): SessionChange | null;
}

/**
 * Broadcasts of a session: to its sockets here, and to the instances that have others. Each instance tells its own: only
 * it knows what was announced to them, so that what comes late or twice stops here.
 */
export class SessionBroadcaster implements SessionPublisher {
  readonly #deps: SessionBroadcasterDeps;

  constructor(deps: SessionBroadcasterDeps) {
    this.#deps = deps;
  }

  /** Passes on what other instances publish; returns its stop. */
  listen(receiver: ChangeReceiver): () => void {
    const { bus, nowMs } = this.#deps;
    return bus.subscribe(CHANGED, (message) => {
      const change = parseChange(message);
      const updates = change === null ? null : receiver.received(change);
      if (updates !== null) this.#apply(updates, nowMs());
    });
  }

  committed(change: SessionChange, updates: SessionChange | null, nowMs: number): void {
    const { bus } = this.#deps;
    const isPlayback = change.access === null && change.endedWith === null;
    // Of a new timeline only those instances need to know that have people in the session; the rest may be about sockets
    // that are in no room, because they are slow.
    if (isPlayback) bus.publishToRoom(socketRoom(change.sessionId), CHANGED, change);
    else bus.publish(CHANGED, change);
    if (updates !== null) this.#apply(updates, nowMs);
  }

  missed(updates: SessionChange, nowMs: number): void {
    this.#apply(updates, nowMs);
  }

  /** Tells everybody here in a session what changed among its people. */
  presenceChanged(sessionId: string, change: PresenceChange): void {
    this.#deps.io.local.to(socketRoom(sessionId)).emit('session:presence', { sessionId, ...change });
  }

  /** Does to the sockets here what a change means for them. */
  #apply(change: SessionChange, nowMs: number): void {
    const { sessionId, playback, access, outIds, kickedIds, outAddresses, endedWith } = change;
    const { roster, io, door } = this.#deps;
    if (playback !== null) io.local.to(socketRoom(sessionId)).emit('playback:changed', { sessionId, ...playback });
    if (access !== null) {
      roster.setAccess(sessionId, access);
      io.local.to(socketRoom(sessionId)).emit('session:changed', { sessionId, access });
    }
    for (const memberId of outIds) this.#remove(sessionId, memberId, kickedIds.includes(memberId) ? 'kicked' : 'banned', nowMs);
    if (access !== null && outAddresses.length > 0) this.#removeFrom(sessionId, outAddresses, access, nowMs);
    if (access !== null) door.changed(change);
    if (endedWith !== null) this.#end(sessionId, endedWith, nowMs);
  }

  /** Sockets that come from an address that is kept out leave, but those of hosts. */
  #removeFrom(sessionId: string, outAddresses: readonly string[], access: Access, nowMs: number): void {
    const { registry, addresses } = this.#deps;
    const members = [...(registry.membersOf(sessionId)?.all() ?? [])].filter(([memberId]) => !isHost(access, memberId));
    for (const socket of this.#socketsOf(members.flatMap(([, connections]) => [...connections]))) {
      if (!outAddresses.includes(addresses.hashOf(sessionId, socket.data.addressKey))) continue;
      socket.emit('session:removed', { sessionId, reason: 'banned' });
      this.#deps.sockets.leave(socket, nowMs);
    }
  }

  #remove(sessionId: string, memberId: string, reason: RemovalReason, nowMs: number): void {
    for (const socket of this.#socketsOf([...(this.#deps.registry.membersOf(sessionId)?.of(memberId) ?? [])])) {
      socket.emit('session:removed', { sessionId, reason });
      this.#deps.sockets.leave(socket, nowMs);
    }
  }

  #end(sessionId: string, media: Media, nowMs: number): void {
    const { io, registry, slow, sockets } = this.#deps;
    io.local.to(socketRoom(sessionId)).emit('session:ended', { sessionId, media });
    const connections = [...(registry.membersOf(sessionId)?.all() ?? [])].flatMap(([, ofMember]) => [...ofMember]);
    for (const socket of this.#socketsOf(connections)) {
      // A slow socket is in no room; and this is the last there is to tell.
      if (slow.has(socket.id)) socket.emit('session:ended', { sessionId, media });
      sockets.leave(socket, nowMs);
    }
  }

  /** Sockets of connections; those that are gone already are left out. */
  #socketsOf(connections: readonly Connection[]): AppSocket[] {
    return connections.flatMap(({ socketId }) => this.#deps.io.sockets.sockets.get(socketId) ?? []);
  }
}
