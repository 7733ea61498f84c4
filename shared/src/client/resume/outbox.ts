import type { ResumeAnswer, ResumeSaveRequest, ResumeSaveResult } from '../../protocol/index.ts';
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
import { KeptEntries } from './kept-entries.ts';
import type { KnownTitle, OutboxStorage } from './outbox-storage.ts';
import { itemOf, newestItems } from './save-items.ts';

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

/** What is sent next, kept on the disk as it will be sent; empty where nothing waits for this viewer. */
interface PreparedBatch {
  readonly viewerId: string;
  readonly entries: readonly OutboxEntry[];
}

/**
 * Durable outbox of saves: an entry is on the disk before it is sent, is sent until the server has answered, and goes by its
 * own answer only ([RES13] to [RES15]).
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #kept: KeptEntries;
  #givenUp = 0;
  #refused: string | null = null;
  #failures = 0;
  #timer: unknown = null;
  #flushing: Promise<void> | null = null;
  #again = false;
  /** An entry is being kept, and what is sent next with it. */
  #preparing = false;
  #prepared: PreparedBatch | null = null;
  #inFlight: readonly OutboxEntry[] = [];
  /** How many entries are sent together: fewer while what a batch was refused for is looked for. */
  #batchMax = BATCH_MAX;
  /** What the server cannot read, even alone. It is kept, and tried again by the next page: another version may be there. */
  readonly #setAside = new Set<string>();
  /** When the gestures of the sittings of this page were, in server time: all of a sitting says the same. */
  readonly #intents = new Map<string, number>();
  /** What is about to be kept. */
  readonly #coming = new Map<string, OutboxEntry>();
  /** The guests who are in the account of the viewer, for certain. */
  #former: ReadonlySet<string> = new Set();
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#kept = new KeptEntries(options.storage, options.onChange);
  }

  get state(): OutboxState {
    const { length: waiting } = this.#kept.entries;
    return { waiting, durable: this.#kept.durable, givenUp: this.#givenUp, refused: this.#refused };
  }

  /**
   * Keeps an entry; resolves when it is kept. It is sent as soon as can be: where nothing is on its way, it is made ready
   * for that in the same step.
   * @param title what this device knows of the title from now on, kept in that step as well
   */
  async add(said: OutboxEntry, title?: KnownTitle): Promise<void> {
    const time = this.#options.serverTime();
    const entry = time === null ? said : stampEntry(said, time, this.#intents);
    const prepares = this.#failures === 0 && this.#flushing === null && !this.#preparing && !this.#closed;
    this.#preparing ||= prepares;
    this.#coming.set(entry.id, entry);
    await this.#kept.update((entries) => {
      const added = addEntry(entries, entry, this.#onTheirWay());
      this.#givenUp += added.givenUp.length;
      return prepares ? this.#prepare(added.entries) : added.entries;
    }, title);
    this.#coming.delete(entry.id);
    if (prepares) this.#preparing = false;
    this.flushSoon();
  }

  /** Which guests are in an account is not certain any more: what they said waits until `adopt`. */
  doubt(): void {
    this.#former = new Set();
  }

  /** Files what guests said under the account they are in now, or under themselves again, and sends it. */
  async adopt(viewerId: string, formerViewerIds: readonly string[]): Promise<void> {
    this.#former = new Set(formerViewerIds);
    this.#prepared = null;
    await this.#kept.update((entries) => adoptEntries(entries, viewerId, formerViewerIds));
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
    const known = new Set(this.#kept.entries.map(({ id }) => id));
    const all = [...this.#kept.entries, ...[...this.#coming.values()].filter(({ id }) => !known.has(id))];
    const own = all.filter((entry) => entry.stamp !== null && isSaidFor(entry, viewer, this.#former));
    const items = newestItems(own, bytesMax);
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
      // Where another tab sends, it sends this too.
      this.#prepared = null;
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
    const { device, send, environment } = this.#options;
    const next = this.#takePrepared() ?? (await this.#prepareAlone());
    if (next === null || next.entries.length === 0) return false;
    const { entries: batch, viewerId } = next;
    this.#inFlight = batch;
    const outcome = await send({ viewerId, device, items: batch.map(itemOf) });
    this.#inFlight = [];
    if (outcome.kind === 'refused' && UNREADABLE.has(outcome.code)) {
      this.#narrow(batch);
      return true;
    }
    if (outcome.kind === 'answered') {
      this.#batchMax = Math.min(BATCH_MAX, this.#batchMax * 2);
      if (await this.#settle(batch, outcome.result)) return true;
    } else this.#failures += 1;
    // What is of somebody else waits until they are back; nothing of it is thrown away.
    const retryAfterMs = outcome.kind === 'again' ? outcome.retryAfterMs : undefined;
    const delayMs = backoffMs(this.#failures, environment.random(), retryAfterMs);
    environment.clearTimer(this.#timer);
    this.#timer = environment.setTimer(() => this.#start(), delayMs);
    return false;
  }

  /** Chooses what is sent next and puts the server's time on it. Returns the entries to keep, before anything is sent. */
  #prepare(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
    this.#prepared = null;
    const viewerId = this.#options.viewerId();
    const time = this.#options.serverTime();
    if (viewerId === null || time === null) return entries;
    const limits = { max: this.#batchMax, without: this.#setAside, former: this.#former };
    const next = nextBatch(entries, viewerId, time, this.#intents, limits);
    this.#prepared = { viewerId, entries: next.batch };
    return next.entries;
  }

  /**
   * What was made ready, unless it is another's to send by now. It was made ready before it was this tab's turn: what another
   * tab has sent meanwhile is sent again, and found to be there.
   */
  #takePrepared(): PreparedBatch | null {
    const prepared = this.#prepared;
    this.#prepared = null;
    if (prepared === null || prepared.viewerId !== this.#options.viewerId()) return null;
    return prepared.entries.every((entry) => isSaidFor(entry, prepared.viewerId, this.#former)) ? prepared : null;
  }

  async #prepareAlone(): Promise<PreparedBatch | null> {
    if (this.#options.viewerId() === null || this.#options.serverTime() === null) return null;
    await this.#kept.update((entries) => this.#prepare(entries));
    return this.#takePrepared();
  }

  #onTheirWay(): ReadonlySet<string> {
    return new Set([...this.#inFlight, ...(this.#prepared?.entries ?? [])].map(({ id }) => id));
  }

  /** A batch that was refused whole is sent in halves, until it is known which entry it was refused for. */
  #narrow(batch: readonly OutboxEntry[]): void {
    this.#batchMax = Math.max(1, batch.length >> 1);
    const [only, ...more] = batch;
    if (only !== undefined && more.length === 0) this.#setAside.add(only.id);
  }

  /** Takes answers, and makes ready what is sent after them; whether that may be at once. */
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
    const isAnyTaken = [...said.values()].some((answer) => answer !== 'clock_skew');
    this.#failures = isAnyTaken ? 0 : this.#failures + 1;
    // Stamped anew they are sent once more at once; a server that refuses that too is not asked without end.
    const goesOn = this.#failures <= 1;
    await this.#kept.update((entries) => {
      const settled = settleEntries(entries, said);
      this.#givenUp += settled.givenUp.length;
      return goesOn ? this.#prepare(settled.entries) : settled.entries;
    });
    return goesOn;
  }
}
