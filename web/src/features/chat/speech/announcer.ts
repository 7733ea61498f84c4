/** A line as it is read aloud. */
export interface SpokenLine {
  readonly name: string;
  readonly text: string;
  /** It mentions the listener, or is a host's: said however much is going on. */
  readonly pressing: boolean;
}

/** What a screen reader is given. */
export type Announcement =
  | { readonly kind: 'line'; readonly name: string; readonly text: string }
  /** So many lines that were not read one by one. */
  | { readonly kind: 'summary'; readonly count: number };

/** Faster than one line in this time nobody can listen, in milliseconds. */
export const CALM_MS = 2000;
/** How often it is said how many lines went by, in milliseconds. */
export const SUMMARY_MS = 10_000;

/**
 * What of a chat is read aloud. A calm one line by line; once lines come faster than one in two seconds only mentions and
 * hosts, and every ten seconds how many others there were.
 */
export class Announcer {
  #lastMs = Number.NEGATIVE_INFINITY;
  #skipped = 0;
  #skippingSinceMs = 0;

  /** @returns what is to be said of the line now; null where it is counted, or has been */
  hear(line: SpokenLine, nowMs: number): Announcement | null {
    const calm = nowMs - this.#lastMs >= CALM_MS && this.#skipped === 0;
    this.#lastMs = nowMs;
    if (calm || line.pressing) return { kind: 'line', name: line.name, text: line.text };
    if (this.#skipped === 0) this.#skippingSinceMs = nowMs;
    this.#skipped += 1;
    return null;
  }

  /** When `due` has something to say, on the clock of `nowMs`; null while nothing was skipped. */
  get dueAtMs(): number | null {
    return this.#skipped === 0 ? null : this.#skippingSinceMs + SUMMARY_MS;
  }

  /** How many lines were skipped, once it is time to say so. */
  due(nowMs: number): Announcement | null {
    const { dueAtMs } = this;
    if (dueAtMs === null || nowMs < dueAtMs) return null;
    const count = this.#skipped;
    this.#skipped = 0;
    return { kind: 'summary', count };
  }

  /** Forgets what it has not said: reading aloud was turned off, or the chat was opened anew. */
  reset(): void {
    this.#skipped = 0;
    this.#lastMs = Number.NEGATIVE_INFINITY;
  }
}
