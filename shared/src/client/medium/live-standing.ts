import type { Timeline } from '../../protocol/index.ts';
import { positionAt } from '../../timeline/index.ts';
import type { MediaElementLike } from './media-element.ts';
import { spansOf } from './time-ranges.ts';

/** A length beyond this is none: engines say very large numbers where they mean that it never ends. */
const LENGTH_MAX_S = 30 * 86_400;

/** Behind by less than this is as live as it gets: the edge moves in steps as long as a segment. */
const BEHIND_MIN_S = 10;

/** Timelines that go on where the last one was agree within this. */
const CONTINUES_S = 1;

/** Is this the length of something that is live, or does not say how long it is? */
export const isEndless = (durationS: number): boolean => durationS > LENGTH_MAX_S;

/**
 * A player of something live: it is at its own place, and the timeline's position, which counts the seconds since somebody
 * pressed play, says nothing. That stays so when the broadcast ends and becomes a recording, until somebody has said where in
 * the recording the party is.
 */
export class LiveStanding {
  readonly #player: MediaElementLike;
  /** The last timeline whose position meant nothing. */
  #timeline: Timeline | null = null;
  /** The least that the player ever was behind the edge: that much is how live it gets. */
  #leastBehindS = Number.POSITIVE_INFINITY;

  constructor(player: MediaElementLike) {
    this.#player = player;
  }

  forget(): void {
    this.#timeline = null;
    this.#leastBehindS = Number.POSITIVE_INFINITY;
  }

  /** Does the player share no position with the timeline? To be asked at every look at either. */
  look(timeline: Timeline, isRecording: boolean): boolean {
    const live = isEndless(this.#player.duration) && !isRecording;
    if (!live && (this.#timeline === null || !continues(this.#timeline, timeline))) {
      this.#timeline = null;
      return false;
    }
    this.#timeline = timeline;
    if (live && !this.#player.paused && !this.#player.seeking) {
      this.#leastBehindS = Math.min(this.#leastBehindS, this.#behindEdgeS() ?? Number.POSITIVE_INFINITY);
    }
    return true;
  }

  /** The broadcast is over and nobody has said yet where in its recording the party is. */
  get hasEnded(): boolean {
    return this.#timeline !== null && !isEndless(this.#player.duration);
  }

  /** Whole seconds behind where it would be without pauses, 0 where that is little; null where nothing is live. */
  get behindS(): number | null {
    const behindS = this.#behindEdgeS();
    if (behindS === null || !Number.isFinite(this.#leastBehindS)) return null;
    const pausedS = Math.round(behindS - this.#leastBehindS);
    return pausedS < BEHIND_MIN_S ? 0 : pausedS;
  }

  /** Where the player would be if it had never been paused, in seconds; null where that is not known. */
  get liveS(): number | null {
    const { behindS } = this;
    return behindS === null ? null : this.#player.currentTime + behindS;
  }

  #behindEdgeS(): number | null {
    if (!isEndless(this.#player.duration)) return null;
    const edgeS = spansOf(this.#player.seekable).at(-1)?.endS ?? Number.NaN;
    return Number.isFinite(edgeS) && !isEndless(edgeS) ? edgeS - this.#player.currentTime : null;
  }
}

/** Does a timeline only go on where the one before it was: paused, played, at another speed? */
function continues(before: Timeline, after: Timeline): boolean {
  if (before.version === after.version) return true;
  if (after.mediaId !== before.mediaId) return false;
  if (['seek', 'load', 'anchor'].includes(after.cause.kind)) return false;
  // Where a party paused that everybody had left, or that a server has restored, is an earlier second of the same count.
  if (['empty', 'restore'].includes(after.cause.kind)) return true;
  return Math.abs(positionAt(before, after.atMs) - after.positionS) < CONTINUES_S;
}
