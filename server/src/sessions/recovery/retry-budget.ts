/**
 * Retry budget of one request: whatever on its way through service, recovery and store is tried anew takes from the one
 * budget, so that retries within retries do not multiply.
 */
export class RetryBudget {
  #left: number;

  constructor(retries: number) {
    this.#left = retries;
  }

  /** Spends one retry; false where none is left. */
  spend(): boolean {
    if (this.#left <= 0) return false;
    this.#left -= 1;
    return true;
  }
}
