import { Listeners } from '@cowatch/shared/listeners';
import { OFF, trackForLanguage } from './caption-choice.ts';
import { type CaptionPreferences, type CaptionSize, MAX_OFFSET_MS } from './caption-preferences.ts';
import type { AddedFile, CaptionTrack } from './caption-track.ts';
import { MediumTracks } from './medium-tracks.ts';
import type { PartySubtitles, SharingFault } from './party-subtitles.ts';
import { SharedSubtitles, type SharedSubtitlesDeps } from './shared-subtitles.ts';

export interface CaptionsState {
  readonly tracks: readonly CaptionTrack[];
  /** Null while none is shown. */
  readonly chosen: CaptionTrack | null;
  readonly size: CaptionSize;
  /** How much later than they say they come, in milliseconds. */
  readonly offsetMs: number;
  /** One of the party's that could not be fetched; choosing it again tries again. */
  readonly missing: CaptionTrack | null;
  /** What another person has just added for everyone, until it is answered. */
  readonly offered: CaptionTrack | null;
}

/** What the captions of a page need from elsewhere. */
export interface CaptionsDeps extends SharedSubtitlesDeps {
  readonly preferences: CaptionPreferences;
}

const FILE_ID = 'file';

/**
 * Captions: which are shown, how large and when. One's own, as sound is. The browser's own drawing of them stays off, so that they can give
 * way to the controls and look the same everywhere.
 */
export class Captions {
  readonly #deps: CaptionsDeps;
  readonly #changes = new Listeners();
  readonly #medium = new MediumTracks({ onTracks: () => this.#onTracks(), onModes: () => this.#onModes() });
  readonly #shared: SharedSubtitles;
  #contentId = '';
  #file: AddedFile | null = null;
  #chosenId: string | null = null;
  /** What was shown before it was turned off. */
  #lastId: string | null = null;
  #state: CaptionsState;

  constructor(deps: CaptionsDeps) {
    this.#deps = deps;
    this.#shared = new SharedSubtitles(deps, () => this.#changed());
    this.#state = { tracks: [], chosen: null, size: deps.preferences.size(), offsetMs: 0, missing: null, offered: null };
  }

  readonly state = (): CaptionsState => this.#state;
  readonly subscribe = this.#changes.add;

