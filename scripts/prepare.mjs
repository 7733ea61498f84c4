// Brings the checkout to where it can run: packages installed, sources built, an empty database prepared. What is in place already costs a
// fraction of a second. Plain Node, no packages: it runs before there are any.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The oldest Node that this program runs on. */
export const NODE_MINIMUM = [20, 19, 0];

/** Throws, in words, where this Node is too old. */
export function checkNode(version = process.versions.node) {
  const numbers = version.split('.').map(Number);
  const at = NODE_MINIMUM.findIndex((minimum, place) => numbers[place] !== minimum);
  if (at === -1 || numbers[at] > NODE_MINIMUM[at]) return;
  throw new Error(`Cowatch needs Node ${NODE_MINIMUM.slice(0, 2).join('.')} or newer; this is ${version}. See https://nodejs.org`);
}

/** Installs the packages where they are missing or the lockfile has changed since. */
export async function ensureInstalled(root = ROOT) {
  const stamp = join(root, 'node_modules', '.cowatch-installed');
  const wanted = `${hashOf(root, ['pnpm-lock.yaml'])} node ${process.versions.modules} ${process.platform} ${process.arch}\n`;
  if (readOrNull(stamp) === wanted) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  say(`Installing packages with ${packageManager} …`);
  // "CI" keeps it from asking questions that nobody is there to answer.
  const env = { ...process.env, CI: 'true' };
  await run('npx', ['-y', packageManager, 'install', '--frozen-lockfile'], { cwd: root, env });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** What the server and the pages are built from, and where their builds go. */
const SHARED = ['tsconfig.base.json', 'pnpm-lock.yaml', 'shared/package.json', 'shared/tsconfig.json', 'shared/src'];
const BUILDS = {
  server: {
    sources: [...SHARED, 'tsconfig.json', 'server/package.json', 'server/tsconfig.json', 'server/src'],
    outputs: ['shared/dist', 'server/dist'],
    async build(root) {
      say('Building the server …');
      // The compiler believes its notes about what it has written, even where that was removed.
      for (const name of ['shared', 'server']) {
        if (!existsSync(join(root, name, 'dist'))) rmSync(join(root, name, 'tsconfig.tsbuildinfo'), { force: true });
      }
      await run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'], { cwd: root });
    },
  },
  // An empty database that first starts copy. Where it cannot be made here they make their own, which takes longer.
  database: {
    sources: ['pnpm-lock.yaml', 'server/package.json', 'server/migrations', 'server/src/platform/database'],
    outputs: ['server/dist/database-template'],
    async build(root) {
      say('Preparing an empty database …');
      const program = `import('./server/dist/cli/make-template.js').then((it) => it.makeTemplate())`;
      await run(process.execPath, ['--eval', program], { cwd: root }).catch((error) => {
        say(`It could not be prepared (${error.message}): the first start takes longer.`);
        mkdirSync(join(root, 'server', 'dist', 'database-template'), { recursive: true });
      });
    },
  },
  web: {
    sources: [...SHARED, 'web/package.json', 'web/index.html', 'web/vite.config.ts', 'web/vite', 'web/shell', 'web/src', 'web/public'],
    outputs: ['web/dist'],
    async build(root) {
      say('Building the pages …');
      const web = join(root, 'web');
      const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
      await run(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: web });
      await compress(join(web, 'dist'));
    },
  },
};

/** Builds what has changed since it was built: the server with what both ends share and the database, and the pages unless told not to. */
export async function ensureBuilt({ web = true, root = ROOT } = {}) {
  for (const name of web ? ['server', 'database', 'web'] : ['server', 'database']) {
    const { sources, outputs, build } = BUILDS[name];
    const wanted = hashOf(root, sources);
    const stamp = join(root, outputs.at(-1), '.built-from');
    if (readOrNull(stamp) === wanted && outputs.every((output) => existsSync(join(root, output)))) continue;
    rmSync(stamp, { force: true });
    await build(root);
    writeFileSync(stamp, wanted);
  }
}

/** One hash over the content of files and folders; tests do not count, they are no part of what runs. */
export function hashOf(root, paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesOf(join(root, path))) {
      hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.[^.]+$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Kinds of files that become much smaller. */
const COMPRESSIBLE = new Set(['.js', '.css', '.html', '.svg', '.json', '.txt']);
const WORTH_IT_BYTES = 1024;

/** Puts compressed copies beside the files of a folder, so that the server need not compress while people wait. */
async function compress(folder) {
  const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  for (const file of filesOf(folder)) {
    if (!COMPRESSIBLE.has(extname(file)) || statSync(file).size < WORTH_IT_BYTES) continue;
    const content = readFileSync(file);
    writeFileSync(`${file}.br`, await promisify(brotliCompress)(content, brotliOptions));
    writeFileSync(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
  }
}

function run(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', shell: process.platform === 'win32', ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`${[program, ...args].join(' ')} ended with ${signal ?? `code ${code}`}`));
    });
  });
}

function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
