// A house is found one's way in as long as its rooms are small: what docs/architecture.md says of sizes holds because
// this counts them.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';
import { describe, expect, test } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const FUNCTION_LINES_MAX = 80;
const FOLDER_FILES_MAX = 25;

/** Tests, their support, and programs that only developers run are long where what they tell is long. */
const BESIDE = /\.(test|testing|contract|spec|probe)\.(tsx?|mjs)$|\.d\.ts$|^e2e\//;
/** A list of routes or of tables is as long as what it lists. */
const LISTS = { names: /^register\w*(Http|Socket|Routes)$/, files: /\.schema\.ts$/ };
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Source files as git knows them, and those that it does not know yet. */
function sources() {
  const { stdout } = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx', '*.mjs'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return stdout.split('\n').filter((path) => path !== '' && !BESIDE.test(path));
}

/** Every function of a program's text, with its name where it has one and how many lines it takes. */
function functionsOf(text, path) {
  const found = [];
  const lineOf = (offset) => text.slice(0, offset).split('\n').length;
  const visit = (node, name) => {
    if (Array.isArray(node)) for (const one of node) visit(one, name);
    if (node === null || typeof node !== 'object' || typeof node.type !== 'string') return;
    const own = node.id?.name ?? node.key?.name ?? name;
    if (FUNCTIONS.has(node.type)) found.push({ name: own ?? 'anonymous', lines: lineOf(node.end - 1) - lineOf(node.start) + 1 });
    for (const [key, child] of Object.entries(node)) if (key !== 'type') visit(child, own);
  };
  visit(parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }).body);
  return found;
}

const tooLong = (text, path) =>
  LISTS.files.test(path) ? [] : functionsOf(text, path).filter(({ name, lines }) => lines > FUNCTION_LINES_MAX && !LISTS.names.test(name));

/** Folders with more files than one reads at a glance. */
function tooFull(paths) {
  const counts = new Map();
  for (const path of paths) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  return [...counts].filter(([, count]) => count > FOLDER_FILES_MAX);
}

describe('the size of rooms', () => {
  test(`no function is longer than ${FUNCTION_LINES_MAX} lines, but for lists of routes and tables`, () => {
    const found = sources().flatMap((path) =>
      tooLong(readFileSync(join(ROOT, path), 'utf8'), path).map(({ name, lines }) => `${path} ${name}: ${lines} lines`),
    );
    expect(found).toEqual([]);
  });

  test(`no folder has more than ${FOLDER_FILES_MAX} files beside tests`, () => {
    expect(tooFull(sources())).toEqual([]);
  });

  test('what is too long or too full is seen', () => {
    const body = (lines) => `{\n${'  now();\n'.repeat(lines - 2)}}`;
    const text = (name, lines) => `export function ${name}() ${body(lines)}\n`;
    expect(tooLong(text('compose', FUNCTION_LINES_MAX), 'a.ts')).toEqual([]);
    expect(tooLong(text('compose', FUNCTION_LINES_MAX + 1), 'a.ts')).toEqual([{ name: 'compose', lines: FUNCTION_LINES_MAX + 1 }]);
    expect(tooLong(`const Page = () => ${body(100)};\n`, 'page.tsx')).toEqual([{ name: 'Page', lines: 100 }]);
    expect(tooLong(`class Store {\n  async #load() ${body(90)}\n}\n`, 'a.ts')).toEqual([{ name: 'load', lines: 90 }]);
    expect(tooLong(text('registerSessionHttp', 300), 'session.http.ts')).toEqual([]);
    const files = (count) => Array.from({ length: count }, (_, index) => `hall/${index}.ts`);
    expect(tooFull(files(FOLDER_FILES_MAX))).toEqual([]);
    expect(tooFull(files(FOLDER_FILES_MAX + 1))).toEqual([['hall', FOLDER_FILES_MAX + 1]]);
  });
});
