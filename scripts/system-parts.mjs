// The parts of the system that the tests run against: real databases, real browsers, real ffmpeg. On Debian, as root,
// what is missing is installed; anywhere else it is said exactly.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const POLICY_FILE = '/usr/sbin/policy-rc.d';

function onPath(...names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', '/usr/bin', '/usr/sbin'];
  return folders.some((folder) => names.some((name) => folder !== '' && existsSync(join(folder, name))));
}

/** Debian keeps the server's own programs out of the path, one folder a version. */
function hasPostgres() {
  const versions = '/usr/lib/postgresql';
  if (onPath('postgres')) return true;
  return existsSync(versions) && readdirSync(versions).some((it) => existsSync(join(versions, it, 'bin', 'postgres')));
}

function hasBrowser(variable, names, macPath) {
  const chosen = process.env[variable];
  return chosen ? existsSync(chosen) : onPath(...names) || existsSync(macPath);
}

/** Firefox plays H.264 and AAC through the system's libavcodec; macOS and Windows bring their own. */
function hasAvcodec() {
  if (process.platform !== 'linux') return true;
  const folders = ['/usr/lib', '/usr/lib64', '/lib', '/usr/local/lib'].filter((folder) => existsSync(folder));
  const names = folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() && entry.name.endsWith('-linux-gnu') ? readdirSync(join(folder, entry.name)) : [entry.name],
    ),
  );
  return names.some((name) => name.startsWith('libavcodec.so.'));
}

/** Each part: how to tell that it is here, and the Debian 12 packages that bring it. */
export const PARTS = [
  { name: 'Redis 7', found: () => onPath('redis-server'), packages: ['redis-server'] },
  { name: 'PostgreSQL 15 or newer', found: hasPostgres, packages: ['postgresql'] },
  { name: 'HAProxy 2.6 or newer', found: () => onPath('haproxy'), packages: ['haproxy'] },
  { name: 'ffmpeg with ffprobe', found: () => onPath('ffmpeg') && onPath('ffprobe'), packages: ['ffmpeg'] },
  {
    name: 'Chromium (or CHROMIUM_PATH)',
    found: () =>
      hasBrowser(
        'CHROMIUM_PATH',
        ['chromium', 'chromium-browser', 'google-chrome'],
        '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      ),
    packages: ['chromium'],
  },
  {
    name: 'Firefox (or FIREFOX_PATH)',
    found: () => hasBrowser('FIREFOX_PATH', ['firefox-esr', 'firefox'], '/Applications/Firefox.app/Contents/MacOS/firefox'),
    packages: ['firefox-esr'],
  },
  { name: 'libavcodec, for H.264 in Firefox', found: hasAvcodec, packages: ['libavcodec59'] },
];

/** The distribution this runs on, as it calls itself. */
function distribution() {
  if (!existsSync('/etc/os-release')) return { id: process.platform, version: '' };
  const text = readFileSync('/etc/os-release', 'utf8');
  const field = (key) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: field('ID'), version: field('VERSION_ID') };
}

/**
 * What to do about missing parts: install them, or say so.
 * @param {{name: string, packages: string[]}[]} missing
 * @param {{id: string, version: string, root: boolean}} machine
 * @returns {{action: 'none'} | {action: 'install', packages: string[]} | {action: 'tell', message: string}}
 */
export function planFor(missing, machine) {
  if (missing.length === 0) return { action: 'none' };
  const packages = [...new Set(missing.flatMap((part) => part.packages))];
  const debian = machine.id === 'debian';
  if (debian && machine.root) return { action: 'install', packages };
  const names = missing.map((part) => `  - ${part.name}`).join('\n');
  const command = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  const how = debian
    ? `Run this once as root, then again as yourself:\n\n  ${command}\n`
    : `On Debian 12 that is:\n\n  ${command}\n\nInstall the same parts in this system's own way.\n`;
  return { action: 'tell', message: `The tests need what is not here yet:\n${names}\n\n${how}` };
}

function apt(...args) {
  console.log(`apt-get ${args.join(' ')}`);
  const run = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (run.status !== 0) throw new Error(`apt-get ${args[0]} failed`);
}

/** Installs packages without letting their services start: the tests start their own, on ports of their own. */
function install(packages) {
  const ownPolicy = !existsSync(POLICY_FILE);
  if (ownPolicy) writeFileSync(POLICY_FILE, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...packages);
  } finally {
    if (ownPolicy) rmSync(POLICY_FILE, { force: true });
  }
}

/**
 * Makes sure that every part is here. Returns true when it is; false after saying what is missing.
 */
export function ensureSystemParts() {
  const missing = () => PARTS.filter((part) => !part.found());
  const machine = { ...distribution(), root: process.getuid?.() === 0 };
  const plan = planFor(missing(), machine);
  if (plan.action === 'none') return true;
  if (plan.action === 'tell') {
    console.error(plan.message);
    return false;
  }
  try {
    install(plan.packages);
  } catch (error) {
    console.error(error.message);
  }
  const still = missing();
  if (still.length > 0) console.error(planFor(still, { ...machine, root: false }).message);
  return still.length === 0;
}
