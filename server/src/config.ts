import { resolve } from 'node:path';
import { z } from 'zod';
import { parseTrustProxy, type TrustProxy } from './platform/http/trust-proxy.ts';
import { LOG_LEVELS, type LogLevel } from './platform/log/log.ts';
import { OperatorError } from './platform/operator-error.ts';

/** S3-compatible storage; all of it or none. */
export interface S3Config {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Everything an operator decides, checked. */
export interface Config {
  /** 0 takes any free port. */
  readonly port: number;
  /** The address to listen on; null is every interface. */
  readonly bindAddress: string | null;
  /** Origin under which people reach the server, without a trailing slash; null: as each request came. */
  readonly publicUrl: string | null;
  /** Absolute path of the folder for everything that is kept. */
  readonly dataDir: string;
  /** Null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** Null: live parties are in the memory of this process; several are nodes of one Cluster. */
  readonly redisUrls: readonly string[] | null;
  readonly s3: S3Config | null;
  readonly role: 'web' | 'all';
  /** Null: made once and kept in `dataDir`. */
  readonly authSecret: string | null;
  /** Origins other than the own whose pages may call this server. */
  readonly allowedOrigins: readonly string[];
  /** Most concurrent streams of an account; null: no limit. */
  readonly streamLimit: number | null;
  readonly logLevel: LogLevel;
  readonly trustProxy: TrustProxy;
  /** Days after its last use after which a party is forgotten. */
  readonly sessionExpiryDays: number;
  /** Most sockets from one address, counted as IPv4 address or IPv6 /64. */
  readonly connectionsPerIp: number;
  /** Most API requests a minute from one address. */
  readonly requestsPerMinutePerIp: number;
  /** At which links this server looks itself, where browsers are not told what is wrong with them. */
  readonly linkChecks: 'off' | 'public' | 'all';
  /** The operator's own oEmbed endpoint, asked instead of those of the services; null: theirs. */
  readonly oembedUrl: string | null;
}

/** The environment cannot be used; the message names each variable and what it must be. */
export class ConfigError extends OperatorError {
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** Values that are never repeated in a message, because they hold secrets. */
const CONFIDENTIAL = new Set(['DATABASE_URL', 'REDIS_URL', 'AUTH_SECRET', 'S3_ACCESS_KEY', 'S3_SECRET_KEY']);

/** A variable that `read` understands; `must` finishes the sentence "<NAME> must be …". */
const variable = <T>(must: string, read: (text: string) => T | undefined) =>
  z.string().transform((text, context): T => {
    const value = attempt(() => read(text));
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: must });
    return z.NEVER;
  });

const wholeNumber = (min: number, max: number) =>
  variable(`a whole number from ${min} to ${max}`, (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : undefined;
  });

const oneOf = <const T extends readonly string[]>(names: T) =>
  variable(`one of ${names.join(', ')}`, (text): T[number] | undefined => names.find((name) => name === text));

const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  BIND_ADDRESS: variable('an IP address or a host name to listen on, such as 127.0.0.1', (text) =>
    /^[A-Za-z0-9.:_%-]+$/.test(text) ? text : undefined,
  ).optional(),
  PUBLIC_URL: variable('the http or https origin people open, such as https://party.example, without a path', originOf).optional(),
  DATA_DIR: variable('the path of a folder', (text) => (text.includes('\0') ? undefined : resolve(text))).default(() => resolve('data')),
  DATABASE_URL: variable('a PostgreSQL URL, such as postgresql://user:password@host:5432/database', (text) =>
    ['postgres:', 'postgresql:'].includes(new URL(text).protocol) ? text : undefined,
  ).optional(),
  REDIS_URL: variable('one Redis URL, such as redis://host:6379, or several separated by commas', (text) => {
    const urls = commaList(text);
    return urls.length > 0 && urls.every(isRedisUrl) ? urls : undefined;
  }).optional(),
  S3_ENDPOINT: variable('an http or https URL', (text) =>
    ['http:', 'https:'].includes(new URL(text).protocol) ? text : undefined,
  ).optional(),
  S3_BUCKET: z.string().optional(),
  S3_REGION: z.string().optional(),
  S3_ACCESS_KEY: z.string().optional(),
  S3_SECRET_KEY: z.string().optional(),
  COWATCH_ROLE: oneOf(['web', 'worker', 'all']).default('all'),
  AUTH_SECRET: variable('at least 32 characters, such as the output of "openssl rand -base64 32"', (text) =>
    text.length >= 32 ? text : undefined,
  ).optional(),
  ALLOWED_ORIGINS: variable('http or https origins separated by commas, such as https://tv.example,https://blog.example:8443', (text) => {
    const origins = commaList(text).map(originOf);
    return origins.every((origin) => origin !== undefined) ? origins : undefined;
  }).default([]),
  STREAM_LIMIT: wholeNumber(1, 1000).optional(),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  TRUST_PROXY: variable(
    'true, false, a number of proxies, or their addresses and CIDR ranges separated by commas',
    parseTrustProxy,
  ).default(false),
  SESSION_EXPIRY_DAYS: wholeNumber(1, 3650).default(30),
  CONNECTIONS_PER_IP: wholeNumber(1, 1_000_000).default(256),
  REQUESTS_PER_MINUTE_PER_IP: wholeNumber(1, 1_000_000).default(600),
  LINK_CHECKS: oneOf(['off', 'public', 'all']).default('public'),
  OEMBED_URL: variable('the http or https URL of an oEmbed endpoint', (text) =>
    ['http:', 'https:'].includes(new URL(text).protocol) ? text : undefined,
  ).optional(),
});

