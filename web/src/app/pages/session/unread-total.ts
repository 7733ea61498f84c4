import { Listeners } from '@cowatch/shared/listeners';

/** How much in all panels has not been seen: told to the button that unfolds them, and to nothing else of the page. */
export class UnreadTotal {
  readonly #listeners = new Listeners();
  readonly subscribe = this.#listeners.add;
  state = 0;

  set(count: number): void {
    if (count === this.state) return;
    this.state = count;
    this.#listeners.emit();
  }
}
