import type { Media, Timeline } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { LengthSearch } from '../medium/length-search.ts';
import { LiveStanding } from '../medium/live-standing.ts';
import type { MediaElementLike, PlayerTraits } from '../medium/media-element.ts';
import { OwnLength } from '../medium/own-length.ts';
import { Reach } from '../medium/reach.ts';

/** What a player tells of that may change what is shown of it. */
const EVENTS = [
  'play',
  'playing',
  'pause',
  'ended',
  'waiting',
  'seeked',
  'ratechange',
  'durationchange',
  'error',
  'loadedmetadata',
  'canplay',
];

const HAVE_CURRENT_DATA = 2;

/** Positions this close are the same, in seconds. */
const SAME_S = 0.01;

/** One player of somebody who watches alone, and what it finds out about the medium. */
export class SoloMedium {
  readonly element: MediaElementLike;
  readonly reach: Reach;
  readonly #env: ClientEnvironment;
  readonly #live: LiveStanding;
  readonly #search: LengthSearch;
  readonly #own: OwnLength;
  /** Where a seek goes that has not ended yet, in seconds. */
  #askedS: number | null = null;

  constructor(element: MediaElementLike, traits: Partial<PlayerTraits>, env: ClientEnvironment) {
    this.element = element;
    this.#env = env;
    this.reach = new Reach(element, () => traits.coarseClock ?? false);
    this.#live = new LiveStanding(element);
    this.#search = new LengthSearch(element, env, (positionS) => {
      element.currentTime = positionS;
    });
    this.#own = new OwnLength(element);
  }

  /** Calls back with what the player tells, and as its position moves on; returns its stop. */
  listen(onEvent: (type: unknown) => void, onTime: () => void): () => void {
    const { element } = this;
    const take = (event: unknown) => {
      this.#own.newSeconds();
      onEvent(typeof event === 'object' && event !== null && 'type' in event ? event.type : '');
    };
    for (const type of EVENTS) element.addEventListener(type, take);
    element.addEventListener('timeupdate', onTime);
    return () => {
      for (const type of EVENTS) element.removeEventListener(type, take);
      element.removeEventListener('timeupdate', onTime);
    };
  }

  /** Seconds; null while it knows of no place. */
  get positionS(): number | null {
    return this.element.readyState === 0 ? null : this.element.currentTime;
  }

  get isMoving(): boolean {
    const { paused, seeking, readyState } = this.element;
    return !paused && !seeking && readyState >= HAVE_CURRENT_DATA;
  }

  /** Seconds; NaN while it is not known, infinite for what is live. */
  get lengthS(): number {
    this.#own.newSeconds();
    return this.#own.seconds ?? this.element.duration;
  }

  /** Whole seconds behind live; null where nothing is live. */
  get behindLiveS(): number | null {
    return this.#live.behindS;
  }

  lookAtTimeline(timeline: Timeline, isRecording: boolean): void {
    this.#live.look(timeline, isRecording);
  }

  /** False while it has no data to go by, or is away to find out its length. */
  isReady(media: Media): boolean {
    return this.element.readyState !== 0 && !this.#search.look(media);
  }

  /** Goes to a place, in seconds, unless it is there or the place is known to be out of reach. */
  goTo(positionS: number): void {
    const { element } = this;
    const isElsewhere = Math.abs(element.currentTime - positionS) > SAME_S;
    if (!isElsewhere || this.reach.wayTo(positionS, this.#env.nowMs()).kind !== 'go') return;
    this.#askedS = positionS;
    element.currentTime = positionS;
  }

  /** Judges the last seek, once it has ended. */
  judgeSeek(): void {
    const { element, reach } = this;
    if (this.#askedS === null || element.seeking) return;
    if (!reach.isThere(this.#askedS)) reach.landedElsewhere(this.#askedS, element.currentTime, this.#env.nowMs());
    this.#askedS = null;
  }

  goToLive(): void {
    const { liveS } = this.#live;
    if (liveS !== null) this.element.currentTime = liveS;
  }
}
