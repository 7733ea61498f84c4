import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/**
 * What goes together into one file. On a slow network every request costs more than some kilobytes do, so what is shared
 * comes in few files, by what it is for; all else stays with what imports it. What rests on nothing here comes first: a
 * group takes along whatever its modules import that no group before it has. `scripts/budget.mjs` says what each page
 * comes to.
 */
const GROUPS: readonly { readonly name: string; readonly test: RegExp }[] = [
  // What every page stands on.
  {
    name: 'libraries',
    test: /[\\/]node_modules[\\/](?:react|react-dom|scheduler|@tanstack[\\/][\w-]+|i18next|react-i18next|use-sync-external-store|lucide-react)[\\/]/,
  },
  // The line to the server, and the words that are spoken on it.
  {
    name: 'line',
    test: /[\\/](?:socket\.io|engine\.io)-[\w-]+[\\/]|[\\/]@socket\.io[\\/]|[\\/]shared[\\/]src[\\/](?:protocol|clock)[\\/]|[\\/]shared[\\/]src[\\/]client[\\/](?:connection|line|clock-sync|environment|command-sender)/,
  },
  // What the tabs of the panel rest on, and popups too.
  {
    name: 'tabs',
    test: /[\\/]@radix-ui[\\/]react-(?:tabs|roving-focus|collection|presence|id|primitive|context|direction|slot|compose-refs|use-[\w-]+)[\\/]|[\\/]@radix-ui[\\/]primitive[\\/]/,
  },
  // What popups of all kinds rest on.
  {
    name: 'overlays',
    test: /[\\/](?:@radix-ui|@floating-ui|react-remove-scroll|react-remove-scroll-bar|react-style-singleton|use-sidecar|use-callback-ref|aria-hidden|tslib|get-nonce)[\\/]/,
  },
  // The design system and what pages ask the server.
  { name: 'frame', test: /[\\/]web[\\/]src[\\/]/ },
  // What several pages use besides.
  { name: 'common', test: /[\\/]web[\\/]src[\\/](?:lib[\\/]|ui[\\/](?!.*(?:overlay|dialog|sheet|qr-code|tabs)))/ },
  // What an address says about a medium.
  { name: 'media', test: /[\\/]shared[\\/]src[\\/]media[\\/]/ },
  // The stage.
  { name: 'player', test: /[\\/](?:media-chrome|react-player)[\\/]|[\\/]web[\\/]src[\\/]player[\\/]/ },
  // Where one is in a title, for the pages around a party.
  {
    name: 'titles',
    test: /[\\/](?:idb|@noble[\\/]hashes)[\\/]|[\\/]features[\\/]resume[\\/]|[\\/]shared[\\/]src[\\/](?:resume[\\/]|client[\\/](?:resume|outbox|device|http-post|solo))/,
  },
];

/** The modules of this folder that the page's start imports statically. */
function startModules(): ReadonlySet<string> {
  const found = new Set<string>();
  const add = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, from = ''] of text.matchAll(
      /^(?:import|export)\s(?!type\s)(?:[^'"();]*?\sfrom\s)?'(\.[^']+\.tsx?)'/gm,
    )) {
      add(resolve(dirname(path), from));
    }
  };
  const start = join(SRC, 'main.tsx');
  add(start);
  found.delete(start);
  return found;
}

export function chunkGroups() {
  const start = startModules();
  return GROUPS.map(({ name, test }, index) => ({
    name,
    test: name === 'frame' ? (id: string) => start.has(id) : test,
    priority: GROUPS.length - index,
    // What every page loads anyhow goes there whole.
    minShareCount: name === 'libraries' || name === 'frame' ? 1 : 2,
  }));
}
