import { cutText, type Media, SESSION_NAME_MAX_CHARS, sessionNameSchema } from '../protocol/index.ts';
import { isGenericName } from './media-files.ts';
import { readableTitle, titleOfMedia } from './readable-title.ts';

/** What a party is called that nobody has named: as what it watches. */
export function partyNameFor(media: Pick<Media, 'url' | 'title'>): string {
  const name = titleOfMedia(media, WORDS);
  const checked = sessionNameSchema.safeParse(cutText(name, SESSION_NAME_MAX_CHARS));
  return checked.success ? checked.data : 'Watch party';
}

const WORDS = {
  serviceVideo: (service: string) => `${service} party`,
  recording: () => 'Watch party',
};

/**
 * Is this what a party with this medium is called where nobody has named it? Also of one that was made when names were those
 * of files, as they are.
 */
export function isPartyNameOf(media: Pick<Media, 'url' | 'title'>, name: string): boolean {
  const made = partyNameFor(media);
  return name === made || readableTitle(name) === made || isGenericName(name);
}
