import { median } from './median.ts';
import {
  COARSE,
  FINE,
  FIRM_PULSE_MS,
  FIRM_PULSES_MAX,
  FRAME_BESIDE_MS,
  FRAME_BESIDE_READINGS,
  FRAME_BESIDE_SPAN_MS,
  FRAME_BESIDE_STEADY_MS,
  FRAME_WINDOW_MS,
  GENTLE_PAUSE_MS,
  type LadderThresholds,
  PULSE_MAX_MS,
  PULSE_MIN_MS,
  READING_WINDOW_MS,
  RELOCK_CLOCK_MS,
  RELOCK_SETTLE_MS,
  RELOCKS_MAX,
  SETTLE_MS,
  WANDER_MS,
  WANDER_READINGS,
  WANDER_READINGS_MIN,
} from './thresholds.ts';

/** One look at the player. */
export interface DriftReading {
  /** Local monotonic milliseconds for which it holds. */
  readonly atMs: number;
  /** Player position minus target, in milliseconds of wall time (media milliseconds over the session's rate). */
  readonly errorMs: number;
  /** The same of the frame on the screen, where it is known: it may be locked up to a frame beside the clock. */
  readonly frameErrorMs?: number | null;
}

/** What the player can do; `rates` is null where any rate goes. */
export interface PlayerAbilities {
  readonly rates: readonly number[] | null;
  readonly coarseClock: boolean;
  /** Its renderer keeps frames on a beat of the screen, and can be made to choose again. */
  readonly relockable?: boolean;
}

export type LadderAction =
  | { readonly kind: 'hold' }
  /** Multiply the session's rate by `factor` for `durationMs`, then go back to it. */
  | { readonly kind: 'pulse'; readonly factor: number; readonly durationMs: number; readonly firm: boolean }
  /** Make the renderer choose anew which beat of the screen its frames fall on; the clock is left as it is. */
  | { readonly kind: 'relock' }
  /** Move to the target: the error is too large to be played away. */
  | { readonly kind: 'seek' };

const HOLD: LadderAction = { kind: 'hold' };

/**
 * Decides how a player is brought to its target: hold, one planned pulse of the rate, or a seek.
 *
 * A rate change is not free (a player may lose some milliseconds at every write), so nothing here is a continuous loop:
 * a pulse is planned once, from the median of several readings, runs to its end, and then the player is looked at
 * anew. Hysteresis: an error is believed only when several readings agree, pulses in one acquisition are numbered, and
 * a steady player is not touched again for a while. Pure state and arithmetic: time comes in with the readings.
 */
export class DriftLadder {
  #thresholds: LadderThresholds = FINE;
  #factors: { readonly slower: number | null; readonly faster: number | null } | null = null;
  #readings: DriftReading[] = [];
  #acquiringSinceMs: number | null = null;
  #seeksInAcquisition = 0;
  #lastSeekMs = Number.NEGATIVE_INFINITY;
  #lastGentleMs = Number.NEGATIVE_INFINITY;
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #firmVotes = 0;
  #lastVoteMs = Number.NEGATIVE_INFINITY;
  #firmPulses = 0;
  #pulseCostMs = 0;
  #estimateMs: number | null = null;
  #relockable = false;
  #relocks = 0;
  #lastRelockMs = Number.NEGATIVE_INFINITY;
  #besideSinceMs: number | null = null;
  /** The frames have been seen where they belong since the last start. */
  #placed = false;

  constructor(abilities: PlayerAbilities) {
    this.setAbilities(abilities);
  }

  /** What became known of the player; keeps what was learned. */
  setAbilities({ rates, coarseClock, relockable = false }: PlayerAbilities): void {
    const coarse = coarseClock || rates !== null;
    this.#thresholds = coarse ? COARSE : FINE;
    this.#relockable = relockable && !coarse;
    this.#factors = rates === null ? null : usableSteps(rates, this.#thresholds.firmPulse);
  }

  /**
   * What one pulse loses beyond its plan, in milliseconds of position: two writes of the rate, where the player cannot
   * write it for free.
   */
  setPulseCost(costMs: number): void {
    this.#pulseCostMs = costMs;
  }

  /** Milliseconds the player is off, as last believed; null until enough readings since the last disturbance agree. */
  get estimateMs(): number | null {
    return this.#estimateMs;
  }

  /** True in the time after a start, seek, join or stall in which corrections may be firm. */
  isAcquiring(nowMs: number): boolean {
    return this.#acquiringSinceMs !== null && nowMs - this.#acquiringSinceMs < this.#thresholds.acquisitionMs;
  }

