import type { Media } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { isEndless } from './live-standing.ts';
import type { MediaElementLike } from './media-element.ts';
import { spansOf } from './time-ranges.ts';

/** Far beyond the end of anything, in seconds. A player that is sent there stops at the end, and knows it then. */
const FAR_S = 1e9;

/** What no browser records and much radio is sent as: there a search would only cost time. */
const RADIO = /\.(mp3|aac)([?#]|$)/i;

/** Whatever has not found its end by then has none, in milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Finds the length of recordings that do not say it, as browsers make them (`MediaRecorder`): the player says that they
 * never end, like something live, and that it can be sent to any place, unlike something live.
 */
export class LengthSearch {
  readonly #player: MediaElementLike;
  readonly #env: ClientEnvironment;
  readonly #seek: (positionS: number) => void;
  #begunMs: number | null = null;
  #state: 'open' | 'searching' | 'found' | 'none' = 'open';

  constructor(player: MediaElementLike, env: ClientEnvironment, seek: (positionS: number) => void) {
    this.#player = player;
    this.#env = env;
    this.#seek = seek;
  }

  forget(): void {
    // A stream that was loaded anew after it was looked for in vain is as endless as before.
    if (this.#state !== 'none') this.#state = 'open';
  }

  /** Looks for the length where there is one to be found. True while it does: the player is somewhere far away meanwhile. */
  look(media: Media): boolean {
    const { duration } = this.#player;
    if (this.#state === 'open' && this.#isWorthIt(media)) {
      this.#state = 'searching';
      this.#begunMs = this.#env.nowMs();
      this.#seek(FAR_S);
      return true;
    }
    if (this.#state !== 'searching') return false;
    if (!isEndless(duration)) {
      this.#state = 'found';
      return false;
    }
    if (this.#env.nowMs() - (this.#begunMs ?? 0) < PATIENCE_MS) return true;
    this.#state = 'none';
    // Live after all, and lost by having been sent away: it begins anew.
    if (this.#player.load) this.#player.load();
    else this.#seek(0);
    return false;
  }

  #isWorthIt({ kind, durationS, url }: Media): boolean {
    const reachesS = spansOf(this.#player.seekable).at(-1)?.endS ?? 0;
    return kind === 'file' && !RADIO.test(url) && durationS === null && isEndless(this.#player.duration) && isEndless(reachesS);
  }
}
