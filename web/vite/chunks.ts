import { fileURLToPath } from 'node:url';
import { staticImports } from './static-imports.ts';

const file = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** Pages that lie around a party, and what is fetched as soon as somebody is in one. */
const OTHER_PAGES = ['home-page', 'history-page', 'me-page', 'guest-page', 'link-page'];
const IN_PARTY = ['player/controls/control-bar.tsx', 'app/pages/session/session-panels.tsx'];

interface Group {
  readonly name: string;
  readonly test: RegExp | ((id: string) => boolean);
  /** Of how many files that are loaded for themselves a module must be a part; 2 where nothing else is said. */
  readonly minShareCount?: number;
}

/**
 * What goes together into one file. On a slow network every request costs more than some kilobytes do, so what is shared
 * comes in few files: by the pages that cannot do without it, and packages by what they are for. All else stays with what
 * imports it, and what is only loaded lazily stays lazy. `scripts/budget.mjs` says what each page comes to.
 */
function groups(): readonly Group[] {
  const start = staticImports(file('main.tsx'));
  const party = staticImports(file('app/pages/session-page.tsx'));
  const watch = staticImports(file('app/pages/watch-page.tsx'));
  const others = OTHER_PAGES.map((name) => staticImports(file(`app/pages/${name}.tsx`)));
  const inParty = IN_PARTY.map((path) => staticImports(file(path)));
  const inOthers = (id: string) => others.some((page) => page.has(id));
  // Where titles are listed: home, history, and the one that is watched.
  const lists = [watch, ...others.slice(0, 2)];
  return [
    {
      name: 'libraries',
      test: /[\\/]node_modules[\\/](?:react|react-dom|scheduler|@tanstack[\\/][\w-]+|i18next|react-i18next|use-sync-external-store)[\\/]|[\\/]lucide-react[\\/]dist[\\/]esm[\\/](?!icons)/,
      minShareCount: 1,
    },
    { name: 'frame', test: (id) => start.has(id), minShareCount: 1 },
    // The line to the server.
    { name: 'line', test: /[\\/]node_modules[\\/](?:(?:socket\.io|engine\.io)-[\w-]+|@socket\.io)[\\/]/ },
    // What the tabs of the panel rest on, and popups too.
    {
      name: 'tabs',
      test: /[\\/]@radix-ui[\\/]react-(?:tabs|roving-focus|collection|presence|id|primitive|context|direction|slot|compose-refs|use-[\w-]+)[\\/]|[\\/]@radix-ui[\\/]primitive[\\/]/,
    },
    // What popups of all kinds rest on.
    {
      name: 'overlays',
      test: /[\\/]node_modules[\\/](?:@radix-ui|@floating-ui|react-remove-scroll|react-remove-scroll-bar|react-style-singleton|use-sidecar|use-callback-ref|aria-hidden|tslib|get-nonce)[\\/]/,
    },
    // What a party and other pages need, and what a party needs of the headless client; tabs are more than its gate does.
    {
      name: 'common',
      test: (id) =>
        !id.endsWith('tabs.tsx') &&
        [party, ...inParty].some((part) => part.has(id)) &&
        (inOthers(id) || /[\\/]shared[\\/]src[\\/]/.test(id)),
    },
    // Pictures that several parts show.
    { name: 'icons', test: /[\\/]lucide-react[\\/]/ },
    // What a party shows before one has joined and after.
    { name: 'party', test: (id) => party.has(id) && inParty.some((part) => part.has(id)) },
    // What a party and watching alone need: the stage.
    {
      name: 'player',
      test: (id) => (party.has(id) && watch.has(id)) || /[\\/]node_modules[\\/](?:media-chrome|react-player)[\\/]/.test(id),
    },
    // What the pages that list titles need.
    {
      name: 'titles',
      test: (id) =>
        (!party.has(id) && !inParty.some((part) => part.has(id)) && lists.filter((page) => page.has(id)).length > 1) ||
        /[\\/]node_modules[\\/](?:idb|@noble[\\/]hashes)[\\/]/.test(id),
    },
  ];
}

/** The groups as the bundler takes them; the first that wants a module has it. */
export function chunkGroups() {
  const all = groups();
  return all.map((group, index) => ({ minShareCount: 2, ...group, priority: all.length - index }));
}
