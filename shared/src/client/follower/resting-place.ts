import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { MediaElementLike } from '../medium/media-element.ts';
import type { Reach } from '../medium/reach.ts';
import { SAME_POSITION_S } from './landing.ts';
import type { PlayerWatch } from './player-watch.ts';

/** A place that was not got to exactly after so many seeks is as near as this player gets. */
const TRIES_MAX = 2;

/** Keeps a player that stands at one place. */
export class RestingPlace {
  readonly #player: MediaElementLike;
  readonly #watch: PlayerWatch;
  readonly #reach: Reach;
  readonly #env: ClientEnvironment;
  #placeS = Number.NaN;
  #tries = 0;
  /** Where the seek goes that has not ended yet, and when it was asked for. */
  #askedS: number | null = null;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(player: MediaElementLike, watch: PlayerWatch, reach: Reach, env: ClientEnvironment) {
    this.#player = player;
    this.#watch = watch;
    this.#reach = reach;
    this.#env = env;
  }

  /** For how long the picture has been waited for, in milliseconds; null while it is there. */
  get waitsForMs(): number | null {
    return this.#askedS === null || !this.#player.seeking ? null : this.#env.nowMs() - this.#askedAtMs;
  }

  forget(): void {
    this.#placeS = Number.NaN;
    this.#askedS = null;
  }

  /**
   * Brings the player to where it is to stand, as near as it can be brought. To be called again and again.
   *
   * @param anew it has moved since it stood here: its clock may tell another place than its picture shows
   */
  keep(placeS: number, anew: boolean): void {
    const nowMs = this.#env.nowMs();
    if (placeS !== this.#placeS || anew) {
      this.#placeS = placeS;
      this.#tries = 0;
      this.#askedS = null;
    }
    if (this.#player.seeking && !anew) return;
    this.#learn(nowMs);
    const way = this.#reach.wayTo(placeS, nowMs);
    if (way.kind === 'none' || this.#tries >= TRIES_MAX) return;
    const nearestS = way.kind === 'behind-gap' ? way.positionS : placeS;
    const away = Math.abs(this.#player.currentTime - nearestS) > SAME_POSITION_S;
    if (!away && !(anew && way.kind === 'go')) {
      this.#tries = 0;
      return;
    }
    this.#tries += 1;
    this.#askedS = nearestS;
    this.#askedAtMs = nowMs;
    this.#watch.seek(nearestS);
  }

  #learn(nowMs: number): void {
    if (this.#askedS === null || this.#player.seeking) return;
    if (this.#reach.isThere(this.#askedS)) this.#reach.arrived();
    else this.#reach.landedElsewhere(this.#askedS, this.#player.currentTime, nowMs);
    this.#askedS = null;
  }
}
