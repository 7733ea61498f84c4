import {
  type Moment,
  type OutboxEntry,
  openSitting,
  type Place,
  playOpensSitting,
  type ResumeDevice,
  type ResumeMedia,
  type ResumeRecord,
  SAVE_INTERVAL_MS,
  SAVE_JITTER,
  SEEK_DEBOUNCE_MS,
  type Sitting,
  saveSitting,
  seekSitting,
  watch,
} from '../../resume/index.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';

/** How often it is looked how far the player has come, in milliseconds. */
const LOOK_INTERVAL_MS = 1000;

/** The slowest that anything is watched: what moved less than this in a time was not moving for all of it. */
const RATE_MIN = 0.25;

/** What is watched, as its player says it. */
export interface TrackedPlayer {
  /** Milliseconds; null while the player knows of none. */
  positionMs(): number | null;
  /** Milliseconds; null while it is not known, infinite for what is live. */
  durationMs(): number | null;
  playing(): boolean;
}

/** What a tracker has to say: an entry but for whose it is. */
export type Said = Pick<OutboxEntry, 'kind' | 'said' | 'intent' | 'saved'> & { readonly media: ResumeMedia | null };

export interface ResumeTrackerOptions {
  readonly contentId: string;
  readonly media: ResumeMedia | null;
  readonly device: ResumeDevice;
  /** What was known of the title when it was begun here. */
  readonly known: ResumeRecord | null;
  readonly player: TrackedPlayer;
  readonly environment: ClientEnvironment;
  /** A moment of now, by this program's clocks. */
  moment(): Moment;
  newSittingId(): string;
  say(said: Said): void;
}

/**
 * Tracks one player through one title and saves its place: every 10 s while it plays, and at once after a gesture. What
 * counts as a gesture is called here; everything else is only observed.
 */
export class ResumeTracker {
  readonly #options: ResumeTrackerOptions;
  #sitting: Sitting | null = null;
  #intent: Moment;
  #known: ResumeRecord | null;
  #lookTimer: unknown = null;
  #seekTimer: unknown = null;
  #lastLookMs: number;
  #lastPositionMs: number | null = null;
  #pausedAtMs: number | null = null;
  #nextSaveMs = 0;
  #unsaved = false;
  #completed = false;
  #stopped = false;

  constructor(options: ResumeTrackerOptions) {
    this.#options = options;
    this.#known = options.known;
    this.#intent = options.moment();
    this.#lastLookMs = options.environment.nowMs();
    this.#schedule();
  }

  /** A person begins to watch here, or takes over from another device. */
  begin(): void {
    const place = this.#place();
    if (place !== null) this.#open(place);
  }