type Environment = z.infer<typeof environmentSchema>;

const S3_VARIABLES = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_REGION', 'S3_ACCESS_KEY', 'S3_SECRET_KEY'] as const;

/**
 * Reads the environment. An empty variable counts as unset.
 * @throws ConfigError naming every variable that is wrong, and what it must be.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => sentence(String(issue.path[0]), issue.message, given)));
  }
  const problems = wrongCombinations(parsed.data);
  if (problems.length > 0) throw new ConfigError(problems);
  const environment = parsed.data;
  return {
    port: environment.PORT,
    bindAddress: environment.BIND_ADDRESS ?? null,
    publicUrl: environment.PUBLIC_URL ?? null,
    dataDir: environment.DATA_DIR,
    databaseUrl: environment.DATABASE_URL ?? null,
    redisUrls: environment.REDIS_URL ?? null,
    s3: s3Config(environment),
    role: environment.COWATCH_ROLE === 'web' ? 'web' : 'all',
    authSecret: environment.AUTH_SECRET ?? null,
    allowedOrigins: environment.ALLOWED_ORIGINS,
    streamLimit: environment.STREAM_LIMIT ?? null,
    logLevel: environment.LOG_LEVEL,
    trustProxy: environment.TRUST_PROXY,
    sessionExpiryDays: environment.SESSION_EXPIRY_DAYS,
    connectionsPerIp: environment.CONNECTIONS_PER_IP,
    requestsPerMinutePerIp: environment.REQUESTS_PER_MINUTE_PER_IP,
    linkChecks: environment.LINK_CHECKS,
    oembedUrl: environment.OEMBED_URL ?? null,
  };
}

function wrongCombinations(environment: Environment): string[] {
  const problems: string[] = [];
  if (environment.REDIS_URL !== undefined) {
    // Instances that share Redis must also share what Redis does not keep.
    const missing = (['DATABASE_URL', 'AUTH_SECRET'] as const).filter((name) => environment[name] === undefined);
    for (const name of missing) problems.push(`${name} must be set where REDIS_URL is: all instances share it`);
  }
  if (environment.COWATCH_ROLE === 'worker') {
    problems.push('COWATCH_ROLE must be web or all: workers are not supported by this version');
  }
  if (S3_VARIABLES.some((name) => environment[name] !== undefined)) {
    for (const name of S3_VARIABLES) {
      if (environment[name] === undefined) problems.push(`${name} must be set where another S3_ variable is`);
    }
  }
  return problems;
}

function s3Config(environment: Environment): S3Config | null {
  const { S3_ENDPOINT, S3_BUCKET, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY } = environment;
  if (!S3_ENDPOINT || !S3_BUCKET || !S3_REGION || !S3_ACCESS_KEY || !S3_SECRET_KEY) return null;
  return {
    endpoint: S3_ENDPOINT,
    bucket: S3_BUCKET,
    region: S3_REGION,
    accessKey: S3_ACCESS_KEY,
    secretKey: S3_SECRET_KEY,
  };
}

function sentence(name: string, must: string, given: Record<string, string | undefined>): string {
  const shown = CONFIDENTIAL.has(name) ? '' : `, not "${given[name]}"`;
  return `${name} must be ${must}${shown}`;
}

function commaList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** The origin of an http(s) address that names nothing but an origin (a lone trailing slash is forgiven). */
function originOf(text: string): string | undefined {
  const url = new URL(text);
  const bare = url.pathname + url.search + url.hash + url.username + url.password === '/';
  return bare && ['http:', 'https:'].includes(url.protocol) ? url.origin : undefined;
}

/** An address and its credentials; a Cluster has one database, so only one alone names another. */
function isRedisUrl(text: string, _index: number, all: readonly string[]): boolean {
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  const database = all.length > 1 ? /^\/?0?$/ : /^\/?\d{0,3}$/;
  return ['redis:', 'rediss:'].includes(protocol) && hostname !== '' && database.test(pathname) && search + hash === '';
}

function attempt<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
