import type { Look } from '@cowatch/shared/protocol';
import type { Elsewhere, PresenceCount, SampledLatencies } from './presence.ts';
import type { FoundPresence } from './published-presence.store.ts';
import { isGone, isWhole, type PublishedPresence } from './published-presence.ts';

interface Noted {
  readonly share: PublishedPresence;
  /** The instance that wrote it lives no more. */
  gone: boolean;
}

/** What is known of one session's people on other instances. Pure; times are cluster milliseconds. */
export class RemoteRoster {
  readonly #noted = new Map<string, Noted>();
  /** When everything that other instances have left was last read; minus infinity before the first time. */
  readAtMs = Number.NEGATIVE_INFINITY;
  /** When somebody here last wanted to know. */
  wantedAtMs: number;

  constructor(nowMs: number) {
    this.wantedAtMs = nowMs;
  }

  /** How many instances have left something. */
  get size(): number {
    return this.#noted.size;
  }

  /** Instances with people in the session, in an order that all readers have. */
  occupied(): [string, PublishedPresence][] {
    return [...this.#noted]
      .filter(([, noted]) => isOccupied(noted))
      .map(([instanceId, { share }]): [string, PublishedPresence] => [instanceId, share])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /**
   * Takes what was read; older than what is known does not count, as after a failover to an older copy, and what is
   * missing is not gone: it may be lost, and is written again by whoever lives.
   * @returns instances of which others are to be told now: their share, or null where they have no people any more
   */
  take(found: FoundPresence, nowMs: number, reachableSinceMs: number): Map<string, PublishedPresence | null> {
    const updates = new Map<string, PublishedPresence | null>();
    for (const [instanceId, share] of found) {
      const before = this.#noted.get(instanceId);
      if (share === null || (before !== undefined && share.writtenAtMs <= before.share.writtenAtMs)) continue;
      const noted: Noted = { share, gone: isGone(share, nowMs, reachableSinceMs) };
      this.#noted.set(instanceId, noted);
      if (isOccupied(noted)) updates.set(instanceId, share);
      else if (before !== undefined && isOccupied(before)) updates.set(instanceId, null);
    }
    for (const [instanceId, noted] of this.#noted) {
      if (noted.gone || !isGone(noted.share, nowMs, reachableSinceMs)) continue;
      const wasOccupied = isOccupied(noted);
      noted.gone = true;
      if (wasOccupied) updates.set(instanceId, null);
    }
    return updates;
  }

  /** Instances that are gone, or have long had nobody: whoever is here knows better when somebody was last there. */
  spent(beforeMs: number): string[] {
    return [...this.#noted]
      .filter(([, noted]) => !isOccupied(noted) && noted.share.writtenAtMs < beforeMs)
      .map(([instanceId]) => instanceId);
  }

  forget(instanceIds: readonly string[]): void {
    for (const instanceId of instanceIds) this.#noted.delete(instanceId);
  }

  elsewhere(): Elsewhere | null {
    if (this.#noted.size === 0) return null;
    let seenAtMs = Number.NEGATIVE_INFINITY;
    for (const { share } of this.#noted.values()) seenAtMs = Math.max(seenAtMs, share.seenAtMs);
    return { occupied: this.occupied().length > 0, seenAtMs };
  }

  /** Everybody elsewhere; somebody on two instances counts once where both name them. */
  count(): PresenceCount {
    const named = new Set<string>();
    let unnamed = 0;
    let devices = 0;
    for (const [, share] of this.occupied()) {
      for (const { memberId } of share.people) named.add(memberId);
      unnamed += Math.max(0, share.members - share.people.length);
      devices += share.devices;
    }
    return { members: named.size + unnamed, devices };
  }

  /** How the first of those look whom shares name; somebody on two instances counts once. */
  looks(max: number): Look[] {
    const looks = new Map<string, Look>();
    for (const [, { people }] of this.occupied()) for (const { memberId, look } of people) looks.set(memberId, look);
    return [...looks.values()].slice(0, max);
  }

  latencies(): SampledLatencies[] {
    return this.occupied().map(([, { members, latenciesMs }]) => ({ members, latenciesMs }));
  }

  /**
   * Where the people are whom no share names, after `offset` of them: the instance to ask, from where on, and how many
   * it has from there; null beyond the last.
   */
  unnamedAt(offset: number): { readonly instanceId: string; readonly offset: number; readonly left: number } | null {
    let before = 0;
    for (const [instanceId, share] of this.occupied()) {
      const unnamed = isWhole(share) ? 0 : share.members - share.people.length;
      if (offset < before + unnamed) return { instanceId, offset: offset - before, left: before + unnamed - offset };
      before += unnamed;
    }
    return null;
  }
}

const isOccupied = ({ share, gone }: Noted) => !gone && share.members > 0;
