import { type BanReach, CodedError, type Moderation, type PartyLink } from '@cowatch/shared/protocol';
import { isHost, rightRefusal, type SessionRecord } from '@cowatch/shared/timeline';
import type { AppSocket } from '../../platform/socket/socket.types.ts';
import type { MemberSockets } from '../membership/member-sockets.ts';
import { linkPath } from '../session.domain.ts';
import type { SessionService } from '../session.service.ts';
import type { Door } from './door.service.ts';
import type { WaitingRoom } from './waiting-room.ts';

export interface ModerationDeps {
  readonly sessions: Pick<SessionService, 'read'>;
  readonly sockets: Pick<MemberSockets, 'require'>;
  readonly door: Pick<Door, 'reach'>;
  readonly waiting: Pick<WaitingRoom, 'list'>;
}

/** What hosts ask of their party before they act. Times are cluster milliseconds. */
export class ModerationService {
  readonly #deps: ModerationDeps;

  constructor(deps: ModerationDeps) {
    this.#deps = deps;
  }

  /** What hosts did, who is banned, and who waits. @throws CodedError `forbidden` for who is no host */
  async moderation(socket: AppSocket, sessionId: string, nowMs: number): Promise<Moderation> {
    const { log = [], bannedIds, bans = [] } = await this.#asHost(socket, sessionId, nowMs);
    const banned = bannedIds.map((memberId) => {
      const ban = bans.find((each) => each.memberId === memberId);
      const untilMs = ban?.address?.untilMs ?? 0;
      return {
        memberId,
        name: ban?.name ?? null,
        byName: ban?.byName ?? null,
        atMs: ban?.atMs ?? null,
        addressUntilMs: untilMs > nowMs ? untilMs : null,
      };
    });
    return { log: log.toReversed(), banned: banned.reverse(), waiting: this.#deps.waiting.list(sessionId) };
  }

  /** Whom a ban by address would keep out. @throws CodedError `forbidden` for who is no host */
  async banReach(socket: AppSocket, sessionId: string, memberId: string, nowMs: number): Promise<BanReach> {
    return this.#deps.door.reach(await this.#asHost(socket, sessionId, nowMs), memberId);
  }

  /** The link that lets people in now. @throws CodedError `forbidden` for who may not invite */
  async link(socket: AppSocket, sessionId: string, nowMs: number): Promise<PartyLink> {
    const { memberId } = this.#deps.sockets.require(socket, sessionId);
    const record = await this.#deps.sessions.read(sessionId, nowMs);
    const refusal = rightRefusal(record.access, memberId, 'invite', nowMs);
    if (refusal !== null) throw refusal;
    return { path: linkPath(record) };
  }

  async #asHost(socket: AppSocket, sessionId: string, nowMs: number): Promise<SessionRecord> {
    const { memberId } = this.#deps.sockets.require(socket, sessionId);
    const record = await this.#deps.sessions.read(sessionId, nowMs);
    if (!isHost(record.access, memberId)) throw new CodedError('forbidden', 'Only hosts may see this.');
    return record;
  }
}
