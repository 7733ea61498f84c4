import {
  CodedError,
  type CommandResult,
  isUnavailable,
  type JoinRequest,
  type JoinSnapshot,
  type MemberReport,
  type PlaybackCommand,
  type ReportResult,
  type RosterPage,
  SESSION_MAX_MEMBERS,
  type SessionCommand,
} from '@cowatch/shared/protocol';
import {
  isHost,
  isRestricted,
  isShutOut,
  notOpen,
  restrictsSomebody,
  roleOf,
  type SeenPerson,
  type SessionRecord,
} from '@cowatch/shared/timeline';
import type { IdentityDirectory } from '../../accounts/index.ts';
import type { EventBus } from '../../platform/events/event-bus.ts';
import type { Identity } from '../../platform/identity.ts';
import { type PreparedJson, prepare, writtenOnce } from '../../platform/socket/prepared-json.ts';
import type { AppSocket } from '../../platform/socket/socket.types.ts';
import type { Addresses } from '../door/addresses.ts';
import type { Caller, Door } from '../door/door.service.ts';
import type { Visitors } from '../door/visitors.ts';
import type { WaitingRoom } from '../door/waiting-room.ts';
import type { FaceWish } from '../presence/faces.domain.ts';
import type { Presence } from '../presence/presence.ts';
import { reportIntervalMs } from '../session.domain.ts';
import { SharedReads } from '../session.reads.ts';
import type { Actor, SessionService } from '../session.service.ts';
import type { Connection } from './member.registry.ts';
import type { MemberSockets } from './member-sockets.ts';
import type { SessionOccupancy } from './occupancy.ts';
import type { SessionPeers } from './session.peers.ts';
import type { SlowSockets } from './slow-sockets.ts';

export interface MembershipServiceDeps {
  readonly sessions: SessionService;
  readonly presence: Presence;
  readonly occupancy: SessionOccupancy;
  readonly sockets: MemberSockets;
  readonly slow: SlowSockets;
  readonly peers: SessionPeers;
  readonly door: Door;
  readonly addresses: Addresses;
  readonly visitors: Visitors;
  readonly waiting: WaitingRoom;
  readonly events: Pick<EventBus, 'emit'>;
  readonly directory: Pick<IdentityDirectory, 'mayHavePredecessors' | 'predecessors' | 'tookOver' | 'gaveBack'>;
  /** Admission of a join in a storm: null where it may pass, or a promise to wait for. @throws CodedError `unavailable` */
  admit(): Promise<void> | null;
}

type AdmitCommand = Extract<SessionCommand, { kind: 'admit' }>;

/** Membership of sessions: joins, leaves, reports and commands of their members. Times are cluster milliseconds. */
export class MembershipService {
  readonly #deps: MembershipServiceDeps;
  readonly #reads: SharedReads<SessionRecord>;

  constructor(deps: MembershipServiceDeps) {
    this.#deps = deps;
    this.#reads = new SharedReads((sessionId, nowMs) => deps.sessions.read(sessionId, nowMs));
  }

