import { OFF, type TrackNames, trackForLanguage } from './caption-choice.ts';
import type { CaptionPreferences, CaptionSize, KeptFile } from './caption-preferences.ts';
import { MAX_OFFSET_MS } from './caption-preferences.ts';

/** Captions that can be shown. */
export interface CaptionTrack extends TrackNames {
  readonly id: string;
  /** Part of the medium, or a file that somebody added on this device. */
  readonly source: 'medium' | 'file';
  /** What there is by now: those of a stream come bit by bit. */
  readonly cues: () => ArrayLike<TextTrackCue>;
}

export interface CaptionsState {
  readonly tracks: readonly CaptionTrack[];
  /** Null while none is shown. */
  readonly chosen: CaptionTrack | null;
  readonly size: CaptionSize;
  /** How much later than they say they come, in milliseconds. */
  readonly offsetMs: number;
}

/** A file that has been read. */
export interface AddedFile extends KeptFile {
  readonly cues: readonly TextTrackCue[];
}

/**
 * Which captions are shown, how large and when: one's own, as sound is. The browser's own drawing of them stays off, so that they can give way to the
 * controls and look the same everywhere.
 */
export interface Captions {
  state(): CaptionsState;
  subscribe(listener: () => void): () => void;
  /** Null for none. Remembered, also for other titles. */
  choose(id: string | null): void;
  /** On with the last one, or off; answers with what is shown now. */
  toggle(): CaptionTrack | null;
  setSize(size: CaptionSize): void;
  setOffsetMs(offsetMs: number): void;
  /** Adds a file in place of the last one, shows it and remembers it for this title. */
  add(file: AddedFile): void;
  removeFile(): void;
  /** The element of a title; null when it goes. */
  attach(element: HTMLVideoElement | null, contentId: string): void;
}

/** The players of DASH choose for themselves which captions they load, and must be told. */
interface WithTextApi {
  readonly api?: { setTextTrack?(index: number): void; enableText?(on: boolean): void } | null;
}

const FILE_ID = 'file';

const known = (text: string) => (text === 'null' || text === 'undefined' ? '' : text);

