// The directions of docs/architecture.md hold because a lint rule says so. This proves that the rule speaks up.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const RESTRICTED = 'lint/style/noRestrictedImports';
const CYCLE = 'lint/suspicious/noImportCycles';

/** Server features and whatever else there is beside `platform`. */
const serverFeatures = readdirSync(join(ROOT, 'server', 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'platform')
  .map((entry) => entry.name);

/** Path of the file that imports → what it imports. `own` names other files that the import needs. */
const FORBIDDEN = [
  ['shared/src/timeline/bad.ts', 'node:fs'],
  ['shared/src/timeline/bad.ts', 'socket.io-client'],
  ['shared/src/timeline/bad.ts', '../client/index.ts'],
  ['shared/src/timeline/bad.ts', '../../../server/src/config.ts'],
  ['shared/src/client/bad.ts', 'node:fs'],
  ['shared/src/client/session/bad.ts', 'node:fs'],
  ['shared/src/client/bad.ts', 'react'],
  ['shared/src/client/bad.ts', '../../../web/src/app/main.ts'],
  ['server/src/main.ts', '@cowatch/web/app'],
  ['server/src/platform/bad.ts', '../sessions/index.ts'],
  ['server/src/platform/http/bad.ts', '../../sessions/session.service.ts'],
  ['server/src/platform/database/embedded/bad.ts', '../../../sessions/session.service.ts'],
  ['server/src/platform/http/bad.ts', '@cowatch/shared/client'],
  ['server/src/platform/http/bad.ts', '@cowatch/web/app'],
  ...serverFeatures.map((feature) => ['server/src/platform/http/bad.ts', `../../${feature}/index.ts`]),
  ['server/src/sessions/bad.ts', '@cowatch/shared/client'],
  ['server/src/sessions/bad.ts', '../chat/chat.service.ts'],
  ['server/src/sessions/parts/bad.ts', '../../chat/chat.service.ts'],
  ['server/src/sessions/bad.ts', '../../../web/src/app/main.ts'],
  ['web/src/app/bad.ts', '@cowatch/server/main'],
  ['web/src/app/bad.ts', '../../../server/src/config.ts'],
  ['web/src/app/bad.ts', 'node:fs'],
  ['web/src/ui/bad.ts', '../features/session/index.ts'],
  ['web/src/features/session/bad.ts', '../chat/index.ts'],
  ['web/src/features/session/parts/bad.ts', '../../chat/index.ts'],
  ['web/src/features/session/bad.tsx', '../../features/chat/index.ts'],
];

const ALLOWED = [
  ['shared/src/timeline/good.ts', 'zod'],
  ['shared/src/timeline/good.ts', '../protocol/index.ts'],
  ['shared/src/client/good.ts', 'socket.io-client'],
  ['shared/src/client/good.ts', '../timeline/index.ts'],
  ['shared/src/client/connection/good.ts', 'socket.io-client'],
  ['server/src/main.ts', './sessions/session.service.ts'],
  ['server/src/platform/http/good.ts', '../log/log.ts'],
  ['server/src/platform/database/embedded/good.ts', '../../log/log.ts'],
  ['server/src/platform/good.ts', './log/log.ts'],
  ['server/src/platform/http/good.ts', '../../config.ts'],
  ['server/src/sessions/good.ts', '../platform/http/http.ts'],
  ['server/src/sessions/good.ts', '../config.ts'],
  ['server/src/sessions/good.ts', './parts/part.ts'],
  ['server/src/sessions/parts/good.ts', '../session.store.ts'],
  ['server/src/sessions/parts/good.ts', '../other/part.ts'],
  ['server/src/sessions/parts/good.ts', '../../chat/index.ts'],
  ['server/src/sessions/parts/good.ts', '../../platform/http/http.ts'],
  ['server/src/sessions/good.ts', '../chat/index.ts'],
  ['server/src/sessions/good.ts', '@cowatch/shared/timeline'],
  ['server/src/sessions/good.test.ts', '@cowatch/shared/client'],
  ['web/src/app/good.tsx', '../features/session/index.ts'],
  ['web/src/app/good.tsx', '@cowatch/shared/client'],
  ['web/src/features/session/good.ts', './parts/part.ts'],
  ['web/src/features/session/good.tsx', '../../ui/button.tsx'],
  ['web/src/features/session/good.tsx', '../../player/index.ts'],
  ['web/src/features/session/parts/good.tsx', '../session.ts'],
  ['web/src/features/session/parts/good.tsx', '../other/part.ts'],
  ['web/src/features/session/parts/good.tsx', '../../../ui/button.tsx'],
];

let folder = '';

/** Lints a tree that holds nothing but these files; returns the rules broken, by path. */
function lint(files) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['biome.json', '.gitignore']) cpSync(join(ROOT, name), join(folder, name));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const biome = join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const run = spawnSync(process.execPath, [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const report = JSON.parse(run.stdout.slice(run.stdout.indexOf('{')));
  const broken = {};
  for (const { category, location } of report.diagnostics) {
    const path = String(location.path?.file ?? location.path);
    broken[path] ??= [];
    broken[path].push(category);
  }
  return { status: run.status, broken };
}

/** One file a rule, so that each import is judged alone: `bad.ts` becomes `bad-7.ts`. */
function treeOf(pairs) {
  const files = {};
  const paths = [];
  pairs.forEach(([path, specifier], index) => {
    const numbered = path.replace(/(bad|good)\./, `$1-${index}.`);
    paths.push(numbered);
    files[numbered] = `${files[numbered] ?? ''}export * from '${specifier}';\n`;
  });
  return { files, paths };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-guards-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('import directions', () => {
  test('every forbidden direction is an error', () => {
    const { files, paths } = treeOf(FORBIDDEN);
    const { status, broken } = lint(files);
    const silent = FORBIDDEN.filter((_, index) => !broken[paths[index]]?.includes(RESTRICTED));
    expect(silent).toEqual([]);
    expect(status).not.toBe(0);
  });

  test('what the architecture allows is not complained about', () => {
    const { files } = treeOf(ALLOWED);
    const { status, broken } = lint(files);
    expect(broken).toEqual({});
    expect(status).toBe(0);
  });

  test('a lazy part of the page is made by lazyPart, which can fail and be tried again', () => {
    const text = `import { lazy } from 'react';\nexport const Part = lazy(() => import('./part.tsx'));\n`;
    const paths = ['app/a', 'ui/a', 'player/a', 'features/chat/a', 'features/chat/parts/a'].map((path) => `web/src/${path}.tsx`);
    const { broken } = lint(Object.fromEntries(paths.map((path) => [path, text])));
    expect(paths.filter((path) => !broken[path]?.includes(RESTRICTED))).toEqual([]);
  });

  test('a cycle is an error', () => {
    const { broken } = lint({
      'server/src/sessions/a.ts': `import { b } from './b.ts';\nexport const a = () => b;\n`,
      'server/src/sessions/b.ts': `import { a } from './a.ts';\nexport const b = () => a;\n`,
    });
    expect(broken['server/src/sessions/a.ts']).toContain(CYCLE);
    expect(broken['server/src/sessions/b.ts']).toContain(CYCLE);
  });

  test('a cycle of types is one, too', () => {
    const { broken } = lint({
      'server/src/sessions/a.ts': `import type { B } from './b.ts';\nexport interface A {\n  readonly b: B | null;\n}\n`,
      'server/src/sessions/b.ts': `import type { A } from './a.ts';\nexport interface B {\n  readonly a: A | null;\n}\n`,
    });
    expect(broken['server/src/sessions/a.ts']).toContain(CYCLE);
    expect(broken['server/src/sessions/b.ts']).toContain(CYCLE);
  });

  test('the environment is read in config.ts and nowhere else in the server', () => {
    const text = 'export const port = process.env.PORT;\n';
    const { broken } = lint({ 'server/src/config.ts': text, 'server/src/platform/http/http.ts': text });
    expect(broken['server/src/config.ts']).toBeUndefined();
    expect(broken['server/src/platform/http/http.ts']).toEqual(['lint/style/noProcessEnv']);
  });
});
