import { contentIdOf, contentIdOfNormalized } from './content-id.ts';
import { readUrl } from './media-url.ts';

// Addresses once had content ids that said less: what looks like a start or like tracking was taken off on every host. Places
// that were kept under such an id are found again.

const FORMERLY_IGNORED =
  /^(?:utm_.+|fbclid|gclid|dclid|msclkid|igshid|mc_cid|mc_eid|si|feature|pp|ab_channel|ref_src)$/i;
const FORMER_STARTS = ['t', 'start', 'time_continue'];

/** The ids under which places in what plays at an address may have been kept before; none where its id has always been the same. */
export function formerContentIds(contentId: string, url: string): string[] {
  if (!contentId.startsWith('url:') || !/^https?:/i.test(url) || !URL.canParse(url)) return [];
  const former = contentIdOfNormalized(formerlyNormalized(new URL(url)));
  return former === contentId ? [] : [former];
}

/**
 * The id by which what plays at an address goes today, whatever it was kept under: two that were once one are two, and one that
 * has moved to another id is known as the same. Ids that are not made from an address stay as they are.
 */
export function currentContentId(contentId: string, url: string | undefined): string {
  if (!contentId.startsWith('url:') || url === undefined || !/^https?:/i.test(url) || !URL.canParse(url))
    return contentId;
  // An address, in which no link has to be looked for.
  const reading = readUrl(new URL(url));
  return reading.kind === 'media' ? contentIdOf(reading.media) : contentId;
}

function formerlyNormalized(url: URL): string {
  const copy = new URL(url.href);
  copy.hash = '';
  const parts = copy.search.slice(1).split('&');
  const kept = parts.filter((part) => {
    const [name] = new URLSearchParams(part).keys();
    return name === undefined || !(FORMERLY_IGNORED.test(name) || FORMER_STARTS.includes(name));
  });
  if (kept.length < parts.length) copy.search = kept.length === 0 ? '' : `?${kept.join('&')}`;
  return copy.href;
}
