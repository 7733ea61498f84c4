import type { MemberState } from '../../protocol/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { isPlayBlocked, type MediaElementLike, type PlayerTraits } from '../medium/media-element.ts';
import { Medium } from '../medium/medium.ts';
import { Reach } from '../medium/reach.ts';
import type { PlayerHandle } from '../session/session-client.types.ts';
import type { MediaReach, SyncPhase } from '../session/session-state.ts';
import { Approach } from './approach.ts';
import { DriftCorrection } from './drift-correction.ts';
import type { FollowTarget } from './follow-target.ts';
import { Halts } from './halts.ts';
import type { Landing } from './landing.ts';
import { type FollowerMode, standingOf } from './player-standing.ts';
import { PlayerWatch, type UserIntents } from './player-watch.ts';
import { type PositionReading, type ReadingSource, readPositions } from './reading-source.ts';
import { RestingPlace } from './resting-place.ts';
import { Standstill } from './standstill.ts';

/** How often the player is looked after, in milliseconds. */
const TICK_MS = 250;

/** A player this close to its end is let run out to it, in seconds. */
const RUNS_OUT_S = 2;

/** Positions closer to the end than this are the end, in seconds. */
const AT_END_S = 0.05;

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
  /**
   * Called when what was live has become a recording and the timeline does not say yet where in it the party is: this player
   * is here, in seconds. Called again with every later version of the timeline that does not say it.
   */
  onLiveEnded?(positionS: number, durationS: number): void;
}

