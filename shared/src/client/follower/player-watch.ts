import type { ClientEnvironment } from '../environment/client-environment.ts';
import { isEndless } from '../medium/live-standing.ts';
import type { MediaElementLike } from '../medium/media-element.ts';
import { isBehindHole, spansOf } from '../medium/time-ranges.ts';

/** What a user did to the player itself: media keys, picture-in-picture, a native menu. */
export interface UserIntents {
  play(): void;
  pause(): void;
  seek(positionS: number): void;
  rate(rate: number): void;
  /**
   * The player went elsewhere and nobody made it: an engine that jumps over a hole, a server that starts over. Positions in
   * seconds, `fromS` NaN where it was not seen anywhere before.
   */
  strayed?(fromS: number, toS: number, overHole: boolean): void;
  /** The player stopped and nobody made it: another program took the sound, a headset was pulled out. */
  halted?(): void;
}

/** A seek that lands this close to one the program asked for is the program's. */
const OWN_SEEK_S = 0.1;
const OWN_SEEK_MEMORY_MS = 10_000;

/** Players nudge themselves over gaps and to keyframes by less than this. */
const NUDGE_S = 1.5;

/** A player that is so far beyond where it waited has gone on, whether it said so or not. */
const WENT_ON_S = 0.25;

/** Just after an own change the player's events are still echoes of it. */
const ECHO_MS = 600;

/** What a person makes a player do, it does within this time, also where an embedded player tells it late. */
const GESTURE_MS = 2000;

/** Rates that nobody asked for are put right so often in a minute; one that is set again after that stays. */
const RATES_PUT_RIGHT_MAX = 3;
const RATES_WITHIN_MS = 60_000;

/**
 * Drives a player and keeps what was asked of it, so that a change can be told apart: an event is the user's only when
 * the player is *now* in a state that the program never asked for, and only where a person may have made it so. Comparing
 * states instead of counting events makes late, merged and missing events harmless; asking for a person keeps what engines
 * and systems do to a player from moving everybody.
 */
export class PlayerWatch {
  readonly #player: MediaElementLike;
  readonly #env: ClientEnvironment;
  readonly #intents: UserIntents;
  #wantedPaused: boolean | null = null;
  #wantedRate: number | null = null;
  #ownSeeks: { readonly positionS: number; readonly atMs: number }[] = [];
  #lastOwnActMs = Number.NEGATIVE_INFINITY;
  #lastKnownS = Number.NaN;
  /** Where it said that it waits for data; null once it has gone on. */
  #stalledAtS: number | null = null;
  #wentOnMs = Number.NEGATIVE_INFINITY;
  #ratesPutRightMs: number[] = [];
  #stops: (() => void)[] = [];

