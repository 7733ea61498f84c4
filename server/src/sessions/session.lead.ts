import { leadMsFor } from '@cowatch/shared/timeline';
import type { MemberRegistry } from './membership/member.registry.ts';
import type { Presence } from './presence/presence.ts';
import { sampleByRank } from './presence/published-presence.ts';
import type { RemotePresence } from './presence/remote-presence.ts';
import { LEAD_CACHE_ABOVE, LEAD_CACHE_MS, PUBLISHED_LATENCIES_MAX } from './session.limits.ts';

export interface SessionLeadDeps {
  readonly registry: Pick<MemberRegistry, 'membersOf'>;
  readonly presence: Pick<Presence, 'count'> & { readonly remote: Pick<RemotePresence, 'latencies'> };
  /** One-way latency of a socket in milliseconds as the server measured it; null before it has. */
  latencyMs(socketId: string): number | null;
}

/** How far ahead starts are scheduled in each session. */
export class SessionLead {
  readonly #deps: SessionLeadDeps;
  /** Bound: at most one entry per large session, swept when it is stale. */
  readonly #large = new Map<string, { readonly leadMs: number; readonly atMs: number }>();

  constructor(deps: SessionLeadDeps) {
    this.#deps = deps;
  }

  /** Milliseconds; worked out anew each time, but for large sessions at most once in `LEAD_CACHE_MS`. */
  leadMs(sessionId: string, nowMs: number): number {
    const isLarge = this.#deps.presence.count(sessionId).members > LEAD_CACHE_ABOVE;
    const cached = this.#large.get(sessionId);
    if (isLarge && cached !== undefined && nowMs - cached.atMs < LEAD_CACHE_MS) return cached.leadMs;
    const leadMs = leadMsFor([...this.#latenciesHereMs(sessionId), ...this.#latenciesElsewhereMs(sessionId)]);
    if (isLarge) this.#large.set(sessionId, { leadMs, atMs: nowMs });
    return leadMs;
  }

  /** What is published of the latencies here, in milliseconds. */
  sampleMs(sessionId: string): number[] {
    return sampleByRank(this.#latenciesHereMs(sessionId), PUBLISHED_LATENCIES_MAX).map(Math.round);
  }

  sweep(nowMs: number): void {
    for (const [id, { atMs }] of this.#large) if (nowMs - atMs >= LEAD_CACHE_MS) this.#large.delete(id);
  }

  /** One for each member here: that of their quickest connection. In a crowd not all are measured yet: the others stand for them. */
  #latenciesHereMs(sessionId: string): number[] {
    const latenciesMs: number[] = [];
    for (const [, connections] of this.#deps.registry.membersOf(sessionId)?.all() ?? []) {
      let quickestMs = Number.POSITIVE_INFINITY;
      for (const { socketId } of connections) quickestMs = Math.min(quickestMs, this.#deps.latencyMs(socketId) ?? Number.POSITIVE_INFINITY);
      if (quickestMs < Number.POSITIVE_INFINITY) latenciesMs.push(quickestMs);
    }
    return latenciesMs;
  }

  /** One for each member elsewhere: those that were sampled there stand for all. */
  *#latenciesElsewhereMs(sessionId: string): Iterable<number> {
    for (const { members, latenciesMs } of this.#deps.presence.remote.latencies(sessionId)) {
      for (let i = 0; i < members; i += 1) yield latenciesMs[Math.floor((i * latenciesMs.length) / members)] ?? 0;
    }
  }
}
