import type { ResumeAnswer, ResumeSaveItem, ResumeSaveRequest, ResumeSaveResult } from '../../protocol/index.ts';
import {
  addEntry,
  adoptEntries,
  BATCH_MAX,
  backoffMs,
  isSaidFor,
  nextBatch,
  type OutboxAnswer,
  type OutboxEntry,
  type ResumeDevice,
  type ResumeRecord,
  recordOfEntry,
  type ServerTime,
  settleEntries,
  stampEntry,
} from '../../resume/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { createMemoryOutboxStorage, type OutboxStorage } from './outbox-storage.ts';

/** What became of a batch on its way. */
export type SendOutcome =
  | { readonly kind: 'answered'; readonly result: ResumeSaveResult }
  /** No answer, or one that says to come again. */
  | { readonly kind: 'again'; readonly retryAfterMs?: number }
  /** The batch will never be taken, as it is of somebody else or cannot be read. */
  | { readonly kind: 'refused'; readonly code: string };

/** Codes and statuses of a server that cannot read a batch: something in it is the reason, and the rest could be taken. */
const UNREADABLE: ReadonlySet<string> = new Set(['bad_request', 'too_large', '400', '413', '422']);

export interface OutboxOptions {
  readonly storage: OutboxStorage;
  readonly device: ResumeDevice;
  readonly environment: ClientEnvironment;
  /** Whose words are sent now; null while it is not known. */
  viewerId(): string | null;
  serverTime(): ServerTime | null;
  send(request: ResumeSaveRequest): Promise<SendOutcome>;
  /** Does the work while no other tab does it; does nothing where another one is at it. */
  exclusively(work: () => Promise<void>): Promise<void>;
  /** The server has answered something. */
  onAnswer(record: ResumeRecord, answer: ResumeAnswer): void;
  onChange(): void;
}

export interface OutboxState {
  /** What the server has not answered yet, of anybody on this device. */
  readonly waiting: number;
  /** False where nothing can be kept but in memory: closing the page loses what waits. */
  readonly durable: boolean;
  /** What was given up: too old, too much, or refused. */
  readonly givenUp: number;
  /** Why something of what was sent last was refused for good, as a code; null where everything of it was taken. */
  readonly refused: string | null;
}

