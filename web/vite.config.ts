import process from 'node:process';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';
import { chunkGroups } from './vite/chunks.ts';
import { emojiData } from './vite/emoji-data.ts';
import { fetchedImports } from './vite/fetched-imports.ts';
import { noShortcutsDialog } from './vite/no-shortcuts-dialog.ts';
import { pageBuild } from './vite/page-build.ts';
import { pageShell } from './vite/page-shell.ts';

/** Where `vite dev` and `vite preview` find the server. */
const serverUrl = process.env.COWATCH_SERVER_URL ?? 'http://localhost:3000';

// The server answers its own pages only: what comes through here is one of them.
const toServer = { target: serverUrl, changeOrigin: true, headers: { origin: serverUrl } };
const proxy = { '/api': toServer, '/media': toServer, '/socket.io': { ...toServer, ws: true } };

export default defineConfig({
  plugins: [react(), tailwindcss(), fetchedImports(), noShortcutsDialog(), pageShell(), emojiData(), pageBuild()],
  // Shared code is taken from its TypeScript sources, so that the bundler drops what the page does not use.
  resolve: { conditions: ['source', ...defaultClientConditions] },
  server: { proxy },
  preview: { proxy },
  build: {
    // The oldest browsers with light-dark(), on which both themes rest.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // Read by scripts/budget.mjs.
    manifest: true,
    // Players of single media kinds are large and load only with such a medium; the budget guards the rest.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: { codeSplitting: { groups: chunkGroups() } },
      treeshake: {
        // Nothing in shared acts on import: what is not used (zod schemas above all) need not be shipped.
        moduleSideEffects: [{ test: /[\\/]shared[\\/]src[\\/]/, sideEffects: false }],
      },
    },
  },
});
