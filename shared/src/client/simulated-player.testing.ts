import type { ManualEnvironment } from './manual-environment.testing.ts';
import type { MediaElementLike, VideoFrameLike } from './media-element.ts';

export interface PlayerTemper {
  /** From `play()` to the first movement. */
  readonly startLatencyMs: number;
  /** From setting `currentTime` to `seeked`. */
  readonly seekLatencyMs: number;
  /** Position lost at every write of the rate while the pitch is kept. */
  readonly rateWriteCostMs: number;
  /** How much faster than real time the player's clock runs, as a fraction. */
  readonly clockDrift: number;
  /** Steps in which `currentTime` moves; 0 for a smooth clock. */
  readonly clockStepMs: number;
  readonly durationS: number;
  readonly frames: boolean;
  /** How late the player tells what has happened: a busy page. */
  readonly eventDelayMs: number;
  /** How far the frames may be from the clock before the renderer drops or repeats one. */
  readonly frameLockMs: number;
  /** Where the frames of every start fall beside the clock. */
  readonly frameBesideMs: number;
}

const CALM: PlayerTemper = {
  startLatencyMs: 40,
  seekLatencyMs: 80,
  rateWriteCostMs: 8,
  clockDrift: 0,
  clockStepMs: 0,
  durationS: 600,
  frames: true,
  eventDelayMs: 0,
  frameLockMs: 17,
  frameBesideMs: 0,
};

const FRAME_MS = 1000 / 30;
const SCREEN_MS = 1000 / 60;

/** A rate this low makes a frame look so long that the renderer gives up its beat. */
const BEAT_LOST_RATE = 0.34;

/** A player with the habits of real ones, on a manual clock. What is true of it is read from `truePositionS`. */
export class SimulatedPlayer implements MediaElementLike {
  readonly temper: PlayerTemper;
  readonly rateWrites: { readonly atMs: number; readonly rate: number }[] = [];
  readonly seeks: { readonly atMs: number; readonly positionS: number }[] = [];
  preservesPitch = true;
  muted = false;
  volume = 1;
  readyState = 4;
  error: unknown = null;
  playRefusal: Error | null = null;
  readonly #env: ManualEnvironment;
  readonly #listeners = new Map<string, Set<(event: unknown) => void>>();
  #paused = true;
  #seeking = false;
  #rate = 1;
  #positionS = 0;
  #sinceMs: number;
  #movesFromMs = Number.POSITIVE_INFINITY;
  #generation = 0;
  #stalled = false;
  #frameOffsetMs = 0;
  #fresh = true;
  requestVideoFrameCallback?: (callback: (nowMs: number, frame: VideoFrameLike) => void) => number;