  /** The element of a title; null when it goes. */
  attach(element: HTMLVideoElement | null, contentId: string): void {
    if (contentId !== this.#contentId) {
      this.#file = null;
      this.#lastId = null;
      if (this.#chosenId === FILE_ID) this.#chosenId = null;
    }
    this.#contentId = contentId;
    this.#medium.attach(element);
    this.#onTracks();
    void this.#restore();
  }

  /** Null for none. Remembered, also for other titles. */
  choose(id: string | null): void {
    const track = this.#state.tracks.find((each) => each.id === id) ?? null;
    const { preferences } = this.#deps;
    this.#setChosen(track?.id ?? null);
    // A file has no language: it says nothing about other titles, except that captions are wanted.
    if (track === null) preferences.setLanguage(OFF);
    else if (track.source !== 'file') preferences.setLanguage(track.language);
    if (track?.id === this.#shared.offeredId) this.#shared.answerOffer();
    void this.#shared.fetch(this.#chosenId);
    this.#applied();
  }

  /** On with the last one, or off; answers with what is shown now. */
  toggle(): CaptionTrack | null {
    const { tracks } = this.#state;
    const next = this.#chosenId !== null ? null : (tracks.find(({ id }) => id === this.#lastId) ?? tracks[0] ?? null);
    this.choose(next?.id ?? null);
    return this.#state.chosen;
  }

  setSize(size: CaptionSize): void {
    this.#deps.preferences.setSize(size);
    this.#changed();
  }

  setOffsetMs(offsetMs: number): void {
    const within = Math.max(-MAX_OFFSET_MS, Math.min(MAX_OFFSET_MS, Math.round(offsetMs)));
    this.#deps.preferences.setOffsetMs(this.#contentId, within);
    this.#changed();
  }

  /** Adds a file in place of the last one, shows it and remembers it for this title. */
  add(added: AddedFile): void {
    const { preferences } = this.#deps;
    this.#file = added;
    preferences.setFile(this.#contentId, { name: added.name, text: added.text });
    // Captions are wanted again.
    if (preferences.language() === OFF) preferences.setLanguage('');
    this.#setChosen(FILE_ID);
    this.#applied();
  }

  removeFile(): void {
    this.#file = null;
    this.#deps.preferences.setFile(this.#contentId, null);
    if (this.#chosenId === FILE_ID) this.#chosenId = null;
    this.#applied();
  }

  /** What the party has for everyone by now; null where there is no party. */
  setParty(party: PartySubtitles | null): void {
    this.#shared.setParty(party);
    this.#onTracks();
  }

  party(): PartySubtitles | null {
    return this.#shared.party;
  }

  /** Adds a file for everyone, and shows it here. */
  async share(file: AddedFile): Promise<SharingFault | null> {
    const answer = await this.#shared.share(this.#contentId, file);
    if ('fault' in answer) return answer.fault;
    this.#changed();
    this.choose(answer.id);
    return null;
  }

  unshare(id: string): Promise<SharingFault | null> {
    return this.#shared.unshare(id);
  }

  /** Nothing is offered any more, whether it was taken or not. */
  answerOffer(): void {
    this.#shared.answerOffer();
    this.#changed();
  }

  #onTracks(): void {
    this.#chooseForTracks();
    this.#applied();
  }

  /** Engines turn on what their stream calls its default; from then on it is drawn here. */
  #onModes(): void {
    if (this.#chosenId === null) this.#chooseForTracks();
    this.#applied();
  }

  /** The remembered language; where nobody ever chose, what the medium shows by itself. */
  #chooseForTracks(): void {
    const tracks = this.#medium.all();
    const all: readonly CaptionTrack[] = [...tracks, ...this.#shared.all()];
    if (this.#chosenId === FILE_ID || all.some(({ id }) => id === this.#chosenId)) return;
    const language = this.#deps.preferences.language();
    const index = language === null ? tracks.findIndex(({ isShowing }) => isShowing) : trackForLanguage(all, language);
    this.#chosenId = all[index]?.id ?? null;
    void this.#shared.fetch(this.#chosenId);
  }

  /** Reads the file again that was added to this title before. */
  async #restore(): Promise<void> {
    const { preferences, parse } = this.#deps;
    const forId = this.#contentId;
    const kept = this.#file ? null : preferences.file(forId);
    const file = kept && (await parse(kept));
    // Meanwhile there may be another title, or another file.
    if (!file || this.#contentId !== forId || this.#file) return;
    this.#file = file;
    if (preferences.language() !== OFF) this.#chosenId = FILE_ID;
    this.#applied();
  }

  #setChosen(id: string | null): void {
    if (this.#chosenId !== null) this.#lastId = this.#chosenId;
    this.#chosenId = id;
  }

  #applied(): void {
    this.#medium.choose(this.#chosenId);
    this.#changed();
  }

  #changed(): void {
    const tracks: CaptionTrack[] = [...this.#medium.all()];
    const file = this.#file;
    if (file) tracks.push({ id: FILE_ID, label: file.name, language: '', source: 'file', cues: () => file.cues });
    tracks.push(...this.#shared.all());
    const chosen = tracks.find(({ id }) => id === this.#chosenId) ?? null;
    const { preferences } = this.#deps;
    this.#state = {
      tracks,
      chosen,
      missing: chosen && this.#shared.isMissing(chosen) ? chosen : null,
      offered: tracks.find(({ id }) => id === this.#shared.offeredId) ?? null,
      size: preferences.size(),
      offsetMs: preferences.offsetMs(this.#contentId),
    };
    this.#changes.emit();
  }
}
