import type { Elsewhere } from '../presence/remote-presence.ts';
import type { PresenceMark } from '../recovery/snapshots.ts';
import { EMPTY_AFTER_MS, IDLE_EVICT_MS, MARK_BATCH } from '../session.limits.ts';
import type { MemberRegistry } from './member.registry.ts';

interface Occupancy {
  /** When a member was last there for certain. */
  seenAtMs: number;
  /** Since when there is none: never before this process began to look, for none could come while it did not run. */
  emptySinceMs: number;
  /** The newest mark that is written down. */
  markedAtMs: number;
  /** Nothing is left to be done about it being empty. */
  atRest: boolean;
}

export interface SessionOccupancyDeps {
  /** Cluster milliseconds when this process began to take connections. */
  readonly startedAtMs: number;
  readonly registry: Pick<MemberRegistry, 'isOccupied' | 'onOccupied' | 'onEmptied'>;
  /** What other instances published of a session; null where nothing was read. */
  elsewhere(id: string): Elsewhere | null;
}

/**
 * Occupancy: since when the sessions in memory are empty, and when a member was last there. Whether one is occupied here
 * says the registry; it is empty where nobody is in it on any instance. Bound: one entry per session in memory; what is at
 * rest, or in the hands of other instances, leaves after `IDLE_EVICT_MS`.
 */
export class SessionOccupancy {
  readonly #deps: SessionOccupancyDeps;
  readonly #sessions = new Map<string, Occupancy>();

  constructor(deps: SessionOccupancyDeps) {
    this.#deps = deps;
    deps.registry.onOccupied((id, nowMs) => this.#occupied(id, nowMs));
    deps.registry.onEmptied((id, nowMs) => this.#emptied(id, nowMs));
  }

  /** Is the session in memory? */
  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  /** A session came into memory; it was last attended at `seenAtMs`. */
  opened(id: string, seenAtMs: number): void {
    if (this.#sessions.has(id)) return;
    const emptySinceMs = Math.max(seenAtMs, this.#deps.startedAtMs);
    this.#sessions.set(id, { seenAtMs, emptySinceMs, markedAtMs: seenAtMs, atRest: false });
  }

  /** When somebody was last there, if nobody has been for so long that the session stops; else null. */
  abandonedAtMs(id: string, nowMs: number): number | null {
    const session = this.#sessions.get(id);
    if (session === undefined || session.atRest || this.#isOccupied(id)) return null;
    const elsewhere = this.#deps.elsewhere(id);
    if (elsewhere?.occupied) return null;
    const elsewhereAtMs = elsewhere?.seenAtMs ?? Number.NEGATIVE_INFINITY;
    if (nowMs - Math.max(session.emptySinceMs, elsewhereAtMs) < EMPTY_AFTER_MS) return null;
    return Math.max(session.seenAtMs, elsewhereAtMs);
  }

  /** Sessions that are to be stopped, if they run. */
  abandoned(nowMs: number): string[] {
    return [...this.#sessions.keys()].filter((id) => this.abandonedAtMs(id, nowMs) !== null);
  }

  /** The session is stopped. */
  rest(id: string): void {
    const session = this.#sessions.get(id);
    if (session !== undefined && !this.#isOccupied(id)) session.atRest = true;
  }

  /** Sessions that need not be in memory. */
  idle(nowMs: number): string[] {
    const due = (id: string, { atRest, emptySinceMs }: Occupancy) =>
      !this.#isOccupied(id) && nowMs - emptySinceMs >= IDLE_EVICT_MS && (atRest || this.#deps.elsewhere(id)?.occupied === true);
    return [...this.#sessions].filter(([id, session]) => due(id, session)).map(([id]) => id);
  }

  forget(id: string): void {
    this.#sessions.delete(id);
  }

  /** What is to be written down about who was where, in portions of one statement. */
  *marks(nowMs: number): Iterable<readonly PresenceMark[]> {
    let portion: PresenceMark[] = [];
    for (const [sessionId, session] of this.#sessions) {
      if (this.#isOccupied(sessionId)) session.seenAtMs = nowMs;
      if (session.seenAtMs <= session.markedAtMs) continue;
      portion.push({ sessionId, seenAtMs: session.seenAtMs });
      if (portion.length < MARK_BATCH) continue;
      yield portion;
      portion = [];
    }
    if (portion.length > 0) yield portion;
  }

  /** These marks are durable. */
  marked(marks: readonly PresenceMark[]): void {
    for (const { sessionId, seenAtMs } of marks) {
      const session = this.#sessions.get(sessionId);
      if (session !== undefined) session.markedAtMs = Math.max(session.markedAtMs, seenAtMs);
    }
  }

  #isOccupied(id: string): boolean {
    return this.#deps.registry.isOccupied(id);
  }

  #occupied(id: string, nowMs: number): void {
    this.opened(id, nowMs);
    const session = this.#sessions.get(id);
    if (session !== undefined) session.atRest = false;
  }

  #emptied(id: string, nowMs: number): void {
    const session = this.#sessions.get(id);
    if (session !== undefined) Object.assign(session, { seenAtMs: nowMs, emptySinceMs: nowMs });
  }
}
