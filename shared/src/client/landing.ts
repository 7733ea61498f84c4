import type { LatencyBook } from '../follow/index.ts';
import type { MediaElementLike } from './media-element.ts';
import type { PlayerWatch } from './player-watch.ts';
import type { ClientEnvironment } from './session-client.types.ts';

/** Positions closer than this are the same: far below the length of a frame. */
export const SAME_POSITION_S = 0.0005;

/** A start may be this late and still be made good by playing a little faster. */
const LATE_START_MS = 60;

/** After so many vain attempts to be ready in time the player is started as it is. */
const LANDING_ATTEMPTS = 3;

/** What a player must have before it can be started: the next frames; embedded players load nothing before they play. */
const HAVE_METADATA = 1;
const HAVE_FUTURE_DATA = 3;

/** Where to be, and when the picture is to move from there. */
export interface LandingPlan {
  readonly positionS: number;
  readonly rate: number;
  /** Local monotonic milliseconds. */
  readonly dueMs: number;
  /** How long the player will have been at rest by then, in milliseconds. */
  readonly restedMs: number;
  /** Which try it is, from 1. */
  readonly attempt: number;
  /** Asked for by the drift ladder. */
  readonly corrective: boolean;
  /** An embedded player, which tells little of itself. */
  readonly coarse: boolean;
}

/**
 * A player on its way to a position from which it is to move at a known instant: it is stopped there first, so that the
 * time a seek takes, which varies, is waited out, and only the time a start takes, which varies little, is left to be
 * guessed.
 */
export class Landing {
  readonly plan: LandingPlan;
  readonly #player: MediaElementLike;
  readonly #env: ClientEnvironment;
  readonly #book: LatencyBook;
  readonly #begunMs: number;
  readonly #sought: boolean;
  #timer: unknown = null;

  constructor(
    plan: LandingPlan,
    player: MediaElementLike,
    watch: PlayerWatch,
    book: LatencyBook,
    env: ClientEnvironment,
  ) {
    this.plan = plan;
    this.#player = player;
    this.#env = env;
    this.#book = book;
    this.#begunMs = env.nowMs();
    watch.pause();
    watch.setRate(plan.rate);
    this.#sought = player.seeking || Math.abs(player.currentTime - plan.positionS) > SAME_POSITION_S;
    if (this.#sought) watch.seek(plan.positionS);
  }

  /** Ready, and only waiting for its time. */
  get scheduled(): boolean {
    return this.#timer !== null;
  }

  get begunMs(): number {
    return this.#begunMs;
  }

  /**
   * Looks whether the player is there by now.
   *
   * @param onReady called at the instant to start, with how late that is in milliseconds
   * @returns true where the player came too late: another place further on should be tried
   */
  proceed(onReady: (lateMs: number) => void): boolean {
    const needed = this.plan.coarse ? HAVE_METADATA : HAVE_FUTURE_DATA;
    if (this.scheduled || this.#player.seeking || this.#player.readyState < needed) return false;
    const nowMs = this.#env.nowMs();
    if (this.#sought) this.#book.learnSeek(nowMs - this.#begunMs);
    const startMs = this.plan.dueMs - this.#book.startMs(this.plan.restedMs);
    if (nowMs - startMs > LATE_START_MS && this.plan.attempt < LANDING_ATTEMPTS) return true;
    this.#timer = this.#env.setTimer(() => onReady(this.#env.nowMs() - startMs), Math.max(0, startMs - nowMs));
    return false;
  }

  cancel(): void {
    this.#env.clearTimer(this.#timer);
  }
}
