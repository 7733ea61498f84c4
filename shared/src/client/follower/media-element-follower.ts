import { isPlayBlocked, type MediaElementLike, type PlayerTraits } from '../medium/media-element.ts';
import { Medium } from '../medium/medium.ts';
import { Reach } from '../medium/reach.ts';
import type { PlayerHandle } from '../session/session-client.types.ts';
import { Approach } from './approach.ts';
import { DriftCorrection } from './drift-correction.ts';
import { type FollowTarget, isOver } from './follow-target.ts';
import type { FollowerDeps, FollowerParts } from './follower-parts.ts';
import { Halts } from './halts.ts';
import type { Landing } from './landing.ts';
import { PlayerHealthMonitor } from './player-health-monitor.ts';
import type { FollowerMode, PlayerHealth } from './player-standing.ts';
import { PlayerWatch, type UserIntents } from './player-watch.ts';
import { type PositionReading, type ReadingSource, readPositions } from './reading-source.ts';
import { Rest } from './rest.ts';
import { RestingPlace } from './resting-place.ts';
import { Standstill } from './standstill.ts';

/** How often the player is looked after, in milliseconds. */
const TICK_MS = 250;

/** A user's own pause is left alone this long, until the party has answered. */
const USER_GRACE_MS = 1500;

const HAVE_METADATA = 1;

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
  readonly #place: RestingPlace;
  readonly #halts: Halts;
  readonly #approach: Approach;
  readonly #rest: Rest;
  readonly #monitor: PlayerHealthMonitor;
  readonly #stops: (() => void)[] = [];
  #mode: FollowerMode = 'waiting';
  #tickTimer: unknown = null;
  #graceUntilMs = Number.NEGATIVE_INFINITY;
  #followedVersion = -1;
  /** The newest timeline that was looked at for what a person did. */
  #observedVersion = -1;
  /** When the player was last seen to run, or to load. */
  #activeAtMs: number;
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
    this.#place = new RestingPlace(player, this.#watch, this.#reach, deps.env);
    this.#halts = new Halts(deps.env);
    const parts: FollowerParts = {
      env: deps.env,
      player,
      watch: this.#watch,
      reach: this.#reach,
      correction: this.#correction,
      standstill: this.#standstill,
      medium: this.#medium,
      place: this.#place,
      target: () => this.#target(),
      isCoarse: () => this.#isCoarse(),
      activeAtMs: () => this.#activeAtMs,
      mode: () => this.#mode,
      enter: (mode) => {
        this.#mode = mode;
        if (mode === 'stranded') this.#place.forget();
      },
      leaveMotion: () => this.#leaveMotion(),
      start: (landing, lateMs) => this.#start(landing, lateMs),
    };
    this.#approach = new Approach(parts);
    this.#rest = new Rest(parts);
    this.#monitor = new PlayerHealthMonitor(parts, this.#approach, deps.onHealth);
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
    this.#monitor.look();
  }

  async resumeAfterGesture(): Promise<void> {
    this.#halts.forget();
    this.#mode = 'waiting';
    this.#followedVersion = -1;
    const target = this.#target();
    // Play inside the gesture itself: only then does the browser count it. At the end it would start over.
    if (target?.playback.timeline.playing && !isOver(target, this.#deps.env.nowMs()) && !this.#player.ended) {
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

  get health(): PlayerHealth {
    return this.#monitor.read();
  }

  setCondition(condition: 'advert' | 'unplayable' | null): void {
    this.#monitor.condition = condition;
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
    if (this.#monitor.condition === 'advert' || nowMs < this.#graceUntilMs) return;
    this.#approach.judgeRollingSeek(target, nowMs);
    this.#observe(target);
    this.#tellLiveEnded(timeline.version);
    if (!timeline.playing) {
      this.#rest.pause(target);
      this.#followedVersion = timeline.version;
      return;
    }
    if (this.#medium.isAtOwnPlace) {
      this.#followLive(timeline.version, timeline.rate);
      return;
    }
    if (isOver(target, nowMs)) {
      this.#rest.finish(target);
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
  #observe({ playback: { timeline } }: FollowTarget): void {
    if (timeline.version === this.#observedVersion) return;
    this.#observedVersion = timeline.version;
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
      this.#monitor.look();
      return;
    }
    const start = landing && { lateMs, restedMs: landing.plan.restedMs };
    this.#correction.starts(start, landing?.plan.corrective ?? false);
    this.#watch.play().catch((error: unknown) => this.#onPlayRefused(error));
    this.#monitor.look();
  }

  #onPlayRefused(error: unknown): void {
    if (this.#detached || this.#mode !== 'following') return;
    if (!isPlayBlocked(error)) return;
    this.#mode = 'blocked';
    this.#monitor.look();
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

  #onStrayed(fromS: number, toS: number, overHole: boolean): void {
    const target = this.#target();
    if (this.#mode !== 'following' || this.#medium.isAtOwnPlace || !target) return;
    this.#approach.comeBack(target, fromS, toS, overHole);
    this.#monitor.look();
  }

  #onHalted(): void {
    if (this.#mode !== 'following' || !this.#halts.note()) return;
    this.#leaveMotion();
    this.#mode = 'blocked';
    this.#monitor.look();
  }

  // ── the player's own life ────────────────────────────────────────────────────────────────────────────────────────

  #onWaiting(): void {
    if (this.#mode === 'following') this.#standstill.begin();
  }

  #onPlaying(): void {
    // What took the sound away has given it back.
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
    this.#place.forget();
    this.#medium.forget();
  }

  #target(): FollowTarget | null {
    return this.#deps.target(this.#medium.lengthS);
  }

  #isCoarse(): boolean {
    return this.#traits.coarseClock || this.#traits.rates !== null || this.#readings.coarse;
  }

  #listen(type: string, listener: () => void): void {
    this.#player.addEventListener(type, listener);
    this.#stops.push(() => this.#player.removeEventListener(type, listener));
  }
}
