import { Listeners } from '@cowatch/shared/listeners';

export interface StageActivityOptions {
  /** Asked when the controls are about to hide: a menu is open, the focus or the pointer is on them. */
  readonly kept: () => boolean;
  /** Calls back after a delay in milliseconds; returns its stop. */
  readonly after: (delayMs: number, action: () => void) => () => void;
}

/** Stillness after which they hide, in milliseconds. */
export const STILL_MS = 3000;

/** Stage activity: whether the controls are seen. They hide after stillness, unless something keeps them. */
export class StageActivity {
  readonly #options: StageActivityOptions;
  readonly #changes = new Listeners();
  #active = true;
  #hides = false;
  #stopTimer = () => {};

  constructor(options: StageActivityOptions) {
    this.#options = options;
  }

  readonly subscribe = this.#changes.add;

  active(): boolean {
    return this.#active;
  }

  /** A sign of activity: shows the controls, and hides them after stillness. */
  stir(): void {
    this.#set(true);
    this.#schedule();
  }

  /** Hides them at once, where they may hide. */
  hide(): void {
    this.#stopTimer();
    if (!this.#hides) return;
    if (this.#options.kept()) this.#schedule();
    else this.#set(false);
  }

  /** @param hides true while it plays and all is well: only then they hide */
  setHides(hides: boolean): void {
    this.#hides = hides;
    this.stir();
  }

  stop(): void {
    this.#stopTimer();
  }

  #schedule(): void {
    this.#stopTimer();
    if (this.#hides) this.#stopTimer = this.#options.after(STILL_MS, () => this.hide());
  }

  #set(active: boolean): void {
    if (active === this.#active) return;
    this.#active = active;
    this.#changes.emit();
  }
}
