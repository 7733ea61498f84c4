import type { MediaRef } from '@cowatch/shared/protocol';
import { checkVideoLink, type LinkProblem, type PageAddress } from './video-link.ts';

/** A pasted list, or a file with one, as it was read. */
export interface LinkList {
  /** What can be watched, in its order, each once. */
  readonly media: readonly MediaRef[];
  readonly refused: readonly RefusedLine[];
}

/** A line of a list that nothing can be done with. */
export interface RefusedLine {
  /** Shortened where it is long. */
  readonly text: string;
  readonly problem: LinkProblem;
  readonly service: string;
}

/** What is shown of a line that is refused, in characters. */
const SHOWN_MAX_CHARS = 60;

/** `1.`, `2)`, `-`, `•`: what stands before the lines of a list. */
const BULLET = /^\s*(?:[-*•–]|\d{1,3}[.)])\s+/;

const SCHEME = /^https?:\/\//i;

/** Is a pasted text a list: are there links in more than one place of it? The code of a page is one thing, whatever links it has. */
export function isLinkList(text: string): boolean {
  if (/<\w[^>]*>/.test(text)) return false;
  return placesIn(text).filter((place) => /https?:\/\//i.test(place)).length > 1;
}

/** Reads a list of links: one on a line, or with spaces between them; lines of an .m3u that are not addresses are passed over. Nothing is fetched. */
export function readLinkList(text: string, page: PageAddress): LinkList {
  const media = new Map<string, MediaRef>();
  const refused: RefusedLine[] = [];
  for (const place of placesIn(text)) {
    const verdict = checkVideoLink(place, page);
    if (verdict.kind === 'video') media.set(verdict.address, { url: verdict.address });
    else {
      const { problem, service } = verdict.kind === 'party' ? ({ problem: 'notAVideo', service: '' } as const) : verdict;
      refused.push({ text: shortened(place), problem, service });
    }
  }
  return { media: [...media.values()], refused };
}

function placesIn(text: string): readonly string[] {
  return text.split(/[\r\n]+/).flatMap((line) => {
    const bare = line.replace(BULLET, '').trim();
    if (bare === '' || bare.startsWith('#')) return [];
    const words = bare.split(/[\s,;]+(?=https?:\/\/)/i);
    return words.every((word) => SCHEME.test(word)) ? words : [bare];
  });
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= SHOWN_MAX_CHARS ? text : `${characters.slice(0, SHOWN_MAX_CHARS - 1).join('')}…`;
}
