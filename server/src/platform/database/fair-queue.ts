interface Waiting<Entry> {
  readonly entry: Entry;
  readonly size: number;
}

/**
 * Fair queue: what waits to be written, in groups to which every owner contributes. Owners take turns, one entry at a time
 * (round robin), so that one with thousands of entries makes no other wait longer than for the group that is being
 * written. Entries of one owner keep their order.
 */
export class FairQueue<Entry> {
  /** By owner, in the order of their turns. */
  readonly #owners = new Map<string, Waiting<Entry>[]>();
  readonly #sizes = new Map<string, number>();
  #size = 0;

  /** The sizes of all entries together. */
  get size(): number {
    return this.#size;
  }

  /** The sizes of the entries of one owner together. */
  sizeOf(owner: string): number {
    return this.#sizes.get(owner) ?? 0;
  }

  push(owner: string, entry: Entry, size: number): void {
    const entries = this.#owners.get(owner) ?? [];
    entries.push({ entry, size });
    this.#owners.set(owner, entries);
    this.#grow(owner, size);
  }

  /**
   * Takes the next group.
   * @param groupMax size of a group; only one entry that is larger than that makes a larger one
   * @param shareMax how much of it may be of one owner; likewise
   */
  take(groupMax: number, shareMax: number): Entry[] {
    const taken: Entry[] = [];
    const shares = new Map<string, number>();
    /** Owners who have had their share of this group. */
    const served: (readonly [string, Waiting<Entry>[]])[] = [];
    let size = 0;
    for (const [owner, entries] of this.#owners) {
      const [next] = entries;
      if (next === undefined || (taken.length > 0 && size + next.size > groupMax)) break;
      // A Map goes on to what is set behind: an owner that is put at the end has another turn.
      this.#owners.delete(owner);
      const share = shares.get(owner) ?? 0;
      if (share > 0 && share + next.size > shareMax) {
        served.push([owner, entries]);
        continue;
      }
      entries.shift();
      taken.push(next.entry);
      size += next.size;
      shares.set(owner, share + next.size);
      this.#grow(owner, -next.size);
      if (entries.length > 0) this.#owners.set(owner, entries);
    }
    for (const [owner, entries] of served) this.#owners.set(owner, entries);
    return taken;
  }

  #grow(owner: string, by: number): void {
    const size = this.sizeOf(owner) + by;
    if (size > 0) this.#sizes.set(owner, size);
    else this.#sizes.delete(owner);
    this.#size += by;
  }
}
