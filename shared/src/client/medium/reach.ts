import type { MediaReach } from '../session/session-state.ts';
import type { MediaElementLike } from './media-element.ts';
import { type Span, spanAt, spansOf } from './time-ranges.ts';

/** A seek that ends closer than this to what was asked for has got there; embedded players go to a keyframe. */
const ARRIVED_S = 1.5;
const ARRIVED_COARSE_S = 8;

/** A seek is of use that brings a player to less than this share of how far away it was. */
const NEARER = 0.75;

/** Where a player lands that starts over instead of seeking. */
const START_S = 1;

/** Places that a player calls out of reach by less than this are within it: they round. */
const SEEKABLE_SLACK_S = 0.5;

/** What was found out by so many seeks in vain needs no further one. */
const VAIN_IS_KNOWN = 2;

/** At most so many seeks in vain in so long, in milliseconds. */
const VAIN_MAX = 3;
const VAIN_WITHIN_MS = 60_000;

/** How long the first, second … seek is waited for while nothing comes: further and further apart, [VAIN_MAX] in a minute. */
const PATIENCE_MS = [8000, 20_000, 32_000] as const;

/** Where so many seeks in a row got nothing, a minute's worth, nothing more is to be expected, though it is still tried. */
const BREAKS_OFF_SILENCES = 3;

/** Data that still arrives is waited for; once it has stopped for so long it does not. */
const ARRIVING_MS = 3000;
const PATIENCE_MAX_MS = 40_000;

/** A player that stands in the middle of playing is given so long before it is sought over what is missing. */
export const STALL_PATIENCE_MS = 6000;

/** Where a player can be brought to, for a place it is wanted at. */
export type Way =
  | { readonly kind: 'go' }
  /** There is nothing at that place; it goes on here, in seconds. */
  | { readonly kind: 'behind-gap'; readonly positionS: number }
  | { readonly kind: 'none' };

/**
 * What is known of where a player can be brought to. A seek is asked for only where it may succeed: what the player calls
 * `seekable` is believed, and so is what seeks in vain have taught, until something changes.
 */
export class Reach {
  readonly #player: MediaElementLike;
  readonly #coarse: () => boolean;
  #vainMs: number[] = [];
  /** Seeks in a row that got no data. */
  #silences = 0;
  #thrown: { readonly askedS: number; readonly landedS: number }[] = [];
  #startsOver = false;
  #breaksAtS: number | null = null;
  #gaps: Span[] = [];
  #frontierS = Number.NaN;
  #arrivedDataMs = Number.NEGATIVE_INFINITY;

  constructor(player: MediaElementLike, coarse: () => boolean) {
    this.#player = player;
    this.#coarse = coarse;
  }

  /** Another source: all is open again. */
  forget(): void {
    this.#vainMs = [];
    this.#gaps = [];
    this.#startsOver = false;
    this.#breaksAtS = null;
    this.tryAgain();
  }

  /** A person has gone to another place: that is worth one more try. */
  tryAgain(): void {
    this.#silences = 0;
    this.#vainMs = this.#vainMs.slice(-(VAIN_MAX - 1));
    this.#thrown = this.#thrown.slice(0, VAIN_IS_KNOWN - 1);
    this.#breaksAtS = null;
  }

