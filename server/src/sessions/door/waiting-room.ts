import { CodedError, KNOCKS_MAX, type Knock } from '@cowatch/shared/protocol';
import { notOpen } from '@cowatch/shared/timeline';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ClusterBus } from '../../platform/socket/cluster-bus.ts';
import type { AppSocket } from '../../platform/socket/socket.types.ts';
import { socketRoom } from '../membership/socket-room.ts';
import { KNOCKS_GONE_AFTER_MS, KNOCKS_PER_ADDRESS_MAX, KNOCKS_RENEW_MS, TURNED_AWAY_MAX, TURNED_AWAY_MS } from '../session.limits.ts';

/** Who waits on the publishing instance, all of them. */
const WAITING = 'door:waiting';
/** A host has come: who waits is to be told again. */
const ASKED = 'door:asked';
/** Somebody was let in or sent away. */
const SETTLED = 'door:settled';

const knockMessage = z.object({
  memberId: z.string(),
  name: z.string(),
  look: z.object({ colour: z.int(), emoji: z.string() }).nullable(),
  sinceMs: z.number(),
});
const waitingMessage = z.object({ sessionId: z.string(), waiting: z.array(knockMessage).max(KNOCKS_MAX) });
const askedMessage = z.object({ sessionId: z.string() });
const settledMessage = z.object({ sessionId: z.string(), memberId: z.string(), admitted: z.boolean() });

/** Socket.IO room of those who wait at a session's door: instances that have some are reached by it. */
export const doorRoom = (sessionId: string) => `door:${sessionId}`;

interface Waiting {
  readonly knock: Knock;
  readonly addressKey: string;
  readonly sockets: Set<AppSocket>;
}

interface Elsewhere {
  readonly waiting: readonly Knock[];
  readonly toldAtMs: number;
}

export interface WaitingRoomDeps {
  readonly bus: ClusterBus;
  /** Tells the hosts here who waits. */
  tellHosts(sessionId: string, waiting: readonly Knock[]): void;
  nowMs(): number;
}

/**
 * Waiting room: who waits at which door, here and on other instances. Each instance tells the others whole lists, again and
 * again while somebody waits, so that nothing lost stays lost. Bound: `KNOCKS_MAX` people at a door on one instance, of
 * one address `KNOCKS_PER_ADDRESS_MAX`; a door without anybody is no entry.
 */
export class WaitingRoom {
  readonly #deps: WaitingRoomDeps;
  readonly #here = new Map<string, Map<string, Waiting>>();
  readonly #placeOf = new Map<string, { readonly sessionId: string; readonly memberId: string }>();
  readonly #elsewhere = new Map<string, Map<string, Elsewhere>>();
  readonly #turnedAway = new LRUCache<string, true>({ max: TURNED_AWAY_MAX, ttl: TURNED_AWAY_MS });
  #renewedAtMs = Number.NEGATIVE_INFINITY;

  constructor(deps: WaitingRoomDeps) {
    this.#deps = deps;
  }

