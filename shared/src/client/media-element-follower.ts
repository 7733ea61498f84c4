import type { MemberState } from '../protocol/index.ts';
import { DriftCorrection } from './drift-correction.ts';
import type { FollowTarget } from './follow-target.ts';
import { Landing, SAME_POSITION_S } from './landing.ts';
import type { MediaElementLike, PlayerTraits } from './media-element.ts';
import { ADVERT_AFTER_MS, type FollowerMode, standingOf } from './player-standing.ts';
import { PlayerWatch, type UserIntents } from './player-watch.ts';
import { type PositionReading, type ReadingSource, readPositions } from './reading-source.ts';
import type { ClientEnvironment, PlayerHandle } from './session-client.types.ts';
import type { MediaReach, SyncPhase } from './session-state.ts';

/** How often the player is looked after, in milliseconds. */
const TICK_MS = 250;

/** A user's own pause is left alone this long, until the party has answered. */
const USER_GRACE_MS = 1500;

const HAVE_METADATA = 1;

export interface PlayerHealth {
  readonly state: MemberState;
  readonly phase: SyncPhase;
  readonly driftMs: number | null;
  readonly positionS: number | null;
  readonly reach: MediaReach;
  readonly behindLiveS: number | null;
}

export interface FollowerDeps {
  readonly env: ClientEnvironment;
  /** The target as it is now; null while there is none. */
  target(ownDurationS: number | null): FollowTarget | null;
  /** What the user did to the player itself. */
  readonly intents: UserIntents;
  /** Called when the health changed. */
  onHealth(health: PlayerHealth): void;
  /** Called when the player knows how long its medium is, in seconds. */
  onDuration(durationS: number): void;
}

/** Keeps one player at the session's timeline. */
export class MediaElementFollower implements PlayerHandle {
  readonly #player: MediaElementLike;
  readonly #deps: FollowerDeps;
  readonly #traits: PlayerTraits;
  readonly #watch: PlayerWatch;
  readonly #readings: ReadingSource;
  readonly #correction: DriftCorrection;
  readonly #stops: (() => void)[] = [];
  #mode: FollowerMode = 'waiting';
  #landing: Landing | null = null;
  #tickTimer: unknown = null;
  #stalledSinceMs: number | null = null;
  /** Where the clock was when it was last seen to move, and when that was. */
  #lastMove = { positionS: Number.NaN, atMs: 0 };
  #condition: 'advert' | 'unplayable' | null = null;
  #graceUntilMs = Number.NEGATIVE_INFINITY;
  #followedVersion = -1;
  #statedDurationS: number | null = null;
  /** When the player was last seen to run, or to load. */
  #activeAtMs: number;
  #lastHealth: PlayerHealth | null = null;
  #detached = false;

