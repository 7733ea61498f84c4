import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from './config.ts';

const SECRET = 'a'.repeat(32);

function refusal(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error instanceof Error ? error.message : '';
  }
  throw new Error('the environment was accepted');
}

describe('loadConfig', () => {
  it('needs nothing', () => {
    expect(loadConfig({})).toEqual({
      port: 3000,
      bindAddress: null,
      publicUrl: null,
      dataDir: resolve('data'),
      databaseUrl: null,
      redisUrls: null,
      s3: null,
      role: 'all',
      authSecret: null,
      allowedOrigins: [],
      streamLimit: null,
      logLevel: 'info',
      trustProxy: false,
      sessionExpiryDays: 30,
      connectionsPerIp: 256,
      requestsPerMinutePerIp: 600,
      linkChecks: 'public',
      oembedUrl: null,
    });
  });

  it('takes an empty variable as unset', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: '', AUTH_SECRET: '' })).toEqual(loadConfig({}));
  });

  it('reads every variable', () => {
    const config = loadConfig({
      PORT: '0',
      BIND_ADDRESS: '127.0.0.1',
      PUBLIC_URL: 'https://party.example/',
      DATA_DIR: 'somewhere',
      DATABASE_URL: 'postgres://me:pw@db/cowatch',
      REDIS_URL: 'redis://me:pw@a:6379, rediss://b',
      S3_ENDPOINT: 'http://s3.example:9000',
      S3_BUCKET: 'films',
      S3_REGION: 'eu',
      S3_ACCESS_KEY: 'key',
      S3_SECRET_KEY: 'secret',
      COWATCH_ROLE: 'web',
      AUTH_SECRET: SECRET,
      ALLOWED_ORIGINS: 'https://tv.example, http://blog.example:8080',
      STREAM_LIMIT: '3',
      LOG_LEVEL: 'debug',
      TRUST_PROXY: 'loopback,10.0.0.0/8',
      SESSION_EXPIRY_DAYS: '7',
      CONNECTIONS_PER_IP: '9',
      REQUESTS_PER_MINUTE_PER_IP: '60',
      LINK_CHECKS: 'all',
      OEMBED_URL: 'https://titles.example/oembed',
    });
    expect(config).toEqual({
      port: 0,
      bindAddress: '127.0.0.1',
      publicUrl: 'https://party.example',
      dataDir: resolve('somewhere'),
      databaseUrl: 'postgres://me:pw@db/cowatch',
      redisUrls: ['redis://me:pw@a:6379', 'rediss://b'],
      s3: { endpoint: 'http://s3.example:9000', bucket: 'films', region: 'eu', accessKey: 'key', secretKey: 'secret' },
      role: 'web',
      authSecret: SECRET,
      allowedOrigins: ['https://tv.example', 'http://blog.example:8080'],
      streamLimit: 3,
      logLevel: 'debug',
      trustProxy: ['loopback', '10.0.0.0/8'],
      sessionExpiryDays: 7,
      connectionsPerIp: 9,
      requestsPerMinutePerIp: 60,
      linkChecks: 'all',
      oembedUrl: 'https://titles.example/oembed',
    });
  });

  it.each([
    ['true', true],
    ['false', false],
    ['2', 2],
  ])('TRUST_PROXY=%s', (text, value) => {
    expect(loadConfig({ TRUST_PROXY: text }).trustProxy).toBe(value);
  });

  it.each([
    ['PORT', 'http', /^PORT must be a whole number from 0 to 65535, not "http"$/],
    ['PORT', '65536', /^PORT must be/],
    ['PORT', '3000.5', /^PORT must be/],
    ['BIND_ADDRESS', 'http://localhost', /^BIND_ADDRESS must be an IP address/],
    ['PUBLIC_URL', 'party.example', /^PUBLIC_URL must be the http or https origin/],
    ['PUBLIC_URL', 'https://party.example/base', /^PUBLIC_URL must be the http or https origin/],
    ['PUBLIC_URL', 'ftp://party.example', /^PUBLIC_URL must be/],
    ['DATABASE_URL', 'mysql://db', /^DATABASE_URL must be a PostgreSQL URL/],
    ['REDIS_URL', 'http://redis', /^REDIS_URL must be one Redis URL/],
    ['REDIS_URL', 'redis://a,b', /^REDIS_URL must be/],
    ['REDIS_URL', 'redis://a/1,redis://b/1', /^REDIS_URL must be/],
    ['REDIS_URL', 'redis:///nowhere', /^REDIS_URL must be/],
    ['S3_ENDPOINT', 'nowhere', /^S3_ENDPOINT must be an http or https URL/],
    ['COWATCH_ROLE', 'both', /^COWATCH_ROLE must be one of web, worker, all, not "both"$/],
    ['AUTH_SECRET', 'short', /^AUTH_SECRET must be at least 32 characters/],
    ['ALLOWED_ORIGINS', '*', /^ALLOWED_ORIGINS must be http or https origins/],
    ['ALLOWED_ORIGINS', 'https://tv.example/page', /^ALLOWED_ORIGINS must be/],
    ['STREAM_LIMIT', '0', /^STREAM_LIMIT must be a whole number from 1 to 1000/],
    ['LOG_LEVEL', 'loud', /^LOG_LEVEL must be one of trace, debug/],
    ['TRUST_PROXY', 'my-proxy', /^TRUST_PROXY must be true, false, a number of proxies/],
    ['SESSION_EXPIRY_DAYS', '-1', /^SESSION_EXPIRY_DAYS must be a whole number from 1 to 3650/],
    ['CONNECTIONS_PER_IP', '0', /^CONNECTIONS_PER_IP must be/],
    ['REQUESTS_PER_MINUTE_PER_IP', 'x', /^REQUESTS_PER_MINUTE_PER_IP must be/],
  ])('refuses %s=%s and says what it must be', (name, value, message) => {
    expect(refusal({ [name]: value })).toMatch(message);
  });

  it('names every wrong variable at once', () => {
    expect(refusal({ PORT: 'x', LOG_LEVEL: 'y' }).split('\n')).toHaveLength(2);
  });

  it('never repeats a secret', () => {
    const message = refusal({ AUTH_SECRET: 'hunter2', DATABASE_URL: 'mysql://me:hunter2@db', REDIS_URL: 'x:hunter2' });
    expect(message).toContain('AUTH_SECRET');
    expect(message).not.toContain('hunter2');
  });

  it('wants DATABASE_URL and AUTH_SECRET beside REDIS_URL', () => {
    const message = refusal({ REDIS_URL: 'redis://localhost' });
    expect(message).toContain('DATABASE_URL must be set where REDIS_URL is');
    expect(message).toContain('AUTH_SECRET must be set where REDIS_URL is');
    const withoutSecret = refusal({ REDIS_URL: 'redis://localhost', DATABASE_URL: 'postgres://db/x' });
    expect(withoutSecret).not.toContain('DATABASE_URL');
    expect(withoutSecret).toContain('AUTH_SECRET must be set');
  });

  it('says that this version has no workers', () => {
    expect(refusal({ COWATCH_ROLE: 'worker' })).toContain('not supported by this version');
  });

  it('wants all of S3 or nothing', () => {
    expect(refusal({ S3_BUCKET: 'films', S3_REGION: 'eu' }).split('\n')).toEqual([
      'S3_ENDPOINT must be set where another S3_ variable is',
      'S3_ACCESS_KEY must be set where another S3_ variable is',
      'S3_SECRET_KEY must be set where another S3_ variable is',
    ]);
  });
});