/** @param parse reads a file again that was added to this title before; null where it cannot be read */
export function createCaptions(
  preferences: CaptionPreferences,
  parse: (file: KeptFile) => Promise<AddedFile | null>,
): Captions {
  const listeners = new Set<() => void>();
  const ids = new WeakMap<TextTrack, string>();
  let made = 0;
  let detach = () => {};
  let element: (HTMLVideoElement & WithTextApi) | null = null;
  let contentId = '';
  let file: AddedFile | null = null;
  let chosenId: string | null = null;
  /** What was shown before it was turned off. */
  let lastId: string | null = null;
  let native = false;
  let state: CaptionsState = { tracks: [], chosen: null, size: preferences.size(), offsetMs: 0 };

  const mediumTracks = () =>
    [...(element?.textTracks ?? [])].filter(({ kind }) => kind === 'subtitles' || kind === 'captions');
  const idOf = (track: TextTrack) => {
    const known = ids.get(track);
    if (known !== undefined) return known;
    made += 1;
    const id = `track-${made}`;
    ids.set(track, id);
    return id;
  };

  function read(): CaptionsState {
    const tracks: CaptionTrack[] = mediumTracks().map((track) => ({
      id: idOf(track),
      // Engines write down what they do not know as words.
      label: known(track.label),
      language: known(track.language),
      source: 'medium',
      cues: () => track.cues ?? [],
    }));
    const added = file;
    if (added) tracks.push({ id: FILE_ID, label: added.name, language: '', source: 'file', cues: () => added.cues });
    return {
      tracks,
      chosen: tracks.find(({ id }) => id === chosenId) ?? null,
      size: preferences.size(),
      offsetMs: preferences.offsetMs(contentId),
    };
  }

  function changed(): void {
    state = read();
    for (const listener of listeners) listener();
  }

  /** The chosen track loads and is not drawn by the browser, unless the browser's own full screen is all there is. */
  function apply(): void {
    const tracks = mediumTracks();
    const index = tracks.findIndex((track) => idOf(track) === chosenId);
    element?.api?.setTextTrack?.(index);
    for (const [at, track] of tracks.entries()) {
      const mode = at !== index ? 'disabled' : native ? 'showing' : 'hidden';
      if (track.mode !== mode) track.mode = mode;
    }
  }

  /** The remembered language; where nobody ever chose, what the medium shows by itself. */
  function chooseForTracks(): void {
    const tracks = mediumTracks();
    if (chosenId === FILE_ID || tracks.some((track) => idOf(track) === chosenId)) return;
    const language = preferences.language();
    const index =
      language === null ? tracks.findIndex(({ mode }) => mode === 'showing') : trackForLanguage(tracks, language);
    const track = tracks[index];
    chosenId = track ? idOf(track) : null;
  }

  function onTracks(): void {
    chooseForTracks();
    apply();
    changed();
  }

  /** Engines turn on what their stream calls its default; from then on it is drawn here. */
  function onModes(): void {
    if (chosenId === null) chooseForTracks();
    apply();
    changed();
  }

  const setNative = (on: boolean) => () => {
    native = on;
    apply();
  };

  const captions: Captions = {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    choose(id) {
      const track = state.tracks.find((each) => each.id === id) ?? null;
      if (chosenId !== null) lastId = chosenId;
      chosenId = track?.id ?? null;
      // A file has no language: it says nothing about other titles, except that captions are wanted.
      if (track?.source === 'medium') preferences.setLanguage(track.language);
      else if (track === null) preferences.setLanguage(OFF);
      apply();
      changed();
    },
    toggle() {
      const next = chosenId !== null ? null : (state.tracks.find(({ id }) => id === lastId) ?? state.tracks[0] ?? null);
      captions.choose(next?.id ?? null);
      return state.chosen;
    },
    setSize(size) {
      preferences.setSize(size);
      changed();
    },
    setOffsetMs(offsetMs) {
      preferences.setOffsetMs(contentId, Math.max(-MAX_OFFSET_MS, Math.min(MAX_OFFSET_MS, Math.round(offsetMs))));
      changed();
    },
    add(added) {
      file = added;
      preferences.setFile(contentId, { name: added.name, text: added.text });
      // Captions are wanted again.
      if (preferences.language() === OFF) preferences.setLanguage('');
      if (chosenId !== null) lastId = chosenId;
      chosenId = FILE_ID;
      apply();
      changed();
    },
    removeFile() {
      file = null;
      preferences.setFile(contentId, null);
      if (chosenId === FILE_ID) chosenId = null;
      apply();
      changed();
    },
    attach(next, nextContentId) {
      detach();
      if (nextContentId !== contentId) {
        file = null;
        lastId = null;
        if (chosenId === FILE_ID) chosenId = null;
      }
      element = next;
      contentId = nextContentId;
      detach = () => {};
      if (next) {
        const tracks = next.textTracks;
        const [begin, end] = [setNative(true), setNative(false)];
        tracks?.addEventListener('addtrack', onTracks);
        tracks?.addEventListener('removetrack', onTracks);
        tracks?.addEventListener('change', onModes);
        next.addEventListener('webkitbeginfullscreen', begin);
        next.addEventListener('webkitendfullscreen', end);
        detach = () => {
          tracks?.removeEventListener('addtrack', onTracks);
          tracks?.removeEventListener('removetrack', onTracks);
          tracks?.removeEventListener('change', onModes);
          next.removeEventListener('webkitbeginfullscreen', begin);
          next.removeEventListener('webkitendfullscreen', end);
        };
      }
      onTracks();
      void restore();
    },
  };
  return captions;

  async function restore(): Promise<void> {
    const [forId, kept] = [contentId, file ? null : preferences.file(contentId)];
    const read = kept && (await parse(kept));
    // Meanwhile there may be another title, or another file.
    if (!read || contentId !== forId || file) return;
    file = read;
    if (preferences.language() !== OFF) chosenId = FILE_ID;
    apply();
    changed();
  }
}
