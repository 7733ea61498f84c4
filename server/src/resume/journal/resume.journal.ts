import { CodedError } from '@cowatch/shared/protocol';
import { describe } from '../../platform/database/database-errors.ts';
import { writeIsolated } from '../../platform/database/isolate-refused.ts';
import type { Logger } from '../../platform/log/log.ts';
import type { Redis, RedisClient } from '../../platform/redis/redis.ts';
import { describeRedisError, refusesCommand } from '../../platform/redis/redis-errors.ts';
import { JOURNAL_BATCH, JOURNAL_LOOK_MS, JOURNAL_RETRY_FIRST_MS, JOURNAL_RETRY_LAST_MS, SHARDS_AT_ONCE } from '../resume.limits.ts';
import { journalKey } from '../store/resume.keys.ts';
import type { ColdResumeStore, TitleChange } from '../store/resume.store.ts';
import { type JournalEntry, readEntries, removeEntries } from './journal-entries.redis.ts';
import { deadLetterOf } from './resume.dead-letters.ts';
import { ShardLeases } from './shard-leases.ts';

export interface ResumeJournalDeps {
  readonly redis: Redis;
  readonly cold: ColdResumeStore;
  readonly instanceId: string;
  readonly log: Logger;
  /** Time of a dead letter, in milliseconds. */
  nowMs(): number;
  /** Called after each write: whether PostgreSQL took it, and if not, why. */
  onAway(away: boolean, reason?: string): void;
  /** Called with the count of new dead letters. */
  onDeadLetters?(count: number): void;
}

/** Whether PostgreSQL takes what it is given. */
type State =
  | { readonly kind: 'flowing' }
  /** Attempts in a row have failed; the next one is made at `retryAtMs` (exponential backoff). */
  | { readonly kind: 'failing'; readonly reason: string; readonly failures: number; readonly retryAtMs: number };

/**
 * Write-behind journal: brings the entries in Redis to PostgreSQL at least once, in the order of each shard, and removes
 * them only after the commit. Instances lease shards from each other, so that one of them writes each; should two do it at
 * once, nothing is harmed: PostgreSQL compares as Redis did. An entry that PostgreSQL refuses while it takes others becomes
 * a dead letter there; while it takes nothing at all, everything stays in the journal.
 */
export class ResumeJournal {
  readonly #deps: ResumeJournalDeps;
  readonly #leases: ShardLeases;
  /** Shards to look at next. */
  readonly #due = new Set<number>();
  #state: State = { kind: 'flowing' };
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #waiting = 0;
  /** Why the last look failed, as it was logged. */
  #loggedFault: string | null = null;
  /** Shards whose keys another program has changed into something else, and what Redis says of them. */
  readonly #unreadable = new Map<number, string>();

  constructor(deps: ResumeJournalDeps) {
    this.#deps = deps;
    this.#leases = new ShardLeases(deps.redis, deps.instanceId);
  }

  /** Entries of this instance's shards when they were counted last. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Says that an entry was written to this shard. */
  hint(shard: number): void {
    this.#due.add(shard);
  }

