import type { MediaElementLike } from './media-element.ts';
import type { ClientEnvironment } from './session-client.types.ts';

/** What a user did to the player itself: media keys, picture-in-picture, a native menu. */
export interface UserIntents {
  play(): void;
  pause(): void;
  seek(positionS: number): void;
  rate(rate: number): void;
}

/** A seek that lands this close to one the program asked for is the program's. */
const OWN_SEEK_S = 0.1;
const OWN_SEEK_MEMORY_MS = 10_000;

/** Players nudge themselves over gaps and to keyframes by less than this. */
const NUDGE_S = 1.5;

/** Just after an own change the player's events are still echoes of it. */
const ECHO_MS = 600;

/**
 * Drives a player and keeps what was asked of it, so that a change can be told apart: an event is the user's only when
 * the player is *now* in a state that the program never asked for. Comparing states instead of counting events makes
 * late, merged and missing events harmless.
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
  #stops: (() => void)[] = [];

  constructor(player: MediaElementLike, env: ClientEnvironment, intents: UserIntents) {
    this.#player = player;
    this.#env = env;
    this.#intents = intents;
    this.#listen('pause', () => this.#onPause());
    this.#listen('play', () => this.#onPlay());
    this.#listen('seeking', () => this.#onSeeking());
    this.#listen('ratechange', () => this.#onRate());
    this.#listen('emptied', () => this.forget());
  }

  /** Another medium is loaded: what was asked for the last one counts no more. */
  forget(): void {
    this.#wantedPaused = null;
    this.#wantedRate = null;
    this.#ownSeeks = [];
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

  /** The user has paused by the player's own means: not to be undone until the party has decided. */
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

  #onPause(): void {
    if (this.#wantedPaused !== false || !this.#player.paused) return;
    const atEnd = this.#player.ended || this.#player.currentTime >= this.#player.duration - 0.5;
    // A page in the background is paused by browsers to save power; nobody pressed anything.
    if (atEnd || this.#player.error || this.#env.hidden?.()) return;
    if (this.#settled) this.#intents.pause();
  }

  #onPlay(): void {
    if (this.#wantedPaused === true && !this.#player.paused && this.#settled) this.#intents.play();
  }

  #onSeeking(): void {
    if (this.#wantedPaused === null) return;
    const nowMs = this.#env.nowMs();
    const positionS = this.#player.currentTime;
    const own = this.#ownSeeks.some(
      (seek) => nowMs - seek.atMs < OWN_SEEK_MEMORY_MS && Math.abs(seek.positionS - positionS) < OWN_SEEK_S,
    );
    if (own || !this.#settled || this.#player.ended) return;
    if (Math.abs(positionS - this.#lastKnownS) < NUDGE_S) return;
    this.#intents.seek(positionS);
  }

  #onRate(): void {
    if (this.#wantedRate === null || Math.abs(this.#player.playbackRate - this.#wantedRate) < 1e-3) return;
    if (this.#settled) this.#intents.rate(this.#player.playbackRate);
  }

  /** Where the player was last seen: a seek away from here is judged against it. */
  notePosition(positionS: number): void {
    this.#lastKnownS = positionS;
  }
}
