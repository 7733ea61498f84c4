import { fileURLToPath } from 'node:url';
import { iconOf, iconsOf } from './icon-files.ts';
import { staticImports } from './static-imports.ts';

const file = (path: string) => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** Pages that lie around a party, and what is fetched as soon as somebody is in one. */
const OTHER_PAGES = ['home-page', 'history-page', 'me-page', 'guest-page', 'link-page'];
const IN_PARTY = ['features/session/live/api.ts', 'player/controls/control-bar.tsx', 'app/pages/session/session-panels.tsx'];

const pageFile = (name: string) => file(`app/pages/${name}.tsx`);

const isShared = (id: string) => /[\\/]shared[\\/]src[\\/]/.test(id);

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
  const others = OTHER_PAGES.map((name) => staticImports(pageFile(name)));
  const inParty = IN_PARTY.map((path) => staticImports(file(path)));
  const isIn = (parts: readonly ReadonlySet<string>[], id: string) => parts.some((part) => part.has(id));
  const icons = {
    party: iconsOf(party),
    joined: iconsOf([...IN_PARTY.map(file), ...inParty.flatMap((part) => [...part])]),
    watch: iconsOf(watch),
    others: iconsOf([...OTHER_PAGES.map(pageFile), ...others.flatMap((page) => [...page])]),
  };
  // Where titles are listed: home, history, and the one that is watched.
  const lists = [watch, ...others.slice(0, 2)];
  return [
    {
      name: 'libraries',
      test: /[\\/]node_modules[\\/](?:react|react-dom|scheduler|@tanstack[\\/][\w-]+|i18next|react-i18next|use-sync-external-store)[\\/]|[\\/]lucide-react[\\/]dist[\\/]esm[\\/](?!icons)/,
      minShareCount: 1,
    },
    { name: 'frame', test: (id) => start.has(id), minShareCount: 1 },
    // The line to the server, and what else of the headless client a party has in common with the pages around it.
    {
      name: 'line',
      test: (id) =>
        /[\\/]node_modules[\\/](?:(?:socket\.io|engine\.io)-[\w-]+|@socket\.io)[\\/]/.test(id) ||
        (isShared(id) && !party.has(id) && isIn(inParty, id) && isIn([watch, ...others], id)),
    },
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
    // What the gate of a party and other pages need, with the pictures of both and of who is in one.
    {
      name: 'common',
      test: (id) =>
        (party.has(id) && (isShared(id) || isIn(others, id))) ||
        (icons.others.has(iconOf(id)) && (icons.party.has(iconOf(id)) || icons.joined.has(iconOf(id)))),
    },
    // What else the gate of a party shares with what opens later, then what those share who are in one.
    {
      name: 'party',
      test: (id) =>
        (party.has(id) && (isIn(inParty, id) || !watch.has(id))) || (icons.party.has(iconOf(id)) && !icons.watch.has(iconOf(id))),
    },
    // What a party and watching alone need: the stage.
    {
      name: 'player',
      test: (id) =>
        (party.has(id) && watch.has(id)) ||
        icons.party.has(iconOf(id)) ||
        /[\\/]node_modules[\\/](?:media-chrome|react-player)[\\/]/.test(id),
    },
    { name: 'joined', test: (id) => isIn(inParty, id) || icons.joined.has(iconOf(id)) },
    // Pictures that several other parts show.
    { name: 'icons', test: /[\\/]lucide-react[\\/]/ },
    // What the pages that list titles need.
    {
      name: 'titles',
      test: (id) =>
        (!party.has(id) && !isIn(inParty, id) && lists.filter((page) => page.has(id)).length > 1) ||
        /[\\/]node_modules[\\/](?:idb|@noble[\\/]hashes)[\\/]/.test(id),
    },
  ];
}

/** The groups as the bundler takes them; the first that wants a module has it. */
export function chunkGroups() {
  const all = groups();
  return all.map((group, index) => ({ minShareCount: 2, ...group, priority: all.length - index }));
}
