import { Listeners } from '../../listeners.ts';
import type { ClientEnvironment } from '../environment/client-environment.ts';
import { hostEnvironment } from '../environment/environment.ts';
import { isPlayBlocked, type MediaElementLike, type PlayerTraits } from '../medium/media-element.ts';
import type { CommandOutcome, PlayerHandle } from '../session/session-client.types.ts';
import type { SyncPhase } from '../session/session-state.ts';
import type { PlaybackState, SoloClientOptions } from './solo-client.types.ts';
import { SoloMedium } from './solo-medium.ts';
import { SoloPlace } from './solo-place.ts';
import { soloState } from './solo-state.ts';

const DONE: CommandOutcome = { ok: true, changed: true };

/** How often the player is looked at, in milliseconds. */
const LOOK_MS = 1000;

const HAVE_FUTURE_DATA = 3;

/** Playback of one person who watches alone: what they mean, brought to the player that is there, if one is. */
export class SoloPlayback {
  readonly changes = new Listeners();
  readonly stills = new Listeners<[ended: boolean]>();
  readonly #options: SoloClientOptions;
  readonly #env: ClientEnvironment;
  readonly #seen = new SoloPlace();
  #medium: SoloMedium | null = null;
  #lookTimer: unknown = null;
  #wanted = false;
  #blocked = false;
  #rate = 1;
  /** Where to go as soon as the player can, in seconds; what is shown until then. */
  #pendingS: number | null;
  #state: PlaybackState;

  constructor(options: SoloClientOptions) {
    this.#options = options;
    this.#env = options.environment ?? hostEnvironment();
    this.#pendingS = options.startS;
    this.#state = this.#read();
  }

  get state(): PlaybackState {
    return this.#state;
  }

  get positionS(): number | null {
    return this.#pendingS ?? this.#medium?.positionS ?? null;
  }

  get placeS(): number | null {
    const hereS = this.positionS;
    return hereS === null || this.#pendingS !== null ? hereS : this.#seen.placeS(this.#brokeOff ? null : hereS);
  }

  get durationS(): number | null {
    const lengthS = this.#medium?.lengthS ?? Number.NaN;
    return Number.isNaN(lengthS) ? this.#options.media.durationS : lengthS;
  }

  get isMoving(): boolean {
    return this.#medium?.isMoving ?? false;
  }

  async play(): Promise<CommandOutcome> {
    if (this.#medium?.element.ended) this.#pendingS = this.#brokeOff ? this.placeS : 0;
    this.#wanted = true;
    this.#place();
    this.#options.onGesture({ kind: 'played' });
    await this.#run();
    return DONE;
  }

  async pause(): Promise<CommandOutcome> {
    this.#wanted = false;
    this.#medium?.element.pause();
    this.#changed();
    return DONE;
  }

  async seek(toS: number): Promise<CommandOutcome> {
    const fromS = this.positionS ?? this.#options.startS;
    this.#pendingS = Math.max(0, toS);
    this.#place();
    this.#options.onGesture({ kind: 'jumped', fromS, toS: Math.max(0, toS) });
    this.#changed();
    return DONE;
  }

  async setRate(rate: number): Promise<CommandOutcome> {
    this.#rate = rate;
    if (this.#medium !== null) this.#medium.element.playbackRate = rate;
    this.#changed();
    return DONE;
  }

  attach(element: MediaElementLike, traits: Partial<PlayerTraits>): PlayerHandle {
    const medium = new SoloMedium(element, traits, this.#env);
    this.#medium = medium;
    this.#env.clearTimer(this.#lookTimer);
    this.#lookLater();
    if (this.#rate !== 1) element.playbackRate = this.#rate;
    const stop = medium.listen(
      (type) => this.#onEvent(type),
      () => this.#notePlace(),
    );
    this.#place();
    if (this.#wanted) void this.#run();
    this.#changed();
    return {
      resumeAfterGesture: async () => void (await this.play()),
      resync() {},
      setCondition() {},
      goToLive: () => medium.goToLive(),
      detach: () => {
        stop();
        if (this.#medium === medium) this.#detached();
      },
    };
  }

  /** The element is made anew, as after an error: the next one goes on where this one was. */
  #detached(): void {
    this.#pendingS = this.placeS;
    this.#medium = null;
    this.#env.clearTimer(this.#lookTimer);
    this.#changed();
  }

  /** The player says that it has ended, and has not been seen anywhere near its end. */
  get #brokeOff(): boolean {
    return this.#medium?.element.ended === true && this.#seen.isFarBefore(this.#medium.lengthS);
  }

  get #phase(): SyncPhase {
    const element = this.#medium?.element;
    if (this.#blocked) return 'blocked';
    if (this.#brokeOff) return 'unplayable';
    if (element?.ended) return 'ended';
    return this.#wanted && element !== undefined && element.readyState < HAVE_FUTURE_DATA ? 'buffering' : 'idle';
  }

  /** Brings the player to a start or jump that was asked for before it knew the medium. */
  #place(): void {
    const medium = this.#medium;
    if (medium === null || !medium.isReady(this.#options.media)) return;
    medium.judgeSeek();
    if (this.#pendingS === null) return;
    this.#seen.goes(this.#pendingS, medium.element.currentTime);
    medium.goTo(this.#pendingS);
    this.#pendingS = null;
    this.#changed();
  }

  #notePlace(): void {
    const element = this.#medium?.element;
    if (element !== undefined && !element.ended && !element.seeking && this.#pendingS === null) this.#seen.at(element.currentTime);
  }

  /** What only time tells: how far behind live it is, that a length is not to be found. */
  #lookLater(): void {
    this.#lookTimer = this.#env.setTimer(() => {
      this.#place();
      this.#notePlace();
      const before = this.#state.sync;
      const { behindLiveS, reach } = this.#read().sync;
      if (behindLiveS !== before.behindLiveS || reach !== before.reach) this.#changed();
      this.#lookLater();
    }, LOOK_MS);
  }

  async #run(): Promise<void> {
    if (this.#medium === null) return;
    try {
      await this.#medium.element.play();
      this.#blocked = false;
    } catch (error) {
      if (isPlayBlocked(error)) this.#blocked = true;
    }
    this.#changed();
  }

  #onEvent(type: unknown): void {
    this.#place();
    if (type === 'play' && !this.#wanted) {
      // From outside the page: a headset, or picture in picture.
      this.#wanted = true;
      this.#options.onGesture({ kind: 'played' });
    }
    if (type === 'pause' || type === 'ended') {
      const ended = this.#medium?.element.ended === true && !this.#brokeOff;
      if (!this.#blocked) this.#wanted = false;
      this.stills.emit(ended);
    }
    this.#changed();
  }

  #read(): PlaybackState {
    const { media, startS } = this.#options;
    const { positionS } = this;
    return soloState(media, {
      positionS: positionS ?? startS,
      rate: this.#rate,
      playing: this.#wanted,
      phase: this.#phase,
      reach: this.#brokeOff ? 'breaks-off' : (this.#medium?.reach.standing(positionS) ?? 'whole'),
      behindLiveS: this.#medium?.behindLiveS ?? null,
    });
  }

  #changed(): void {
    this.#state = this.#read();
    const { playback } = this.#state;
    if (playback !== null) this.#medium?.lookAtTimeline(playback.timeline, this.#options.media.durationS !== null);
    this.changes.emit();
  }
}
