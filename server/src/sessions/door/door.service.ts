import { type BanReach, isUnavailable, type Knock } from '@cowatch/shared/protocol';
import {
  asksForKnown,
  type Entry,
  entryOf,
  isHost,
  mustKnock,
  notOpen,
  type SeenPerson,
  type SessionRecord,
} from '@cowatch/shared/timeline';
import { z } from 'zod';
import type { IdentityDirectory } from '../../accounts/index.ts';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { AppSocket } from '../../platform/socket/socket.types.ts';
import type { MemberRegistry } from '../membership/member.registry.ts';
import { socketRoom } from '../membership/socket-room.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { SessionChange } from '../session.change.ts';
import { DOOR_ASK_MS } from '../session.limits.ts';
import type { Addresses } from './addresses.ts';
import type { Visitors } from './visitors.ts';
import { doorRoom, type WaitingRoom } from './waiting-room.ts';

/** Request: what an instance knows of somebody. */
const PERSON = 'door:person';
/** Request: who comes from these addresses. */
const NEIGHBOURS = 'door:neighbours';

const personRequest = z.object({ sessionId: z.string(), memberId: z.string() });
const personReply = z.object({
  /** In the session, or there lately. */
  member: z.boolean(),
  /** That, or at its door. */
  seen: z.boolean(),
  name: z.string().nullable(),
  addressHashes: z.array(z.string()),
  proxied: z.boolean(),
});
type PersonReply = z.infer<typeof personReply>;
const neighboursRequest = z.object({ sessionId: z.string(), hashes: z.array(z.string()) });
const neighboursReply = z.array(z.string());

/** Somebody who comes to a party, by a socket or a request. */
export interface Caller {
  /** Null for who has no identity yet. */
  readonly viewerId: string | null;
  readonly deviceId: string | null;
  readonly addressKey: string;
  /** What their link holds. */
  readonly linkKey: string | null;
}

/** Somebody as all instances know them. */
export interface SeenSomewhere extends SeenPerson {
  /** Only the address of a proxy was seen. */
  readonly proxied: boolean;
  /** In the session, or there lately; else at its door. */
  readonly isMember: boolean;
}

/** Whether somebody may come in, and as whom else they were here before they signed in. */
export interface Arrival {
  readonly entry: Entry;
  readonly formerIds: readonly string[];
}

export interface DoorDeps {
  readonly bus: ClusterBus;
  readonly roster: Pick<LocalRoster, 'hasSeen' | 'nameOf'>;
  readonly registry: Pick<MemberRegistry, 'membersOf'>;
  readonly addresses: Addresses;
  readonly visitors: Visitors;
  readonly waiting: WaitingRoom;
  readonly directory: Pick<IdentityDirectory, 'mayHavePredecessors' | 'predecessors'>;
  memberId(sessionId: string, viewerId: string): string;
}

/** The door of a party: who may come in, who is asked about, and what is known of people by their address. */
export class Door {
  readonly #deps: DoorDeps;

  constructor(deps: DoorDeps) {
    this.#deps = deps;
  }

