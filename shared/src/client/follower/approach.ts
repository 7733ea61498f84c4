import { STALL_PATIENCE_MS } from '../medium/reach.ts';
import type { FollowTarget } from './follow-target.ts';
import type { FollowerParts } from './follower-parts.ts';
import { LANDING_ATTEMPTS, Landing, type LandingPlan } from './landing.ts';

/** An end this far before the timeline's is none of its own: the medium breaks off there. */
const BREAKS_OFF_S = 1;

/** A player that cannot be sought, and is off by no more than this, goes on and comes back by its rate, in seconds. */
const CHASE_MAX_S = 30;

/** After so long it is known where a seek of a running embedded player went, in milliseconds. */
const ROLLING_JUDGED_AFTER_MS = 2500;

const HAVE_FUTURE_DATA = 3;

/** Brings a player to where the timeline is or will be, by whatever way there is: being at the right place before the time comes. */
export class Approach {
  readonly #parts: FollowerParts;
  #landing: Landing | null = null;
  /** The last seek of a player that was not stopped for it, until it is known where that went. */
  #rolling: { readonly offBeforeS: number; readonly atMs: number } | null = null;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** The landing that is on is over, or not wanted any more. */
  cancel(): void {
    this.#landing?.cancel();
    this.#landing = null;
  }

  /**
   * Since when there has been nothing to show on the way, in local monotonic milliseconds (−∞: since an earlier try); null
   * where nothing is on its way, or is only waiting for its time.
   */
  get emptySinceMs(): number | null {
    if (this.#landing === null) return null;
    if (this.#landing.scheduled && !this.#landing.plan.waits) return null;
    return this.#parts.reach.isStarved ? Number.NEGATIVE_INFINITY : this.#landing.begunMs;
  }

  /** Is a player at its place and only waiting for its time? */
  get isScheduled(): boolean {
    return this.#landing?.scheduled === true && !this.#landing.plan.waits;
  }

  /**
   * Lands where the timeline will be when the player is ready.
   *
   * @param attempt which try it is, from 1
   * @param corrective asked for by the drift ladder
   */
  landAhead(target: FollowTarget, attempt: number, corrective: boolean): void {
    const nowMs = this.#parts.env.nowMs();
    const rolls = this.#parts.isCoarse() && !this.#parts.player.paused && !this.#parts.player.ended;
    const { rollingBudgetMs, landingBudgetMs } = this.#parts.correction.book;
    const dueMs = nowMs + (rolls ? rollingBudgetMs : landingBudgetMs);
    const positionS = target.positionAt(dueMs);
    if (!rolls || this.#parts.reach.wayTo(positionS, nowMs).kind !== 'go') {
      this.landBy(target, positionS, dueMs, attempt, corrective);
    } else this.#rollingSeek(positionS, corrective);
  }

  /** Lands at a place by a local monotonic time, or as near to it as the player can be brought. */
  landBy(target: FollowTarget, positionS: number, dueMs: number, attempt: number, corrective: boolean): void {
    const nowMs = this.#parts.env.nowMs();
    const way = this.#parts.reach.wayTo(positionS, nowMs);
    if (way.kind === 'go') this.#land(target, { positionS, dueMs, attempt, corrective, waits: false });
    else if (way.kind === 'none') this.#strand(target, nowMs);
    else this.#landAndWait(target, way.positionS, 1);
  }

  /** Stands at a place until the timeline comes by. */
  #landAndWait(target: FollowTarget, positionS: number, attempt: number): void {
    const dueMs = Math.max(target.reaches(positionS), target.startsAtLocalMs);
    this.#land(target, { positionS, dueMs, attempt, corrective: false, waits: true });
  }

  /** The player cannot be brought to the timeline: it goes on by itself where it is nearly there, else it stands. */
  #strand(target: FollowTarget, nowMs: number): void {
    // What an embedded player cannot do now it will be able to do in a moment; stopped it would show its own furniture.
    if (this.#parts.isCoarse()) {
      this.#parts.leaveMotion();
      this.#parts.start(null, 0);
      return;
    }
    if (!this.#canChase(target, nowMs)) {
      this.#parts.leaveMotion();
      this.#parts.enter('stranded');
      this.#parts.watch.pause();
      return;
    }
    const hereS = this.#parts.player.currentTime;
    if (Math.max(target.reaches(hereS), target.startsAtLocalMs) > nowMs) {
      this.#landAndWait(target, hereS, LANDING_ATTEMPTS);
    } else {
      this.#parts.leaveMotion();
      this.#parts.start(null, 0);
    }
  }