/** Keeps one player at the session's timeline. */
export class MediaElementFollower implements PlayerHandle {
  readonly #player: MediaElementLike;
  readonly #deps: FollowerDeps;
  readonly #traits: PlayerTraits;
  readonly #watch: PlayerWatch;
  readonly #readings: ReadingSource;
  readonly #correction: DriftCorrection;
  readonly #reach: Reach;
  readonly #medium: Medium;
  readonly #standstill: Standstill;
  readonly #rest: RestingPlace;
  readonly #halts: Halts;
  readonly #approach: Approach;
  readonly #stops: (() => void)[] = [];
  #mode: FollowerMode = 'waiting';
  #tickTimer: unknown = null;
  #condition: 'advert' | 'unplayable' | null = null;
  #graceUntilMs = Number.NEGATIVE_INFINITY;
  #followedVersion = -1;
  /** The newest timeline that was looked at for what a person did. */
  #heardVersion = -1;
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
    this.#reach = new Reach(player, () => this.#isCoarse());
    this.#medium = new Medium(player, traits, deps.env, (positionS) => this.#watch.seek(positionS));
    this.#standstill = new Standstill(player, deps.env);
    this.#rest = new RestingPlace(player, this.#watch, this.#reach, deps.env);
    this.#halts = new Halts(deps.env);
    this.#approach = new Approach({
      env: deps.env,
      player,
      watch: this.#watch,
      reach: this.#reach,
      correction: this.#correction,
      standstill: this.#standstill,
      isCoarse: () => this.#isCoarse(),
      activeAtMs: () => this.#activeAtMs,
      mode: () => this.#mode,
      enter: (mode) => {
        this.#mode = mode;
        if (mode === 'stranded') this.#rest.forget();
      },
      leaveMotion: () => this.#leaveMotion(),
      start: (landing, lateMs) => this.#start(landing, lateMs),
    });
    this.#readings = readPositions(player, deps.env, (reading) => this.#onReading(reading));
    for (const type of ['loadedmetadata', 'durationchange', 'emptied', 'canplay', 'seeked', 'playing', 'ended', 'error']) {
      this.#listen(type, () => this.update());
    }
    this.#listen('loadedmetadata', () => {
      this.#activeAtMs = this.#deps.env.nowMs();
    });
    this.#listen('emptied', () => this.#forget());
    this.#listen('waiting', () => this.#onWaiting());
    this.#listen('playing', () => this.#onPlaying());
    this.#tick();
  }

  /** Looks at the timeline and the player anew; called whenever either may have changed. */
  update(): void {
    if (this.#detached) return;
    const target = this.#target();
    if (this.#player.readyState < HAVE_METADATA || !target || this.#player.error) {
      this.#leaveMotion();
      this.#mode = 'waiting';
      this.#followedVersion = -1;
    } else {
      this.#follow(target);
      this.#stateDuration();
    }
    this.#publish();
  }

  async resumeAfterGesture(): Promise<void> {
    this.#halts.forget();
    this.#mode = 'waiting';
    this.#followedVersion = -1;
    const target = this.#target();
    // Play inside the gesture itself: only then does the browser count it. At the end it would start over.
    if (target?.playback.timeline.playing && !this.#isOver(target) && !this.#player.ended) {
      try {
        await this.#watch.play();
      } catch {
        // Refused again: `update` finds out and stays blocked.
      }
    }
    this.update();
  }

  resync(): void {
    this.#reach.forget();
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

  goToLive(): void {
    const { liveS } = this.#medium;
    if (liveS === null) return;
    this.#standstill.end();
    this.#watch.seek(liveS);
    this.update();
  }

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
    if (!this.#medium.look(target)) {
      this.#leaveMotion();
      this.#mode = 'waiting';
      this.#followedVersion = -1;
      return;
    }
    if (this.#condition === 'advert' || nowMs < this.#graceUntilMs) return;
    this.#approach.judgeRollingSeek(target, nowMs);
    this.#hear(target);
    this.#tellLiveEnded(timeline.version);
    if (!timeline.playing) {
      this.#standStill(timeline.positionS, timeline.rate);
      this.#followedVersion = timeline.version;
      return;
    }
    if (this.#medium.isAtOwnPlace) {
      this.#followLive(timeline.version, timeline.rate);
      return;
    }
    if (this.#isOver(target)) {
      this.#finish(target);
      this.#followedVersion = timeline.version;
    } else if (this.#mode === 'blocked') {
      return;
    } else if (timeline.version !== this.#followedVersion || this.#mode === 'over') {
      this.#followedVersion = timeline.version;
      this.#adopt(target, nowMs);
    } else if (this.#mode === 'landing') {
      this.#approach.proceed(target);
    } else if (this.#mode === 'stranded') {
      this.#approach.goOnWhereOpen(target, nowMs);
    } else {
      this.#approach.overcomeStandstill(target, nowMs);
    }
  }

  /** What a person has done to the timeline may bring within reach what was not. */
  #hear({ playback: { timeline } }: FollowTarget): void {
    if (timeline.version === this.#heardVersion) return;
    this.#heardVersion = timeline.version;
    if (['seek', 'load', 'anchor', 'play'].includes(timeline.cause.kind)) this.#reach.tryAgain();
  }

  /** A timeline that is new to this player: go on if it is there already, else land on it. */
  #adopt(target: FollowTarget, nowMs: number): void {
    const { timeline } = target.playback;
    if (target.startsAtLocalMs > nowMs) {
      this.#approach.landBy(target, timeline.positionS, target.startsAtLocalMs, 1, false);
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
    this.#approach.landAhead(target, 1, false);
  }

  #standStill(positionS: number, rate: number): void {
    // Firefox stops a frame or two ahead of the `currentTime` it then tells: whoever comes out of motion is always sought.
    const moving = !this.#player.paused;
    this.#leaveMotion();
    this.#mode = 'resting';
    this.#watch.pause();
    this.#watch.setRate(rate);
    if (this.#medium.isAtOwnPlace) return;
    const duration = this.#player.duration;
    this.#rest.keep(Number.isFinite(duration) ? Math.min(positionS, duration) : positionS, moving);
  }

  /** The timeline has run past the end: the last picture stands, and nothing plays again by itself. */
  #finish(target: FollowTarget): void {
    const endS = target.endS ?? 0;
    const leftS = endS - this.#player.currentTime;
    const runs = this.#mode === 'following' && !this.#player.paused && this.#standstill.sinceMs === null;
    if (runs && leftS > 0 && leftS < RUNS_OUT_S && !this.#player.ended) return;
    const entering = this.#mode !== 'over';
    this.#leaveMotion();
    this.#mode = 'over';
    this.#watch.pause();
    if (entering) this.#watch.setRate(target.playback.timeline.rate);
    // An embedded player that is sought at its end plays again.
    const nearS = this.#isCoarse() ? RUNS_OUT_S : AT_END_S;
    if (!this.#player.ended && Math.abs(leftS) > nearS) this.#rest.keep(endS, entering);
  }

  #isOver(target: FollowTarget): boolean {
    const { endS } = target;
    return endS !== null && target.positionAt(this.#deps.env.nowMs()) >= endS - 0.001;
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

  // ── starting ─────────────────────────────────────────────────────────────────────────────────────────────────────

  #start(landing: Landing | null, lateMs: number): void {
    this.#approach.cancel();
    this.#standstill.end();
    this.#mode = 'following';
    // Played from its end a medium would begin anew.
    if (this.#player.ended) {
      this.#publish();
      return;
    }
    const start = landing && { lateMs, restedMs: landing.plan.restedMs };
    this.#correction.starts(start, landing?.plan.corrective ?? false);
    this.#watch.play().catch((error: unknown) => this.#onPlayRefused(error));
    this.#publish();
  }

  #onPlayRefused(error: unknown): void {
    if (this.#detached || this.#mode !== 'following') return;
    if (!isPlayBlocked(error)) return;
    this.#mode = 'blocked';
    this.#publish();
  }

  // ── drift ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #onReading(reading: PositionReading): void {
    this.#watch.notePosition(reading.positionS);
    if (this.#mode !== 'following' || this.#standstill.sinceMs !== null || this.#medium.isAtOwnPlace) return;
    const target = this.#target();
    if (!target || this.#player.paused || this.#player.seeking) return;
    this.#reach.plays(reading.positionS);
    const maySeek = () => this.#reach.wayTo(target.positionAt(reading.atMs), this.#deps.env.nowMs()).kind !== 'none';
    if (this.#correction.read(reading, target, maySeek)) this.#approach.landAhead(target, 1, true);
  }

  /** The player has gone elsewhere by itself: over a hole it waits there for the timeline, else it is brought back. */
  #onStrayed(fromS: number, toS: number, overHole: boolean): void {
    const target = this.#target();
    if (this.#mode !== 'following' || this.#medium.isAtOwnPlace || !target) return;
    const nowMs = this.#deps.env.nowMs();
    const awayFromS = Number.isNaN(fromS) ? target.positionAt(nowMs) : fromS;
    if (overHole && toS > awayFromS) this.#reach.noteGap(awayFromS, toS);
    else if (toS < awayFromS) this.#reach.landedElsewhere(awayFromS, toS, nowMs);
    else this.#reach.gotNothing(nowMs);
    this.#approach.landAhead(target, 1, false);
    this.#publish();
  }

  #onHalted(): void {
    if (this.#mode !== 'following' || !this.#halts.note()) return;
    this.#leaveMotion();
    this.#mode = 'blocked';
    this.#publish();
  }

  // ── the player's own life ────────────────────────────────────────────────────────────────────────────────────────

  #onWaiting(): void {
    if (this.#mode === 'following') this.#standstill.begin();
  }

  #onPlaying(): void {
    // Whoever took the sound away has given it back.
    if (this.#mode === 'blocked' && this.#halts.isHalted && !this.#player.paused) {
      this.#halts.forget();
      this.resync();
    }
    if (this.#mode === 'following' && this.#standstill.end()) this.#correction.disturbed(this.#deps.env.nowMs());
  }

  #tick(): void {
    this.#tickTimer = this.#deps.env.setTimer(() => this.#tick(), TICK_MS);
    if (this.#readings?.coarse) this.#correction.becameCoarse();
    const nowMs = this.#deps.env.nowMs();
    if (!this.#player.paused) this.#activeAtMs = nowMs;
    // A clock that stood is measured anew when it moves again.
    if (this.#standstill.look(this.#mode === 'following') === 'moves-again') this.#correction.disturbed(nowMs);
    this.#reach.isFilling(nowMs);
    const resumable = this.#mode === 'following' && this.#watch.userPaused && !this.#player.ended;
    if (resumable && nowMs >= this.#graceUntilMs && !this.#deps.env.hidden?.()) {
      // Paused by the browser, or by a user whom the party did not follow.
      this.#followedVersion = -1;
    }
    this.update();
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
      strayed: (fromS, toS, overHole) => this.#onStrayed(fromS, toS, overHole),
      halted: () => this.#onHalted(),
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
    this.#approach.cancel();
    this.#standstill.end();
  }

  #stateDuration(): void {
    const newS = this.#medium.newLength();
    if (newS !== null) this.#deps.onDuration(newS);
  }

  #tellLiveEnded(version: number): void {
    if (this.#mode !== 'following' && this.#mode !== 'resting') return;
    const lengthS = this.#medium.endedLive(version);
    if (lengthS !== null) this.#deps.onLiveEnded?.(this.#player.currentTime, lengthS);
  }

  /** Another source: nothing that was found out holds. */
  #forget(): void {
    this.#reach.forget();
    this.#rest.forget();
    this.#medium.forget();
  }

  #target(): FollowTarget | null {
    return this.#deps.target(this.#medium.lengthS);
  }

  #isCoarse(): boolean {
    return this.#traits.coarseClock || this.#traits.rates !== null || this.#readings.coarse;
  }

  // ── health ───────────────────────────────────────────────────────────────────────────────────────────────────────

  #publish(): void {
    const health = this.#health();
    const last = this.#lastHealth;
    const same =
      last &&
      last.state === health.state &&
      last.phase === health.phase &&
      last.driftMs === health.driftMs &&
      last.reach === health.reach &&
      last.behindLiveS === health.behindLiveS;
    this.#lastHealth = health;
    if (!same) this.#deps.onHealth(health);
  }

  get health(): PlayerHealth {
    return this.#health();
  }

  #health(): PlayerHealth {
    const positionS = this.#player.readyState >= HAVE_METADATA ? this.#player.currentTime : null;
    const driftMs = this.#mode === 'following' && !this.#medium.isAtOwnPlace ? this.#correction.estimateMs : null;
    const target = this.#medium.isAtOwnPlace ? null : this.#target();
    const ended = target !== null && this.#isOver(target);
    const nowMs = this.#deps.env.nowMs();
    // At an end that is this player's alone the others watch on: "watch again" there would take them along.
    const endsAlone = ended && target.goesOnWithout(nowMs);
    const reach = endsAlone ? 'breaks-off' : this.#reach.standing(target?.positionAt(nowMs) ?? null);
    const standing = standingOf({
      mode: this.#mode,
      condition: this.#condition,
      failed: Boolean(this.#player.error),
      reach,
      ended,
      endsAlone,
      seeking: this.#player.seeking,
      hidden: this.#deps.env.hidden?.() ?? false,
      live: this.#medium.isAtOwnPlace,
      coarse: this.#isCoarse(),
      stalledForMs: this.#stalledForMs(),
      heldForMs: this.#mode === 'following' ? this.#standstill.heldForMs : 0,
      driftMs,
    });
    return { ...standing, driftMs, positionS, reach, behindLiveS: this.#medium.behindLiveS };
  }

  #stalledForMs(): number | null {
    if (this.#mode === 'resting') return this.#rest.waitsForMs;
    if (this.#approach.isScheduled) return null;
    const sinceMs = this.#approach.emptySinceMs ?? this.#standstill.sinceMs;
    return sinceMs === null ? null : this.#deps.env.nowMs() - sinceMs;
  }

  #listen(type: string, listener: () => void): void {
    this.#player.addEventListener(type, listener);
    this.#stops.push(() => this.#player.removeEventListener(type, listener));
  }
}