  /** Replies to what other instances request; returns its stop. */
  serve(): () => void {
    const { bus } = this.#deps;
    const stops = [
      bus.reply(PERSON, (message) => {
        const { sessionId, memberId } = personRequest.parse(message);
        return this.#personHere(sessionId, memberId);
      }),
      bus.reply(NEIGHBOURS, (message) => {
        const { sessionId, hashes } = neighboursRequest.parse(message);
        return this.#neighboursHere(sessionId, hashes);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** @throws CodedError `unavailable` where it cannot be told */
  async arrival(record: SessionRecord, { viewerId, deviceId, addressKey, linkKey }: Caller, nowMs: number): Promise<Arrival> {
    const { addresses, directory } = this.#deps;
    const { id } = record;
    const memberId = viewerId === null ? '' : this.#deps.memberId(id, viewerId);
    const marksSomebody = record.bannedIds.length > 0 || (record.kickedIds?.length ?? 0) > 0;
    const asks = (marksSomebody || asksForKnown(record)) && viewerId !== null && !isHost(record.access, memberId);
    const mayHaveBeen = asks && directory.mayHavePredecessors({ viewerId, deviceId });
    const former = mayHaveBeen ? await directory.predecessors(viewerId, id) : [];
    const formerIds = former.map((one) => this.#deps.memberId(id, one));
    const addressHash = addresses.hashOf(id, addressKey);
    const comer = { memberIds: [memberId, ...formerIds] as [string, ...string[]], addressHash, linkKey };
    // Looked up only where it makes a difference; and for who is banned, too: how long it takes must not tell them.
    const asNew = entryOf(record, { ...comer, isKnown: false }, nowMs);
    if (asNew === 'in' || viewerId === null) return { entry: asNew, formerIds };
    const asKnown = entryOf(record, { ...comer, isKnown: true }, nowMs);
    if (asKnown === asNew && asNew !== 'closed') return { entry: asNew, formerIds };
    return { entry: (await this.#isKnown(id, comer.memberIds)) ? asKnown : asNew, formerIds };
  }

  /** @throws CodedError `forbidden` for who may not come in, `unavailable` where that cannot be told */
  async assertOpen(record: SessionRecord, caller: Caller, nowMs: number): Promise<void> {
    const { entry } = await this.arrival(record, caller, nowMs);
    if (entry === 'closed') throw notOpen();
    if (entry === 'knock') throw mustKnock();
  }

  /** Somebody knocks, and waits. @throws CodedError always: `forbidden`, or `rate_limited` */
  knock(socket: AppSocket, sessionId: string, knock: Knock): never {
    this.#deps.waiting.wait(socket, sessionId, knock);
    throw mustKnock();
  }

  /** A host let somebody in, or sent them away. @throws CodedError `unavailable` where it cannot be remembered */
  async admitted(sessionId: string, memberId: string, isAdmitted: boolean, nowMs: number): Promise<void> {
    if (isAdmitted) await this.#deps.visitors.letIn({ sessionId, memberId, seenAtMs: nowMs });
    this.#deps.waiting.settle(sessionId, memberId, isAdmitted);
  }

  /** Settings changed: who waits here and need not any more is told so. */
  changed({ sessionId, access, outIds, kickedIds, outAddresses }: SessionChange): void {
    if (access === null) return;
    const banned = new Set(outIds.filter((id) => !kickedIds.includes(id)));
    const kicked = new Set(kickedIds);
    const isKeptOut = (addressKey: string) =>
      outAddresses.length > 0 && outAddresses.includes(this.#deps.addresses.hashOf(sessionId, addressKey));
    this.#deps.waiting.doorChanged(sessionId, (memberId, addressKey) => {
      if (banned.has(memberId) || access.door === 'locked' || isKeptOut(addressKey)) return 'closed';
      return (access.door ?? 'open') === 'open' && !kicked.has(memberId) ? 'in' : 'wait';
    });
  }

  /** What is known of somebody on any instance; null for who was never seen. Never rejects. */
  async person(sessionId: string, memberId: string): Promise<SeenSomewhere | null> {
    // Who waits may be on an instance that has nobody in the session.
    const rooms = [socketRoom(sessionId), doorRoom(sessionId)];
    const asked = rooms.map((room) => this.#deps.bus.requestRoom(room, PERSON, { sessionId, memberId }, DOOR_ASK_MS));
    const there = (await Promise.all(asked)).flat().flatMap((answer) => personReply.safeParse(answer).data ?? []);
    const all = [this.#personHere(sessionId, memberId), ...there].filter(({ seen }) => seen);
    if (all.length === 0) return null;
    return {
      name: all.find(({ name }) => name !== null)?.name ?? null,
      addressHashes: [...new Set(all.flatMap(({ addressHashes }) => addressHashes))],
      proxied: all.some(({ proxied }) => proxied),
      isMember: all.some(({ member }) => member),
    };
  }

  /** Whom a ban of somebody's address would keep out of those present. */
  async reach({ id, access }: SessionRecord, memberId: string): Promise<BanReach> {
    const person = await this.person(id, memberId);
    const hashes = person?.addressHashes ?? [];
    if (hashes.length === 0) return { address: person?.proxied ? 'proxy' : 'unknown', alsoOut: [] };
    const answers = await this.#deps.bus.requestRoom(socketRoom(id), NEIGHBOURS, { sessionId: id, hashes }, DOOR_ASK_MS);
    const there = answers.flatMap((answer) => neighboursReply.safeParse(answer).data ?? []);
    const all = new Set([...this.#neighboursHere(id, hashes), ...there]);
    return { address: 'usable', alsoOut: [...all].filter((one) => one !== memberId && !isHost(access, one)) };
  }

  async #isKnown(sessionId: string, memberIds: readonly string[]): Promise<boolean> {
    const { roster, visitors } = this.#deps;
    if (memberIds.some((id) => roster.hasSeen(sessionId, id))) return true;
    let away: unknown = null;
    try {
      if (await visitors.hasAny(sessionId, memberIds)) return true;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      away = error;
    }
    // Who has just come in on another instance, or did while the database was away, is known there.
    const people = await Promise.all(memberIds.map((memberId) => this.person(sessionId, memberId)));
    if (people.some((person) => person?.isMember)) return true;
    if (away !== null) throw away;
    return false;
  }

  #personHere(sessionId: string, memberId: string): PersonReply {
    const { roster, addresses, waiting } = this.#deps;
    const knock = waiting.find(sessionId, memberId);
    const { hashes, proxied } = addresses.of(sessionId, memberId);
    const member = roster.hasSeen(sessionId, memberId);
    return {
      member,
      seen: member || knock !== null,
      name: roster.nameOf(sessionId, memberId) ?? knock?.name ?? null,
      addressHashes: [...hashes],
      proxied,
    };
  }

  #neighboursHere(sessionId: string, hashes: readonly string[]): string[] {
    const { registry, addresses } = this.#deps;
    const members = [...(registry.membersOf(sessionId)?.all() ?? [])].map(([memberId]) => memberId);
    return members.filter((memberId) => addresses.of(sessionId, memberId).hashes.some((hash) => hashes.includes(hash)));
  }
}