  /**
   * Puts a socket into a session.
   * @throws CodedError `not_found`, `gone`, `forbidden` (not open, or a host is asked), `session_full`, `unavailable`; `conflict` when the
   * socket went elsewhere meanwhile.
   */
  async join(socket: AppSocket, request: JoinRequest, nowMs: number): Promise<PreparedJson<JoinSnapshot>> {
    const { sessions, presence, sockets, peers } = this.#deps;
    const { sessionId, key = null, ...wish } = request;
    const admission = this.#deps.admit();
    if (admission !== null) await admission;
    const memberId = sessions.memberId(sessionId, socket.data.viewerId);
    await this.#meetOthers(sessionId, nowMs);
    const before = await this.#reads.any(sessionId, nowMs);
    const caller = { ...socket.data, linkKey: key };
    await this.#admit(socket, before, caller, wish, nowMs);
    if (this.#deps.directory.mayHavePredecessors(socket.data)) await this.#succeed(before, socket.data, nowMs);
    const isNew = presence.local.nameOf(sessionId, memberId) === null;
    if (isNew && presence.count(sessionId).members >= SESSION_MAX_MEMBERS) {
      throw new CodedError('session_full', 'This party is full.');
    }
    if (!socket.connected) throw new CodedError('conflict', 'The connection is gone.');
    this.#deps.addresses.note(sessionId, memberId, socket.data.addressKey, socket.handshake.headers);
    const connection = sockets.enter(socket, { sessionId, memberId, wish, access: before.access }, nowMs);

    // Read again from inside the Socket.IO room: what was announced before the socket entered is in this record, what comes
    // after reaches the socket; and who was removed while the first read ran does not stay. Not before the subscription to
    // the other instances works: what they published before it is in this record, what they publish later arrives.
    try {
      const subscribed = peers.subscribed(sessionId);
      if (subscribed !== null) await subscribed;
      const record = await this.#reads.fresh(sessionId, nowMs);
      // The door may have changed meanwhile; who is known to the party has not.
      await this.#deps.door.assertOpen(record, caller, nowMs);
      presence.local.setAccess(sessionId, record.access);
      if (!sockets.isCurrent(socket, connection)) throw new CodedError('conflict', 'You went elsewhere meanwhile.');
      this.#deps.waiting.gone(socket);
      this.#deps.visitors.entered({ sessionId, memberId, seenAtMs: nowMs });
      return this.#snapshot(record, memberId);
    } catch (error) {
      if (sockets.isCurrent(socket, connection)) sockets.leave(socket, nowMs);
      throw error;
    }
  }

  /** Brings a socket up to date that was slow for a while. */
  async catchUp(socket: AppSocket, nowMs: number): Promise<void> {
    const { sockets, slow, peers } = this.#deps;
    const missed = slow.drained(socket);
    if (missed === null) return;
    const { connection, revision } = missed;
    const { sessionId } = connection;
    try {
      const subscribed = peers.subscribed(sessionId);
      if (subscribed !== null) await subscribed;
      const record = await this.#reads.fresh(sessionId, nowMs);
      if (sockets.isCurrent(socket, connection)) slow.bringUpToDate(socket, record, revision);
    } catch (error) {
      // Ended, and told so; or it cannot be read now, and their next report brings what they missed.
      if (!(error instanceof CodedError)) throw error;
    }
  }

  leave(socket: AppSocket, sessionId: string, nowMs: number): void {
    this.#deps.sockets.require(socket, sessionId);
    this.#deps.sockets.leave(socket, nowMs);
  }

  roster(socket: AppSocket, sessionId: string, offset: number): RosterPage | Promise<RosterPage> {
    this.#deps.sockets.require(socket, sessionId);
    return this.#deps.presence.page(sessionId, offset);
  }

  /** Takes a member's word for that member's own health, and tells them what they missed. */
  async report(socket: AppSocket, report: MemberReport, nowMs: number): Promise<ReportResult> {
    const { sessions, presence, sockets, events } = this.#deps;
    const { sessionId, state } = report;
    const connection = sockets.require(socket, sessionId);
    const driftMs = report.driftMs === null ? null : Math.round(report.driftMs * 10) / 10;
    const nextMs = presence.local.report(connection, { state, driftMs }, nowMs);
    events.emit('member.reported', { sessionId, memberId: connection.memberId, socketId: socket.id, version: report.version, state });
    const { playback, access } = await sessions.readCached(sessionId, nowMs);
    return {
      version: playback.timeline.version,
      accessVersion: access.version,
      ...(report.version < playback.timeline.version ? { playback } : {}),
      ...(report.accessVersion < access.version ? { access } : {}),
      presenceRevision: presence.local.revision(sessionId),
      reportIntervalMs: nextMs,
      ...sessions.kept(sessionId),
    };
  }

  /** Carries out what a member asks for, in the session their socket is in. */
  async command(socket: AppSocket, command: PlaybackCommand | SessionCommand, nowMs: number): Promise<CommandResult> {
    const connection = this.#deps.sockets.require(socket, command.sessionId);
    if (command.kind === 'own-name') return this.#reface(connection, { name: command.name }, nowMs);
    if (command.kind === 'own-look') return this.#reface(connection, { look: command.look }, nowMs);
    const actor = { memberId: connection.memberId, name: this.#nameOf(connection) };
    const result = await this.#deps.sessions.command(command.sessionId, actor, command, nowMs, await this.#seen(command));
    if (command.kind === 'admit') await this.#admitted(command, actor, nowMs);
    return result;
  }

  /** A repeat of an operation is answered whatever it asks for: only a host lets anybody in, and nobody who is banned. */
  async #admitted({ sessionId, memberId, admit }: AdmitCommand, actor: Actor, nowMs: number): Promise<void> {
    const { access, bannedIds } = await this.#deps.sessions.read(sessionId, nowMs);
    if (!isHost(access, actor.memberId)) throw new CodedError('forbidden', 'Only hosts may do this.');
    if (bannedIds.includes(memberId)) throw new CodedError('conflict', 'This person was banned.');
    await this.#deps.door.admitted(sessionId, memberId, admit, nowMs);
  }

  /** Lets somebody pass, or has them wait. @throws CodedError `forbidden`, `rate_limited`, `unavailable` */
  async #admit(socket: AppSocket, record: SessionRecord, caller: Caller, wish: FaceWish, nowMs: number): Promise<void> {
    const { door, sessions, waiting } = this.#deps;
    const { viewerId } = socket.data;
    const { entry, formerIds } = await door.arrival(record, caller, nowMs);
    if (entry === 'in') return;
    // What a guest was shut out for is the account's from now on, also where that guest is erased.
    if (formerIds.some((id) => isShutOut(record, id))) await this.#succeed(record, socket.data, nowMs);
    if (entry === 'closed') {
      waiting.gone(socket);
      throw notOpen();
    }
    const memberId = sessions.memberId(record.id, viewerId);
    this.#deps.addresses.note(record.id, memberId, socket.data.addressKey, socket.handshake.headers);
    door.knock(socket, record.id, { memberId, name: wish.name, look: wish.look ?? null, sinceMs: nowMs });
  }

