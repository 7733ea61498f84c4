/** Ramp: a value on its way to a target in a straight line, at a rate in units a millisecond. Time is an argument. */
export class Ramp {
  #from: number | null = null;
  #to = 0;
  #rate = 0;
  #sinceMs = 0;

  /** Null before the first value. */
  get target(): number | null {
    return this.#from === null ? null : this.#to;
  }

  /** The value at a time; null before the first one. */
  at(ms: number): number | null {
    if (this.#from === null) return null;
    const missing = this.#to - this.#from;
    const done = Math.max(0, ms - this.#sinceMs) * this.#rate;
    return this.#from + Math.sign(missing) * Math.min(Math.abs(missing), done);
  }

  /** Steps to a value. */
  stepTo(value: number, atMs: number): void {
    this.#from = value;
    this.#to = value;
    this.#sinceMs = atMs;
  }

  /** Moves on from where it is. The first value is a step. */
  moveTo(target: number, rate: number, atMs: number): void {
    this.#from = this.at(atMs) ?? target;
    this.#to = target;
    this.#rate = rate;
    this.#sinceMs = atMs;
  }

  /** Forgets every value. */
  clear(): void {
    this.#from = null;
  }
}
