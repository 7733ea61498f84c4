import { median } from '../../follow/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { MediaElementLike } from '../medium/media-element.ts';
import type { PlayerWatch } from './player-watch.ts';
import type { FrameReading } from './reading-source.ts';

/** How long the rate is held down, in milliseconds: a renderer samples once in it, an audio device mostly never. */
const DIP_MS = 5;

/** Held to this share of the rate one frame looks so long that the renderer gives up the beat it had found. */
const DIP_FACTOR = 0.2;

/** A dip that begins later than this would miss the renderer's look. */
const DIP_LATE_MS = 2;

/** Frames whose pace is known. */
const PACE_FRAMES = 9;
const PACE_MIN_FRAMES = 5;

/** A dip is tried at so many frames before it is given up. */
const TRIES = 8;

/**
 * Makes a renderer choose anew which beat of the screen its frames fall on, without moving the clock.
 *
 * Chromium estimates how long frames last from the playback rate at the moments when it picks one; while that is steady
 * it keeps the beat it has, however far beside the clock. A rate far below for the few milliseconds around one such
 * moment makes the estimate leap, and the frames are picked by the clock again, which costs one frame shown half as
 * long or half as long again. Sound is rendered in portions of 10 to 20 ms at moments of their own: mostly none falls into the dip, and nothing
 * is heard or lost; where one does, the clock loses some 17 ms, and the drift ladder sees to it.
 */
export class FrameRelock {
  readonly #player: MediaElementLike;
  readonly #watch: PlayerWatch;
  readonly #env: ClientEnvironment;
  #presentedAtMs: number[] = [];
  #rate = 1;
  #triesLeft = 0;
  #timer: unknown = null;
  #dipped = false;

  constructor(player: MediaElementLike, watch: PlayerWatch, env: ClientEnvironment) {
    this.#player = player;
    this.#watch = watch;
    this.#env = env;
  }

  /** Dips the rate at one of the next frames. Only at rate 1 with a pitch that can be set free: elsewhere it would cost time. */
  start(rate: number): void {
    if (rate !== 1 || this.#player.preservesPitch === undefined) return;
    this.#rate = rate;
    this.#triesLeft = TRIES;
  }

  /** Takes note of a frame, and dips the rate around the next one where that is wanted. */
  note({ presentedAtMs }: FrameReading): void {
    this.#presentedAtMs = [...this.#presentedAtMs, presentedAtMs].slice(-PACE_FRAMES);
    if (this.#triesLeft === 0 || this.#timer !== null || this.#presentedAtMs.length < PACE_MIN_FRAMES) return;
    const paces = this.#presentedAtMs.slice(1).map((atMs, i) => atMs - (this.#presentedAtMs[i] ?? atMs));
    const dipAtMs = presentedAtMs + median(paces) - DIP_MS / 2;
    this.#triesLeft -= 1;
    this.#timer = this.#env.setTimer(() => this.#dip(dipAtMs), dipAtMs - this.#env.nowMs());
  }

  /** Ends whatever runs; harmless when nothing does. */
  end(): void {
    this.#triesLeft = 0;
    this.#env.clearTimer(this.#timer);
    this.#timer = null;
    this.#presentedAtMs = [];
    if (this.#dipped) this.#restore();
  }

  #dip(dueMs: number): void {
    this.#timer = null;
    if (Math.abs(this.#env.nowMs() - dueMs) > DIP_LATE_MS) return;
    this.#triesLeft = 0;
    this.#dipped = true;
    this.#player.preservesPitch = false;
    this.#watch.setRate(this.#rate * DIP_FACTOR);
    this.#timer = this.#env.setTimer(() => {
      this.#timer = null;
      this.#restore();
    }, DIP_MS);
  }

  #restore(): void {
    this.#dipped = false;
    this.#watch.setRate(this.#rate);
    this.#player.preservesPitch = true;
  }
}