  constructor(env: ManualEnvironment, temper: Partial<PlayerTemper> = {}) {
    this.#env = env;
    this.temper = { ...CALM, ...temper };
    this.#sinceMs = env.nowMs();
    if (this.temper.frames) {
      this.requestVideoFrameCallback = (callback) => {
        const wait = () => {
          if (this.#moving) callback(this.#env.nowMs(), this.#frame());
          else this.#env.setTimer(wait, FRAME_MS);
        };
        this.#env.setTimer(wait, FRAME_MS);
        return 0;
      };
    }
  }

  /** The renderer keeps to its beat: a frame stays where it is until it is `frameLockMs` away from the clock. */
  #frame(): VideoFrameLike {
    const clockMs = this.truePositionS() * 1000 - this.#env.nowMs();
    if (this.#fresh) {
      this.#fresh = false;
      this.#frameOffsetMs = clockMs + this.temper.frameBesideMs;
    } else if (this.#rate <= BEAT_LOST_RATE) {
      this.#frameOffsetMs += Math.round((clockMs - this.#frameOffsetMs) / SCREEN_MS) * SCREEN_MS;
    } else if (Math.abs(this.#frameOffsetMs - clockMs) > this.temper.frameLockMs) {
      this.#frameOffsetMs += Math.round((clockMs - this.#frameOffsetMs) / FRAME_MS) * FRAME_MS;
    }
    return {
      mediaTime: (this.#frameOffsetMs + this.#env.nowMs()) / 1000,
      expectedDisplayTime: this.#env.nowMs(),
      presentationTime: this.#env.nowMs(),
    };
  }

  /** Seconds, as the audience sees it. */
  truePositionS(): number {
    const movedMs = this.#paused || this.#stalled ? 0 : Math.max(0, this.#env.nowMs() - this.#from);
    const position = this.#positionS + (movedMs / 1000) * this.#rate * (1 + this.temper.clockDrift);
    return Math.min(position, this.temper.durationS);
  }

  get #from(): number {
    return Math.max(this.#sinceMs, this.#movesFromMs);
  }

  get #moving(): boolean {
    return !this.#paused && !this.#seeking && !this.#stalled && this.#env.nowMs() >= this.#movesFromMs;
  }

  get currentTime(): number {
    const step = this.temper.clockStepMs / 1000;
    const position = this.truePositionS();
    return step === 0 || this.#paused ? position : Math.floor(position / step) * step;
  }

  set currentTime(positionS: number) {
    this.#anchor();
    this.#positionS = Math.min(positionS, this.temper.durationS);
    this.seeks.push({ atMs: this.#env.nowMs(), positionS });
    this.#seeking = true;
    this.#movesFromMs = Number.POSITIVE_INFINITY;
    this.readyState = 1;
    const mine = ++this.#generation;
    this.#later(this.temper.eventDelayMs, 'seeking');
    this.#env.setTimer(() => {
      if (mine !== this.#generation) return;
      this.#seeking = false;
      this.readyState = 4;
      this.#sinceMs = this.#env.nowMs();
      this.#movesFromMs = this.#paused ? Number.POSITIVE_INFINITY : this.#env.nowMs();
      this.#emit('seeked');
      this.#emit('canplay');
      if (!this.#paused) this.#emit('playing');
    }, this.temper.seekLatencyMs);
  }

  get playbackRate(): number {
    return this.#rate;
  }

  set playbackRate(rate: number) {
    this.#anchor();
    const costMs = this.preservesPitch && this.#moving ? this.temper.rateWriteCostMs : 0;
    this.#positionS -= costMs / 1000;
    this.#rate = rate;
    this.rateWrites.push({ atMs: this.#env.nowMs(), rate });
    this.#later(this.temper.eventDelayMs, 'ratechange');
  }

  get paused(): boolean {
    return this.#paused;
  }

  get ended(): boolean {
    return this.truePositionS() >= this.temper.durationS;
  }

  get seeking(): boolean {
    return this.#seeking;
  }

  get duration(): number {
    return this.temper.durationS;
  }

  play(): Promise<void> {
    if (this.playRefusal) return Promise.reject(this.playRefusal);
    if (!this.#paused) return Promise.resolve();
    this.#paused = false;
    this.#fresh = true;
    this.#sinceMs = this.#env.nowMs();
    this.#movesFromMs = this.#seeking ? Number.POSITIVE_INFINITY : this.#env.nowMs() + this.temper.startLatencyMs;
    this.#later(this.temper.eventDelayMs, 'play');
    this.#later(this.temper.startLatencyMs, 'playing');
    return Promise.resolve();
  }

  pause(): void {
    if (this.#paused) return;
    this.#anchor();
    this.#paused = true;
    this.#later(this.temper.eventDelayMs, 'pause');
  }

  /** The network gives nothing for a while. */
  stall(ms: number): void {
    this.#anchor();
    this.#stalled = true;
    this.readyState = 2;
    this.#emit('waiting');
    this.#env.setTimer(() => {
      this.#stalled = false;
      this.readyState = 4;
      this.#sinceMs = this.#env.nowMs();
      this.#emit('canplay');
      this.#emit('playing');
    }, ms);
  }

  /** Something else is shown for a while: the player says it plays, and its clock stands. */
  advert(ms: number): void {
    this.#anchor();
    this.#sinceMs = this.#env.nowMs() + ms;
  }

  /** The whole process stops for a while: neither its timers nor its picture go on. */
  freeze(ms: number): void {
    this.#anchor();
    this.#sinceMs = this.#env.nowMs() + ms;
    this.#env.freeze(ms);
  }

  addEventListener(type: string, listener: (event: unknown) => void): void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
  }

  removeEventListener(type: string, listener: (event: unknown) => void): void {
    this.#listeners.get(type)?.delete(listener);
  }

  #anchor(): void {
    this.#positionS = this.truePositionS();
    this.#sinceMs = this.#env.nowMs();
  }

  #later(delayMs: number, type: string): void {
    this.#env.setTimer(() => this.#emit(type), delayMs);
  }

  #emit(type: string): void {
    for (const listener of this.#listeners.get(type) ?? []) listener({ type });
  }
}
