/** Shared reads: of one key at most one read runs and one waits, whatever the number of callers. Bound: two reads a key. */
export class SharedReads<T> {
  readonly #read: (key: string, nowMs: number) => Promise<T>;
  readonly #running = new Map<string, Promise<T>>();
  readonly #next = new Map<string, Promise<T>>();

  constructor(read: (key: string, nowMs: number) => Promise<T>) {
    this.#read = read;
  }

  /** What was true at some moment not long ago: of a read that may have begun before this call. */
  any(key: string, nowMs: number): Promise<T> {
    return this.#running.get(key) ?? this.#start(key, nowMs);
  }

  /** What was true after this call: of a read that begins later, shared by all who ask before it does. */
  fresh(key: string, nowMs: number): Promise<T> {
    const running = this.#running.get(key);
    if (running === undefined) return this.#start(key, nowMs);
    let next = this.#next.get(key);
    if (next === undefined) {
      const start = () => {
        this.#next.delete(key);
        return this.#start(key, nowMs);
      };
      next = running.then(start, start);
      this.#next.set(key, next);
    }
    return next;
  }

  #start(key: string, nowMs: number): Promise<T> {
    const reading = this.#read(key, nowMs).finally(() => {
      if (this.#running.get(key) === reading) this.#running.delete(key);
    });
    this.#running.set(key, reading);
    return reading;
  }
}
