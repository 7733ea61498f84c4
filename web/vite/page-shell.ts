import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Plugin, transformWithOxc } from 'vite';

const shell = (name: string) => readFileSync(fileURLToPath(new URL(`../shell/${name}`, import.meta.url)), 'utf8');

/** The code of each kind of page that has a shell of its own. */
const PAGES = {
  home: 'src/app/pages/home-page.tsx',
  party: 'src/app/pages/session-page.tsx',
  history: 'src/app/pages/history-page.tsx',
} as const;

/** What of a chunk matters here. */
interface Chunk {
  readonly fileName: string;
  readonly imports: readonly string[];
  readonly facadeModuleId: string | null;
  readonly viteMetadata?: { readonly importedCss: ReadonlySet<string> };
}

/**
 * Puts into the page what is painted before any script runs (`web/shell`), the few lines that run before that, and the
 * names of the files that each kind of page needs, so that they are fetched at once and not one after the other. The
 * stylesheet comes after the shell, whose paint does not wait for it then.
 */
export function pageShell(): Plugin {
  return {
    name: 'cowatch:page-shell',
    transformIndexHtml: {
      order: 'post',
      async handler(html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((it) => it.type === 'chunk') as unknown as readonly Chunk[];
        const files = Object.fromEntries(
          Object.entries(PAGES).map(([page, source]) => {
            const root = chunks.find(({ facadeModuleId }) => facadeModuleId?.replaceAll('\\', '/').endsWith(source));
            const needed = root ? filesOf(chunks, root) : [];
            return [page, needed.map((file) => `/${file}`).filter((href) => !html.includes(href))];
          }),
        );
        const font = Object.keys(bundle ?? {}).find((name) => FONT.test(name));
        const begin = shell('begin.js').replace('PAGES[page]', `${JSON.stringify(files)}[page]`);
        const { code } = await transformWithOxc(begin, 'begin.js', { target: 'es2022' });
        let page = html
          .replace('<!-- begin -->', `<script>${compact(code)}</script><style>${compact(shell('shell.css'))}</style>`)
          .replace('<!-- shell -->', compact(shell('shell.html')));
        const styles = page.match(/\s*<link rel="stylesheet"[^>]*>/g) ?? [];
        for (const link of styles) page = page.replace(link, '');
        if (font) page = page.replace('</head>', `${preloadOf(font)}</head>`);
        return page.replace('<div id="root">', `${styles.map((link) => link.trim()).join('')}<div id="root">`);
      },
    },
  };
}

/** The letters that nearly every page has. After the scripts: meanwhile there is a font of the same size. */
const FONT = /inter-latin-wght-normal-[\w-]+\.woff2$/;

const preloadOf = (font: string) => `<link rel="preload" as="font" type="font/woff2" fetchpriority="low" crossorigin href="/${font}">`;

/** A chunk and all that it imports statically. */
function filesOf(chunks: readonly Chunk[], chunk: Chunk, found = new Set<string>()): string[] {
  if (!found.has(chunk.fileName)) {
    found.add(chunk.fileName);
    for (const styles of chunk.viteMetadata?.importedCss ?? []) found.add(styles);
    for (const name of chunk.imports) {
      const next = chunks.find(({ fileName }) => fileName === name);
      if (next) filesOf(chunks, next, found);
    }
  }
  return [...found];
}

/** Without comments, indentation and line ends; every statement here ends in a sign of its own. */
const compact = (text: string) =>
  text
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
