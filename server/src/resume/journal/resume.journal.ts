import { CodedError } from '@cowatch/shared/protocol';
import { describe } from '../../platform/database/database-errors.ts';
import { writeIsolated } from '../../platform/database/isolate-refused.ts';
import type { Logger } from '../../platform/log/log.ts';
import type { Redis, RedisClient } from '../../platform/redis/redis.ts';
import { describeRedisError, refusesCommand } from '../../platform/redis/redis-errors.ts';
import { createScript } from '../../platform/redis/script.ts';
import {
  JOURNAL_BATCH,
  JOURNAL_LOOK_MS,
  JOURNAL_RETRY_FIRST_MS,
  JOURNAL_RETRY_LAST_MS,
  LEASE_MS,
  LEASE_RENEW_MS,
  SHARDS_AT_ONCE,
} from '../resume.limits.ts';
import { dirtyKey, journalKey, leaseKey, SHARDS, shardOf, titleKey } from '../store/resume.keys.ts';
import type { ColdResumeStore, TitleChange } from '../store/resume.store.ts';
import { deadLetterOf, type JournalLine, readLine } from './resume.dead-letters.ts';

/** KEYS lease; ARGV instance, life in ms: takes it where it is free, renews it where it is one's own. */
const TAKE = createScript(`
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

const GIVE_BACK = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`);

/** KEYS journal, and for each entry its viewer's dirty titles; ARGV for each entry its id and title: it is in PostgreSQL now. */
const DONE = createScript(`
for i = 2, #KEYS do
  local id, title = ARGV[2 * i - 3], ARGV[2 * i - 2]
  redis.call('XDEL', KEYS[1], id)
  if redis.call('HGET', KEYS[i], title) == id then redis.call('HDEL', KEYS[i], title) end
end
return 1`);

/** KEYS titles; ARGV the entry of each that was accepted unseen: whoever asks PostgreSQL from now on is told of it. */
const COMPARED = createScript(`
for i = 1, #KEYS do
  if redis.call('HGET', KEYS[i], 'x') == ARGV[i] then redis.call('HSET', KEYS[i], 'x', ARGV[i] .. '!') end
end
return 1`);

export interface ResumeJournalDeps {
  readonly redis: Redis;
  readonly cold: ColdResumeStore;
  readonly instanceId: string;
  readonly log: Logger;
  /** When something was put aside, in milliseconds. */
  nowMs(): number;
  /** Whether PostgreSQL took what it was given last, and if not, why. */
  onAway(away: boolean, reason?: string): void;
  /** So many changes were put aside. */
  onDeadLetters?(count: number): void;
}

/**
 * Brings what is in the journals of Redis to PostgreSQL: at least once, in the order of each journal, and forgotten there
 * only after the commit. Instances lease shards from each other, so that one of them does it for each; should two do it
 * at once, nothing is harmed: PostgreSQL compares as Redis did. A line that PostgreSQL refuses, and no other, is put aside
 * there as a dead letter; while it takes nothing at all, everything stays in the journals.
 */
export class ResumeJournal {
  readonly #deps: ResumeJournalDeps;
  readonly #owned = new Set<number>();
  readonly #hinted = new Set<number>();
  #timer: NodeJS.Timeout | null = null;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #waiting = 0;
  /** Attempts in a row in which something could not be written, and when the next one is. */
  #failures = 0;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #unread: string | null = null;
  /** Why PostgreSQL did not take what it was given last. */
  #failure: string | null = null;
  /** Shards whose keys somebody else has put something into that is no journal, and what Redis says of them. */
  readonly #unreadable = new Map<number, string>();

  constructor(deps: ResumeJournalDeps) {
    this.#deps = deps;
  }

  /** Changes in the journals of this instance's shards when they were looked at last. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Something was written to this shard's journal. */
  hint(shard: number): void {
    this.#hinted.add(shard);
  }

