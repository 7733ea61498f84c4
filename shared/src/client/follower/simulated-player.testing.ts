import type { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import type { MediaElementLike, TimeRangesLike, VideoFrameLike } from '../medium/media-element.ts';

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
  /** Stretches for which there is no data, in seconds. */
  readonly holes: readonly (readonly [number, number])[];
  /** An engine that has stood before a hole for so long jumps behind it; null for a player that stands there for ever. */
  readonly jumpsAfterMs: number | null;
  /**
   * What the server makes of a jump: `served`; `unserved`, which the player knows, and starts over; `denied`, which it does
   * not know before it has started over.
   */
  readonly ranges: 'served' | 'unserved' | 'denied';
  /**
   * Where the data ends too early, in seconds, and what the player calls that: an end at its full length (Chromium), a
   * shorter length (Firefox), an error.
   */
  readonly breaksOff: { readonly atS: number; readonly as: 'ended' | 'shorter' | 'error' } | null;
  /** A recording that says no length until it was sent to its end. */
  readonly unsaidLengthS: number | null;
  /** Live: so much can be gone back to, and there is that much more every second; null for what is not live. */
  readonly liveWindowS: number | null;
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
  holes: [],
  jumpsAfterMs: null,
  ranges: 'served',
  breaksOff: null,
  unsaidLengthS: null,
  liveWindowS: null,
};

/** How far ahead of its place a player has data. */
const AHEAD_S = 20;

/** Jumps over holes go this little behind their end. */
const BEHIND_HOLE_S = 0.1;

/** How often the player looks whether it has come to an end or a hole. */
const LIFE_MS = 50;

const FRAME_MS = 1000 / 30;
const SCREEN_MS = 1000 / 60;

/** A rate this low makes a frame look so long that the renderer gives up its beat. */
const BEAT_LOST_RATE = 0.34;

/** A player with the habits of real ones, on a manual clock. What is true of it is read from `truePositionS`. */
export class SimulatedPlayer implements MediaElementLike {
  readonly temper: PlayerTemper;
  readonly rateWrites: { readonly atMs: number; readonly rate: number }[] = [];
  readonly seeks: { readonly atMs: number; readonly positionS: number }[] = [];
  /** Where it was ever heard, in seconds: what it played, sampled. */
  readonly heard: number[] = [];
  plays = 0;
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
  /** Stands before a hole. */
  #starved = false;
  /** It has run out of data before its end. */
  #brokeOff = false;
  #durationS: number;
  readonly #bornMs: number;
  #frameOffsetMs = 0;
  #fresh = true;
  requestVideoFrameCallback?: (callback: (nowMs: number, frame: VideoFrameLike) => void) => number;