  /** Can a player that cannot be sought be left to come back by its rate? */
  #canChase(target: FollowTarget, nowMs: number): boolean {
    const { ended, seeking, readyState, currentTime } = this.#parts.player;
    if (ended || seeking || readyState < HAVE_FUTURE_DATA) return false;
    const offS = Math.abs(currentTime - target.positionAt(nowMs));
    return offS <= CHASE_MAX_S && this.#parts.reach.standing(null) === 'start-only';
  }

  /** Stranded, the player goes on as soon as there is a way. */
  goOnWhereOpen(target: FollowTarget, nowMs: number): void {
    const positionS = target.positionAt(nowMs + this.#parts.correction.book.landingBudgetMs);
    const isOpen = this.#parts.reach.wayTo(positionS, nowMs).kind !== 'none';
    if (isOpen || this.#canChase(target, nowMs)) this.landAhead(target, 1, false);
  }

  /**
   * The player has gone elsewhere by itself: over a hole it waits there for the timeline, else it is brought back.
   * @param fromS where it was, in seconds; NaN where that was not seen
   */
  comeBack(target: FollowTarget, fromS: number, toS: number, overHole: boolean): void {
    const { reach, env } = this.#parts;
    const nowMs = env.nowMs();
    const awayFromS = Number.isNaN(fromS) ? target.positionAt(nowMs) : fromS;
    if (overHole && toS > awayFromS) reach.noteGap(awayFromS, toS);
    else if (toS < awayFromS) reach.landedElsewhere(awayFromS, toS, nowMs);
    else reach.gotNothing(nowMs);
    this.landAhead(target, 1, false);
  }

  /** A player that stands in the middle of playing goes on where the timeline is by now. */
  overcomeStandstill(target: FollowTarget, nowMs: number): void {
    if (this.#parts.mode() !== 'following') return;
    const targetS = target.positionAt(nowMs);
    if (this.#parts.player.ended) {
      this.#endedEarly(target, targetS, nowMs);
      return;
    }
    const { sinceMs } = this.#parts.standstill;
    if (sinceMs !== null && nowMs - sinceMs > STALL_PATIENCE_MS && !this.#parts.reach.isFilling(nowMs)) this.landAhead(target, 1, false);
  }

  /** The player says that it is at its end. Unless that is as good as true, the medium breaks off there. */
  #endedEarly(target: FollowTarget, atS: number, nowMs: number): void {
    if ((target.endS ?? atS) - atS < BREAKS_OFF_S) return;
    this.#parts.reach.endedEarly(atS, nowMs);
    this.landAhead(target, 1, false);
  }

  #land(target: FollowTarget, place: Pick<LandingPlan, 'positionS' | 'dueMs' | 'attempt' | 'corrective' | 'waits'>): void {
    this.#parts.leaveMotion();
    this.#parts.enter('landing');
    const { rate } = target.playback.timeline;
    const restedMs = this.#parts.player.paused ? place.dueMs - this.#parts.activeAtMs() : 0;
    const plan = { ...place, rate, restedMs, coarse: this.#parts.isCoarse() };
    this.#landing = new Landing(plan, this.#parts.player, this.#parts.watch, this.#parts.correction.book, this.#parts.env);
    this.proceed(target);
  }

  /** Looks how it goes with the landing that is on. */
  proceed(target: FollowTarget): void {
    const landing = this.#landing;
    if (!landing) return;
    const { plan } = landing;
    const nowMs = this.#parts.env.nowMs();
    if (this.#parts.player.ended && !this.#parts.player.seeking) {
      this.#endedEarly(target, plan.positionS, nowMs);
      return;
    }
    const progress = landing.proceed(this.#parts.reach, (lateMs) => this.#parts.start(landing, lateMs));
    if (progress === 'on-its-way') return;
    if (progress === 'silent' && plan.coarse) {
      // Embedded players may load nothing, and say nothing, before they play.
      this.#parts.leaveMotion();
      this.#parts.start(null, 0);
      return;
    }
    if (progress === 'elsewhere') this.#parts.reach.landedElsewhere(plan.positionS, this.#parts.player.currentTime, nowMs);
    if (progress === 'silent') this.#parts.reach.gotNothing(nowMs);
    this.landAhead(target, progress === 'late' ? plan.attempt + 1 : 1, plan.corrective);
  }

  /** Embedded players show their own furniture when they are stopped: they are moved while running. */
  #rollingSeek(positionS: number, corrective: boolean): void {
    this.#parts.leaveMotion();
    this.#parts.enter('following');
    this.#rolling = {
      offBeforeS: Math.abs(positionS - this.#parts.player.currentTime),
      atMs: this.#parts.env.nowMs(),
    };
    this.#parts.watch.seek(positionS);
    this.#parts.correction.seeksRolling(corrective);
  }

  /** Embedded players hear of a seek late, and tell of it later still. */
  judgeRollingSeek(target: FollowTarget, nowMs: number): void {
    if (this.#rolling === null || nowMs - this.#rolling.atMs < ROLLING_JUDGED_AFTER_MS) return;
    const { offBeforeS } = this.#rolling;
    this.#rolling = null;
    if (this.#parts.mode() !== 'following' || !target.playback.timeline.playing) return;
    const hereS = this.#parts.player.currentTime;
    const wantedS = target.positionAt(nowMs);
    if (this.#parts.reach.wasInVain(offBeforeS, Math.abs(wantedS - hereS))) this.#parts.reach.landedElsewhere(wantedS, hereS, nowMs);
    else this.#parts.reach.arrived();
  }
}