  /** PostgreSQL is back: it is tried at the next look. */
  wake(): void {
    this.#retryAtMs = Number.NEGATIVE_INFINITY;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), JOURNAL_LOOK_MS);
  }

  /** Looks once at everything that is this instance's to do; one look at a time. Never rejects. */
  look(nowMs = performance.now()): Promise<void> {
    this.#running ??= this.#look(nowMs)
      .then(() => {
        this.#unread = null;
      })
      .catch((error) => {
        // While it lasts it is said once.
        const reason = describe(error);
        if (!(error instanceof CodedError) && reason !== this.#unread)
          this.#deps.log.error({ err: error }, 'reading the journals of positions failed');
        this.#unread = reason;
      })
      .finally(() => {
        this.#running = null;
      });
    return this.#running;
  }

  /** Ends; the shards are free for others at once. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#running;
    const { redis, instanceId } = this.#deps;
    const owned = [...this.#owned];
    this.#owned.clear();
    await redis.run((client) => Promise.all(owned.map((shard) => GIVE_BACK.run(client, [leaseKey(shard)], [instanceId])))).catch(() => {});
  }

  async #look(nowMs: number): Promise<void> {
    const { redis, instanceId } = this.#deps;
    let looked = [...this.#hinted].filter((shard) => this.#owned.has(shard));
    this.#hinted.clear();
    if (nowMs - this.#renewedAtMs >= LEASE_RENEW_MS) {
      const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
      const taken = await redis.run((client) =>
        Promise.all(shards.map((shard) => TAKE.run(client, [leaseKey(shard)], [instanceId, LEASE_MS]))),
      );
      this.#renewedAtMs = nowMs;
      this.#owned.clear();
      for (const shard of shards) if (taken[shard] === 1) this.#owned.add(shard);
      // Others write to these too, and what an instance left that died.
      const owned = [...this.#owned];
      const hadUnreadable = this.#unreadable.size > 0;
      this.#unreadable.clear();
      const lengths = await this.#inEach(owned, (client, shard) => client.xlen(journalKey(shard)));
      // Nobody knows how many are in one that cannot be read: it is counted as one, which is not nothing.
      this.#waiting = lengths.reduce<number>((sum, length) => sum + (length ?? 1), 0);
      looked = owned.filter((_, i) => (lengths[i] ?? 0) > 0);
      if (hadUnreadable || this.#unreadable.size > 0) this.#tell();
      // What waited may have been lost with Redis, or written by whoever has its shard now.
      if (this.#waiting === 0 && this.#failures > 0) this.#note(null, [], nowMs);
    }
    for (let from = 0; from < looked.length; from += SHARDS_AT_ONCE) {
      const shards = looked.slice(from, from + SHARDS_AT_ONCE);
      if (nowMs < this.#retryAtMs) for (const shard of shards) this.#hinted.add(shard);
      else await this.#flush(shards, nowMs);
    }
  }

  /** Brings what these shards' journals begin with to PostgreSQL. */
  async #flush(shards: readonly number[], nowMs: number): Promise<void> {
    const { cold } = this.#deps;
    const lines = await this.#read(shards);
    if (lines.length === 0) return;
    const readable = lines.filter(({ change }) => change !== null);
    const settled = await writeIsolated(readable, {
      async write(part) {
        await cold.write(part.map(({ change }) => change as TitleChange));
        return part;
      },
      verify: () => cold.verify(),
    });
    await this.#forget(settled.flatMap((one) => (one.kind === 'written' ? [one.result] : [])));
    const dead = lines.filter(({ change }) => change === null).map((line) => ({ line, error: UNREADABLE }));
    for (const [i, line] of readable.entries()) {
      const one = settled[i];
      if (one?.kind === 'refused') dead.push({ line, error: one.error as Error });
    }
    const failed = settled.find((one) => one.kind === 'failed');
    const failure = (await this.#bury(dead)) ?? (failed?.kind === 'failed' ? failed.error : null);
    this.#note(failure, shards, nowMs);
  }

  async #read(shards: readonly number[]): Promise<readonly JournalLine[]> {
    const lines = await this.#inEach(shards, async (client, shard) => {
      const found = await client.xrange(journalKey(shard), '-', '+', 'COUNT', JOURNAL_BATCH);
      if (found.length === JOURNAL_BATCH) this.#hinted.add(shard);
      return found.map(([id, fields]) => readLine(shard, id, fields));
    });
    return lines.flatMap((found) => found ?? []);
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

  /** Puts lines aside, and only then forgets them. Returns why that could not be done; null where it was. */
  async #bury(dead: readonly { readonly line: JournalLine; readonly error: Error }[]): Promise<unknown> {
    const { cold, log, nowMs, onDeadLetters } = this.#deps;
    if (dead.length === 0) return null;
    const letters = dead.map(({ line, error }) => deadLetterOf(line, error, nowMs()));
    try {
      await cold.addDeadLetters(letters);
    } catch (error) {
      return error;
    }
    await this.#forget(dead.map(({ line }) => line));
    onDeadLetters?.(letters.length);
    for (const { entry, reason } of letters) log.error({ entry, reason }, 'a position was put aside as a dead letter');
    return null;
  }

  /** Takes lines out of their journals. */
  async #forget(lines: readonly JournalLine[]): Promise<void> {
    const shards = [...new Set(lines.map(({ shard }) => shard))];
    await this.#inEach(shards, (client, shard) =>
      forgetIn(
        client,
        shard,
        lines.filter((line) => line.shard === shard),
      ),
    );
    this.#waiting = Math.max(0, this.#waiting - lines.length);
  }

  /** What could not be written stays in its journal and is tried again, less and less often while it lasts. */
  #note(failure: unknown, shards: readonly number[], nowMs: number): void {
    if (failure === null) {
      this.#failures = 0;
      this.#failure = null;
      this.#tell();
      return;
    }
    for (const shard of shards) this.#hinted.add(shard);
    this.#retryAtMs = nowMs + Math.min(JOURNAL_RETRY_LAST_MS, JOURNAL_RETRY_FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#failure = describe(failure instanceof CodedError ? (failure.cause ?? failure) : failure);
    this.#tell();
  }

  #tell(): void {
    const [unreadable] = this.#unreadable;
    const reason = this.#failure ?? (unreadable && `${journalKey(unreadable[0])} or a key beside it is not as it was: ${unreadable[1]}`);
    if (reason === undefined) this.#deps.onAway(false);
    else this.#deps.onAway(true, reason);
  }
}

const UNREADABLE = new Error('the line is no change of a title');

/** Forgets lines of one shard's journal, and that their titles have changes in it. */
async function forgetIn(client: RedisClient, shard: number, lines: readonly JournalLine[]): Promise<void> {
  const known = lines.flatMap(({ id, accepted, change }) =>
    // What somebody else has written there need not be of this shard.
    change !== null && shardOf(change.viewerId) === shard ? [{ id, accepted, ...change }] : [],
  );
  // Before an entry goes: as long as it is there nobody tells Redis of its title.
  const accepted = known.filter((line) => line.accepted);
  if (accepted.length > 0) {
    const keys = accepted.map(({ viewerId, contentId }) => titleKey(viewerId, contentId));
    await COMPARED.run(
      client,
      keys,
      accepted.map(({ id }) => id),
    );
  }
  if (known.length > 0) {
    const keys = [journalKey(shard), ...known.map(({ viewerId }) => dirtyKey(viewerId))];
    await DONE.run(
      client,
      keys,
      known.flatMap(({ id, contentId }) => [id, contentId]),
    );
  }
  if (known.length < lines.length) await client.xdel(journalKey(shard), ...lines.map(({ id }) => id));
}
