import { Listeners } from '@cowatch/shared/listeners';
import type { ConnectionHealth } from '../session.domain.ts';

/** One socket of one member in one session, and how it is doing by its own word. A socket that joins again has a new one. */
export interface Connection {
  readonly sessionId: string;
  readonly memberId: string;
  readonly socketId: string;
  health: ConnectionHealth;
  reportedAtMs: number;
  /** When it was told to report next. */
  intervalMs: number;
}

/** A connection by its ids. */
export type ConnectionIds = Pick<Connection, 'sessionId' | 'memberId' | 'socketId'>;

const NONE: ReadonlySet<Connection> = new Set();

/** The connections of one session on this instance, by member. A live view: what enters or leaves shows in it. */
export class SessionMembers {
  readonly #byMember = new Map<string, Set<Connection>>();
  #connections = 0;

  get memberCount(): number {
    return this.#byMember.size;
  }

  get connectionCount(): number {
    return this.#connections;
  }

  /** Connections of one member; empty for who is not here. */
  of(memberId: string): ReadonlySet<Connection> {
    return this.#byMember.get(memberId) ?? NONE;
  }

  /** Members with their connections. */
  all(): Iterable<readonly [string, ReadonlySet<Connection>]> {
    return this.#byMember;
  }

  /** For the registry alone. */
  add(connection: Connection): void {
    const others = this.#byMember.get(connection.memberId);
    if (others === undefined) this.#byMember.set(connection.memberId, new Set([connection]));
    else others.add(connection);
    this.#connections += 1;
  }

  /** For the registry alone. */
  remove(connection: Connection): void {
    const others = this.#byMember.get(connection.memberId);
    if (others?.delete(connection) !== true) return;
    this.#connections -= 1;
    if (others.size === 0) this.#byMember.delete(connection.memberId);
  }
}

/**
 * Registry of members on this instance: which socket is in which session, as whom. Kept here and nowhere else; rosters,
 * occupancy, leads and broadcasts read it. Bound: one entry for each socket that has joined.
 */
export class MemberRegistry {
  readonly #bySocket = new Map<string, Connection>();
  readonly #sessions = new Map<string, SessionMembers>();
  readonly #occupied = new Listeners<[sessionId: string, nowMs: number]>();
  readonly #emptied = new Listeners<[sessionId: string, nowMs: number]>();

  /** Calls back when the first member here enters a session; returns its stop. */
  readonly onOccupied = this.#occupied.add;
  /** Calls back when the last member here has left a session; returns its stop. */
  readonly onEmptied = this.#emptied.add;

  /** The connection that a socket is now. */
  connectionOf(socketId: string): Connection | undefined {
    return this.#bySocket.get(socketId);
  }

  /** The members here of a session that is occupied here. */
  membersOf(sessionId: string): SessionMembers | undefined {
    return this.#sessions.get(sessionId);
  }

  isOccupied(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  totals(): { readonly sessions: number; readonly members: number } {
    let members = 0;
    for (const session of this.#sessions.values()) members += session.memberCount;
    return { sessions: this.#sessions.size, members };
  }

  /** Enters a socket, which is in no other session, as a member; in place of what it was in this one. */
  enter({ sessionId, memberId, socketId }: ConnectionIds, nowMs: number): Connection {
    const health: ConnectionHealth = { state: 'joining', driftMs: null };
    const connection: Connection = { sessionId, memberId, socketId, health, reportedAtMs: nowMs, intervalMs: 0 };
    const before = this.#bySocket.get(socketId);
    const members = this.#sessions.get(sessionId) ?? new SessionMembers();
    const isFirst = members.memberCount === 0;
    if (before !== undefined) members.remove(before);
    members.add(connection);
    this.#bySocket.set(socketId, connection);
    if (!isFirst) return connection;
    this.#sessions.set(sessionId, members);
    this.#occupied.emit(sessionId, nowMs);
    return connection;
  }

  /** Takes a connection out; false where its socket is not that any more. */
  leave(connection: Connection, nowMs: number): boolean {
    const { sessionId, socketId } = connection;
    if (this.#bySocket.get(socketId) !== connection) return false;
    this.#bySocket.delete(socketId);
    const members = this.#sessions.get(sessionId);
    members?.remove(connection);
    if (members?.memberCount !== 0) return true;
    this.#sessions.delete(sessionId);
    this.#emptied.emit(sessionId, nowMs);
    return true;
  }
}
