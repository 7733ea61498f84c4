import type { PlaybackDriver } from '@cowatch/shared/client';
import { Listeners } from '@cowatch/shared/listeners';

/** Who may control, and which presses count: what a party adds to the controls. Without it every press is passed on. */
export interface ControlRules {
  /** May presses be passed on? */
  allowed(): boolean;
  /** Asked at every press. Tells why not, where the person can do something about it. */
  admits(): boolean;
  /** Was a press on play or pause made before the same press of another person could be seen? Then it is dropped. */
  crossed(): boolean;
}

export interface PlaybackControlsOptions {
  /** The element's own length in seconds, NaN while unknown. */
  readonly elementDurationS: () => number;
}

/** The last frame begins before the end: being this close to the end, in seconds, is being there. */
const END_TOLERANCE_S = 0.05;

/**
 * Playback controls: what the player's buttons and keys mean. Everything about playback goes to the driver, never to the element.
 * Between a press and the driver's answer the position that was asked for is shown.
 */
export class PlaybackControls {
  readonly #elementDurationS: () => number;
  readonly #changes = new Listeners();
  #driver: PlaybackDriver | null = null;
  #rules: ControlRules | null = null;
  #stopDriver = () => {};
  #previewS: number | null = null;
  #asked: { readonly positionS: number } | null = null;
  #askedRate: { readonly rate: number } | null = null;

  constructor({ elementDurationS }: PlaybackControlsOptions) {
    this.#elementDurationS = elementDurationS;
  }

  /** Calls back when what is shown may have changed; returns its stop. */
  readonly subscribe = this.#changes.add;

  /** @param driver null while nothing plays yet */
  setDriver(driver: PlaybackDriver | null, rules: ControlRules | null = null): void {
    this.#stopDriver();
    this.#driver = driver;
    this.#rules = rules;
    this.#stopDriver = driver?.subscribe(() => this.#changes.emit()) ?? (() => {});
    this.#asked = null;
    this.#askedRate = null;
    this.#previewS = null;
    this.#changes.emit();
  }

  /** May presses be passed on? */
  allowed(): boolean {
    return this.#driver !== null && (this.#rules?.allowed() ?? true);
  }

  playing(): boolean {
    return this.#driver?.state.playback?.timeline.playing ?? false;
  }

  /** True where playback has come to the medium's end. */
  ended(): boolean {
    // The driver knows of ends that the bar does not show, as of a length that was a guess.
    if (this.#driver?.state.sync.phase === 'ended') return true;
    const length = this.durationS();
    return Number.isFinite(length) && length > 0 && this.#targetS() >= length - END_TOLERANCE_S;
  }

  /** Seconds to show: the preview of a drag, what was just asked for, else where the driver is. */
  positionS(): number {
    return this.#previewS ?? this.#asked?.positionS ?? this.#shownS();
  }

  /** Seconds; NaN while it is not known. */
  durationS(): number {
    const own = this.#elementDurationS();
    const stated = this.#driver?.state.playback?.media.durationS ?? Number.NaN;
    if (!Number.isFinite(own) || own <= 0) return stated;
    // A player whose video breaks off calls that its length in the end; the driver's is the longer one.
    return Number.isFinite(stated) ? Math.max(own, stated) : own;
  }

  rate(): number {
    return this.#driver?.state.playback?.timeline.rate ?? 1;
  }

  play(): void {
    const to = this.#commanded();
    if (!to || this.#rules?.crossed()) return;
    if (this.ended()) this.#seek(to, 0);
    if (!this.playing()) void to.play();
  }

  pause(): void {
    const to = this.#commanded();
    if (to && !this.#rules?.crossed()) void to.pause();
  }

  toggle(): void {
    if (this.playing() && !this.ended()) this.pause();
    else this.play();
  }

  seekTo(positionS: number): void {
    const to = this.#commanded();
    if (to) this.#seek(to, positionS);
  }

  /** Relative to the last position asked for, so that a held key adds up. */
  seekBy(deltaS: number): void {
    const to = this.#commanded();
    if (to) this.#seek(to, (this.#asked?.positionS ?? this.#shownS()) + deltaS);
  }

  /** To so many tenths of the whole; nothing where the length is not known. */
  seekToTenth(tenth: number): void {
    const length = this.durationS();
    if (Number.isFinite(length) && length > 0) this.seekTo((length * tenth) / 10);
  }

  setRate(rate: number): void {
    const request = { rate };
    const to = this.#commanded();
    if (!to) return;
    this.#askedRate = request;
    void to.setRate(rate).then(() => {
      if (this.#askedRate === request) this.#askedRate = null;
    });
  }

  /** The next slower or faster of these speeds, from the last one asked for; null where there is none. */
  rateBy(direction: 1 | -1, rates: readonly number[]): number | null {
    const from = this.#askedRate?.rate ?? this.rate();
    const others = rates.filter((rate) => (direction > 0 ? rate > from : rate < from));
    if (others.length === 0) return null;
    const next = direction > 0 ? Math.min(...others) : Math.max(...others);
    this.setRate(next);
    return next;
  }

  /** While a drag is on: shows a position and asks nobody. */
  preview(positionS: number): void {
    if (!this.allowed()) return;
    this.#previewS = positionS;
    this.#changes.emit();
  }

  /** Ends a drag with one seek to the last preview. */
  commitPreview(): void {
    const positionS = this.#previewS;
    this.#previewS = null;
    if (positionS !== null) this.seekTo(positionS);
  }

  /** Ends a drag that was taken away: nothing is asked for. */
  dropPreview(): void {
    this.#previewS = null;
    this.#changes.emit();
  }

  #commanded(): PlaybackDriver | null {
    return this.#driver !== null && (this.#rules?.admits() ?? true) ? this.#driver : null;
  }

  #seek(to: PlaybackDriver, positionS: number): void {
    const length = this.durationS();
    const clamped = Math.max(0, Number.isFinite(length) ? Math.min(positionS, length) : positionS);
    const request = { positionS: clamped };
    this.#asked = request;
    this.#changes.emit();
    void to.seek(clamped).then(() => {
      // A later press may have asked for another place meanwhile: only the last one's answer ends the preview.
      if (this.#asked === request) this.#asked = null;
      this.#changes.emit();
    });
  }

  #targetS(): number {
    return this.#driver?.targetPositionS() ?? 0;
  }

  /** Nothing is shown beyond an end: where no host has stated a length the timeline runs on past it. */
  #shownS(): number {
    const length = this.durationS();
    return Number.isFinite(length) && length > 0 ? Math.min(this.#targetS(), length) : this.#targetS();
  }
}
