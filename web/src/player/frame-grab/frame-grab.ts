/** A frame is taken when so much of the medium has been shown, in milliseconds: openings are black, or logos. */
const SHOWN_MS = 5000;
/** After a frame that said nothing, the next is looked at so much later, in milliseconds of what is shown. */
const NEXT_LOOK_MS = 10_000;
/** A medium that has shown nothing by then has nothing to show. */
const LOOKS_MAX = 12;
/** Two readings further apart are not one stretch that was shown, in milliseconds: the page slept. */
const READING_MAX_MS = 1000;

/** What shows the medium, as far as that is read. */
export interface ShownVideo extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  readonly paused: boolean;
  readonly seeking: boolean;
  readonly readyState: number;
  readonly videoWidth: number;
}

export interface FrameGrabParts {
  readonly video: ShownVideo;
  /** How much longer is waited, in milliseconds of what is shown, so that not all players of a party do it at once. */
  readonly delayMs: number;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Does somebody see the page? */
  readonly isSeen: () => boolean;
  /** Calls back when the page has nothing better to do. */
  readonly whenIdle: (work: () => void) => void;
  /** Is there no picture yet? */
  readonly isWanted: () => Promise<boolean>;
  /** A picture of what shows now; null where that says nothing. */
  readonly draw: () => Promise<Blob | null>;
  readonly put: (picture: Blob) => Promise<void>;
  /** The medium may not be read, and never will. */
  readonly onTainted: () => void;
}

type State = 'watching' | 'looking' | 'done';

/** Takes one picture of what a player shows, where there is none. It only ever reads: playback is as it would be without. */
export class FrameGrab {
  readonly #parts: FrameGrabParts;
  #state: State = 'watching';
  #shownMs = 0;
  #lookAtMs: number;
  #readAtMs: number | null = null;
  #looks = 0;

  constructor(parts: FrameGrabParts) {
    this.#parts = parts;
    this.#lookAtMs = SHOWN_MS + parts.delayMs;
    parts.video.addEventListener('timeupdate', this.#onTime);
  }

  readonly stop = (): void => {
    this.#state = 'done';
    this.#parts.video.removeEventListener('timeupdate', this.#onTime);
  };

  #shows(): boolean {
    const { video, isSeen } = this.#parts;
    return !video.paused && !video.seeking && video.readyState >= 2 && video.videoWidth > 0 && isSeen();
  }

  readonly #onTime = (): void => {
    const nowMs = this.#parts.nowMs();
    const sinceMs = this.#readAtMs === null ? 0 : nowMs - this.#readAtMs;
    this.#readAtMs = nowMs;
    if (!this.#shows()) return;
    this.#shownMs += Math.min(sinceMs, READING_MAX_MS);
    if (this.#state !== 'watching' || this.#shownMs < this.#lookAtMs) return;
    this.#state = 'looking';
    this.#parts.whenIdle(() => void this.#look());
  };

  async #look(): Promise<void> {
    const { isWanted, draw, put, onTainted } = this.#parts;
    try {
      // Asked once, right before: another player may have given one while this one waited.
      if (this.#looks === 0 && !(await isWanted())) return this.stop();
      this.#looks += 1;
      const picture = this.#isDone() ? null : this.#shows() ? await draw() : null;
      if (this.#isDone()) return;
      if (picture !== null) {
        this.stop();
        await put(picture);
        return;
      }
    } catch (error) {
      if (error instanceof DOMException && error.name === 'SecurityError') onTainted();
      return this.stop();
    }
    if (this.#looks >= LOOKS_MAX) return this.stop();
    this.#lookAtMs = this.#shownMs + NEXT_LOOK_MS;
    this.#state = 'watching';
  }

  /** It may have been stopped while something was waited for. */
  #isDone(): boolean {
    return this.#state === 'done';
  }
}
