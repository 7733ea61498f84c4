import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkNode, ensureBuilt, hashOf, ROOT } from './prepare.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cwprep-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('checkNode', () => {
  it.each(['20.19.0', '20.19.5', '20.20.2', '22.0.0', '24.1.0'])('takes Node %s', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  it.each(['18.20.0', '20.18.9', '20.0.0', '8.0.0'])('refuses Node %s in words', (version) => {
    expect(() => checkNode(version)).toThrow(`Cowatch needs Node 20.19 or newer; this is ${version}.`);
  });
});

describe('hashOf', () => {
  const write = (name, text) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  };

  it('changes with content, names and new files, and not with tests', () => {
    write('src/a.ts', 'a');
    const first = hashOf(folder, ['src', 'nothing']);
    expect(hashOf(folder, ['src', 'nothing'])).toBe(first);
    write('src/a.test.ts', 'a test');
    expect(hashOf(folder, ['src'])).toBe(first);
    write('src/deep/b.ts', '');
    const second = hashOf(folder, ['src']);
    expect(second).not.toBe(first);
    write('src/a.ts', 'b');
    expect(hashOf(folder, ['src'])).not.toBe(second);
    // What moves from one file to the next is not the same.
    write('one/a', 'xy');
    write('two/a', 'x');
    write('two/b', 'y');
    expect(hashOf(join(folder, 'one'), ['a'])).not.toBe(hashOf(join(folder, 'two'), ['a', 'b']));
  });

  it('looks at this checkout fast enough for nobody to notice', () => {
    const sinceMs = performance.now();
    hashOf(ROOT, ['shared/src', 'server/src', 'web/src', 'pnpm-lock.yaml']);
    expect(performance.now() - sinceMs).toBeLessThan(1000);
  });
});

describe('ensureBuilt', () => {
  it('says what it ran where that fails', async () => {
    await expect(ensureBuilt({ root: folder, web: false })).rejects.toThrow(/tsc -b ended with code 1/);
  });
});
