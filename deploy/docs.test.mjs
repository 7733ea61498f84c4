// What operators read, held against the program: a variable, a bound or a command that is not there helps nobody.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { knownVariables, ROOT, readText } from './files.testing.mjs';

const operations = readText('docs/operations.md');
const scaling = readText('docs/scaling.md');

/** Paths of the sources whose comments state a bound. */
function sourcesWithBounds() {
  return ['server/src', 'shared/src'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .map((path) => `${folder}/${path}`)
      .filter((path) => path.endsWith('.ts') && !/\.(test|testing)\.ts$/.test(path))
      .filter((path) => readText(path).includes('Bound:')),
  );
}

describe('the table of settings', () => {
  const settings = operations.slice(operations.indexOf('## Settings'), operations.indexOf('## Several instances'));
  const rows = settings.split('\n').filter((line) => line.startsWith('| `'));
  const names = rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));

  test('has every variable once, and none that the server does not know', () => {
    expect([...names].sort()).toEqual(knownVariables().sort());
  });
});

describe('the capacity model', () => {
  test('names the bound of everything that states one in the sources', () => {
    const sources = sourcesWithBounds();
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((path) => !scaling.includes(`\`${path}\``))).toEqual([]);
  });

  test('names files and benches that are there', () => {
    const paths = [...scaling.matchAll(/`((?:server|shared|deploy)\/[^`]+\.\w+)`/g)].map(([, path]) => path);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const benches = [...scaling.matchAll(/npm run bench -- (\w+)/g)].map(([, name]) => name);
    expect(benches.filter((name) => !existsSync(join(ROOT, `e2e/bench/${name}.bench.ts`)))).toEqual([]);
  });
});

describe('the rules of the protocol', () => {
  const rules = [...readText('docs/protocol.md').matchAll(/^- \*\*\[([A-Z]+\d+)\]\*\*/gm)].map(([, id]) => id);

  test('have a number each of their own', () => {
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((id, i) => rules.indexOf(id) !== i)).toEqual([]);
  });

  // The name of a test begins with its rules; elsewhere such brackets are of what is tested, as `[ABCD1234]` of a release.
  const rulesNamedIn = (source) => [...source.matchAll(/['"`]((?:\[[A-Z]+\d+\],? )+)/g)].flatMap(([, ids]) => ids.match(/[A-Z]+\d+/g));

  test('are each named by a test, and no test names one that is not stated', () => {
    const named = new Set(
      ['server/src', 'shared/src', 'web/src', 'e2e']
        .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((path) => `${folder}/${path}`))
        .filter((path) => /\.(test|contract|spec|protocol\.test)\.tsx?$/.test(path) && !path.includes('node_modules'))
        .flatMap((path) => rulesNamedIn(readText(path))),
    );
    expect(rules.filter((id) => !named.has(id))).toEqual([]);
    expect([...named].filter((id) => !rules.includes(id))).toEqual([]);
  });
});

describe('the limits of socket messages', () => {
  test('are stated for each message that clients may send', () => {
    const sources = readdirSync(join(ROOT, 'server/src'), { recursive: true }).filter((path) =>
      /^(?!.*(test|testing)\.ts$).*\.ts$/.test(path),
    );
    const events = sources.flatMap((path) =>
      [...readText(`server/src/${path}`).matchAll(/onCommand\(\s*'([^']+)'/g)].map(([, event]) => event),
    );
    expect(events.length).toBeGreaterThan(20);
    const rows = readText('docs/protocol.md')
      .match(/^\| `[\w:-]+`.* \| \d+ \| \d+ \|$/gm)
      .join('\n');
    expect(events.filter((event) => !rows.includes(`\`${event}\``))).toEqual([]);
  });
});

describe('the list of decisions', () => {
  test('has each of them', () => {
    const files = readdirSync(join(ROOT, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
    expect(files.length).toBeGreaterThan(0);
    const list = readText('docs/adr/README.md');
    expect(files.filter((name) => !list.includes(`(${name})`))).toEqual([]);
  });
});

describe('links in the docs', () => {
  test.each(['docs/operations.md', 'docs/scaling.md'])('%s: every file they lead to is there', (path) => {
    const targets = [...readText(path).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !existsSync(join(ROOT, 'docs', target)))).toEqual([]);
  });
});