  /**
   * Learns who is in the session elsewhere, before the first person comes in here. Where everybody has long been gone,
   * and the instance they were on too, it is stopped where they last were: nobody else has done it.
   */
  async #meetOthers(sessionId: string, nowMs: number): Promise<void> {
    const { sessions, presence, occupancy } = this.#deps;
    const refreshing = presence.remote.refresh([sessionId], nowMs, 'if unknown');
    if (refreshing === null) return;
    try {
      await refreshing;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      // What cannot be read says nothing; the people here are told of the others as soon as it can be.
      return;
    }
    if (!occupancy.has(sessionId)) {
      const { version } = await this.#reads.any(sessionId, nowMs);
      // A member was there when it was last changed: versions are at least cluster time.
      occupancy.opened(sessionId, Math.min(version, nowMs));
    }
    if (occupancy.abandonedAtMs(sessionId, nowMs) !== null) await sessions.pauseAbandoned(sessionId, nowMs);
  }

  /**
   * Gives somebody with an account the roles that their guests had here; or a guest who was taken out of one again what
   * that account had taken over. Only from hosts who are not here: a guest who was brought along is not.
   */
  async #succeed(record: SessionRecord, { viewerId, deviceId }: Identity, nowMs: number): Promise<void> {
    const { sessions, presence, directory } = this.#deps;
    const { id, endedAtMs } = record;
    const memberId = sessions.memberId(id, viewerId);
    const { access } = record;
    const hosts = [access.ownerId, ...access.hostIds];
    const away = hosts.filter((hostId) => hostId !== memberId && presence.local.nameOf(id, hostId) === null);
    if ((away.length === 0 && !restrictsSomebody(record)) || endedAtMs !== null) return;
    try {
      const found = await directory.predecessors(viewerId, id);
      const before = found.filter((one) => {
        const formerId = sessions.memberId(id, one);
        return away.includes(formerId) || isRestricted(record, formerId);
      });
      if (before.length === 0) return;
      const memberIds = before.map((one) => sessions.memberId(id, one));
      if (deviceId !== null) await directory.tookOver(before, viewerId, id);
      await sessions.succeed(id, memberIds, memberId, nowMs, deviceId === null);
      if (deviceId === null) await directory.gaveBack(viewerId, id);
    } catch (error) {
      // They join all the same, and have their roles when they come the next time.
      if (!isUnavailable(error)) throw error;
    }
  }

  /** Name and look are no part of the record: they live and go with presence. */
  async #reface({ sessionId, memberId }: Connection, wish: Partial<FaceWish>, nowMs: number): Promise<CommandResult> {
    const { playback } = await this.#deps.sessions.read(sessionId, nowMs);
    const changed = this.#deps.presence.local.reface(sessionId, memberId, wish, nowMs);
    return { version: playback.timeline.version, changed };
  }

  /** Who of those that a command names has been in its session. */
  async #seen(command: PlaybackCommand | SessionCommand): Promise<ReadonlyMap<string, SeenPerson>> {
    if (!('memberId' in command)) return new Map();
    const { sessionId, memberId } = command;
    const person = await this.#deps.door.person(sessionId, memberId);
    return person === null ? new Map() : new Map([[memberId, person]]);
  }

  #nameOf({ sessionId, memberId }: Connection): string {
    return this.#deps.presence.local.nameOf(sessionId, memberId) ?? '';
  }

  /** In a storm all but a few words of it are the same for everybody. */
  #snapshot(record: SessionRecord, memberId: string): PreparedJson<JoinSnapshot> {
    const { sessions, presence } = this.#deps;
    const page = presence.local.firstPage(record.id);
    return prepare<JoinSnapshot>({
      sessionId: record.id,
      createdAtMs: record.createdAtMs,
      playback: writtenOnce(record.playback),
      access: writtenOnce(record.access),
      roster: prepare<RosterPage>({ ...page, members: writtenOnce(page.members) }),
      you: { memberId, role: roleOf(record.access, memberId) },
      reportIntervalMs: reportIntervalMs(presence.count(record.id).devices),
      ...sessions.kept(record.id),
    });
  }
}
