import { contentIdOf, contentIdOfNormalized } from './content-id.ts';
import { readUrl } from './media-url.ts';

// Addresses once had content ids that said less: what looks like a start or like tracking was taken off on every host. Places
// that were kept under such an id are found again.

const FORMERLY_IGNORED = /^(?:utm_.+|fbclid|gclid|dclid|msclkid|igshid|mc_cid|mc_eid|si|feature|pp|ab_channel|ref_src)$/i;
const FORMER_STARTS = ['t', 'start', 'time_continue'];

/** The ids under which places in what plays at an address may have been kept before; none where its id has always been the same. */
export function formerContentIds(contentId: string, url: string): string[] {
  const address = addressOf(contentId, url);
  if (address === null) return [];
  const former = contentIdOfNormalized(formerlyNormalized(address));
  return former === contentId ? [] : [former];
}

/**
 * The id by which what plays at an address goes today, whatever it was kept under: two that were once one are two, and one that
 * has moved to another id is known as the same. Ids that are not made from an address stay as they are.
 */
export function currentContentId(contentId: string, url: string | undefined): string {
  const address = addressOf(contentId, url);
  if (address === null) return contentId;
  const reading = readUrl(address);
  return reading.kind === 'media' ? contentIdOf(reading.media) : contentId;
}

/** The address an id was made from; null for other ids, and where it is none. */
function addressOf(contentId: string, url: string | undefined): URL | null {
  if (!contentId.startsWith('url:') || url === undefined || !/^https?:/i.test(url)) return null;
  try {
    return new URL(url);
  } catch {
    return null;
  }
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
