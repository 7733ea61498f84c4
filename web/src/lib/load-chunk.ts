/** Pauses before a file is asked for again, in milliseconds: another instance may have it, or the next moment. */
const RETRY_AFTER_MS = [300, 1200];

/** A file that has not come after this long does not come, in milliseconds: a network that swallows everything. */
const GIVE_UP_AFTER_MS = 30_000;

/** A part of the page could not be fetched. */
export class ChunkMissing extends Error {
  override readonly name = 'ChunkMissing';
}

const fetched = new Map<string, Promise<void>>();

/**
 * Loads a chunk of the build. Every `import()` of a build goes through here: the plugin `fetched-imports` sees to it.
 *
 * The files are fetched before anything is imported. Firefox keeps a failed import for as long as the page lives, the
 * chunk's own imports too, so that trying again would never help; a failed fetch is nowhere kept. What has been fetched
 * is in the browser's cache (it never changes: its name is made from its content), and importing it asks for nothing.
 *
 * @param importChunk the import itself
 * @param files the chunk and everything that comes with it, below the root
 * @throws {ChunkMissing} where a file cannot be fetched; asking again tries again
 */
export async function loadChunk<T>(importChunk: () => Promise<T>, files: readonly string[] = []): Promise<T> {
  await Promise.all(files.map((file) => once(new URL(`/${file}`, document.baseURI).href)));
  return importChunk();
}

function once(href: string): Promise<void> {
  const known = fetched.get(href);
  if (known) return known;
  const fetching = isInPage(href) ? Promise.resolve() : href.endsWith('.css') ? addStyles(href) : fetchScript(href);
  fetched.set(href, fetching);
  fetching.catch(() => fetched.delete(href));
  return fetching;
}

/** What the page came with has been loaded with it. */
function isInPage(href: string): boolean {
  return [...document.querySelectorAll('link[rel=modulepreload], link[rel=stylesheet]')].some(
    (link) => link instanceof HTMLLinkElement && link.href === href,
  );
}

async function fetchScript(href: string): Promise<void> {
  for (const pauseMs of [...RETRY_AFTER_MS, null]) {
    try {
      // A page in the place of a script, as networks with a login show it, would fail as an import.
      const response = await fetch(href, { signal: AbortSignal.timeout(GIVE_UP_AFTER_MS) });
      if (response.ok && response.headers.get('content-type')?.includes('javascript')) {
        // Only what has been read to its end is in the cache.
        await response.arrayBuffer();
        return;
      }
    } catch (error) {
      if (error instanceof DOMException && error.name === 'TimeoutError') break;
    }
    if (pauseMs === null || !navigator.onLine) break;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new ChunkMissing(href);
}

function addStyles(href: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    link.crossOrigin = '';
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new ChunkMissing(href));
    };
    document.head.append(link);
  });
}
