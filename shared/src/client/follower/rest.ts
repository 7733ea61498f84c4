import type { FollowTarget } from './follow-target.ts';
import type { FollowerParts } from './follower-parts.ts';

/** A player this close to its end is let run out to it, in seconds. */
const RUNS_OUT_S = 2;

/** Positions closer to the end than this are the end, in seconds. */
const AT_END_S = 0.05;

/** Rest of a player: paused with the party, or at the end of the medium. */
export class Rest {
  readonly #parts: FollowerParts;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** Stands still where the party is paused. */
  pause({ playback: { timeline } }: FollowTarget): void {
    const { player, watch, medium, place } = this.#parts;
    // Firefox stops a frame or two ahead of the `currentTime` it then tells: what comes out of motion is always sought.
    const moving = !player.paused;
    this.#parts.leaveMotion();
    this.#parts.enter('resting');
    watch.pause();
    watch.setRate(timeline.rate);
    if (medium.isAtOwnPlace) return;
    const { duration } = player;
    place.keep(Number.isFinite(duration) ? Math.min(timeline.positionS, duration) : timeline.positionS, moving);
  }

  /** The timeline has run past the end: the last picture stands, and nothing plays again by itself. */
  finish(target: FollowTarget): void {
    const { player, watch, standstill, place } = this.#parts;
    const endS = target.endS ?? 0;
    const leftS = endS - player.currentTime;
    const runs = this.#parts.mode() === 'following' && !player.paused && standstill.sinceMs === null;
    if (runs && leftS > 0 && leftS < RUNS_OUT_S && !player.ended) return;
    const entering = this.#parts.mode() !== 'over';
    this.#parts.leaveMotion();
    this.#parts.enter('over');
    watch.pause();
    if (entering) watch.setRate(target.playback.timeline.rate);
    // An embedded player that is sought at its end plays again.
    const nearS = this.#parts.isCoarse() ? RUNS_OUT_S : AT_END_S;
    if (!player.ended && Math.abs(leftS) > nearS) place.keep(endS, entering);
  }
}
