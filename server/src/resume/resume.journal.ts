import { CodedError } from '@cowatch/shared/protocol';
import type { Logger } from '../platform/log/log.ts';
import type { Redis, RedisClient } from '../platform/redis/redis.ts';
import { createScript } from '../platform/redis/script.ts';
import { dirtyKey, journalKey, leaseKey, SHARDS, titleKey } from './resume.keys.ts';
import { JOURNAL_BATCH, JOURNAL_LOOK_MS, LEASE_MS, LEASE_RENEW_MS, SHARDS_AT_ONCE } from './resume.limits.ts';
import type { ColdResumeStore, TitleChange } from './resume.store.ts';

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

/** One entry of a journal. */
interface Entry {
  readonly shard: number;
  readonly id: string;
  readonly change: TitleChange;
  /** There was nothing to compare it with. */
  readonly accepted: boolean;
}

export interface ResumeJournalDeps {
  readonly redis: Redis;
  readonly cold: ColdResumeStore;
  readonly instanceId: string;
  readonly log: Logger;
  /** Whether PostgreSQL took what it was given last. */
  onAway(away: boolean): void;
}

/**
 * Brings what is in the journals of Redis to PostgreSQL: at least once, in the order of each journal, and forgotten there
 * only after the commit. Instances lease shards from each other, so that one of them does it for each; should two do it
 * at once, nothing is harmed: PostgreSQL compares as Redis did.
 */
export class ResumeJournal {
  readonly #deps: ResumeJournalDeps;
  readonly #owned = new Set<number>();
  readonly #hinted = new Set<number>();
  #timer: NodeJS.Timeout | null = null;
  #renewedAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | null = null;
  #waiting = 0;

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

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), JOURNAL_LOOK_MS);
  }

  /** Looks once at everything that is this instance's to do; one look at a time. Never rejects. */
  look(nowMs = performance.now()): Promise<void> {
    this.#running ??= this.#look(nowMs)
      .catch((error) => {
        if (!(error instanceof CodedError))
          this.#deps.log.error({ err: error }, 'reading the journals of positions failed');
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
    await redis
      .run((client) => Promise.all(owned.map((shard) => GIVE_BACK.run(client, [leaseKey(shard)], [instanceId]))))
      .catch(() => {});
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
      const lengths = await redis.run((client) => Promise.all(owned.map((shard) => client.xlen(journalKey(shard)))));
      this.#waiting = lengths.reduce((sum, length) => sum + length, 0);
      looked = owned.filter((_, i) => (lengths[i] ?? 0) > 0);
    }
    for (let from = 0; from < looked.length; from += SHARDS_AT_ONCE) {
      await this.#flush(looked.slice(from, from + SHARDS_AT_ONCE));
    }
  }

  /** Brings what these shards' journals begin with to PostgreSQL. */
  async #flush(shards: readonly number[]): Promise<void> {
    const { redis, cold, onAway } = this.#deps;
    const entries = (
      await redis.run((client) =>
        Promise.all(
          shards.map(async (shard) => {
            const found = await client.xrange(journalKey(shard), '-', '+', 'COUNT', JOURNAL_BATCH);
            if (found.length === JOURNAL_BATCH) this.#hinted.add(shard);
            return found.map(([id, fields]): Entry => {
              const change = JSON.parse(fields[1] ?? '') as TitleChange;
              return { shard, id, change, accepted: fields.length > 2 };
            });
          }),
        ),
      )
    ).flat();
    if (entries.length === 0) return;
    try {
      await cold.write(entries.map(({ change }) => change));
    } catch (error) {
      onAway(true);
      // They stay in the journal.
      for (const shard of shards) this.#hinted.add(shard);
      throw error;
    }
    onAway(false);
    const done = shards.map((shard) => entries.filter((entry) => entry.shard === shard)).filter(([first]) => first);
    await redis.run((client) =>
      Promise.all(
        done.map(async (of) => {
          await compared(client, of);
          await DONE.run(
            client,
            [journalKey(of[0]?.shard ?? 0), ...of.map(({ change }) => dirtyKey(change.viewerId))],
            of.flatMap(({ id, change }) => [id, change.contentId]),
          );
        }),
      ),
    );
    this.#waiting = Math.max(0, this.#waiting - entries.length);
  }
}

/** Before an entry goes: as long as it is there nobody tells Redis of its title. */
async function compared(client: RedisClient, entries: readonly Entry[]): Promise<void> {
  const accepted = entries.filter((entry) => entry.accepted);
  if (accepted.length === 0) return;
  const keys = accepted.map(({ change: { viewerId, contentId } }) => titleKey(viewerId, contentId));
  await COMPARED.run(
    client,
    keys,
    accepted.map(({ id }) => id),
  );
}
