import type { Logger } from '../../platform/log/log.ts';

export interface ViewerMergeWorkerDeps {
  /** Does one piece of work; false where there was none. */
  step(): Promise<boolean>;
  /** Pause after a piece of work, so that others come in between, and after there was none. In milliseconds. */
  readonly pauseMs: number;
  readonly idleMs: number;
  readonly log: Logger;
}

/** The worker of viewer merges: runs due steps one after the other. */
export class ViewerMergeWorker {
  readonly #deps: ViewerMergeWorkerDeps;
  #timer: NodeJS.Timeout | null = null;
  #working: Promise<void> | null = null;
  #hinted = false;
  #running = false;

  constructor(deps: ViewerMergeWorkerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = true;
    this.hint();
  }

  /** There may be something to do now. */
  hint(): void {
    this.#hinted = true;
    if (this.#working === null) this.#again(0);
  }

  /** Does no more, and resolves when what it was at is done. */
  async stop(): Promise<void> {
    this.#running = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#working;
  }

  #again(afterMs: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (!this.#running) return;
    this.#timer = setTimeout(() => {
      this.#working = this.#work().finally(() => {
        this.#working = null;
      });
    }, afterMs);
  }

  async #work(): Promise<void> {
    const { step, pauseMs, idleMs, log } = this.#deps;
    this.#hinted = false;
    const worked = await step().catch((error) => {
      log.debug({ err: error }, 'the queue of viewer merges could not be read; it is tried again');
      return false;
    });
    this.#again(worked || this.#hinted ? pauseMs : idleMs);
  }
}
