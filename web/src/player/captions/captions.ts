import type { SubtitleTrack } from '@cowatch/shared/protocol';
import { OFF, type TrackNames, trackForLanguage } from './caption-choice.ts';
import type { CaptionPreferences, CaptionSize, KeptFile } from './caption-preferences.ts';
import { MAX_OFFSET_MS } from './caption-preferences.ts';
import type { PartySubtitles, Sharing, SharingFault } from './party-subtitles.ts';

/** Captions that can be shown. */
export interface CaptionTrack extends TrackNames {
  readonly id: string;
  /** Part of the medium, a file that somebody added on this device, or one that the party has for everyone. */
  readonly source: 'medium' | 'file' | 'party';
  /** Of one of the party's: who added it, and whether this person may take it away. */
  readonly party?: { readonly track: SubtitleTrack; readonly own: boolean; readonly removable: boolean };
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
  /** One of the party's that could not be fetched; choosing it again tries again. */
  readonly missing: CaptionTrack | null;
  /** What somebody else has just added for everyone, until it is answered. */
  readonly offered: CaptionTrack | null;
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
  /** What the party has for everyone by now; null where there is no party. */
  setParty(party: PartySubtitles | null): void;
  party(): PartySubtitles | null;
  /** Adds a file for everyone, and shows it here. */
  share(file: AddedFile): Promise<SharingFault | null>;
  unshare(id: string): Promise<SharingFault | null>;
  /** Nothing is offered any more, whether it was taken or not. */
  answerOffer(): void;
  /** The element of a title; null when it goes. */
  attach(element: HTMLVideoElement | null, contentId: string): void;
}

/** The players of DASH choose for themselves which captions they load, and must be told. */
interface WithTextApi {
  readonly api?: { setTextTrack?(index: number): void; enableText?(on: boolean): void } | null;
}

const FILE_ID = 'file';

const NO_CUES: readonly TextTrackCue[] = [];

// Engines write down what they do not know as words.
const namesOf = ({ label, language }: TextTrack): TrackNames => ({ label: known(label), language: known(language) });

const known = (text: string) => (text === 'null' || text === 'undefined' ? '' : text);

const partyId = (id: string) => `party-${id}`;

/** What the captions of a page need from elsewhere. */
export interface CaptionsDeps {
  readonly preferences: CaptionPreferences;
  /** Reads a file again that was added before; null where it cannot be read. */
  parse(file: KeptFile): Promise<AddedFile | null>;
  /** The text of one of the party's. @throws where it cannot be fetched */
  fetchText(sessionId: string, id: string): Promise<string>;
  share(party: PartySubtitles, mediaId: string, file: AddedFile): Promise<Sharing>;
  unshare(party: PartySubtitles, id: string): Promise<SharingFault | null>;
}

export function createCaptions({ preferences, parse, ...calls }: CaptionsDeps): Captions {
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
  let party: PartySubtitles | null = null;
  /** Cues of the party's files, by their ids; null while they are being fetched, and `failed` where they were not. */
  const partyCues = new Map<string, readonly TextTrackCue[] | null | 'failed'>();
  /** Files that were there before or have been offered. */
  const seen = new Set<string>();
  let offeredId: string | null = null;
  let state: CaptionsState = {
    tracks: [],
    chosen: null,
    size: preferences.size(),
    offsetMs: 0,
    missing: null,
    offered: null,
  };

  const mediumTracks = () => [...(element?.textTracks ?? [])].filter(({ kind }) => kind === 'subtitles' || kind === 'captions');
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
      ...namesOf(track),
      source: 'medium',
      cues: () => track.cues ?? [],
    }));
    const added = file;
    if (added) tracks.push({ id: FILE_ID, label: added.name, language: '', source: 'file', cues: () => added.cues });
    tracks.push(...partyTracks());
    return {
      tracks,
      chosen: tracks.find(({ id }) => id === chosenId) ?? null,
      missing: tracks.find((track) => track.id === chosenId && partyCues.get(track.party?.track.id ?? '') === 'failed') ?? null,
      offered: tracks.find(({ id }) => id === offeredId) ?? null,
      size: preferences.size(),
      offsetMs: preferences.offsetMs(contentId),
    };
  }

  function partyTracks(): readonly CaptionTrack[] {
    const now = party;
    if (!now) return [];
    return now.tracks.map((track) => {
      const own = track.addedBy.memberId === now.you.memberId;
      return {
        id: partyId(track.id),
        label: track.label,
        language: track.language ?? '',
        source: 'party',
        party: { track, own, removable: own || now.you.canControl },
        cues: () => {
          const cues = partyCues.get(track.id);
          return Array.isArray(cues) ? cues : NO_CUES;
        },
      };
    });
  }

  /** The text of a chosen file of the party, once. */
  async function fetchChosen(): Promise<void> {
    const track = party?.tracks.find(({ id }) => partyId(id) === chosenId);
    const known = track && partyCues.get(track.id);
    if (!party || !track || known === null || Array.isArray(known)) return;
    partyCues.set(track.id, null);
    const file = await calls
      .fetchText(party.sessionId, track.id)
      .then((text) => parse({ name: track.label, text }))
      .catch(() => null);
    partyCues.set(track.id, file?.cues ?? 'failed');
    changed();
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
    const all = [...tracks.map((track) => ({ ...namesOf(track), id: idOf(track) })), ...partyTracks()];
    if (chosenId === FILE_ID || all.some(({ id }) => id === chosenId)) return;
    const language = preferences.language();
    const index = language === null ? tracks.findIndex(({ mode }) => mode === 'showing') : trackForLanguage(all, language);
    chosenId = all[index]?.id ?? null;
    void fetchChosen();
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
      if (track === null) preferences.setLanguage(OFF);
      else if (track.source !== 'file') preferences.setLanguage(track.language);
      if (track?.id === offeredId) offeredId = null;
      void fetchChosen();
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
    setParty(next) {
      party = next;
      for (const track of next?.tracks ?? []) {
        const isNews = !seen.has(track.id) && track.addedBy.memberId !== next?.you.memberId;
        seen.add(track.id);
        if (isNews) offeredId = partyId(track.id);
      }
      onTracks();
    },
    party: () => party,
    async share(shared) {
      if (!party) return 'refused';
      const sharing = await calls.share(party, contentId, shared);
      if (!sharing.ok) return sharing.fault;
      const { added } = sharing;
      partyCues.set(added.id, shared.cues);
      // The news of it may come a moment later: it is chosen as soon as it is there.
      if (!party.tracks.some(({ id }) => id === added.id)) party = { ...party, tracks: [...party.tracks, added] };
      seen.add(added.id);
      changed();
      captions.choose(partyId(added.id));
      return null;
    },
    unshare: async (id) => (party ? calls.unshare(party, id) : 'refused'),
    answerOffer() {
      offeredId = null;
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
