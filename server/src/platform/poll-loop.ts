type State =
  /** Between two runs. */
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout | undefined }
  /** `again`: another run is due right after this one. */
  | { readonly kind: 'running'; again: boolean; done: Promise<void> }
  | { readonly kind: 'stopped' };

/**
 * Poll loop: one piece of work, run again and again, each time after a pause that the run before chose. Runs never overlap.
 * It does not keep the process alive.
 */
export class PollLoop {
  readonly #run: () => Promise<number>;
  #state: State = { kind: 'waiting', timer: undefined };

  /** @param run does the work, and resolves with the pause until the next run in milliseconds; it never rejects */
  constructor(run: () => Promise<number>) {
    this.#run = run;
  }

  /** Makes a run due: at once, or right after the one that is under way. Resolves when no run is due any more. */
  poke(): Promise<void> {
    const state = this.#state;
    switch (state.kind) {
      case 'waiting':
        clearTimeout(state.timer);
        return this.#begin();
      case 'running':
        state.again = true;
        return state.done;
      case 'stopped':
        return Promise.resolve();
    }
  }

  stop(): void {
    if (this.#state.kind === 'waiting') clearTimeout(this.#state.timer);
    this.#state = { kind: 'stopped' };
  }

  #begin(): Promise<void> {
    const running = { kind: 'running' as const, again: true, done: Promise.resolve() };
    this.#state = running;
    running.done = this.#repeat(running);
    return running.done;
  }

  async #repeat(running: { again: boolean }): Promise<void> {
    let nextInMs = 0;
    while (running.again && this.#state === running) {
      running.again = false;
      nextInMs = await this.#run();
    }
    if (this.#state !== running) return;
    const timer = setTimeout(() => void this.#begin(), nextInMs);
    timer.unref();
    this.#state = { kind: 'waiting', timer };
  }
}
