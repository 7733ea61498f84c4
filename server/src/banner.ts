import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import type { Config } from './config.ts';
import type { Database } from './platform/database/database.ts';
import type { Redis } from './platform/redis/redis.ts';

/** Longest wait for ffmpeg to say its version, in milliseconds. */
const FFMPEG_TIMEOUT_MS = 2000;

/** The version of ffmpeg on this machine; null where there is none. */
export async function findFfmpeg(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ffmpeg', ['-version'], { timeout: FFMPEG_TIMEOUT_MS });
    return /^ffmpeg version (\S+)/.exec(stdout)?.[1] ?? 'of unknown version';
  } catch {
    return null;
  }
}

/** This program's version. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  return version;
}

export interface BannerFacts {
  readonly config: Config;
  readonly port: number;
  readonly database: Database;
  readonly redis: Redis | null;
  readonly ffmpeg: string | null;
  readonly version: string;
}

/** What is printed once the server runs: where to go, and what it runs on. */
export function banner({ config, port, database, redis, ffmpeg, version }: BannerFacts): string {
  const [first, ...others] = addresses(config, port);
  const rows: [string, string | undefined][] = [
    ['Open', first],
    ...others.map((url): [string, string] => ['', url]),
    ['Parties', partiesLine(config, redis)],
    ['Database', databaseLine(config, database)],
    ['ffmpeg', ffmpeg ?? 'not found'],
    ['API', `${first}/docs`],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(10)}${value}`);
  return ['', `  Cowatch ${version} is running.`, '', ...lines, '', '  Ctrl-C stops it.', '', ''].join('\n');
}

function partiesLine({ redisUrls }: Config, redis: Redis | null): string {
  if (redis === null || redisUrls === null) return 'on this server, kept in the database';
  const { ok, error } = redis.health();
  const hosts = redisUrls.map((url) => new URL(url).host).join(', ');
  const name = `${redis.kind === 'cluster' ? 'Redis Cluster' : 'Redis'} at ${hosts}`;
  return ok ? name : `${name} (cannot be reached yet: ${error})`;
}

function databaseLine(config: Config, database: Database): string {
  const { ok, error } = database.health();
  const name = database.kind === 'embedded' ? `embedded PostgreSQL, in ${config.dataDir}` : `PostgreSQL at ${hostOf(config.databaseUrl)}`;
  if (ok) return name;
  return database.kind === 'embedded' ? `${name} (being started)` : `${name} (cannot be reached yet: ${error})`;
}

/** Where a database is, without its credentials. */
function hostOf(databaseUrl: string | null): string {
  return databaseUrl === null ? '' : new URL(databaseUrl).host || 'a local socket';
}

/** Under which addresses people reach the server, the best one first. */
function addresses(config: Config, port: number): string[] {
  const at = (host: string) => `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const bound = config.bindAddress;
  const everywhere = bound === null || bound === '::' || bound === '0.0.0.0';
  const local = everywhere ? [at('localhost'), ...ownAddresses().map(at)] : [at(bound)];
  return config.publicUrl === null ? local : [config.publicUrl, ...local];
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter((entry) => entry.family === 'IPv4' && !entry.internal)
    .map((entry) => entry.address);
}