  constructor(env: ManualEnvironment, temper: Partial<PlayerTemper> = {}) {
    this.#env = env;
    this.temper = { ...CALM, ...temper };
    this.#sinceMs = env.nowMs();
    this.#bornMs = env.nowMs();
    const { unsaidLengthS, liveWindowS, durationS } = this.temper;
    this.#durationS = unsaidLengthS !== null || liveWindowS !== null ? Number.POSITIVE_INFINITY : durationS;
    if (liveWindowS !== null) this.#positionS = liveWindowS;
    this.#live();
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
    const movedMs = this.#paused || this.#stalled || this.#starved ? 0 : Math.max(0, this.#env.nowMs() - this.#from);
    const position = this.#positionS + (movedMs / 1000) * this.#rate * (1 + this.temper.clockDrift);
    return Math.max(this.#positionS, Math.min(position, this.#barrierS(this.#positionS)));
  }

  /** Where playing on from a place ends at the latest. */
  #barrierS(fromS: number): number {
    const { holes, breaksOff, unsaidLengthS, liveWindowS } = this.temper;
    const hole = holes.filter(([, endS]) => endS > fromS).map(([startS]) => startS);
    const live = liveWindowS === null || Number.isFinite(this.#durationS) ? [] : [this.#edgeS];
    return Math.min(this.#durationS, breaksOff?.atS ?? this.#durationS, unsaidLengthS ?? this.#durationS, ...hole, ...live);
  }

  get #edgeS(): number {
    return (this.temper.liveWindowS ?? 0) + (this.#env.nowMs() - this.#bornMs) / 1000 + 0.5;
  }

  #inHole(positionS: number): boolean {
    return this.temper.holes.some(([startS, endS]) => positionS >= startS && positionS < endS);
  }

  /** Sees that it has come to a hole or an end, and does what players do then. */
  #live(): void {
    this.#env.setTimer(() => this.#live(), LIFE_MS);
    if (!this.#moving) return;
    const positionS = this.truePositionS();
    this.heard.push(positionS);
    if (positionS < this.#barrierS(this.#positionS) - 1e-6) return;
    const isEnd = positionS >= Math.min(this.#durationS, this.temper.unsaidLengthS ?? this.#durationS) - 1e-6;
    const isBreak = this.temper.breaksOff !== null && positionS >= this.temper.breaksOff.atS - 1e-6;
    if (isEnd || isBreak) this.#end(isBreak && !isEnd);
    else if (!Number.isFinite(this.#durationS) && !this.#inHole(positionS)) return;
    else this.#starve();
  }

  #end(breaksOff: boolean): void {
    this.#anchor();
    if (breaksOff && this.temper.breaksOff?.as === 'error') {
      this.error = new Error('decode');
      this.#starved = true;
      this.#emit('error');
      return;
    }
    this.readyState = 2;
    this.#brokeOff = breaksOff;
    if (breaksOff && this.temper.breaksOff?.as === 'shorter') this.setDuration(this.#positionS);
    if (!Number.isFinite(this.#durationS)) this.setDuration(this.#positionS);
    this.#paused = true;
    this.#emit('pause');
    this.#emit('ended');
  }

  #starve(): void {
    this.#anchor();
    this.#starved = true;
    this.readyState = 2;
    this.#emit('waiting');
    this.#jumpLater();
  }

  /** An engine goes behind the hole that it stands before, or in. */
  #jumpLater(): void {
    const { jumpsAfterMs, holes } = this.temper;
    if (jumpsAfterMs === null) return;
    const mine = this.#generation;
    this.#env.setTimer(() => {
      if (mine !== this.#generation) return;
      const hole = holes.find(([, endS]) => endS > this.#positionS);
      if (hole) this.#go(hole[1] + BEHIND_HOLE_S);
    }, jumpsAfterMs);
  }

  /** The player finds out how long its medium is, or that it is another length. */
  setDuration(durationS: number): void {
    this.#durationS = durationS;
    this.#emit('durationchange');
  }

  /** Loads what is there now: a recording that counts from its own start; null while there is none. */
  readonly loads: number[] = [];
  recordingS: number | null = null;
  load(): void {
    this.loads.push(this.#env.nowMs());
    this.#anchor();
    this.#paused = true;
    this.#positionS = 0;
    this.readyState = 0;
    this.#durationS = Number.NaN;
    this.#emit('emptied');
    this.#env.setTimer(() => {
      this.#durationS = this.recordingS ?? Number.POSITIVE_INFINITY;
      this.readyState = 4;
      this.#emit('loadedmetadata');
    }, 300);
  }

  get buffered(): TimeRangesLike {
    const hereS = this.truePositionS();
    const toS = Math.min(hereS + AHEAD_S, this.#durationS, this.temper.breaksOff?.atS ?? Number.POSITIVE_INFINITY);
    const cuts = [...this.temper.holes].sort(([a], [b]) => a - b);
    const spans: [number, number][] = [];
    let fromS = Math.max(0, hereS - AHEAD_S);
    for (const [startS, endS] of cuts) {
      if (startS > fromS) spans.push([fromS, Math.min(startS, toS)]);
      fromS = Math.max(fromS, endS);
    }
    spans.push([fromS, toS]);
    return ranges(this.#stalled ? [] : spans.filter(([startS, endS]) => endS > startS));
  }

  /** The server refuses the link from now on: the player gives up, and forgets what it knew. */
  fail(): void {
    this.#anchor();
    this.#starved = true;
    this.readyState = 0;
    this.#durationS = Number.NaN;
    this.error = new Error('network');
    this.#emit('error');
  }

  get seekable(): TimeRangesLike {
    if (this.readyState === 0) return ranges([]);
    const { unsaidLengthS, liveWindowS } = this.temper;
    if (Number.isFinite(this.#durationS)) return ranges([[0, this.temper.ranges === 'unserved' ? 0 : this.#durationS]]);
    if (unsaidLengthS !== null) return ranges([[0, Number.POSITIVE_INFINITY]]);
    return ranges([[Math.max(0, this.#edgeS - (liveWindowS ?? 0)), this.#edgeS]]);
  }

  get #from(): number {
    return Math.max(this.#sinceMs, this.#movesFromMs);
  }

  get #moving(): boolean {
    return !this.#paused && !this.#seeking && !this.#stalled && !this.#starved && this.#env.nowMs() >= this.#movesFromMs;
  }

  get currentTime(): number {
    const step = this.temper.clockStepMs / 1000;
    // Chromium says its whole length where the data has ended, however early that was.
    if (this.#brokeOff && !this.#seeking && this.temper.breaksOff?.as === 'ended') return this.#durationS;
    const position = this.truePositionS();
    return step === 0 || this.#paused ? position : Math.floor(position / step) * step;
  }

  set currentTime(positionS: number) {
    this.seeks.push({ atMs: this.#env.nowMs(), positionS });
    this.#go(positionS);
  }

  /** What the player goes to when it is sent to a place, or jumps there by itself. */
  #go(positionS: number): void {
    if (this.error) return;
    const { unsaidLengthS, breaksOff } = this.temper;
    this.#anchor();
    const startsOver = this.temper.ranges !== 'served' && positionS > 0.5;
    const askedS = startsOver && this.temper.ranges === 'unserved' ? 0 : positionS;
    this.#positionS = Math.min(askedS, this.#durationS);
    this.#seeking = true;
    this.#starved = false;
    this.#brokeOff = false;
    this.#movesFromMs = Number.POSITIVE_INFINITY;
    this.readyState = 1;
    const mine = ++this.#generation;
    this.#later(this.temper.eventDelayMs, 'seeking');
    this.#env.setTimer(() => {
      if (mine !== this.#generation) return;
      if (startsOver) this.#positionS = 0;
      if (unsaidLengthS !== null && this.#positionS >= unsaidLengthS) {
        this.#positionS = unsaidLengthS;
        this.setDuration(unsaidLengthS);
      }
      if (this.#inHole(this.#positionS)) {
        this.#jumpLater();
        return;
      }
      this.#seeking = false;
      this.readyState = 4;
      this.#sinceMs = this.#env.nowMs();
      this.#movesFromMs = this.#paused ? Number.POSITIVE_INFINITY : this.#env.nowMs();
      this.#emit('seeked');
      if (breaksOff !== null && this.#positionS >= breaksOff.atS - 1e-6) {
        this.#end(true);
        return;
      }
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
    return !this.#seeking && (this.#brokeOff || this.truePositionS() >= this.#durationS);
  }

  get seeking(): boolean {
    return this.#seeking;
  }

  get duration(): number {
    return this.#durationS;
  }

  play(): Promise<void> {
    if (this.playRefusal) return Promise.reject(this.playRefusal);
    if (!this.#paused) return Promise.resolve();
    this.plays += 1;
    // Played from its end a medium begins anew.
    if (this.ended) this.#go(0);
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

function ranges(spans: readonly (readonly [number, number])[]): TimeRangesLike {
  const at = (index: number) => spans[index] ?? [Number.NaN, Number.NaN];
  return { length: spans.length, start: (index) => at(index)[0], end: (index) => at(index)[1] };
}