  constructor(player: MediaElementLike, traits: PlayerTraits, deps: FollowerDeps) {
    this.#player = player;
    this.#traits = traits;
    this.#deps = deps;
    this.#activeAtMs = deps.env.nowMs();
    this.#watch = new PlayerWatch(player, deps.env, this.#userIntents());
    this.#correction = new DriftCorrection(player, traits, this.#watch, deps.env);
    this.#readings = readPositions(player, deps.env, (reading) => this.#onReading(reading));
    for (const type of [
      'loadedmetadata',
      'durationchange',
      'emptied',
      'canplay',
      'seeked',
      'playing',
      'ended',
      'error',
    ]) {
      this.#listen(type, () => this.update());
    }
    this.#listen('loadedmetadata', () => {
      this.#activeAtMs = this.#deps.env.nowMs();
    });
    this.#listen('waiting', () => this.#onWaiting());
    this.#listen('playing', () => this.#onPlaying());
    this.#tick();
  }

  /** Looks at the timeline and the player anew; called whenever either may have changed. */
  update(): void {
    if (this.#detached) return;
    const target = this.#target();
    if (this.#player.readyState < HAVE_METADATA || !target) {
      this.#leaveMotion();
      this.#mode = 'waiting';
      this.#followedVersion = -1;
    } else {
      this.#stateDuration();
      this.#follow(target);
    }
    this.#publish();
  }

  async resumeAfterGesture(): Promise<void> {
    this.#mode = 'waiting';
    this.#followedVersion = -1;
    // Play inside the gesture itself: only then does the browser count it.
    if (this.#target()?.playback.timeline.playing) {
      try {
        await this.#watch.play();
      } catch {
        // Refused again: `update` finds out and stays blocked.
      }
    }
    this.update();
  }

  resync(): void {
    this.#correction.reset(this.#readings.coarse);
    this.#followedVersion = -1;
    this.update();
  }

  /** The clock was found anew (sleep, another network): what was measured before says nothing. */
  disturbed(): void {
    this.#correction.disturbed(this.#deps.env.nowMs());
    this.update();
  }

  setCondition(condition: 'advert' | 'unplayable' | null): void {
    this.#condition = condition;
    this.update();
  }

  goToLive(): void {}

  detach(): void {
    if (this.#detached) return;
    this.#leaveMotion();
    this.#detached = true;
    this.#deps.env.clearTimer(this.#tickTimer);
    this.#readings.stop();
    this.#watch.stop();
    for (const stop of this.#stops) stop();
  }

  // ── following ────────────────────────────────────────────────────────────────────────────────────────────────────

  #follow(target: FollowTarget): void {
    const { timeline } = target.playback;
    const nowMs = this.#deps.env.nowMs();
    if (this.#condition === 'advert' || nowMs < this.#graceUntilMs) return;
    if (!timeline.playing) {
      this.#rest(timeline.positionS, timeline.rate);
      this.#followedVersion = timeline.version;
      return;
    }
    if (this.#isLive()) {
      this.#followLive(timeline.version, timeline.rate);
      return;
    }
    if (this.#mode === 'blocked') return;
    if (timeline.version !== this.#followedVersion) {
      this.#followedVersion = timeline.version;
      this.#adopt(target, nowMs);
    } else if (this.#mode === 'landing') {
      this.#continueLanding(target);
    }
  }

  /** A timeline that is new to this player: go on if it is there already, else land on it. */
  #adopt(target: FollowTarget, nowMs: number): void {
    const { timeline } = target.playback;
    if (target.startsAtLocalMs > nowMs) {
      this.#land(target, timeline.positionS, target.startsAtLocalMs, 1, false);
      return;
    }
    const offMs = Math.abs(this.#player.currentTime - target.positionAt(nowMs)) * 1000;
    if (this.#mode === 'following' && !this.#player.paused && offMs < 400) {
      this.#correction.end(timeline.rate);
      this.#watch.setRate(timeline.rate);
      // Played away, not sought: the picture goes on.
      this.#correction.disturbed(nowMs, true);
      return;
    }
    this.#landAhead(target, 1, false);
  }

  #rest(positionS: number, rate: number): void {
    // Firefox stops a frame or two ahead of the `currentTime` it then tells: whoever comes out of motion is always sought.
    const moving = !this.#player.paused;
    this.#leaveMotion();
    this.#mode = 'resting';
    this.#watch.pause();
    this.#watch.setRate(rate);
    const duration = this.#player.duration;
    const restS = Number.isFinite(duration) ? Math.min(positionS, duration) : positionS;
    if (this.#isLive()) return;
    const away = !this.#player.seeking && Math.abs(this.#player.currentTime - restS) > SAME_POSITION_S;
    if (moving || away) this.#watch.seek(restS);
  }

  /** Live streams without a common clock share play and pause only. */
  #followLive(version: number, rate: number): void {
    if (this.#mode === 'following' && this.#followedVersion === version) return;
    if (this.#mode === 'blocked') return;
    this.#followedVersion = version;
    this.#leaveMotion();
    this.#watch.setRate(rate);
    this.#start(null, 0);
  }

  // ── landing: being at the right place before the time comes ──────────────────────────────────────────────────────

  #landAhead(target: FollowTarget, attempt: number, corrective: boolean): void {
    const nowMs = this.#deps.env.nowMs();
    if (this.#isCoarse() && !this.#player.paused) {
      this.#rollingSeek(target.positionAt(nowMs + this.#correction.book.rollingBudgetMs), corrective);
      return;
    }
    const dueMs = nowMs + this.#correction.book.landingBudgetMs;
    this.#land(target, target.positionAt(dueMs), dueMs, attempt, corrective);
  }

  #land(target: FollowTarget, positionS: number, dueMs: number, attempt: number, corrective: boolean): void {
    this.#leaveMotion();
    this.#mode = 'landing';
    const { rate } = target.playback.timeline;
    const restedMs = this.#player.paused ? dueMs - this.#activeAtMs : 0;
    const plan = { positionS, rate, dueMs, restedMs, attempt, corrective, coarse: this.#isCoarse() };
    this.#landing = new Landing(plan, this.#player, this.#watch, this.#correction.book, this.#deps.env);
    this.#continueLanding(target);
  }

  #continueLanding(target: FollowTarget): void {
    const landing = this.#landing;
    if (!landing) return;
    const missed = landing.proceed((lateMs) => this.#start(landing, lateMs));
    if (missed) this.#landAhead(target, landing.plan.attempt + 1, landing.plan.corrective);
  }

  #start(landing: Landing | null, lateMs: number): void {
    this.#landing = null;
    this.#stalledSinceMs = null;
    this.#mode = 'following';
    const start = landing && { lateMs, restedMs: landing.plan.restedMs };
    this.#correction.starts(start, landing?.plan.corrective ?? false);
    this.#watch.play().catch((error: unknown) => this.#onPlayRefused(error));
    this.#publish();
  }

  /** Embedded players show their own furniture when they are stopped: they are moved while running. */
  #rollingSeek(positionS: number, corrective: boolean): void {
    this.#leaveMotion();
    this.#mode = 'following';
    this.#watch.seek(positionS);
    this.#correction.seeksRolling(corrective);
  }

  #onPlayRefused(error: unknown): void {
    if (this.#detached || this.#mode !== 'following') return;
    if (!isNotAllowed(error)) return;
    this.#mode = 'blocked';
    this.#publish();
  }

  // ── drift ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #onReading(reading: PositionReading): void {
    this.#watch.notePosition(reading.positionS);
    if (this.#mode !== 'following' || this.#stalledSinceMs !== null || this.#isLive()) return;
    const target = this.#target();
    if (!target || this.#player.paused || this.#player.seeking) return;
    if (this.#correction.read(reading, target)) this.#landAhead(target, 1, true);
  }

  // ── the player's own life ────────────────────────────────────────────────────────────────────────────────────────

  #onWaiting(): void {
    if (this.#mode === 'following') this.#stalledSinceMs ??= this.#deps.env.nowMs();
  }

  #onPlaying(): void {
    if (this.#mode !== 'following' || this.#stalledSinceMs === null) return;
    this.#stalledSinceMs = null;
    this.#correction.disturbed(this.#deps.env.nowMs());
  }

  #tick(): void {
    this.#tickTimer = this.#deps.env.setTimer(() => this.#tick(), TICK_MS);
    if (this.#readings?.coarse) this.#correction.becameCoarse();
    const nowMs = this.#deps.env.nowMs();
    if (!this.#player.paused) this.#activeAtMs = nowMs;
    this.#noteMovement(nowMs);
    const resumable = this.#mode === 'following' && this.#watch.userPaused && !this.#player.ended;
    if (resumable && nowMs >= this.#graceUntilMs && !this.#deps.env.hidden?.()) {
      // Paused by the browser, or by a user whom the party did not follow.
      this.#followedVersion = -1;
    }
    // Sought back from its end, or a seek the player lost.
    if (this.#mode === 'following' && this.#player.ended && !this.#atEnd()) this.#followedVersion = -1;
    this.update();
  }

  /** A clock that stood is measured anew when it moves again: the party has gone on meanwhile. */
  #noteMovement(nowMs: number): void {
    const positionS = this.#player.currentTime;
    const running = this.#mode === 'following' && !this.#player.paused && !this.#player.seeking;
    if (running && positionS === this.#lastMove.positionS) return;
    if (running && this.#heldForMs() > ADVERT_AFTER_MS) this.#correction.disturbed(nowMs);
    this.#lastMove = { positionS, atMs: nowMs };
  }

  #heldForMs(): number {
    return this.#mode === 'following' ? this.#deps.env.nowMs() - this.#lastMove.atMs : 0;
  }

  #userIntents(): UserIntents {
    const deferred = (tell: () => void) => {
      this.#graceUntilMs = this.#deps.env.nowMs() + USER_GRACE_MS;
      tell();
    };
    return {
      play: () => deferred(() => this.#deps.intents.play()),
      pause: () => deferred(() => this.#deps.intents.pause()),
      seek: (positionS) => deferred(() => this.#deps.intents.seek(positionS)),
      rate: (rate) => deferred(() => this.#deps.intents.rate(rate)),
    };
  }

  /** The party has answered what the user did: its word holds from now on. */
  intentAnswered(): void {
    this.#graceUntilMs = Number.NEGATIVE_INFINITY;
    this.#followedVersion = -1;
    this.update();
  }

  #leaveMotion(): void {
    this.#correction.end(this.#target()?.playback.timeline.rate ?? 1);
    this.#landing?.cancel();
    this.#landing = null;
    this.#stalledSinceMs = null;
  }

  #stateDuration(): void {
    const { duration } = this.#player;
    if (!Number.isFinite(duration) || duration <= 0 || duration === this.#statedDurationS) return;
    this.#statedDurationS = duration;
    this.#deps.onDuration(duration);
  }

  #target(): FollowTarget | null {
    const { duration } = this.#player;
    return this.#deps.target(Number.isFinite(duration) && duration > 0 ? duration : null);
  }

  #isLive(): boolean {
    return this.#player.duration === Number.POSITIVE_INFINITY;
  }

  #isCoarse(): boolean {
    return this.#traits.coarseClock || this.#traits.rates !== null || this.#readings.coarse;
  }

  #atEnd(): boolean {
    const target = this.#target();
    if (!target || !Number.isFinite(this.#player.duration)) return false;
    return target.positionAt(this.#deps.env.nowMs()) >= this.#player.duration - 0.05;
  }

  // ── health ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #publish(): void {
    const health = this.#health();
    const last = this.#lastHealth;
    const same = last && last.state === health.state && last.phase === health.phase && last.driftMs === health.driftMs;
    this.#lastHealth = health;
    if (!same) this.#deps.onHealth(health);
  }

  get health(): PlayerHealth {
    return this.#health();
  }

  #health(): PlayerHealth {
    const positionS = this.#player.readyState >= HAVE_METADATA ? this.#player.currentTime : null;
    const driftMs = this.#mode === 'following' && !this.#isLive() ? this.#correction.estimateMs : null;
    const standing = standingOf({
      mode: this.#mode,
      condition: this.#condition,
      failed: Boolean(this.#player.error),
      ended: this.#player.ended || this.#atEnd(),
      seeking: this.#player.seeking,
      hidden: this.#deps.env.hidden?.() ?? false,
      live: this.#isLive(),
      coarse: this.#isCoarse(),
      stalledForMs: this.#stalledForMs(),
      heldForMs: this.#heldForMs(),
      driftMs,
    });
    return { ...standing, driftMs, positionS, reach: 'whole', behindLiveS: null };
  }

  #stalledForMs(): number | null {
    if (this.#landing?.scheduled) return null;
    const sinceMs = this.#landing?.begunMs ?? this.#stalledSinceMs;
    return sinceMs === null ? null : this.#deps.env.nowMs() - sinceMs;
  }

  #listen(type: string, listener: () => void): void {
    this.#player.addEventListener(type, listener);
    this.#stops.push(() => this.#player.removeEventListener(type, listener));
  }
}

function isNotAllowed(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'NotAllowedError';
}
