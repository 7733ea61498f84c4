/**
 * The whole address of a path of this site, as a link may ask to go on to; of the start page where it leads elsewhere.
 * Whole, so that a path that begins with two slashes is not read as another site.
 */
export function addressWithin(path: string, origin: string): string {
  const url = path.startsWith('/') && URL.canParse(path, origin) ? new URL(path, origin) : null;
  return url?.origin === origin ? url.href : `${origin}/`;
}
