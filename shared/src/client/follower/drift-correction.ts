import { DriftLadder, LatencyBook } from '../../follow/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import type { MediaElementLike, PlayerTraits } from '../medium/media-element.ts';
import type { FollowTarget } from './follow-target.ts';
import { FrameRelock } from './frame-relock.ts';
import type { PlayerWatch } from './player-watch.ts';
import { RatePulse } from './rate-pulse.ts';
import type { PositionReading } from './reading-source.ts';
import { SeekSpacing } from './seek-spacing.ts';

/** What the first believed error after a start or a seek teaches. */
type Lesson =
  /** A start that was let go so late, after so long a rest, in milliseconds. */
  | { readonly kind: 'start'; readonly lateMs: number; readonly restedMs: number }
  /** A seek of a player that was not stopped for it. */
  | { readonly kind: 'rolling-seek' };

/** A player that cannot be sought is brought back by so much of its rate, in pieces of at most so long. */
const CHASE = 0.1;
const CHASE_MAX_MS = 4000;
/** Until what is read after a piece says something again, in milliseconds. */
const CHASE_SETTLE_MS = 300;

/** Brings a player that runs back to its target by its rate, says when it must seek, and learns how long it takes to start. */
export class DriftCorrection {
  readonly #traits: PlayerTraits;
  readonly #env: ClientEnvironment;
  readonly #pulse: RatePulse;
  readonly #relock: FrameRelock;
  readonly #spacing = new SeekSpacing();
  #ladder: DriftLadder;
  #book: LatencyBook;
  #lesson: Lesson | null = null;
  #chasesUntilMs = Number.NEGATIVE_INFINITY;

  constructor(player: MediaElementLike, traits: PlayerTraits, watch: PlayerWatch, env: ClientEnvironment) {
    this.#traits = traits;
    this.#env = env;
    this.#pulse = new RatePulse(player, watch, env);
    this.#relock = new FrameRelock(player, watch, env);
    this.#ladder = new DriftLadder(traits);
    this.#book = initialBook(traits, env);
  }

  /** What the player has taught of itself so far. */
  get book(): LatencyBook {
    return this.#book;
  }

  /** Milliseconds the player is off, as last believed; null until readings agree. */
  get estimateMs(): number | null {
    return this.#ladder.estimateMs;
  }

  /** The player's clock has turned out to move in steps. */
  becameCoarse(): void {
    this.#ladder.setAbilities({ ...this.#traits, coarseClock: true });
  }

  /** Forgets all that was learned. */
  reset(coarse: boolean): void {
    this.#ladder = new DriftLadder({ ...this.#traits, coarseClock: this.#traits.coarseClock || coarse });
    this.#book = initialBook(this.#traits, this.#env);
    this.#spacing.reset();
  }

  /** What was read before says nothing any more; see `DriftLadder.disturbed`. */
  disturbed(atMs: number, corrective = false): void {
    this.#ladder.disturbed(atMs, corrective);
  }

  /** The player is started now. `start` is null where no instant was kept. */
  starts(start: { readonly lateMs: number; readonly restedMs: number } | null, corrective: boolean): void {
    this.#lesson = start === null ? null : { kind: 'start', ...start };
    this.#ladder.disturbed(this.#env.nowMs() + this.#book.startMs(start?.restedMs ?? 0), corrective);
  }

  /** The player is sought while it runs. */
  seeksRolling(corrective: boolean): void {
    this.#lesson = { kind: 'rolling-seek' };
    this.#ladder.disturbed(this.#env.nowMs() + this.#book.rollingBudgetMs, corrective);
  }

  /**
   * Takes a reading of a player that runs and does what is to be done about it.
   *
   * @param maySeek called where a seek is due: can the player be sought? If not it is brought back by its rate
   * @returns true where it is to be sought
   */
  read({ positionS, atMs, frame }: PositionReading, target: FollowTarget, maySeek: () => boolean): boolean {
    if (atMs < this.#chasesUntilMs) return false;
    const { rate } = target.playback.timeline;
    const errorMs = ((positionS - target.positionAt(atMs)) * 1000) / rate + this.#traits.displayLeadMs;
    const frameErrorMs = frame ? ((frame.positionS - target.positionAt(frame.atMs)) * 1000) / rate : null;
    if (frame) this.#relock.note(frame);
    this.#ladder.setPulseCost(this.#pulse.costMs(rate));
    const action = this.#ladder.read({ atMs, errorMs, frameErrorMs });
    // First learn: a corrective landing must not repeat the mistake it corrects.
    this.#learn();
    if (action.kind === 'pulse') {
      this.#relock.end();
      this.#pulse.start(rate, action.factor, action.durationMs);
    } else if (action.kind === 'relock') {
      this.#relock.start(rate);
    }
    if (action.kind !== 'seek') return false;
    if (maySeek()) return this.#spacing.allow(this.#env.nowMs());
    this.#chase(rate, errorMs, atMs);
    return false;
  }

  #chase(rate: number, errorMs: number, atMs: number): void {
    if (this.#traits.rates !== null) return;
    const durationMs = Math.min(CHASE_MAX_MS, Math.abs(errorMs) / CHASE);
    this.#relock.end();
    this.#pulse.start(rate, 1 - Math.sign(errorMs) * CHASE, durationMs, true);
    this.#chasesUntilMs = atMs + durationMs + CHASE_SETTLE_MS;
  }

  /** Ends whatever correction runs; the player is at the session's rate then. */
  end(rate: number): void {
    this.#chasesUntilMs = Number.NEGATIVE_INFINITY;
    this.#pulse.end(rate);
    this.#relock.end();
  }

  #learn(): void {
    const errorMs = this.#ladder.estimateMs;
    if (errorMs === null || this.#lesson === null) return;
    if (this.#lesson.kind === 'start') {
      this.#book.learnStart(errorMs + this.#lesson.lateMs, this.#lesson.restedMs);
    } else {
      this.#book.learnRollingSeek(errorMs);
    }
    this.#lesson = null;
  }
}

/** What is believed before the first start and seek have taught better. */
function initialBook({ coarseClock, rates }: PlayerTraits, env: ClientEnvironment): LatencyBook {
  if (coarseClock || rates !== null) return new LatencyBook({ startMs: 150, restedStartMs: 150, seekMs: 400 });
  return new LatencyBook({ startMs: 40, restedStartMs: 40, seekMs: 120, ...env.startLatencies?.() });
}
