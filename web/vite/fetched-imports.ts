import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/** Where Vite keeps the function that every dynamic import of a build goes through. */
const PRELOAD_HELPER = '\0vite/preload-helper.js';

const LOADER = fileURLToPath(new URL('../src/lib/load-chunk.ts', import.meta.url));

/**
 * Puts `load-chunk.ts` in the place of Vite's preload helper, and tells it every file of a chunk. Vite's own begins
 * with the import itself, and some browsers remember a failed import for as long as the page lives.
 */
export function fetchedImports(): Plugin {
  return {
    name: 'cowatch:fetched-imports',
    apply: 'build',
    config: () => ({
      build: {
        modulePreload: {
          polyfill: false,
          // Vite leaves out the chunk itself where nothing else comes with it.
          resolveDependencies: (file, files, { hostType }) =>
            hostType === 'js' ? [file, ...files.filter((other) => other !== file)] : files,
        },
      },
    }),
    transform: {
      order: 'post',
      filter: { id: /vite\/preload-helper\.js$/ },
      handler(_code, id) {
        if (id !== PRELOAD_HELPER) return null;
        return { code: `export { loadChunk as __vitePreload } from ${JSON.stringify(LOADER)};`, map: null };
      },
    },
  };
}
