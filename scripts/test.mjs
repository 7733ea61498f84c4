// `npm test`: from a machine with only Node and npm to one line that tells the whole truth.
//
//   npm test                   everything
//   npm test -- unit           only some parts, of: lint types rules unit pages parties
//   npm test -- rules          the pure rules alone (they are among the units): seconds, for after every change
//
// Later parts run although an earlier one failed. Nothing is tried twice.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensureInstalled } from './prepare.mjs';
import { ensureSystemParts } from './system-parts.mjs';
import { closingLine, playwrightCounts, vitestCounts } from './test-report.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/** What runs beside each other, one stage after the other: browsers get the machine to themselves. */
const STAGES = [['lint', 'types', 'unit'], ['pages'], ['parties']];
const EVERYTHING = STAGES.flat();
const PART_NAMES = ['rules', ...EVERYTHING];
const PART_TIMEOUT_MS = { rules: 120_000, lint: 120_000, types: 240_000, unit: 600_000, pages: 900_000, parties: 900_000 };

/** What a developer may have set for the server must not leak into what is tested. */
const SERVER_VARIABLES = [
  'PORT',
  'BIND_ADDRESS',
  'PUBLIC_URL',
  'DATA_DIR',
  'REDIS_URL',
  'DATABASE_URL',
  'COWATCH_ROLE',
  'AUTH_SECRET',
  'S3_ENDPOINT',
  'S3_BUCKET',
  'S3_REGION',
  'S3_ACCESS_KEY',
  'S3_SECRET_KEY',
  'ALLOWED_ORIGINS',
  'STREAM_LIMIT',
  'LOG_LEVEL',
  'TRUST_PROXY',
  'NODE_OPTIONS',
];
const environment = Object.fromEntries(Object.entries(process.env).filter(([key]) => !SERVER_VARIABLES.includes(key)));

/** Parts that need nothing of the system but Node. */
const NEEDS_NOTHING = new Set(['lint', 'types', 'rules']);

const reports = mkdtempSync(join(tmpdir(), 'cowatch-test-'));
const running = new Set();

/** Ends a program and everything it started. */
function end(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    for (const child of running) end(child);
    process.exit(130);
  });
}

/** Runs one of the workspace's programs, its output streaming by; resolves to its exit code, never rejects. */
function run(program, args, { cwd = ROOT, timeoutMs, env = {} }) {
  return new Promise((resolve) => {
    const child = spawn(join(cwd, 'node_modules', '.bin', program), args, {
      cwd,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...environment, ...env },
    });
    running.add(child);
    const timer = setTimeout(() => {
      console.error(`${program} was still running after ${timeoutMs / 1000} s and was ended.`);
      end(child);
    }, timeoutMs);
    const done = (code) => {
      clearTimeout(timer);
      running.delete(child);
      // Whatever it left behind would keep the output open for whoever reads it to its end.
      end(child);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${program} could not be started: ${error.message}`);
      done(127);
    });
    child.on('exit', (code, signal) => done(code ?? (signal ? 128 : 1)));
  });
}

function readReport(name) {
  const path = join(reports, name);
  try {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
  } catch {
    return null;
  }
}

const oneTest = (good) => ({ passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0, notes: [] });

const parts = {
  async lint(options) {
    return oneTest((await run('biome', ['check', '.'], options)) === 0);
  },

  async types(options) {
    let good = true;
    for (const args of [['-b'], ['-p', 'web'], ['-p', 'e2e']]) {
      if ((await run('tsc', args, options)) !== 0) good = false;
    }
    return oneTest(good);
  },

  rules: (options) => inVitest('rules', ['--project', 'rules'], options),
  unit: (options) => inVitest('unit', [], options),

  /** Pages that are not compared with each other: two fill two cores. */
  pages: (options) => inBrowsers('specs/pages', 2, options),
  /** Pages that play real video are compared with each other: one test at a time. */
  parties: (options) => inBrowsers('specs/parties', 1, options),
};

async function inVitest(name, projects, options) {
  const report = `${name}.json`;
  const args = ['run', ...projects, '--reporter=default', '--reporter=json', `--outputFile.json=${join(reports, report)}`];
  return vitestCounts(...(await withReport(report, run('vitest', args, options))));
}

async function inBrowsers(specs, workers, options) {
  const report = `${specs.replace('/', '-')}.json`;
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, report) };
  const args = ['test', specs, `--workers=${workers}`, '--reporter=list,json'];
  const code = run('playwright', args, { ...options, cwd: join(ROOT, 'e2e'), env });
  return playwrightCounts(...(await withReport(report, code)));
}

async function withReport(name, exitCode) {
  const code = await exitCode;
  return [readReport(name), code];
}

/** Everything that must be in place before anything can be judged; returns what could not be done. */
async function prepare(wanted) {
  if (wanted.some((name) => !NEEDS_NOTHING.has(name)) && !ensureSystemParts()) {
    return { fatal: 'parts of the system are missing' };
  }
  try {
    await ensureInstalled();
  } catch (error) {
    return { fatal: `the packages could not be installed: ${error.message}` };
  }
  try {
    await ensureBuilt({ web: wanted.includes('pages') || wanted.includes('parties') });
  } catch (error) {
    return { broken: `the build failed: ${error.message}` };
  }
  return {};
}

async function main() {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !PART_NAMES.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no part called ${unknown.join(', ')}; there are ${PART_NAMES.join(', ')}.`);
    return { results: [], code: 2 };
  }
  const wanted = asked.length > 0 ? PART_NAMES.filter((name) => asked.includes(name)) : EVERYTHING;

  const failure = (note) => ({ name: 'prepare', seconds: 0, passed: 0, failed: 1, skipped: 0, notes: [note] });
  const { fatal, broken } = await prepare(wanted);
  if (fatal) return { results: [failure(fatal)], code: 1 };
  const results = broken ? [failure(broken)] : [];

  const measured = async (name) => {
    const startedMs = performance.now();
    const counts = await parts[name]({ timeoutMs: PART_TIMEOUT_MS[name] });
    return { name, seconds: (performance.now() - startedMs) / 1000, ...counts };
  };
  for (const stage of [['rules'], ...STAGES]) {
    const names = stage.filter((name) => wanted.includes(name));
    if (names.length === 0) continue;
    console.log(`\n── ${names.join(', ')} ──`);
    results.push(...(await Promise.all(names.map(measured))));
  }
  return { results, code: results.some((part) => part.failed > 0) ? 1 : 0 };
}

const { results, code } = await main();
rmSync(reports, { recursive: true, force: true });
if (results.length > 0) {
  console.log('');
  for (const { name, seconds, passed, failed, skipped, notes } of results) {
    const figures = `${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed`;
    const more = skipped > 0 ? ` ${skipped} skipped` : '';
    console.log(`${name.padEnd(8)} ${figures} ${seconds.toFixed(1).padStart(6)} s${more}`);
    for (const note of notes) console.log(`         ${note}`);
  }
  console.log(closingLine(results));
}
process.exitCode = code;