  /** Says that PostgreSQL is back: the next look tries it. */
  wake(): void {
    if (this.#state.kind === 'failing') this.#state = { ...this.#state, retryAtMs: Number.NEGATIVE_INFINITY };
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), JOURNAL_LOOK_MS);
  }

  /** Writes once what is due of this instance's shards; one look at a time. Never rejects. */
  look(nowMs = performance.now()): Promise<void> {
    this.#running ??= this.#look(nowMs)
      .then(() => {
        this.#loggedFault = null;
      })
      .catch((error) => {
        // Once while it lasts.
        const fault = describe(error);
        if (!(error instanceof CodedError) && fault !== this.#loggedFault)
          this.#deps.log.error({ err: error }, 'reading the journals of positions failed');
        this.#loggedFault = fault;
      })
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  /** Ends, and releases the shards. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#running;
    await this.#leases.release();
  }

  async #look(nowMs: number): Promise<void> {
    let shards = [...this.#due].filter((shard) => this.#leases.owned.has(shard));
    this.#due.clear();
    if (await this.#leases.renew(nowMs)) shards = await this.#count(nowMs);
    for (let from = 0; from < shards.length; from += SHARDS_AT_ONCE) {
      const group = shards.slice(from, from + SHARDS_AT_ONCE);
      if (this.#state.kind === 'failing' && nowMs < this.#state.retryAtMs) for (const shard of group) this.#due.add(shard);
      else await this.#flush(group, nowMs);
    }
  }

  /** Counts the entries of all own shards, which other instances write to as well; returns the shards that have some. */
  async #count(nowMs: number): Promise<number[]> {
    const owned = [...this.#leases.owned];
    const hadUnreadable = this.#unreadable.size > 0;
    this.#unreadable.clear();
    const lengths = await this.#inEach(owned, (client, shard) => client.xlen(journalKey(shard)));
    // One that cannot be read counts as one entry, which is not none.
    this.#waiting = lengths.reduce<number>((sum, length) => sum + (length ?? 1), 0);
    if (hadUnreadable || this.#unreadable.size > 0) this.#report();
    // What waited may have been lost with Redis, or written by the instance that has the lease of its shard now.
    if (this.#waiting === 0 && this.#state.kind === 'failing') this.#settle(null, [], nowMs);
    return owned.filter((_, i) => (lengths[i] ?? 0) > 0);
  }

  /** Writes the first entries of these shards to PostgreSQL. */
  async #flush(shards: readonly number[], nowMs: number): Promise<void> {
    const { cold } = this.#deps;
    const entries = await this.#read(shards);
    if (entries.length === 0) return;
    const readable = entries.filter(({ change }) => change !== null);
    const settled = await writeIsolated(readable, {
      async write(part) {
        await cold.write(part.map(({ change }) => change as TitleChange));
        return part;
      },
      verify: () => cold.verify(),
    });
    await this.#remove(settled.flatMap((one) => (one.kind === 'written' ? [one.result] : [])));
    const refused = entries.filter(({ change }) => change === null).map((entry) => ({ entry, error: UNREADABLE as unknown }));
    for (const [i, entry] of readable.entries()) {
      const one = settled[i];
      if (one?.kind === 'refused') refused.push({ entry, error: one.error });
    }
    const failed = settled.find((one) => one.kind === 'failed');
    const failure = (await this.#deadLetter(refused)) ?? (failed?.kind === 'failed' ? failed.error : null);
    this.#settle(failure, shards, nowMs);
  }

  async #read(shards: readonly number[]): Promise<readonly JournalEntry[]> {
    const found = await this.#inEach(shards, async (client, shard) => {
      const entries = await readEntries(client, shard);
      if (entries.length === JOURNAL_BATCH) this.#due.add(shard);
      return entries;
    });
    return found.flatMap((entries) => entries ?? []);
  }

  async #remove(entries: readonly JournalEntry[]): Promise<void> {
    const shards = [...new Set(entries.map(({ shard }) => shard))];
    await this.#inEach(shards, (client, shard) => {
      const own = entries.filter((entry) => entry.shard === shard);
      return removeEntries(client, shard, own);
    });
    this.#waiting = Math.max(0, this.#waiting - entries.length);
  }

  /** Makes dead letters of refused entries, and only then removes them. Returns why that could not be done; null where it was. */
  async #deadLetter(refused: readonly { readonly entry: JournalEntry; readonly error: unknown }[]): Promise<unknown> {
    const { cold, log, nowMs, onDeadLetters } = this.#deps;
    if (refused.length === 0) return null;
    const letters = refused.map(({ entry, error }) => deadLetterOf(entry, error, nowMs()));
    try {
      await cold.addDeadLetters(letters);
    } catch (error) {
      return error;
    }
    await this.#remove(refused.map(({ entry }) => entry));
    onDeadLetters?.(letters.length);
    for (const { entry, reason } of letters) log.error({ entry, reason }, 'a position was put aside as a dead letter');
    return null;
  }

  /** Works in each shard; null for one in which Redis refuses that, such as one with a key of another kind: the others go on. */
  #inEach<Result>(
    shards: readonly number[],
    work: (client: RedisClient, shard: number) => Promise<Result>,
  ): Promise<readonly (Result | null)[]> {
    const guarded = (client: RedisClient) => async (shard: number) => {
      try {
        return await work(client, shard);
      } catch (error) {
        if (!refusesCommand(error)) throw error;
        this.#unreadable.set(shard, describeRedisError(error));
        return null;
      }
    };
    return this.#deps.redis.run((client) => Promise.all(shards.map(guarded(client))));
  }

  /** @param failure why something stays in the journals of these shards, and is tried again; null where nothing does */
  #settle(failure: unknown, shards: readonly number[], nowMs: number): void {
    if (failure === null) this.#state = { kind: 'flowing' };
    else {
      for (const shard of shards) this.#due.add(shard);
      const failures = this.#state.kind === 'failing' ? this.#state.failures : 0;
      const retryAtMs = nowMs + Math.min(JOURNAL_RETRY_LAST_MS, JOURNAL_RETRY_FIRST_MS * 2 ** failures);
      const reason = describe(failure instanceof CodedError ? (failure.cause ?? failure) : failure);
      this.#state = { kind: 'failing', reason, failures: failures + 1, retryAtMs };
    }
    this.#report();
  }

  #report(): void {
    const [unreadable] = this.#unreadable;
    if (this.#state.kind === 'failing') this.#deps.onAway(true, this.#state.reason);
    else if (unreadable === undefined) this.#deps.onAway(false);
    else this.#deps.onAway(true, `${journalKey(unreadable[0])} or a key beside it is not as it was: ${unreadable[1]}`);
  }
}

const UNREADABLE = new Error('the line is no change of a title');
