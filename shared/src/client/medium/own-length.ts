import { isEndless } from './live-standing.ts';
import type { MediaElementLike } from './media-element.ts';

/** Lengths that were guessed from the beginning of a file may be so much too long: a share, and seconds. */
const GUESSED_SHARE = 1.05;
const GUESSED_S = 5;

/** How long a medium is by what its own player says. */
export class OwnLength {
  readonly #player: MediaElementLike;
  #statedS: number | null = null;
  /** The longest that the player ever said. */
  #longestS = Number.NEGATIVE_INFINITY;
  /** What it says since the medium broke off. */
  #cutS = Number.NaN;

  constructor(player: MediaElementLike) {
    this.#player = player;
  }

  forget(): void {
    this.#statedS = null;
    this.#longestS = Number.NEGATIVE_INFINITY;
    this.#cutS = Number.NaN;
  }

  /**
   * Seconds; null while it is not known. Of a medium that breaks off it is what was said before: that shortens the timeline
   * for nobody, not even here.
   */
  get seconds(): number | null {
    const { duration, ended } = this.#player;
    if (ended && this.#longestS > duration * GUESSED_SHARE + GUESSED_S) this.#cutS = duration;
    const lengthS = duration === this.#cutS ? this.#longestS : duration;
    return lengthS > 0 && !isEndless(lengthS) ? lengthS : null;
  }

  /** A length that is new and worth announcing, in seconds; each is given once. */
  newSeconds(): number | null {
    const { duration, ended } = this.#player;
    if (!(duration > 0) || isEndless(duration)) return null;
    this.#longestS = Math.max(this.#longestS, duration);
    if (duration === this.#statedS || duration === this.#cutS || ended) return null;
    this.#statedS = duration;
    return duration;
  }
}
