import type { KeptFile } from './caption-preferences.ts';
import type { AddedFile, CaptionTrack } from './caption-track.ts';
import type { PartySubtitles, Sharing, SharingFault } from './party-subtitles.ts';

/** What the subtitles of a party need from elsewhere. */
export interface SharedSubtitlesDeps {
  /** Reads a file; null where it cannot be read. */
  parse(file: KeptFile): Promise<AddedFile | null>;
  /** The text of one of the party's. @throws where it cannot be fetched */
  fetchText(sessionId: string, id: string): Promise<string>;
  share(party: PartySubtitles, mediaId: string, file: AddedFile): Promise<Sharing>;
  unshare(party: PartySubtitles, id: string): Promise<SharingFault | null>;
}

const NO_CUES: readonly TextTrackCue[] = [];

const captionIdOf = (id: string) => `party-${id}`;

/** Shared subtitles: the files that a party has for everyone, fetched when they are chosen, and offered when they are new. */
export class SharedSubtitles {
  readonly #deps: SharedSubtitlesDeps;
  readonly #onCues: () => void;
  /** Cues by the ids of files; null while they are being fetched, and `failed` where they were not. */
  readonly #cues = new Map<string, readonly TextTrackCue[] | null | 'failed'>();
  /** Files that were there before or have been offered. */
  readonly #seen = new Set<string>();
  #party: PartySubtitles | null = null;
  #offeredId: string | null = null;

  /** @param onCues called when cues have been fetched, or could not be */
  constructor(deps: SharedSubtitlesDeps, onCues: () => void) {
    this.#deps = deps;
    this.#onCues = onCues;
  }

  get party(): PartySubtitles | null {
    return this.#party;
  }

  /** The track that another person has just added, until it is answered. */
  get offeredId(): string | null {
    return this.#offeredId;
  }

  /** @param next null where there is no party */
  setParty(next: PartySubtitles | null): void {
    this.#party = next;
    for (const track of next?.tracks ?? []) {
      const isNews = !this.#seen.has(track.id) && track.addedBy.memberId !== next?.you.memberId;
      this.#seen.add(track.id);
      if (isNews) this.#offeredId = captionIdOf(track.id);
    }
  }

  answerOffer(): void {
    this.#offeredId = null;
  }

  all(): readonly CaptionTrack[] {
    const { tracks = [], you } = this.#party ?? {};
    return tracks.map((track) => {
      const own = track.addedBy.memberId === you?.memberId;
      return {
        id: captionIdOf(track.id),
        label: track.label,
        language: track.language ?? '',
        source: 'party',
        party: { track, own, removable: own || (you?.canControl ?? false) },
        cues: () => {
          const cues = this.#cues.get(track.id);
          return Array.isArray(cues) ? cues : NO_CUES;
        },
      };
    });
  }

  /** Could not be fetched. */
  isMissing({ party }: CaptionTrack): boolean {
    return party !== undefined && this.#cues.get(party.track.id) === 'failed';
  }

  /** Fetches the cues of a track, once; those of others are not the party's to fetch. */
  async fetch(captionId: string | null): Promise<void> {
    const track = this.#party?.tracks.find(({ id }) => captionIdOf(id) === captionId);
    const known = track && this.#cues.get(track.id);
    if (!this.#party || !track || known === null || Array.isArray(known)) return;
    this.#cues.set(track.id, null);
    const file = await this.#deps
      .fetchText(this.#party.sessionId, track.id)
      .then((text) => this.#deps.parse({ name: track.label, text }))
      .catch(() => null);
    this.#cues.set(track.id, file?.cues ?? 'failed');
    this.#onCues();
  }

  /** Adds a file for everyone; answers with the id of its track. */
  async share(mediaId: string, file: AddedFile): Promise<{ readonly id: string } | { readonly fault: SharingFault }> {
    if (!this.#party) return { fault: 'refused' };
    const sharing = await this.#deps.share(this.#party, mediaId, file);
    if (!sharing.ok) return { fault: sharing.fault };
    const { added } = sharing;
    this.#cues.set(added.id, file.cues);
    // The party's own list may have it a moment later: it can be chosen before.
    const { tracks } = this.#party;
    if (!tracks.some(({ id }) => id === added.id)) this.#party = { ...this.#party, tracks: [...tracks, added] };
    this.#seen.add(added.id);
    return { id: captionIdOf(added.id) };
  }

  async unshare(id: string): Promise<SharingFault | null> {
    return this.#party ? this.#deps.unshare(this.#party, id) : 'refused';
  }
}
