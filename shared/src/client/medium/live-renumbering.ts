import { isEndless } from './live-standing.ts';
import type { MediaElementLike } from './media-element.ts';

const HAVE_METADATA = 1;

/**
 * Engines of streams count the seconds of something live from when they joined it: two of them have two numbers for one
 * picture. When the broadcast ends its recording is loaded anew, which numbers it from its own start, the same for all. What
 * every player agrees on across that is how far one is from the end.
 */
export class LiveRenumbering {
  readonly #player: MediaElementLike;
  readonly #applies: boolean;
  readonly #seek: (positionS: number) => void;
  #state: 'none' | 'loading' | 'loaded' = 'none';
  /** The place to go on at, in seconds before the end; null for wherever the timeline is. */
  #fromEndS: number | null = null;

  /**
   * @param applies does the player count from when it joined (`PlayerTraits.countsFromJoining`)?
   * @param seek moves the player, in seconds, as the program's own doing
   */
  constructor(player: MediaElementLike, applies: boolean, seek: (positionS: number) => void) {
    this.#player = player;
    this.#applies = applies && player.load !== undefined;
    this.#seek = seek;
  }

  /** The player was emptied. True where that is this load: it is the same medium still. */
  forget(): boolean {
    if (this.#state === 'loading') return true;
    this.#state = 'none';
    return false;
  }

  /**
   * To be asked at every look at the medium.
   *
   * @param hasEnded the broadcast is over, and nobody has said where in its recording the party is
   * @param isRecording the party knows how long it is: it is a recording, whatever this player has heard of that
   * @returns true while the player loads
   */
  look(hasEnded: boolean, isRecording: boolean): boolean {
    if (!this.#applies) return false;
    if (this.#state === 'loading') {
      const { duration } = this.#player;
      if (this.#player.readyState < HAVE_METADATA) return true;
      this.#state = 'loaded';
      if (this.#fromEndS !== null && !isEndless(duration)) this.#seek(Math.max(0, duration - this.#fromEndS));
      return false;
    }
    if (this.#state === 'none' && (hasEnded || (isRecording && isEndless(this.#player.duration)))) {
      this.#fromEndS = hasEnded ? this.#player.duration - this.#player.currentTime : null;
      this.#state = 'loading';
      this.#player.load?.();
      return true;
    }
    return false;
  }
}