  /** Takes what other instances publish; returns its stop. */
  listen(): () => void {
    const { bus } = this.#deps;
    const stops = [
      bus.subscribe(WAITING, (message, instanceId) => {
        const parsed = waitingMessage.safeParse(message);
        if (parsed.success) this.#told(instanceId, parsed.data.sessionId, parsed.data.waiting);
      }),
      bus.subscribe(ASKED, (message) => {
        const parsed = askedMessage.safeParse(message);
        if (parsed.success) this.#publish(parsed.data.sessionId);
      }),
      bus.subscribe(SETTLED, (message) => {
        const parsed = settledMessage.safeParse(message);
        if (parsed.success) this.#settleHere(parsed.data.sessionId, parsed.data.memberId, parsed.data.admitted);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Everybody who waits at a door, longest first. */
  list(sessionId: string): readonly Knock[] {
    const knocks = new Map<string, Knock>();
    for (const { waiting } of this.#elsewhere.get(sessionId)?.values() ?? [])
      for (const knock of waiting) knocks.set(knock.memberId, knock);
    for (const { knock } of this.#here.get(sessionId)?.values() ?? []) knocks.set(knock.memberId, knock);
    return [...knocks.values()].sort((a, b) => a.sinceMs - b.sinceMs).slice(0, KNOCKS_MAX);
  }

  /** Somebody who waits at a door, on whatever instance; null where they do not. */
  find(sessionId: string, memberId: string): Knock | null {
    return this.list(sessionId).find((knock) => knock.memberId === memberId) ?? null;
  }

  /**
   * Somebody knocks. With several connections they wait once.
   * @throws CodedError `forbidden` for who was turned away a moment ago, `rate_limited` where there are too many
   */
  wait(socket: AppSocket, sessionId: string, knock: Knock): void {
    if (this.#turnedAway.has(keyOf(sessionId, knock.memberId))) throw notOpen();
    const place = this.#placeOf.get(socket.id);
    if (place !== undefined && (place.sessionId !== sessionId || place.memberId !== knock.memberId)) this.gone(socket);
    const ofSession = this.#here.get(sessionId) ?? new Map<string, Waiting>();
    const known = ofSession.get(knock.memberId);
    const { addressKey } = socket.data;
    if (known === undefined) {
      const fromThere = [...ofSession.values()].filter((one) => one.addressKey === addressKey).length;
      if (ofSession.size >= KNOCKS_MAX || fromThere >= KNOCKS_PER_ADDRESS_MAX) {
        throw new CodedError('rate_limited', 'Many people wait already. Try again in a while.', KNOCKS_GONE_AFTER_MS);
      }
    }
    const waiting = known ?? { knock, addressKey, sockets: new Set<AppSocket>() };
    waiting.sockets.add(socket);
    ofSession.set(knock.memberId, waiting);
    this.#here.set(sessionId, ofSession);
    this.#placeOf.set(socket.id, { sessionId, memberId: knock.memberId });
    void socket.join(doorRoom(sessionId));
    if (known === undefined) this.#changed(sessionId);
  }

  /** A socket waits no more: it is gone, or in. */
  gone(socket: AppSocket): void {
    const place = this.#placeOf.get(socket.id);
    if (place === undefined) return;
    this.#placeOf.delete(socket.id);
    void socket.leave(doorRoom(place.sessionId));
    const waiting = this.#here.get(place.sessionId)?.get(place.memberId);
    waiting?.sockets.delete(socket);
    if (waiting?.sockets.size === 0) this.#remove(place.sessionId, place.memberId);
  }

  /** Somebody was let in or sent away: told to them wherever they wait. */
  settle(sessionId: string, memberId: string, admitted: boolean): void {
    // Also where nobody waits: whoever was sent away is not heard by coming there.
    this.#deps.bus.publish(SETTLED, { sessionId, memberId, admitted });
    this.#settleHere(sessionId, memberId, admitted);
  }

  /** The door is another, or some may not come in any more: who waits here and need not is told so. */
  doorChanged(sessionId: string, verdict: (memberId: string, addressKey: string) => 'wait' | 'in' | 'closed'): void {
    for (const [memberId, { addressKey }] of [...(this.#here.get(sessionId) ?? [])]) {
      const becomes = verdict(memberId, addressKey);
      if (becomes !== 'wait') this.#settleHere(sessionId, memberId, becomes === 'in', false);
    }
    // Who has just become a host is told as well.
    const waiting = this.list(sessionId);
    if (waiting.length > 0) this.#deps.tellHosts(sessionId, waiting);
  }

  /** A host has come here: asks the instances that have people at the door for them. */
  ask(sessionId: string): void {
    this.#deps.bus.publishToRoom(doorRoom(sessionId), ASKED, { sessionId });
  }

  /** Tells the others who waits here, and forgets whom they tell of no more; to be called every second or so. */
  beat(nowMs: number): void {
    if (nowMs - this.#renewedAtMs >= KNOCKS_RENEW_MS) {
      this.#renewedAtMs = nowMs;
      for (const sessionId of this.#here.keys()) this.#publish(sessionId);
    }
    for (const [sessionId, instances] of [...this.#elsewhere]) {
      for (const [instanceId, { toldAtMs }] of instances) {
        if (nowMs - toldAtMs > KNOCKS_GONE_AFTER_MS) this.#told(instanceId, sessionId, []);
      }
    }
  }

  #settleHere(sessionId: string, memberId: string, admitted: boolean, isRemembered = true): void {
    const key = keyOf(sessionId, memberId);
    if (admitted) this.#turnedAway.delete(key);
    else if (isRemembered) this.#turnedAway.set(key, true);
    const waiting = this.#here.get(sessionId)?.get(memberId);
    if (waiting === undefined) return;
    for (const socket of waiting.sockets) {
      this.#placeOf.delete(socket.id);
      void socket.leave(doorRoom(sessionId));
      socket.emit('session:admitted', { sessionId, admitted });
    }
    this.#remove(sessionId, memberId);
  }

  #remove(sessionId: string, memberId: string): void {
    const ofSession = this.#here.get(sessionId);
    if (ofSession?.delete(memberId) !== true) return;
    if (ofSession.size === 0) this.#here.delete(sessionId);
    this.#changed(sessionId);
  }

  #told(instanceId: string, sessionId: string, waiting: readonly Knock[]): void {
    const ofSession = this.#elsewhere.get(sessionId) ?? new Map<string, Elsewhere>();
    const before = ofSession.get(instanceId)?.waiting ?? [];
    if (waiting.length > 0) ofSession.set(instanceId, { waiting, toldAtMs: this.#deps.nowMs() });
    else ofSession.delete(instanceId);
    if (ofSession.size > 0) this.#elsewhere.set(sessionId, ofSession);
    else this.#elsewhere.delete(sessionId);
    const ids = (knocks: readonly Knock[]) => knocks.map(({ memberId }) => memberId).join();
    if (ids(before) !== ids(waiting)) this.#deps.tellHosts(sessionId, this.list(sessionId));
  }

  #changed(sessionId: string): void {
    this.#publish(sessionId);
    this.#deps.tellHosts(sessionId, this.list(sessionId));
  }

  #publish(sessionId: string): void {
    const waiting = [...(this.#here.get(sessionId)?.values() ?? [])].map(({ knock }) => knock);
    this.#deps.bus.publishToRoom(socketRoom(sessionId), WAITING, { sessionId, waiting });
  }
}

const keyOf = (sessionId: string, memberId: string) => `${sessionId} ${memberId}`;
