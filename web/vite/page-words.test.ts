import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { catalogue } from '../src/app/catalogue.ts';
import type { Words } from '../src/lib/words.ts';
import { staticImports } from './static-imports.ts';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

function keysOf(words: Words, path = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${path}${key}`.replace(/_(?:one|other)$/, '')] : keysOf(value, `${path}${key}.`),
  );
}

const ALL = new Set(keysOf(catalogue));

const memo = <T>(make: (file: string) => T) => {
  const made = new Map<string, T>();
  return (file: string): T => {
    const value = made.get(file) ?? make(file);
    made.set(file, value);
    return value;
  };
};

const textOf = memo((file) => readFileSync(file, 'utf8'));
const withImports = memo((file) => [file, ...staticImports(file)]);

/** The keys of the catalogue that a module says; of one that is put together, all that it may come to. */
const saidBy = memo((file): readonly string[] => {
  const text = textOf(file);
  const whole = [...text.matchAll(/['"`](\w+(?:\.[\w-]+)+)['"`]/g)].flatMap(([, key = '']) => (ALL.has(key) ? [key] : []));
  const parts = [...text.matchAll(/`(\w+(?:\.[\w-]+)*\.)\$\{/g)].flatMap(([, start = '']) =>
    [...ALL].filter((key) => key.startsWith(start)).slice(0, 1),
  );
  return [...whole, ...parts];
});

const lazyOf = memo((file) => [...textOf(file).matchAll(/import\('(\.[^']+)'\)/g)].map(([, path = '']) => resolve(dirname(file), path)));

/** What is said by a module and all it loads, at once or later, where the words for it are not loaded by then. */
async function unsaid(root: string, before: ReadonlySet<string>, seen = new Set<string>()): Promise<string[]> {
  if (seen.has(root)) return [];
  seen.add(root);
  const modules = withImports(root);
  const loaded = new Set([...before, ...modules]);
  const known = new Set<string>();
  for (const file of loaded) {
    if (!/[\\/](?:[\w-]+-)?words\.ts$/.test(file) || !textOf(file).includes('addWords({')) continue;
    for (const words of Object.values((await import(file)) as Record<string, Words>)) for (const key of keysOf(words)) known.add(key);
  }
  const missing = modules.flatMap((file) => saidBy(file).flatMap((key) => (known.has(key) ? [] : [`${file.slice(SRC.length)}: ${key}`])));
  for (const lazy of new Set(modules.flatMap(lazyOf))) missing.push(...(await unsaid(lazy, loaded, seen)));
  return missing;
}

const main = join(SRC, 'main.tsx');
const pages = [...textOf(join(SRC, 'app/router.tsx')).matchAll(/import\('(\.[^']+)'\)/g)].map(([, path = '']) => join(SRC, 'app', path));

it.each([...new Set(pages)].map((page) => [page.slice(SRC.length), page]))('%s comes with the strings it shows', async (_, page) => {
  expect(await unsaid(page, new Set(withImports(main)))).toEqual([]);
});

it('finds pages and keys', () => {
  expect(pages.length).toBeGreaterThan(7);
  expect(saidBy(join(SRC, 'features/session/sync/sync-pill.tsx'))).toContain('sync.label');
});
