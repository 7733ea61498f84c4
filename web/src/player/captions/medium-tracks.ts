import type { TrackNames } from './caption-choice.ts';
import type { CaptionTrack } from './caption-track.ts';

export interface MediumTrack extends CaptionTrack {
  /** The medium shows it by itself. */
  readonly isShowing: boolean;
}

export interface MediumTracksEvents {
  /** There are others. */
  onTracks(): void;
  /** Others are shown. */
  onModes(): void;
}

/** The players of DASH choose for themselves which captions they load, unless they are set to some. */
interface WithTextApi {
  readonly api?: { setTextTrack?(index: number): void; enableText?(on: boolean): void } | null;
}

/** Text tracks of a medium: the captions that it brings along. The browser's own drawing of them stays off. */
export class MediumTracks {
  readonly #events: MediumTracksEvents;
  readonly #ids = new WeakMap<TextTrack, string>();
  #made = 0;
  #element: (HTMLVideoElement & WithTextApi) | null = null;
  #detach = () => {};
  #chosenId: string | null = null;
  /** The browser's own full screen is all there is: it has to draw them. */
  #isNative = false;

  constructor(events: MediumTracksEvents) {
    this.#events = events;
  }

  /** @param element null when it goes */
  attach(element: HTMLVideoElement | null): void {
    this.#detach();
    this.#element = element;
    if (!element) {
      this.#detach = () => {};
      return;
    }
    const stop = new AbortController();
    const { signal } = stop;
    const { onTracks, onModes } = this.#events;
    element.textTracks?.addEventListener('addtrack', onTracks, { signal });
    element.textTracks?.addEventListener('removetrack', onTracks, { signal });
    element.textTracks?.addEventListener('change', onModes, { signal });
    element.addEventListener('webkitbeginfullscreen', () => this.#setNative(true), { signal });
    element.addEventListener('webkitendfullscreen', () => this.#setNative(false), { signal });
    this.#detach = () => stop.abort();
  }

  all(): readonly MediumTrack[] {
    return this.#tracks().map((track) => ({
      id: this.#idOf(track),
      ...namesOf(track),
      source: 'medium',
      isShowing: track.mode === 'showing',
      cues: () => track.cues ?? [],
    }));
  }

  /** The chosen track loads and is not drawn by the browser, unless the browser's own full screen is all there is. */
  choose(id: string | null): void {
    this.#chosenId = id;
    const tracks = this.#tracks();
    const index = tracks.findIndex((track) => this.#idOf(track) === id);
    this.#element?.api?.setTextTrack?.(index);
    for (const [at, track] of tracks.entries()) {
      const mode = at !== index ? 'disabled' : this.#isNative ? 'showing' : 'hidden';
      if (track.mode !== mode) track.mode = mode;
    }
  }

  #setNative(on: boolean): void {
    this.#isNative = on;
    this.choose(this.#chosenId);
  }

  #tracks(): readonly TextTrack[] {
    return [...(this.#element?.textTracks ?? [])].filter(({ kind }) => kind === 'subtitles' || kind === 'captions');
  }

  #idOf(track: TextTrack): string {
    const known = this.#ids.get(track);
    if (known !== undefined) return known;
    this.#made += 1;
    const id = `track-${this.#made}`;
    this.#ids.set(track, id);
    return id;
  }
}

// Engines write down what they do not know as words.
const namesOf = ({ label, language }: TextTrack): TrackNames => ({ label: known(label), language: known(language) });

const known = (text: string) => (text === 'null' || text === 'undefined' ? '' : text);
