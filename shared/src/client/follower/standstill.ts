import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { MediaElementLike } from '../medium/media-element.ts';
import { ADVERT_AFTER_MS } from './player-standing.ts';

/** A player without data whose clock stands for so long waits for data, whatever it says, in milliseconds. */
const STARVES_AFTER_MS = 1000;

const HAVE_FUTURE_DATA = 3;

/** For how long a player that should run has stood, and whether for want of data. */
export class Standstill {
  readonly #player: MediaElementLike;
  readonly #env: ClientEnvironment;
  #sinceMs: number | null = null;
  /** Where the clock was when it was last seen to move, and when that was. */
  #lastMove = { positionS: Number.NaN, atMs: 0 };

  constructor(player: MediaElementLike, env: ClientEnvironment) {
    this.#player = player;
    this.#env = env;
  }

  /** It says that it waits for data. */
  begin(): void {
    this.#sinceMs ??= this.#env.nowMs();
  }

  /** Returns whether it had waited. */
  end(): boolean {
    const waited = this.#sinceMs !== null;
    this.#sinceMs = null;
    return waited;
  }

  /** When it began to wait for data, in local monotonic milliseconds; null while it does not. */
  get sinceMs(): number | null {
    return this.#sinceMs;
  }

  /** For how long the clock has stood, in milliseconds, for whatever reason. */
  get heldForMs(): number {
    return this.#env.nowMs() - this.#lastMove.atMs;
  }

  /**
   * Looks at the clock.
   *
   * @param shouldRun it was told to play
   * @returns `moves-again` where it has stood long enough to be measured anew: the party has gone on meanwhile
   */
  look(shouldRun: boolean): 'stands' | 'moves' | 'moves-again' {
    const { currentTime, paused, seeking, readyState } = this.#player;
    const runs = shouldRun && !paused && !seeking;
    if (runs && currentTime === this.#lastMove.positionS) {
      // It waits for data and has not said so, or taken it back.
      if (readyState < HAVE_FUTURE_DATA && this.heldForMs > STARVES_AFTER_MS) this.#sinceMs ??= this.#lastMove.atMs;
      return 'stands';
    }
    const again = runs && (this.heldForMs > ADVERT_AFTER_MS || (readyState >= HAVE_FUTURE_DATA && this.end()));
    this.#lastMove = { positionS: currentTime, atMs: this.#env.nowMs() };
    return again ? 'moves-again' : 'moves';
  }
}