  /**
   * The player was started, sought, or came out of a stall: earlier readings say nothing any more.
   *
   * @param corrective true for a seek that this ladder asked for: it counts against those allowed
   */
  disturbed(nowMs: number, corrective = false): void {
    if (corrective) {
      this.#seeksInAcquisition += 1;
      this.#lastSeekMs = nowMs;
    } else {
      this.#seeksInAcquisition = 0;
    }
    // Every start is a new chance for the frames to fall badly.
    this.#relocks = 0;
    this.#besideSinceMs = null;
    this.#placed = false;
    this.#acquiringSinceMs = nowMs;
    this.#firmPulses = 0;
    this.#estimateMs = null;
    this.#forgetUntil(nowMs + SETTLE_MS);
  }

  /** Takes one reading and says what to do now. */
  read(reading: DriftReading): LadderAction {
    if (!Number.isFinite(reading.errorMs) || reading.atMs < this.#quietUntilMs) return HOLD;
    this.#readings.push(reading);
    const oldestMs = reading.atMs - Math.max(READING_WINDOW_MS, this.#thresholds.steadySpanMs * 1.3);
    this.#readings = this.#readings.filter((kept) => kept.atMs >= oldestMs);
    return this.isAcquiring(reading.atMs) ? this.#acquire(reading.atMs) : this.#steady(reading.atMs);
  }

  #acquire(nowMs: number): LadderAction {
    const limits = this.#thresholds;
    const errorMs = this.#believed(limits.quickReadings, limits.quickSpanMs);
    if (errorMs === null) return HOLD;
    this.#estimateMs = errorMs;
    const offMs = Math.abs(errorMs);
    if (offMs <= limits.acquisitionSeekMs && this.#isWandering()) {
      // What was read on the way says nothing about where it arrives.
      this.#readings = this.#readings.slice(1 - WANDER_READINGS);
      return HOLD;
    }
    if (offMs <= limits.acquisitionHoldMs) return this.#placeFrames(errorMs, nowMs);
    if (offMs > limits.acquisitionSeekMs && this.#maySeek(nowMs) && this.#seeksInAcquisition < limits.acquisitionSeeks) {
      return this.#seek();
    }
    if (offMs > limits.steadySeekMs && this.#maySeek(nowMs)) return this.#seek();
    return this.#planPulse(errorMs, true, nowMs);
  }

  #steady(nowMs: number): LadderAction {
    const limits = this.#thresholds;
    const quickMs = this.#newest(limits.quickReadings, limits.quickSpanMs);
    if (quickMs !== null && Math.abs(quickMs) > limits.steadySeekMs) {
      this.#estimateMs = quickMs;
      if (this.#maySeek(nowMs)) return this.#seek();
      return HOLD;
    }
    if (quickMs !== null && Math.abs(quickMs) > limits.steadyFirmMs) {
      this.#estimateMs = quickMs;
      if (nowMs - this.#lastVoteMs >= limits.quickSpanMs) {
        this.#firmVotes += 1;
        this.#lastVoteMs = nowMs;
      }
      if (this.#firmVotes < 3) return HOLD;
      this.#firmVotes = 0;
      this.#firmPulses = 0;
      return this.#planPulse(quickMs, true, nowMs);
    }
    this.#firmVotes = 0;

    const errorMs = this.#believed(limits.steadyReadings, limits.steadySpanMs);
    if (errorMs === null) return HOLD;
    this.#estimateMs = errorMs;
    if (Math.abs(errorMs) <= limits.steadyHoldMs) return this.#placeFrames(errorMs, nowMs);
    return this.#gentlePulse(errorMs, nowMs);
  }

  /** The median of all readings once there are enough of them over enough time, else null. */
  #believed(count: number, spanMs: number): number | null {
    const first = this.#readings[0];
    const last = this.#readings.at(-1);
    if (!first || !last || this.#readings.length < count || last.atMs - first.atMs < spanMs) return null;
    return median(this.#readings.map((reading) => reading.errorMs));
  }

  /** A browser that wakes catches up by itself, now fast and now slow: a pulse planned meanwhile would miss. */
  #isWandering(): boolean {
    const newest = this.#readings.slice(-WANDER_READINGS).map((reading) => reading.errorMs);
    if (newest.length < WANDER_READINGS_MIN) return true;
    const half = Math.floor(newest.length / 2);
    const wandered = median(newest.slice(0, half)) - median(newest.slice(half));
    return Math.abs(wandered) > Math.max(WANDER_MS * half, this.#thresholds.acquisitionHoldMs);
  }

  /** The median of the newest readings that are just enough to be believed, else null. */
  #newest(count: number, spanMs: number): number | null {
    const last = this.#readings.at(-1);
    let from = this.#readings.length - count;
    while (from >= 0 && last && last.atMs - (this.#readings[from]?.atMs ?? 0) < spanMs) from -= 1;
    return from < 0 ? null : median(this.#readings.slice(from).map((reading) => reading.errorMs));
  }

  /**
   * A renderer that fits frames to the screen's beat chooses that beat once, when the player starts, and keeps it while
   * the clock is being corrected beneath: frames may stay a whole interval of the screen beside the target. It can be
   * made to choose again, and then chooses by the clock; so the clock must be right before.
   */
  #placeFrames(clockErrorMs: number, nowMs: number): LadderAction {
    if (!this.#relockable || this.#believed(FRAME_BESIDE_READINGS, FRAME_BESIDE_SPAN_MS) === null) return HOLD;
    const frames = this.#readings.filter(({ atMs }) => atMs > nowMs - FRAME_WINDOW_MS);
    const frameErrors = frames.flatMap(({ frameErrorMs }) => frameErrorMs ?? []);
    if (frameErrors.length < FRAME_BESIDE_READINGS || Math.abs(median(frameErrors)) <= FRAME_BESIDE_MS) {
      this.#besideSinceMs = null;
      if (frameErrors.length >= FRAME_BESIDE_READINGS) {
        this.#placed = true;
        this.#relocks = 0;
      }
      return HOLD;
    }
    this.#besideSinceMs ??= nowMs;
    if (this.#placed && nowMs - this.#besideSinceMs < FRAME_BESIDE_STEADY_MS) return HOLD;
    if (this.#relocks >= RELOCKS_MAX && nowMs - this.#lastRelockMs < GENTLE_PAUSE_MS) return HOLD;
    if (Math.abs(clockErrorMs) > RELOCK_CLOCK_MS) return this.#gentlePulse(clockErrorMs, nowMs);
    this.#relocks += 1;
    this.#lastRelockMs = nowMs;
    // What it may cost the clock is made good without waiting for the next gentle pulse's turn.
    this.#lastGentleMs = Number.NEGATIVE_INFINITY;
    this.#forgetUntil(nowMs + RELOCK_SETTLE_MS);
    return { kind: 'relock' };
  }

  /** At most one in a while: a steady player is to be left alone. */
  #gentlePulse(errorMs: number, nowMs: number): LadderAction {
    if (nowMs - this.#lastGentleMs < GENTLE_PAUSE_MS) return HOLD;
    const action = this.#planPulse(errorMs, false, nowMs);
    if (action.kind === 'pulse') this.#lastGentleMs = nowMs;
    return action;
  }

  #maySeek(nowMs: number): boolean {
    return nowMs - this.#lastSeekMs >= this.#thresholds.seekPauseMs;
  }

  #seek(): LadderAction {
    this.#readings = [];
    this.#firmVotes = 0;
    return { kind: 'seek' };
  }

  /** A pulse of strength p for t changes the position by p · t; what its two writes lose is part of the plan. */
  #planPulse(errorMs: number, firm: boolean, nowMs: number): LadderAction {
    const { firmPulse, gentlePulse } = this.#thresholds;
    if (firm && this.#firmPulses >= FIRM_PULSES_MAX) return HOLD;
    const changeMs = this.#pulseCostMs - errorMs;
    const needed = Math.max(gentlePulse, Math.abs(changeMs) / FIRM_PULSE_MS);
    const strength = firm ? Math.min(firmPulse, needed) : gentlePulse;
    const factor = this.#factors === null ? 1 + Math.sign(changeMs) * strength : this.#step(changeMs);
    if (factor === null || factor === 1) return HOLD;
    const durationMs = Math.min(PULSE_MAX_MS, Math.abs(changeMs / (factor - 1)));
    if (durationMs < PULSE_MIN_MS) return HOLD;
    this.#forgetUntil(nowMs + durationMs + SETTLE_MS);
    if (firm) this.#firmPulses += 1;
    return { kind: 'pulse', factor, durationMs, firm };
  }

  #step(changeMs: number): number | null {
    return (changeMs > 0 ? this.#factors?.faster : this.#factors?.slower) ?? null;
  }

  #forgetUntil(atMs: number): void {
    this.#readings = [];
    this.#firmVotes = 0;
    this.#quietUntilMs = atMs;
  }
}

/** The nearest rates below and above 1 that are no stronger than a firm pulse may be. */
function usableSteps(rates: readonly number[], limit: number) {
  const near = rates.filter((rate) => rate !== 1 && Math.abs(rate - 1) <= limit + 1e-9);
  const faster = near.filter((rate) => rate > 1).sort((a, b) => a - b)[0] ?? null;
  const slower = near.filter((rate) => rate < 1).sort((a, b) => b - a)[0] ?? null;
  return { faster, slower };
}
