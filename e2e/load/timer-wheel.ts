import { monotonicMs } from './monotonic.ts';

const TICK_MS = 10;

/** Very many timers that need not be exact: one real timer, to a hundredth of a second. */
export class TimerWheel {
  readonly #due = new Map<number, (() => void)[]>();
  #tick = Math.floor(monotonicMs() / TICK_MS);
  readonly #timer = setInterval(() => this.#turn(), TICK_MS);

  after(delayMs: number, work: () => void): void {
    const tick = Math.max(this.#tick + 1, Math.floor((monotonicMs() + delayMs) / TICK_MS));
    const works = this.#due.get(tick);
    if (works === undefined) this.#due.set(tick, [work]);
    else works.push(work);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#due.clear();
  }

  #turn(): void {
    const now = Math.floor(monotonicMs() / TICK_MS);
    while (this.#tick < now) {
      this.#tick += 1;
      const works = this.#due.get(this.#tick);
      if (works === undefined) continue;
      this.#due.delete(this.#tick);
      for (const work of works) work();
    }
  }
}