  /** A person pressed play. */
  played(): void {
    const { environment } = this.#options;
    const pausedForMs = this.#pausedAtMs === null ? 0 : environment.nowMs() - this.#pausedAtMs;
    if (this.#sitting === null || playOpensSitting(pausedForMs)) this.begin();
    this.#pausedAtMs = null;
  }

  /** A person jumped; several jumps in a moment are one. */
  jumped(fromMs: number, toMs: number): void {
    const { environment } = this.#options;
    this.#look();
    const durationMs = this.#durationMs();
    const from = { positionMs: Math.round(fromMs), durationMs };
    const to = { positionMs: Math.round(toMs), durationMs };
    if (this.#sitting === null) this.#open(to);
    else if (this.#seekTimer === null) this.#sitting = seekSitting(this.#sitting, this.#gesture(), from, to);
    this.#lastPositionMs = to.positionMs;
    environment.clearTimer(this.#seekTimer);
    this.#seekTimer = environment.setTimer(() => {
      this.#seekTimer = null;
      this.#save('gesture');
    }, SEEK_DEBOUNCE_MS);
  }

  /** It stands still now, for whatever reason. */
  paused(): void {
    this.#look();
    this.#pausedAtMs ??= this.#options.environment.nowMs();
    if (this.#unsaved) this.#save('heartbeat');
  }

  /** It came to its end. */
  ended(): void {
    this.#look();
    this.#save('gesture');
    this.#pausedAtMs ??= this.#options.environment.nowMs();
  }

  /** The page may be gone in a moment. */
  flush(): void {
    this.#look();
    if (this.#seekTimer !== null) {
      this.#options.environment.clearTimer(this.#seekTimer);
      this.#seekTimer = null;
      this.#save('gesture');
    } else if (this.#unsaved) this.#save('heartbeat');
  }

  stop(): void {
    if (this.#stopped) return;
    this.flush();
    this.#stopped = true;
    this.#options.environment.clearTimer(this.#lookTimer);
  }

  #schedule(): void {
    const { environment } = this.#options;
    this.#lookTimer = environment.setTimer(() => {
      if (this.#stopped) return;
      this.#look();
      if (this.#unsaved && this.#seekTimer === null && environment.nowMs() >= this.#nextSaveMs) this.#save('heartbeat');
      this.#schedule();
    }, LOOK_INTERVAL_MS);
  }

  /** Counts what was watched since the last look: time that passed while it moved. */
  #look(): void {
    const { environment, player } = this.#options;
    const nowMs = environment.nowMs();
    const positionMs = player.positionMs();
    const passedMs = nowMs - this.#lastLookMs;
    const before = this.#lastPositionMs;
    this.#lastLookMs = nowMs;
    this.#lastPositionMs = positionMs;
    if (positionMs === null || before === null || this.#sitting === null || passedMs <= 0) return;
    const movedMs = positionMs - before;
    if (movedMs === 0) return;
    this.#unsaved = true;
    if (movedMs < 0 || !player.playing()) return;
    this.#pausedAtMs = null;
    const committed = this.#sitting.committed;
    this.#sitting = watch(this.#sitting, Math.min(passedMs, movedMs / RATE_MIN));
    // From now on it counts: other devices should know.
    if (!committed && this.#sitting.committed) this.#nextSaveMs = nowMs;
  }

  #open(place: Place): void {
    const { contentId } = this.#options;
    this.#sitting = openSitting(contentId, this.#gesture(), place, this.#known);
    this.#lastPositionMs = place.positionMs;
    this.#save('gesture');
  }

  #gesture(): { readonly sittingId: string; readonly intentAtMs: number } {
    this.#intent = this.#options.moment();
    // The server's time of it is known when it is sent, and not before.
    return { sittingId: this.#options.newSittingId(), intentAtMs: 0 };
  }

  #save(kind: OutboxEntry['kind']): void {
    const { device, environment, media, say, moment } = this.#options;
    const place = this.#place();
    if (this.#sitting === null || place === null) return;
    const { sitting, record } = saveSitting(this.#sitting, place, { savedAtMs: 0, device });
    this.#sitting = sitting;
    this.#known = record;
    this.#unsaved = false;
    const spread = 1 - SAVE_JITTER + 2 * SAVE_JITTER * environment.random();
    this.#nextSaveMs = environment.nowMs() + SAVE_INTERVAL_MS * spread;
    const { intentAtMs: _, savedAtMs: __, ...said } = record;
    // What completes a title never gives way to a later word.
    const completes = record.state === 'completed' && !this.#completed;
    this.#completed = record.state === 'completed';
    say({ kind: completes ? 'gesture' : kind, said, intent: this.#intent, saved: moment(), media });
  }

  /** Null where there is nothing to remember: before anything is loaded, and of what is live. */
  #place(): Place | null {
    const positionMs = this.#options.player.positionMs();
    const durationMs = this.#options.player.durationMs();
    if (positionMs === null || durationMs === Number.POSITIVE_INFINITY) return null;
    const end = durationMs === null ? positionMs : Math.min(positionMs, durationMs);
    return { positionMs: Math.max(0, end), durationMs };
  }

  #durationMs(): number | null {
    const durationMs = this.#options.player.durationMs();
    return durationMs === Number.POSITIVE_INFINITY ? null : durationMs;
  }
}
