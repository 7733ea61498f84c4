/** So many corrective seeks may follow each other freely; what they have not cured needs patience. */
const FREE_SEEKS = 3;
const FIRST_PAUSE_MS = 1000;
const LAST_PAUSE_MS = 16_000;

/** Spaces corrective seeks further and further apart while they do not help: a slow link is not helped by more of them. */
export class SeekSpacing {
  #atMs: number[] = [];

  /** True where a seek may be made now; it then counts. */
  allow(nowMs: number): boolean {
    this.#atMs = this.#atMs.filter((atMs) => nowMs - atMs < 2 * LAST_PAUSE_MS);
    const surplus = this.#atMs.length - FREE_SEEKS;
    const pauseMs = surplus < 0 ? 0 : Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** surplus);
    if (nowMs - (this.#atMs.at(-1) ?? Number.NEGATIVE_INFINITY) < pauseMs) return false;
    this.#atMs.push(nowMs);
    return true;
  }

  reset(): void {
    this.#atMs = [];
  }
}
