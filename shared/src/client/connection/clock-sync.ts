import { type ClockEstimate, createClockFilter, createSlewedClock, type SlewedClock } from '../../clock/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { Asker } from './questions.ts';

/** Exchanges in one burst, and the time between them in milliseconds. */
const BURST_EXCHANGES = 8;

/** On a far link, where messages overtake each other by tens of milliseconds, so many more. */
const FAR_BURST_EXCHANGES = 24;
const FAR_RTT_MS = 80;
const BURST_INTERVAL_MS = 60;

/** Time between single exchanges once the clock is known: often at first, then seldom. */
const EARLY_INTERVAL_MS = 3000;
const EARLY_EXCHANGES = 8;
const INTERVAL_MS = 12_000;

/** Wall and monotonic clock parting by more than this between two looks means that the machine slept. */
const SLEEP_MS = 1500;

/** What the next exchange belongs to. An exchange that ends in another rhythm than it began in asks for no next one. */
type Rhythm =
  /** Before the first burst. */
  | { readonly kind: 'idle' }
  /** The clock is measured anew: `due` exchanges are left, more of them once the link is known to be far. */
  | { readonly kind: 'burst'; due: number; extended: boolean }
  /** The clock is known: single exchanges, of which so many were asked for. */
  | { readonly kind: 'single'; asked: number }
  | { readonly kind: 'stopped' };

/** Cluster time, kept by a burst of exchanges and then single ones, each over the live connection. */
export class ClockSync {
  readonly clock: SlewedClock = createSlewedClock();
  readonly #filter = createClockFilter();
  readonly #connection: Asker;
  readonly #env: ClientEnvironment;
  readonly #onChange: (found: boolean) => void;
  #rhythm: Rhythm = { kind: 'idle' };
  #timer: unknown = null;
  #skewMs: number;

  /** @param onChange called after every estimate; `found` is true for the one that ends a burst */
  constructor(connection: Asker, env: ClientEnvironment, onChange: (found: boolean) => void) {
    this.#connection = connection;
    this.#env = env;
    this.#onChange = onChange;
    this.#skewMs = this.#readSkewMs();
  }

  get estimate(): ClockEstimate | null {
    return this.#filter.estimate(this.#env.nowMs());
  }

  /** Measures anew: on connect, wake and network change. */
  burst(): void {
    if (this.#rhythm.kind === 'stopped') return;
    this.#skewMs = this.#readSkewMs();
    // What is known stays in use until the first new sample contradicts it.
    this.#filter.reset();
    this.#rhythm = { kind: 'burst', due: BURST_EXCHANGES, extended: false };
    void this.#next(this.#rhythm);
  }

  stop(): void {
    this.#rhythm = { kind: 'stopped' };
    this.#env.clearTimer(this.#timer);
  }

  async #next(rhythm: Rhythm): Promise<void> {
    if (rhythm !== this.#rhythm) return;
    switch (rhythm.kind) {
      case 'burst':
        return this.#nextOfBurst(rhythm);
      case 'single':
        return this.#nextSingle(rhythm);
      case 'idle':
      case 'stopped':
        return;
      default:
        rhythm satisfies never;
    }
  }

  async #nextOfBurst(burst: Extract<Rhythm, { kind: 'burst' }>): Promise<void> {
    const restMs = await this.#exchange(true);
    if (burst !== this.#rhythm) return;
    // Asked to rest, as one of very many: what is known so far will do, and single exchanges make it better.
    burst.due = restMs ? 0 : this.#dueAfter(burst);
    if (restMs !== null) this.#onChange(burst.due === 0);
    if (burst !== this.#rhythm) return;
    if (burst.due > 0 && this.#connection.connected) {
      this.#wait(burst, BURST_INTERVAL_MS);
      return;
    }
    this.#rhythm = { kind: 'single', asked: 0 };
    this.#wait(this.#rhythm, Math.max(EARLY_INTERVAL_MS, restMs ?? 0));
  }

  async #nextSingle(single: Extract<Rhythm, { kind: 'single' }>): Promise<void> {
    if (this.#hasSlept()) {
      this.burst();
      return;
    }
    const restMs = await this.#exchange(false);
    if (restMs !== null) this.#onChange(false);
    if (single !== this.#rhythm) return;
    const intervalMs = single.asked < EARLY_EXCHANGES ? EARLY_INTERVAL_MS : INTERVAL_MS;
    single.asked += 1;
    this.#wait(single, Math.max(intervalMs, restMs ?? 0));
  }

  /** How long the server asks to be left alone now (0 where it does not), or null where it gave no answer. */
  async #exchange(step: boolean): Promise<number | null> {
    const askedMs = this.#env.nowMs();
    const answer = await this.#connection.ask('clock:ping', {});
    const answeredMs = this.#env.nowMs();
    if (this.#rhythm.kind === 'stopped' || !answer.ok) return null;
    this.#filter.add({ ...answer.data, askedMs, answeredMs });
    const estimate = this.#filter.estimate(answeredMs);
    if (estimate) this.clock.update(estimate.offsetMs, answeredMs, step);
    return Math.min(answer.data.restMs ?? 0, INTERVAL_MS);
  }

  /** Exchanges that a burst still needs after this one. */
  #dueAfter(burst: Extract<Rhythm, { kind: 'burst' }>): number {
    const far = burst.due === 1 && !burst.extended && (this.estimate?.rttMs ?? 0) > FAR_RTT_MS;
    if (!far) return burst.due - 1;
    burst.extended = true;
    return FAR_BURST_EXCHANGES - BURST_EXCHANGES;
  }

  #wait(rhythm: Rhythm, delayMs: number): void {
    this.#env.clearTimer(this.#timer);
    this.#timer = this.#env.setTimer(() => void this.#next(rhythm), delayMs);
  }

  #readSkewMs(): number {
    return this.#env.wallMs() - this.#env.nowMs();
  }

  #hasSlept(): boolean {
    const before = this.#skewMs;
    this.#skewMs = this.#readSkewMs();
    return Math.abs(this.#skewMs - before) > SLEEP_MS;
  }
}
