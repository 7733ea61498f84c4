import { Listeners } from '@cowatch/shared/listeners';

/** How long after each miss a picture is asked for again, in milliseconds: somebody's player may give it one meanwhile. */
const AGAIN_AFTER_MS = [15_000, 60_000, 300_000, 1_800_000] as const;
/** Bound: the addresses that are remembered; the oldest go first. */
const MISSING_MAX = 500;

interface Missing {
  readonly misses: number;
  /** Monotonic milliseconds; null while it is being asked for again. */
  readonly againAtMs: number | null;
}

/** Pictures that the server has not: nothing asks for one of them again before its time. */
export class MissingPictures {
  readonly #missing = new Map<string, Missing>();
  readonly #changed = new Listeners();

  readonly subscribe = (listener: () => void): (() => void) => this.#changed.add(listener);

  /** When the picture at an address is asked for again, in monotonic milliseconds; null where it may be asked for now. */
  againAtMs(address: string): number | null {
    return this.#missing.get(address)?.againAtMs ?? null;
  }

  /** The server had none, or did not answer. */
  miss(address: string, nowMs: number): void {
    const misses = (this.#missing.get(address)?.misses ?? 0) + 1;
    const againAtMs = nowMs + (AGAIN_AFTER_MS[misses - 1] ?? AGAIN_AFTER_MS.at(-1) ?? 0);
    this.#missing.delete(address);
    this.#missing.set(address, { misses, againAtMs });
    if (this.#missing.size > MISSING_MAX) for (const oldest of [...this.#missing.keys()].slice(0, 1)) this.#missing.delete(oldest);
    this.#changed.emit();
  }

  /** It is time to ask once more; how often that was in vain stays known. */
  again(address: string): void {
    const known = this.#missing.get(address);
    if (known === undefined || known.againAtMs === null) return;
    this.#missing.set(address, { ...known, againAtMs: null });
    this.#changed.emit();
  }

  /** There may be one now: what was in vain before says nothing any more. */
  expect(address: string): void {
    if (this.#missing.delete(address)) this.#changed.emit();
  }
}

export const missingPictures = new MissingPictures();
