import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.(?:tsx?|css)$/.test(path) && !/\.test\.tsx?$|\.d\.ts$/.test(path));
const textOf = (path: string) => readFileSync(join(SRC, path), 'utf8');

/** The lines of these files in which something stands, as `path: what`. */
const where = (pattern: RegExp, paths: readonly string[]) =>
  paths.flatMap((path) => [...textOf(path).matchAll(pattern)].map(([found]) => `${path}: ${found}`));

const COLOUR = /(?<![\w&])#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3,4})\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(/g;

/** What is drawn, or not the page's own: they have colours of their own. */
const COLOURFUL = [
  'app/theme.css',
  // The frame of the browser around the page, which reads no stylesheet; a test below compares it.
  'app/theme.ts',
  'features/start-party/together-picture.tsx',
  'features/start-party/service-marks.tsx',
];

it('colours are tokens of the theme', () => {
  expect(
    where(
      COLOUR,
      files.filter((path) => !COLOURFUL.includes(path)),
    ),
  ).toEqual([]);
  expect(where(COLOUR, ['app/theme.css']).length).toBeGreaterThan(20);
});

it('the browser’s frame has the background of each theme', () => {
  const [, light, dark] = /--bg: light-dark\((#\w+), (#\w+)\)/.exec(textOf('app/theme.css')) ?? [];
  expect(textOf('app/theme.ts')).toContain(`{ dark: '${dark}', light: '${light}' }`);
});

it('a card is a card in one place', () => {
  expect(
    where(
      /rounded-card border border-line bg-surface/g,
      files.filter((path) => path !== 'app/styles.css'),
    ),
  ).toEqual([]);
});

it('pages and features call the server through api.ts', () => {
  const parts = files.filter((path) => /^(?:app|features)\//.test(path) && !path.endsWith('/api.ts'));
  expect(where(/\bcallApi\b|(?<![.\w])fetch\(|\bcreateSessionClient\(|\bopenLine\(/g, parts)).toEqual([]);
  expect(
    where(
      /\bcallApi\b/g,
      files.filter((path) => path.endsWith('/api.ts')),
    ).length,
  ).toBeGreaterThan(10);
});