  /** How the player can be brought to a place, in seconds. */
  wayTo(positionS: number, nowMs: number): Way {
    const gap = this.gapAt(positionS);
    const nearestS = gap?.endS ?? positionS;
    if (!this.#isOpen(positionS) || !this.#isOpen(nearestS) || !this.#mayFail(nowMs)) return { kind: 'none' };
    return gap ? { kind: 'behind-gap', positionS: nearestS } : { kind: 'go' };
  }

  /** Is it sensible to ask for this place at all? */
  #isOpen(positionS: number): boolean {
    if (this.#breaksAtS !== null && positionS > this.#breaksAtS - SEEKABLE_SLACK_S) return false;
    if (positionS <= SEEKABLE_SLACK_S) return true;
    if (this.#startsOver) return false;
    const { seekable } = this.#player;
    if (!seekable || this.#coarse()) return true;
    return spanAt(spansOf(seekable), positionS, SEEKABLE_SLACK_S) !== null;
  }

  #mayFail(nowMs: number): boolean {
    this.#vainMs = this.#vainMs.filter((atMs) => nowMs - atMs < VAIN_WITHIN_MS);
    return this.#vainMs.length < VAIN_MAX;
  }

  /** The known hole a place lies in; what has been loaded since is none. */
  gapAt(positionS: number): Span | null {
    const gap = this.#gaps.find(({ startS, endS }) => positionS > startS - 0.25 && positionS < endS);
    if (!gap) return null;
    const loaded = spanAt(spansOf(this.#player.buffered), positionS);
    return loaded && loaded.endS >= gap.endS - 0.5 && loaded.startS <= positionS ? null : gap;
  }

  /** There is nothing from here to there. */
  noteGap(startS: number, endS: number): void {
    if (!(endS > startS)) return;
    this.#gaps = [...this.#gaps.filter((gap) => gap.endS < startS || gap.startS > endS), { startS, endS }].slice(-20);
  }

  /** Did a seek that has ended get to where it was to? */
  isThere(askedS: number): boolean {
    return Math.abs(this.#player.currentTime - askedS) <= this.#limitS;
  }

  /** Was a seek of a running player of no use: is it about as far off as it was before? Both in seconds, without sign. */
  wasInVain(offBeforeS: number, offS: number): boolean {
    return offS > ARRIVED_S && (offS > this.#limitS || offS > NEARER * offBeforeS);
  }

  get #limitS(): number {
    return this.#coarse() ? ARRIVED_COARSE_S : ARRIVED_S;
  }

  arrived(): void {
    this.#silences = 0;
  }

  /** It plays here: what was out of reach before this place is not. */
  plays(positionS: number): void {
    if (this.#thrown.length === 0 || this.#thrown.some(({ askedS }) => positionS <= askedS)) return;
    this.#thrown = [];
    this.#breaksAtS = null;
  }

  /** A seek has ended elsewhere than asked, or the player went there by itself. */
  landedElsewhere(askedS: number, landedS: number, nowMs: number): void {
    if (this.#coarse()) {
      // Services can all be sought; what keeps one from it passes.
      this.#vainMs.push(nowMs);
      return;
    }
    if (landedS > askedS) {
      this.noteGap(askedS, landedS);
      return;
    }
    this.#vainMs.push(nowMs);
    const startedOver = landedS <= START_S && askedS - landedS > ARRIVED_S;
    if (startedOver || askedS - landedS > this.#limitS) this.#thrown.push({ askedS, landedS });
    if (this.#thrown.length < VAIN_IS_KNOWN) return;
    const last = this.#thrown.slice(-VAIN_IS_KNOWN);
    if (last.every((thrown) => thrown.landedS <= START_S)) this.#startsOver = true;
    else this.#breaksAtS = Math.max(...last.map((thrown) => thrown.landedS));
  }

  /** The player says that it has come to its end, and the medium goes on here. */
  endedEarly(atS: number, nowMs: number): void {
    this.#vainMs.push(nowMs);
    this.#thrown.push({ askedS: atS, landedS: atS });
    if (this.#thrown.length >= VAIN_IS_KNOWN) {
      this.#breaksAtS = Math.min(...this.#thrown.slice(-VAIN_IS_KNOWN).map((thrown) => thrown.landedS));
    }
  }

  /** Nothing came for a place. */
  gotNothing(nowMs: number): void {
    this.#vainMs.push(nowMs);
    this.#silences += 1;
  }

  /** The last seeks got nothing: what is waited for now is waited for since then. */
  get isStarved(): boolean {
    return this.#silences > 0;
  }

  /** Has a seek that began at `begunMs` been waited for long enough? To be asked again and again meanwhile. */
  isSilent(begunMs: number, nowMs: number): boolean {
    const waitedMs = nowMs - begunMs;
    const patienceMs = PATIENCE_MS[Math.min(this.#silences, PATIENCE_MS.length - 1)] ?? PATIENCE_MAX_MS;
    return waitedMs > PATIENCE_MAX_MS || (waitedMs > patienceMs && !this.isFilling(nowMs));
  }

  /** Is data arriving for where the player is? */
  isFilling(nowMs: number): boolean {
    const frontierS = spanAt(spansOf(this.#player.buffered), this.#player.currentTime, 0.1)?.endS ?? Number.NaN;
    if (frontierS > this.#frontierS) this.#arrivedDataMs = nowMs;
    this.#frontierS = frontierS;
    return nowMs - this.#arrivedDataMs < ARRIVING_MS;
  }

  /** What is to be told of the source, for a place where the player should be. */
  standing(wantedS: number | null): MediaReach {
    if (this.#breaksAtS !== null || this.#silences >= BREAKS_OFF_SILENCES) return 'breaks-off';
    if (this.#startsOver || this.#saysStartOnly()) return 'start-only';
    if (wantedS === null || this.#isMute) return 'whole';
    if (!this.#isOpen(wantedS)) return this.#player.duration < wantedS ? 'breaks-off' : 'start-only';
    return this.gapAt(wantedS) || this.#silences > 1 ? 'gap' : 'whole';
  }

  /** It knows nothing of its source, not yet or not any more: a link that has failed is not one that cannot be sought. */
  get #isMute(): boolean {
    return this.#player.readyState < 1 || Boolean(this.#player.error);
  }

  #saysStartOnly(): boolean {
    const { seekable, duration } = this.#player;
    if (!seekable || this.#isMute || this.#coarse() || !Number.isFinite(duration) || duration <= START_S) return false;
    return spansOf(seekable).every(({ endS }) => endS <= START_S);
  }
}