/**
 * Says things to the server until it has answered: each is kept first and sent then, and done with on its own answer
 * only ([RES13] to [RES15]).
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #storage: OutboxStorage;
  #durable = true;
  #givenUp = 0;
  #refused: string | null = null;
  #failures = 0;
  #timer: unknown = null;
  #flushing: Promise<void> | null = null;
  #again = false;
  readonly #sending = new Set<string>();
  /** How many entries are sent together: fewer while what a batch was refused for is looked for. */
  #batchMax = BATCH_MAX;
  /** What the server cannot read, even alone. It is kept, and tried again by the next page: another version may be there. */
  readonly #setAside = new Set<string>();
  /** When the gestures of the sittings of this page were, in server time: all of a sitting says the same. */
  readonly #intents = new Map<string, number>();
  /** What is kept, as it was last seen, and what is about to be. */
  #kept: readonly OutboxEntry[] = [];
  readonly #coming = new Map<string, OutboxEntry>();
  /** The guests who are in the account of whoever is here, for certain. */
  #former: ReadonlySet<string> = new Set();
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#storage = options.storage;
  }

  get state(): OutboxState {
    return { waiting: this.#kept.length, durable: this.#durable, givenUp: this.#givenUp, refused: this.#refused };
  }

  /** Keeps an entry; resolves when it is kept. It is sent as soon as can be. */
  async add(said: OutboxEntry): Promise<void> {
    const time = this.#options.serverTime();
    const entry = time === null ? said : stampEntry(said, time, this.#intents);
    this.#coming.set(entry.id, entry);
    await this.#update((entries) => {
      const added = addEntry(entries, entry, this.#sending);
      this.#givenUp += added.givenUp.length;
      return { entries: added.entries, result: null };
    });
    this.#coming.delete(entry.id);
    this.flushSoon();
  }

  /** Nobody can say for certain any more who is in an account: what its guests said waits until `adopt`. */
  doubt(): void {
    this.#former = new Set();
  }

  /** Files what guests said under the account they are in now, or under themselves again, and sends it. */
  async adopt(viewerId: string, formerViewerIds: readonly string[]): Promise<void> {
    this.#former = new Set(formerViewerIds);
    await this.#update((entries) => ({ entries: adoptEntries(entries, viewerId, formerViewerIds), result: null }));
    this.flushSoon();
  }

  /** Sends what waits, now: there is a connection, or somebody asked. */
  flushNow(): void {
    this.#failures = 0;
    this.#start();
  }

  /** Sends what waits, unless the server is being left alone after a failure. */
  flushSoon(): void {
    if (this.#failures === 0) this.#start();
  }

  /**
   * What waits, as far as it is known without looking: to be sent by other means when the page goes, and no time is left
   * to read a disk. What is sent so is sent again later, and found to be there.
   */
  leftovers(bytesMax: number): ResumeSaveRequest | null {
    const { viewerId, device } = this.#options;
    const viewer = viewerId();
    if (viewer === null) return null;
    const known = new Set(this.#kept.map(({ id }) => id));
    const all = [...this.#kept, ...[...this.#coming.values()].filter(({ id }) => !known.has(id))];
    const items: ResumeSaveItem[] = [];
    let bytes = 200;
    // The newest first: should there be too many, the older ones wait for the next page.
    for (const entry of all.reverse()) {
      if (!isSaidFor(entry, viewer, this.#former) || entry.stamp === null) continue;
      const item = itemOf(entry);
      bytes += 3 * JSON.stringify(item).length;
      if (bytes > bytesMax || items.length === BATCH_MAX) break;
      items.unshift(item);
    }
    return items.length === 0 ? null : { viewerId: viewer, device, items };
  }

  close(): void {
    this.#closed = true;
    this.#options.environment.clearTimer(this.#timer);
  }

  #start(): void {
    if (this.#closed) return;
    if (this.#flushing !== null) {
      this.#again = true;
      return;
    }
    this.#options.environment.clearTimer(this.#timer);
    this.#flushing = this.#flush().finally(() => {
      this.#flushing = null;
      if (!this.#again) return;
      this.#again = false;
      this.flushSoon();
    });
  }

  async #flush(): Promise<void> {
    let goOn = true;
    await this.#options.exclusively(async () => {
      while (goOn && !this.#closed) goOn = await this.#sendBatch();
    });
  }

  /** Sends one batch; true where there may be more to send at once. */
  async #sendBatch(): Promise<boolean> {
    const { viewerId, serverTime, device, send, environment } = this.#options;
    const viewer = viewerId();
    const time = serverTime();
    if (viewer === null || time === null) return false;
    const batch = await this.#update((entries) => {
      const limits = { max: this.#batchMax, without: this.#setAside, former: this.#former };
      const next = nextBatch(entries, viewer, time, this.#intents, limits);
      for (const { id } of next.batch) this.#sending.add(id);
      return { entries: next.entries, result: next.batch };
    });
    if (batch.length === 0) return false;
    const outcome = await send({ viewerId: viewer, device, items: batch.map(itemOf) });
    for (const { id } of batch) this.#sending.delete(id);
    if (outcome.kind === 'refused' && UNREADABLE.has(outcome.code)) {
      this.#narrow(batch);
      return true;
    }
    if (outcome.kind === 'answered') {
      this.#batchMax = Math.min(BATCH_MAX, this.#batchMax * 2);
      if (await this.#settle(batch, outcome.result)) {
        this.#failures = 0;
        return true;
      }
      // Stamped anew they are sent once more at once; whoever refuses that too is not asked without end.
      this.#failures += 1;
      if (this.#failures === 1) return true;
    } else this.#failures += 1;
    // What is of somebody else waits until they are back; nothing of it is thrown away.
    const retryAfterMs = outcome.kind === 'again' ? outcome.retryAfterMs : undefined;
    const delayMs = backoffMs(this.#failures, environment.random(), retryAfterMs);
    environment.clearTimer(this.#timer);
    this.#timer = environment.setTimer(() => this.#start(), delayMs);
    return false;
  }

  /** A batch that was refused whole is sent in halves, until it is known which entry it was refused for. */
  #narrow(batch: readonly OutboxEntry[]): void {
    this.#batchMax = Math.max(1, batch.length >> 1);
    const [only, ...more] = batch;
    if (only !== undefined && more.length === 0) this.#setAside.add(only.id);
  }

  /** Whether anything of the batch need not be sent again. */
  async #settle(batch: readonly OutboxEntry[], { answers }: ResumeSaveResult): Promise<boolean> {
    const said = new Map<string, OutboxAnswer>();
    const refused = answers.find((answer) => answer.outcome === 'rejected' && answer.code !== 'clock_skew');
    this.#refused = refused?.outcome === 'rejected' ? refused.code : null;
    for (const [i, entry] of batch.entries()) {
      const answer = answers[i];
      if (answer === undefined) continue;
      const skewed = answer.outcome === 'rejected' && answer.code === 'clock_skew';
      if (skewed) this.#intents.delete(entry.said.sittingId);
      said.set(entry.id, skewed ? 'clock_skew' : answer.outcome);
      this.#options.onAnswer(recordOfEntry(entry), answer);
    }
    await this.#update((entries) => {
      const settled = settleEntries(entries, said);
      this.#givenUp += settled.givenUp.length;
      return { entries: settled.entries, result: null };
    });
    return [...said.values()].some((answer) => answer !== 'clock_skew');
  }

  /** Every change of what is kept: where the disk will not have it, memory has to do, and people are told. */
  async #update<T>(
    change: (entries: readonly OutboxEntry[]) => { readonly entries: readonly OutboxEntry[]; readonly result: T },
  ): Promise<T> {
    const counted = (entries: readonly OutboxEntry[]) => {
      const changed = change(entries);
      this.#kept = changed.entries;
      return changed;
    };
    try {
      return await this.#storage.update(counted);
    } catch {
      if (this.#durable) {
        this.#durable = false;
        this.#storage = createMemoryOutboxStorage();
      }
      return this.#storage.update(counted);
    } finally {
      this.#options.onChange();
    }
  }
}

function itemOf(entry: OutboxEntry): ResumeSaveItem {
  const { device: _, ...record } = recordOfEntry(entry);
  return { ...record, ...(entry.media === null ? {} : { media: entry.media }) };
}
