import type { OutboxEntry } from '../../resume/index.ts';
import { createMemoryOutboxStorage, type KnownTitle, type OutboxChange, type OutboxStorage } from './outbox-storage.ts';

/** Entries of an outbox on the disk, and in memory from when the disk will not have them. */
export class KeptEntries {
  #storage: OutboxStorage;
  readonly #onChange: () => void;
  #entries: readonly OutboxEntry[] = [];
  #durable = true;

  constructor(storage: OutboxStorage, onChange: () => void) {
    this.#storage = storage;
    this.#onChange = onChange;
  }

  /** What is kept, as it was last seen. */
  get entries(): readonly OutboxEntry[] {
    return this.#entries;
  }

  /** False where nothing can be kept but in memory: closing the page loses what waits. */
  get durable(): boolean {
    return this.#durable;
  }

  /** Changes what is kept, as one step. @param title kept in the same step */
  async update(change: (entries: readonly OutboxEntry[]) => readonly OutboxEntry[], title?: KnownTitle): Promise<void> {
    const noted: OutboxChange<null> = (before) => {
      this.#entries = change(before);
      return { entries: this.#entries, result: null };
    };
    try {
      await this.#storage.update(noted, title);
    } catch {
      if (this.#durable) {
        this.#durable = false;
        this.#storage = createMemoryOutboxStorage();
      }
      await this.#storage.update(noted, title);
    } finally {
      this.#onChange();
    }
  }
}
