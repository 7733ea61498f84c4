import type { Media } from '../protocol/index.ts';
import { isGenericName, MEDIA_NAME } from './media-files.ts';

/**
 * Is a medium the one that is on already, under another link? So it is with the same content id; and where only the query
 * differs beside a path that names one file, whatever way of signing that may be.
 */
export function isSameFile(one: Pick<Media, 'id' | 'url'>, other: Pick<Media, 'id' | 'url'>): boolean {
  if (one.id === other.id) return true;
  const [path, otherPath] = [pathOf(one.url), pathOf(other.url)];
  if (path === null || path !== otherPath) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return MEDIA_NAME.test(name) && !isGenericName(name.replace(MEDIA_NAME, ''));
}

/** Host and path; null for a path on this server, which has an id of its own. */
function pathOf(url: string): string | null {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return null;
  }
}
