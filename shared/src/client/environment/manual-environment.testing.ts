import type { ClientEnvironment } from './client-environment.ts';

/** A place whose time moves only when a test says so. */
export class ManualEnvironment implements ClientEnvironment {
  #nowMs = 1000;
  #frozenUntilMs = Number.NEGATIVE_INFINITY;
  #timers: { readonly id: number; readonly atMs: number; readonly callback: () => void }[] = [];
  #nextId = 1;
  #seed: number;
  isHidden = false;
  /** When somebody last pressed something; null where nobody can say. */
  gestureMs: number | null = null;

  constructor(seed = 1) {
    this.#seed = seed;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return 1_700_000_000_000 + this.#nowMs;
  }

  setTimer(callback: () => void, delayMs: number): unknown {
    const id = this.#nextId++;
    this.#timers.push({ id, atMs: this.#nowMs + Math.max(0, delayMs), callback });
    return id;
  }

  clearTimer(handle: unknown): void {
    this.#timers = this.#timers.filter((timer) => timer.id !== handle);
  }

  /** mulberry32 */
  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  hidden(): boolean {
    return this.isHidden;
  }

  lastGestureMs(): number | null {
    return this.gestureMs;
  }

  /** No timer runs for so long, though time goes on: a stopped process. Those that fell due run right after. */
  freeze(ms: number): void {
    this.#frozenUntilMs = this.#nowMs + ms;
  }

  /** Lets time pass and runs what falls due, in order. Promises are settled between timers. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await settle();
      const next = this.#timers
        .map((timer) => ({ ...timer, runsAtMs: Math.max(timer.atMs, this.#frozenUntilMs) }))
        .sort((a, b) => a.runsAtMs - b.runsAtMs || a.id - b.id)[0];
      if (!next || next.runsAtMs > endMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.runsAtMs);
      this.clearTimer(next.id);
      next.callback();
    }
    this.#nowMs = endMs;
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await Promise.resolve();
}
