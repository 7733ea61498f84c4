import type { LatencyBook } from '../../follow/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { MediaElementLike } from '../medium/media-element.ts';
import type { Reach } from '../medium/reach.ts';
import type { PlayerWatch } from './player-watch.ts';

/** Positions closer than this are the same: far below the length of a frame. */
export const SAME_POSITION_S = 0.0005;

/** A start may be this late and still be made good by playing a little faster. */
const LATE_START_MS = 60;

/** After so many vain attempts to be ready in time the player is started as it is. */
export const LANDING_ATTEMPTS = 3;

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
  /** It stands behind something that is missing and waits for the timeline. */
  readonly waits: boolean;
}

/** How it goes with a landing. */
export type LandingProgress =
  | 'on-its-way'
  /** There, and the time has passed: another place further on should be tried. */
  | 'late'
  /** The seek has ended somewhere else. */
  | 'elsewhere'
  /** Nothing comes. */
  | 'silent';

/** A player that landed ahead by more than this waits for the timeline; less is played away. */
const AHEAD_S = 0.05;

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

  constructor(plan: LandingPlan, player: MediaElementLike, watch: PlayerWatch, book: LatencyBook, env: ClientEnvironment) {
    this.plan = plan;
    this.#player = player;
    this.#env = env;
    this.#book = book;
    this.#begunMs = env.nowMs();
    watch.pause();
    watch.setRate(plan.rate);
    const isElsewhere = Math.abs(player.currentTime - plan.positionS) > SAME_POSITION_S;
    this.#sought = player.seeking || isElsewhere;
    // A player that is on its way there already, as one that has jumped a hole by itself, is let be.
    if (isElsewhere || (player.seeking && plan.coarse)) watch.seek(plan.positionS);
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
   * @param reach what is known of the places of the medium
   * @param onReady called at the instant to start, with how late that is in milliseconds
   */
  proceed(reach: Reach, onReady: (lateMs: number) => void): LandingProgress {
    if (this.scheduled) return 'on-its-way';
    const nowMs = this.#env.nowMs();
    const needed = this.plan.coarse ? HAVE_METADATA : HAVE_FUTURE_DATA;
    const isIdle = !this.#player.seeking && this.#player.readyState >= needed;
    if (!isIdle) return reach.isSilent(this.#begunMs, nowMs) ? 'silent' : 'on-its-way';
    // An embedded player hears of a seek later and tells of it later still: it is judged when it runs.
    if (this.#sought && !this.plan.coarse && !reach.isThere(this.plan.positionS)) return 'elsewhere';
    reach.arrived();
    if (this.#sought) this.#book.learnSeek(nowMs - this.#begunMs);
    const startMs = this.plan.dueMs + this.#aheadMs() - this.#book.startMs(this.plan.restedMs);
    if (nowMs - startMs > LATE_START_MS && this.plan.attempt < LANDING_ATTEMPTS) return 'late';
    this.#timer = this.#env.setTimer(() => onReady(this.#env.nowMs() - startMs), Math.max(0, startMs - nowMs));
    return 'on-its-way';
  }

  /** An engine that nudges itself over a small gap is ahead of where it was sent to. */
  #aheadMs(): number {
    const aheadS = this.#player.currentTime - this.plan.positionS;
    return this.plan.coarse || aheadS < AHEAD_S ? 0 : (aheadS / this.plan.rate) * 1000;
  }

  cancel(): void {
    this.#env.clearTimer(this.#timer);
  }
}
