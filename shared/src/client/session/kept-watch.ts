import type { Kept } from '../../protocol/index.ts';

/** Reports in a row whose answers say that the party is not durable, before that is believed. */
const DOUBTS = 2;

/**
 * Whether the party is saved, by what the server's answers say. A command waited for the database before it was answered;
 * a report may just have come in the middle of an ordinary write, so two of them must say the same.
 */
export class KeptWatch {
  #kept = true;
  #doubts = 0;

  /** False while the newest state of the party is in the server's memory only. */
  get kept(): boolean {
    return this.#kept;
  }

  /** Notes an answer; true where that changes `kept`. */
  note({ kept }: Kept, of: 'command' | 'report'): boolean {
    this.#doubts = kept === false ? this.#doubts + (of === 'command' ? DOUBTS : 1) : 0;
    const before = this.#kept;
    if (this.#doubts === 0) this.#kept = true;
    else if (this.#doubts >= DOUBTS) this.#kept = false;
    return this.#kept !== before;
  }
}
