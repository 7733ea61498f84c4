import { isUnavailable } from '@cowatch/shared/protocol';
import type { Logger } from '../../platform/log/log.ts';
import type { VisitorStore } from '../door/visitors.store.ts';
import type { SessionOccupancy } from '../membership/occupancy.ts';
import type { SessionBroadcaster } from '../membership/session.broadcaster.ts';
import type { LocalRoster } from '../presence/local-roster.ts';
import type { RemotePresence } from '../presence/remote-presence.ts';
import type { SessionLead } from '../session.lead.ts';
import {
  EXPIRY_BATCH,
  EXPIRY_INTERVAL_MS,
  HEAL_INTERVAL_MS,
  MARK_INTERVAL_MS,
  SAVE_BATCH,
  SLOW_SWEEP_INTERVAL_MS,
} from '../session.limits.ts';
import type { SessionService } from '../session.service.ts';
import type { SubtitleStore } from '../subtitles/subtitles.store.ts';
import type { SnapshotWriter } from './snapshot-writer.ts';
import type { SessionSnapshots } from './snapshots.ts';

export interface SessionSweeperDeps {
  readonly sessions: Pick<SessionService, 'pauseAbandoned' | 'evict' | 'heal'>;
  readonly snapshots: Pick<SessionSnapshots, 'mark' | 'expire'>;
  readonly subtitles: Pick<SubtitleStore, 'expire'>;
  readonly visitors: Pick<VisitorStore, 'expire'>;
  readonly presence: {
    readonly local: Pick<LocalRoster, 'markAway' | 'takeChanges'>;
    readonly remote: Pick<RemotePresence, 'refresh'>;
  };
  readonly occupancy: Pick<SessionOccupancy, 'abandoned' | 'abandonedAtMs' | 'idle' | 'marks' | 'marked'>;
  readonly writer: Pick<SnapshotWriter, 'sweep'>;
  readonly broadcaster: Pick<SessionBroadcaster, 'presenceChanged'>;
  readonly lead: Pick<SessionLead, 'sweep'>;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly expiryDays: number;
}

const DAY_MS = 24 * 3600 * 1000;

/** Sweeper: everything that happens to sessions because time passed. One job calls `beat`. */
export class SessionSweeper {
  readonly #deps: SessionSweeperDeps;
  #slowAtMs = 0;
  #markedAtMs = 0;
  #expiredAtMs = 0;
  #slowDue = false;
  #slow: Promise<void> | null = null;
  #healedAtMs = Number.NEGATIVE_INFINITY;
  #healing: Promise<void> | null = null;

  constructor(deps: SessionSweeperDeps) {
    this.#deps = deps;
  }

  /** What is due at `nowMs` (cluster milliseconds); nothing waits for the slow parts of it. */
  beat(nowMs: number): void {
    const { writer, presence, broadcaster } = this.#deps;
    writer.sweep(nowMs);
    if (nowMs - this.#slowAtMs >= SLOW_SWEEP_INTERVAL_MS) {
      this.#slowAtMs = nowMs;
      presence.local.markAway(nowMs);
      this.#slowDue = true;
    }
    // One at a time: a slow database makes it late, and neither piles it up nor skips it.
    if (this.#slowDue && this.#slow === null) {
      this.#slowDue = false;
      this.#slow = this.#sweepSlowly(nowMs).finally(() => {
        this.#slow = null;
      });
    }
    if (nowMs - this.#healedAtMs >= HEAL_INTERVAL_MS && this.#healing === null) {
      this.#healedAtMs = nowMs;
      // Beside the slow part: updates must not wait for a slow database.
      this.#healing = this.#try('looking for lost updates', () => this.#deps.sessions.heal(nowMs)).finally(() => {
        this.#healing = null;
      });
    }
    for (const { sessionId, change } of presence.local.takeChanges(nowMs)) broadcaster.presenceChanged(sessionId, change);
  }

  /** The next beat looks for lost updates, and for what the store has lost. */
  healSoon(): void {
    this.#healedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** Writes down who is where; during a drain, and every now and then. */
  async mark(nowMs: number): Promise<void> {
    const { occupancy, snapshots } = this.#deps;
    for (const marks of occupancy.marks(nowMs)) {
      await snapshots.mark(marks);
      occupancy.marked(marks);
    }
  }

  async #sweepSlowly(nowMs: number): Promise<void> {
    this.#deps.lead.sweep(nowMs);
    await this.#try('stopping empty sessions', () => this.#pauseAbandoned(nowMs));
    if (nowMs - this.#markedAtMs >= MARK_INTERVAL_MS) {
      this.#markedAtMs = nowMs;
      await this.#try('marking who is where', () => this.mark(nowMs));
    }
    await this.#try('forgetting idle sessions', () => this.#evict(nowMs));
    if (nowMs - this.#expiredAtMs >= EXPIRY_INTERVAL_MS) {
      this.#expiredAtMs = nowMs;
      await this.#try('forgetting expired sessions', () => this.#expire(nowMs));
    }
  }

  async #pauseAbandoned(nowMs: number): Promise<void> {
    const { occupancy, presence } = this.#deps;
    const candidates = occupancy.abandoned(nowMs);
    // Empty here is not empty: others may have come elsewhere since they were last looked for.
    await presence.remote.refresh(candidates, nowMs, 'anew');
    const ids = candidates.filter((id) => occupancy.abandonedAtMs(id, nowMs) !== null);
    for (let i = 0; i < ids.length; i += SAVE_BATCH) {
      // Together, so that they share one write.
      await Promise.all(ids.slice(i, i + SAVE_BATCH).map((id) => this.#deps.sessions.pauseAbandoned(id, nowMs)));
    }
  }

  async #evict(nowMs: number): Promise<void> {
    for (const id of this.#deps.occupancy.idle(nowMs)) await this.#deps.sessions.evict(id);
  }

  async #expire(nowMs: number): Promise<void> {
    const beforeMs = nowMs - this.#deps.expiryDays * DAY_MS;
    for (;;) {
      const count = await this.#deps.snapshots.expire(beforeMs, EXPIRY_BATCH);
      if (count > 0) this.#deps.log.info({ count }, 'parties unused for long are forgotten');
      if (count < EXPIRY_BATCH) break;
    }
    // Those of parties that have just gone go with them.
    while ((await this.#deps.subtitles.expire(beforeMs, EXPIRY_BATCH)) === EXPIRY_BATCH);
    while ((await this.#deps.visitors.expire(beforeMs, EXPIRY_BATCH)) === EXPIRY_BATCH);
  }

  /** The next beat tries again; a database that is away has been reported by those who keep it. */
  async #try(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isUnavailable(error)) return;
      this.#deps.log.error({ err: error }, `${what} failed`);
    }
  }
}
