import type { MediaRef } from '@cowatch/shared/protocol';
import { checkVideoLink, type LinkProblem, type PageAddress } from './video-link.ts';

/** Something of a list that can be watched. */
export interface ListedLink {
  readonly media: MediaRef;
  /** What the list calls it. */
  readonly title?: string;
}

/** A pasted list, or a file with one, as it was read. */
export interface LinkList {
  /** In their order, each once. */
  readonly links: readonly ListedLink[];
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

/** What an .m3u calls the address on the next line. */
const NAMED = /^#EXTINF:[^,]*,(.+)$/i;

const SCHEME = /^https?:\/\//i;

/** Is a pasted text a list: are there links in more than one place of it? The code of a page is one thing, whatever links it has. */
export function isLinkList(text: string): boolean {
  if (/<\w[^>]*>/.test(text)) return false;
  return (
    linesIn(text)
      .flatMap(placesIn)
      .filter((place) => /https?:\/\//i.test(place)).length > 1
  );
}

/** Reads a list of links: one on a line, or with spaces between them; an .m3u may name them. Nothing is fetched. */
export function readLinkList(text: string, page: PageAddress): LinkList {
  const links = new Map<string, ListedLink>();
  const refused: RefusedLine[] = [];
  let title: string | undefined;
  for (const line of linesIn(text)) {
    if (line.startsWith('#')) {
      title = NAMED.exec(line)?.[1]?.trim() || title;
      continue;
    }
    for (const place of placesIn(line)) {
      const verdict = checkVideoLink(place, page);
      if (verdict.kind === 'video') {
        const media = { url: verdict.address };
        links.set(verdict.address, title === undefined ? { media } : { media, title });
      } else {
        const { problem, service } = verdict.kind === 'party' ? ({ problem: 'notAVideo', service: '' } as const) : verdict;
        refused.push({ text: shortened(place), problem, service });
      }
    }
    title = undefined;
  }
  return { links: [...links.values()], refused };
}

const linesIn = (text: string) =>
  text
    .split(/[\r\n]+/)
    .map((line) => line.replace(BULLET, '').trim())
    .filter(Boolean);

function placesIn(line: string): readonly string[] {
  const words = line.split(/[\s,;]+(?=https?:\/\/)/i);
  return words.every((word) => SCHEME.test(word)) ? words : [line];
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= SHOWN_MAX_CHARS ? text : `${characters.slice(0, SHOWN_MAX_CHARS - 1).join('')}…`;
}
