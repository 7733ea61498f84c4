import type { Look } from '@cowatch/shared/protocol';
import type { PresenceCount } from './presence-count.ts';
import type { FoundPresence } from './published-presence.store.ts';
import { isGone, isWhole, type PublishedPresence } from './published-presence.ts';
import type { Elsewhere, SampledLatencies } from './remote-presence.ts';

interface Noted {
  readonly published: PublishedPresence;
  /** The instance that wrote it lives no more. */
  gone: boolean;
}

/** Remote roster of one session: its people on other instances, as those last published them. Pure; times are cluster milliseconds. */
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
      .map(([instanceId, { published }]): [string, PublishedPresence] => [instanceId, published])
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /**
   * Takes what was read; what is older than before does not count, as after a failover to an older copy, and what is
   * missing is not gone: it may be lost, and is written again by an instance that lives.
   * @returns instances of which others are to be told now: their published, or null where they have no people any more
   */
  take(found: FoundPresence, nowMs: number, reachableSinceMs: number): Map<string, PublishedPresence | null> {
    const updates = new Map<string, PublishedPresence | null>();
    for (const [instanceId, published] of found) {
      const before = this.#noted.get(instanceId);
      if (published === null || (before !== undefined && published.writtenAtMs <= before.published.writtenAtMs)) continue;
      const noted: Noted = { published, gone: isGone(published, nowMs, reachableSinceMs) };
      this.#noted.set(instanceId, noted);
      if (isOccupied(noted)) updates.set(instanceId, published);
      else if (before !== undefined && isOccupied(before)) updates.set(instanceId, null);
    }
    for (const [instanceId, noted] of this.#noted) {
      if (noted.gone || !isGone(noted.published, nowMs, reachableSinceMs)) continue;
      const wasOccupied = isOccupied(noted);
      noted.gone = true;
      if (wasOccupied) updates.set(instanceId, null);
    }
    return updates;
  }

  /** Instances that are gone, or have long had no members: those that have some know better when one was last there. */
  spent(beforeMs: number): string[] {
    return [...this.#noted]
      .filter(([, noted]) => !isOccupied(noted) && noted.published.writtenAtMs < beforeMs)
      .map(([instanceId]) => instanceId);
  }

  forget(instanceIds: readonly string[]): void {
    for (const instanceId of instanceIds) this.#noted.delete(instanceId);
  }

  elsewhere(): Elsewhere | null {
    if (this.#noted.size === 0) return null;
    let seenAtMs = Number.NEGATIVE_INFINITY;
    for (const { published } of this.#noted.values()) seenAtMs = Math.max(seenAtMs, published.seenAtMs);
    return { occupied: this.occupied().length > 0, seenAtMs };
  }

  /** All people elsewhere; one person on two instances counts once where both name them. */
  count(): PresenceCount {
    const named = new Set<string>();
    let unnamed = 0;
    let devices = 0;
    for (const [, published] of this.occupied()) {
      for (const { memberId } of published.people) named.add(memberId);
      unnamed += Math.max(0, published.members - published.people.length);
      devices += published.devices;
    }
    return { members: named.size + unnamed, devices };
  }

  /** How the first of those look who were published by name; one person on two instances counts once. */
  looks(max: number): Look[] {
    const looks = new Map<string, Look>();
    for (const [, { people }] of this.occupied()) for (const { memberId, look } of people) looks.set(memberId, look);
    return [...looks.values()].slice(0, max);
  }

  latencies(): SampledLatencies[] {
    return this.occupied().map(([, { members, latenciesMs }]) => ({ members, latenciesMs }));
  }

  /**
   * Where the people are whom nothing published names, after `offset` of them: the instance to ask, from where on, and how many
   * it has from there; null beyond the last.
   */
  unnamedAt(offset: number): { readonly instanceId: string; readonly offset: number; readonly left: number } | null {
    let before = 0;
    for (const [instanceId, published] of this.occupied()) {
      const unnamed = isWhole(published) ? 0 : published.members - published.people.length;
      if (offset < before + unnamed) return { instanceId, offset: offset - before, left: before + unnamed - offset };
      before += unnamed;
    }
    return null;
  }
}

const isOccupied = ({ published, gone }: Noted) => !gone && published.members > 0;
