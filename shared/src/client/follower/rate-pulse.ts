import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { MediaElementLike } from '../medium/media-element.ts';
import type { PlayerWatch } from './player-watch.ts';

/** Two writes of the rate with the pitch kept lose this much (measured in Chromium: 7.8 ms each with sound). */
const KEPT_PITCH_COST_MS = 16;

/** One planned change of a player's rate, up and down again. */
export class RatePulse {
  readonly #player: MediaElementLike;
  readonly #watch: PlayerWatch;
  readonly #env: ClientEnvironment;
  #timer: unknown = null;

  constructor(player: MediaElementLike, watch: PlayerWatch, env: ClientEnvironment) {
    this.#player = player;
    this.#watch = watch;
    this.#env = env;
  }

  /** What a pulse loses beyond its plan at a session's rate, in milliseconds of position. */
  costMs(sessionRate: number): number {
    return this.#isFree(sessionRate) ? 0 : KEPT_PITCH_COST_MS;
  }

  /** Plays at `rate · factor` for a while, then at `rate` again; a long or strong change keeps the pitch. */
  start(rate: number, factor: number, durationMs: number, keepsPitch = false): void {
    this.end(rate);
    if (!keepsPitch && this.#isFree(rate)) this.#player.preservesPitch = false;
    this.#watch.setRate(rate * factor);
    this.#timer = this.#env.setTimer(() => this.end(rate), durationMs);
  }

  /** Ends a pulse that runs; harmless when none does. */
  end(rate: number): void {
    if (this.#timer === null) return;
    this.#env.clearTimer(this.#timer);
    this.#timer = null;
    this.#watch.setRate(rate);
    if (this.#player.preservesPitch !== undefined) this.#player.preservesPitch = true;
  }

  /**
   * Without pitch correction a change of rate costs no time, and by at most 5 % for a moment it is not noticed; at
   * another speed than 1 the voice would break, so there the pitch is kept and the cost is part of the plan.
   */
  #isFree(sessionRate: number): boolean {
    return this.#player.preservesPitch !== undefined && sessionRate === 1;
  }
}
