import { useSyncExternalStore } from 'react';

/** `<Unix ms when it was built>-<hash>`, as the page and the server say it. */
const BUILD = /^(\d+)-(\w+)$/;

let newer = false;
const listeners = new Set<() => void>();

/**
 * Is what the server serves newer than this page? An older one is no news: while an update goes from instance to
 * instance, some serve the old pages still. Neither is a build of the same content.
 */
export function isNewerBuild(served: string, page: string): boolean {
  const [, servedAtMs, servedHash] = BUILD.exec(served) ?? [];
  const [, pageAtMs, pageHash] = BUILD.exec(page) ?? [];
  return servedHash !== pageHash && Number(servedAtMs) > Number(pageAtMs);
}

/** Takes note of the build that the server serves. */
export function hearBuild(served: string): void {
  const own = document.querySelector('meta[name=cowatch-build]')?.getAttribute('content') ?? '';
  if (newer || !isNewerBuild(served, own)) return;
  newer = true;
  for (const listener of listeners) listener();
}

/** True from when the server is known to serve newer pages than this one. */
export function useNewerBuild(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => newer,
  );
}
