import type { Kept } from '@cowatch/shared/protocol';
import type { Database } from '../platform/database/database.ts';
import type { HealthPart, PartHealth } from '../platform/health/health.ts';
import type { Logger } from '../platform/log/log.ts';
import type { Redis } from '../platform/redis/redis.ts';
import { weaknessOf } from '../platform/redis/redis-durability.ts';

export interface ResumeHealthDeps {
  readonly database: Database;
  readonly redis: Redis | null;
  readonly log: Logger;
  /** Entries in the journal. */
  waiting(): number;
}

/** Health of positions: whether they can be read and saved, and what keeps them from being durable. */
export class ResumeHealth {
  readonly part: HealthPart = { name: 'positions', check: () => this.#check() };
  readonly #deps: ResumeHealthDeps;
  /** Why positions stay in Redis; null while they do not. */
  #journalAway: string | null = null;
  /** Why Redis may lose what it has acknowledged; null where nothing speaks for that. */
  #weakness: string | null = null;

  constructor(deps: ResumeHealthDeps) {
    this.#deps = deps;
  }

  /** What a save may promise. */
  readonly kept = (): Kept => (this.#weakness === null ? {} : { kept: false });

  /** Notes whether the journal reaches PostgreSQL, and if not, why. */
  readonly noteJournal = (away: boolean, reason?: string): void => {
    if (away !== (this.#journalAway !== null))
      this.#deps.log.warn({ away, reason }, away ? 'positions wait in Redis for the database' : 'positions are all in the database');
    this.#journalAway = away ? (reason ?? 'it does not take them') : null;
  };

  /** Reads Redis' settings of durability. */
  async checkDurability(): Promise<void> {
    const { redis, log } = this.#deps;
    const weakness = redis === null ? null : await weaknessOf(redis);
    if (weakness !== null && weakness !== this.#weakness) log.warn({ reason: weakness }, 'positions that were acknowledged may be lost');
    this.#weakness = weakness;
  }

  #check(): PartHealth {
    const { database, redis, waiting } = this.#deps;
    const base = database.health();
    const live = redis?.health();
    if (live?.ok === false) return { state: 'down', detail: 'none can be read or saved until Redis is back' };
    const away = base.error ?? 'the database is away';
    if (live === undefined && !base.ok) return { state: 'down', detail: `none can be read or saved: ${away}` };
    if (!base.ok) {
      return { state: 'degraded', detail: `those that Redis does not know cannot be read, and what is saved waits in it: ${away}` };
    }
    if (this.#journalAway !== null) {
      return { state: 'degraded', detail: `${waiting()} wait in Redis for the database: ${this.#journalAway}` };
    }
    return this.#weakness === null ? { state: 'ok' } : { state: 'ok', detail: this.#weakness };
  }
}