  constructor(player: MediaElementLike, env: ClientEnvironment, intents: UserIntents) {
    this.#player = player;
    this.#env = env;
    this.#intents = intents;
    this.#listen('pause', () => this.#onPause());
    this.#listen('play', () => this.#onPlay());
    this.#listen('seeking', () => this.#onSeeking());
    this.#listen('ratechange', () => this.#onRate());
    this.#listen('waiting', () => {
      this.#stalledAtS ??= player.currentTime;
    });
    this.#listen('playing', () => this.#wentOn());
    this.#listen('emptied', () => this.forget());
  }

  /** Another medium is loaded: what was asked for the last one counts no more. */
  forget(): void {
    this.#wantedPaused = null;
    this.#wantedRate = null;
    this.#ownSeeks = [];
    this.#stalledAtS = null;
  }

  pause(): void {
    this.#act();
    this.#wantedPaused = true;
    if (!this.#player.paused) this.#player.pause();
  }

  /** @throws whatever the player's `play()` rejects with; `NotAllowedError` where the browser wants a gesture */
  async play(): Promise<void> {
    this.#act();
    this.#wantedPaused = false;
    await this.#player.play();
  }

  seek(positionS: number): void {
    this.#act();
    this.#ownSeeks = [...this.#ownSeeks, { positionS, atMs: this.#env.nowMs() }].slice(-20);
    this.#player.currentTime = positionS;
  }

  setRate(rate: number): void {
    this.#act();
    this.#wantedRate = rate;
    if (this.#player.playbackRate !== rate) this.#player.playbackRate = rate;
  }

  /** It was to play and is stopped: a person did it, or the browser. Not to be undone until the party has decided. */
  get userPaused(): boolean {
    return this.#wantedPaused === false && this.#player.paused;
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #listen(type: string, listener: () => void): void {
    this.#player.addEventListener(type, listener);
    this.#stops.push(() => this.#player.removeEventListener(type, listener));
  }

  #act(): void {
    this.#lastOwnActMs = this.#env.nowMs();
  }

  get #settled(): boolean {
    return this.#env.nowMs() - this.#lastOwnActMs > ECHO_MS;
  }

  #wentOn(): void {
    if (this.#stalledAtS === null) return;
    this.#stalledAtS = null;
    this.#wentOnMs = this.#env.nowMs();
  }

  /** Does it wait for data, or did it just now? Engines try this and that then, and tell of it late. */
  get #stalled(): boolean {
    return this.#stalledAtS !== null || this.#env.nowMs() - this.#wentOnMs < ECHO_MS;
  }

  /** May a person have done what the player has just reported? Where the page cannot feel it they get the benefit of the doubt. */
  get #gestured(): boolean {
    const lastMs = this.#env.lastGestureMs?.() ?? null;
    return lastMs === null || isShownElsewhere(this.#player) || this.#env.nowMs() - lastMs <= GESTURE_MS;
  }

  /** What is live is at everyone's own place, and engines move it and change its speed to keep it live. */
  get #live(): boolean {
    return isEndless(this.#player.duration);
  }

  #onPause(): void {
    if (this.#wantedPaused !== false || !this.#player.paused) return;
    const atEnd = this.#player.ended || this.#player.currentTime >= this.#player.duration - 0.5;
    // A page in the background is paused by browsers to save power; nobody pressed anything.
    if (atEnd || this.#player.error || this.#env.hidden?.()) return;
    if (!this.#gestured || this.#stalled) this.#intents.halted?.();
    else if (this.#settled) this.#intents.pause();
  }

  #onPlay(): void {
    if (this.#wantedPaused !== true || this.#player.paused || !this.#settled || !this.#gestured) return;
    this.#intents.play();
  }

  #onSeeking(): void {
    if (this.#wantedPaused === null) return;
    const nowMs = this.#env.nowMs();
    const positionS = this.#player.currentTime;
    const own = this.#ownSeeks.some((seek) => nowMs - seek.atMs < OWN_SEEK_MEMORY_MS && Math.abs(seek.positionS - positionS) < OWN_SEEK_S);
    if (own || this.#player.ended || Math.abs(positionS - this.#lastKnownS) < NUDGE_S) return;
    const fromS = Number.isNaN(this.#lastKnownS) ? Number.NEGATIVE_INFINITY : this.#lastKnownS;
    const overHole = this.#stalled || isBehindHole(spansOf(this.#player.buffered), fromS, positionS);
    if (this.#settled && this.#gestured && !overHole && !this.#live) this.#intents.seek(positionS);
    else this.#intents.strayed?.(this.#lastKnownS, positionS, overHole);
  }

  #onRate(): void {
    const wanted = this.#wantedRate;
    if (wanted === null || Math.abs(this.#player.playbackRate - wanted) < 1e-3 || !this.#settled || this.#live) return;
    const nowMs = this.#env.nowMs();
    if (this.#gestured) {
      this.#intents.rate(this.#player.playbackRate);
      return;
    }
    this.#ratesPutRightMs = this.#ratesPutRightMs.filter((atMs) => nowMs - atMs < RATES_WITHIN_MS);
    if (this.#ratesPutRightMs.length >= RATES_PUT_RIGHT_MAX) return;
    this.#ratesPutRightMs.push(nowMs);
    this.setRate(wanted);
  }

  /** Where the player was last seen: a seek away from here is judged against it. */
  notePosition(positionS: number): void {
    if (this.#stalledAtS !== null && positionS - this.#stalledAtS > WENT_ON_S) this.#wentOn();
    this.#lastKnownS = positionS;
  }
}

/** Is the picture where the page feels nothing: in a window or full screen of the system's, or on a television? */
function isShownElsewhere(player: MediaElementLike): boolean {
  const shown = player.nativeEl ?? player;
  const { webkitDisplayingFullscreen = false, webkitPresentationMode = 'inline', remote } = shown;
  return webkitDisplayingFullscreen || webkitPresentationMode !== 'inline' || remote?.state === 'connected';
}
